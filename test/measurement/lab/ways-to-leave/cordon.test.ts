// A cordoned node is everybody's: it is uncordoned whatever happens, and nobody else's cordon is undone.

import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { readyNodes, whileCordoned } from '../../../../src/measurement/lab/ways-to-leave/cordon.ts';
import type { JsonObject } from '../../../../src/workload/json.ts';
import { fakeCluster, refused } from '../../../support/lab/fake-cluster.ts';
import { leaveScene, nodeObject } from '../../../support/lab/leave-scene.ts';

const working = () => Promise.resolve();

describe('a node', () => {
  it('that somebody else cordoned stays as it is', async () => {
    const { cluster, did, nodes } = leaveScene();
    nodes.set('node-1', nodeObject('node-1', { unschedulable: true }));
    await whileCordoned({ api: cluster.api, node: 'node-1', namespace: 'lab' }, working);
    expect(did).toEqual([]);
  });

  it('carries the name of the run for as long as it is cordoned', async () => {
    const annotations: unknown[] = [];
    const { cluster } = leaveScene({
      answers: {
        'PATCH /api/v1/nodes/.*': ({ body }) => {
          annotations.push((body as { readonly metadata: JsonObject }).metadata.annotations);
          return {};
        },
      },
    });
    await whileCordoned({ api: cluster.api, node: 'node-1', namespace: 'lab' }, working);
    expect(annotations).toEqual([{ 'hitless.dev/cordoned-by-lab': 'lab' }, { 'hitless.dev/cordoned-by-lab': null }]);
  });

  it('is uncordoned also when the API server does not answer for a moment, or lost the answer to the cordon', async () => {
    let calls = 0;
    const { cluster } = leaveScene({
      answers: { 'PATCH /api/v1/nodes/.*': () => (++calls < 3 ? Promise.reject(new Error('reset')) : {}) },
    });
    await expect(whileCordoned({ api: cluster.api, node: 'node-1', namespace: 'lab' }, working)).rejects.toThrow(
      'reset',
    );
    expect(calls).toBe(3);
  });
});

describe('before a run', () => {
  const left = (name: string, namespace: string) =>
    nodeObject(name, { unschedulable: true }, { 'hitless.dev/cordoned-by-lab': namespace });

  async function readied(...items: readonly JsonObject[]) {
    const uncordoned: string[] = [];
    const { api } = fakeCluster({
      'GET /api/v1/nodes': () => ({ items: [...items] }),
      'GET /api/v1/namespaces/alive': () => ({}),
      'GET /api/v1/namespaces/gone': () => refused(404, 'not found'),
      'PATCH /api/v1/nodes/.*': ({ path }) => {
        uncordoned.push(path.split('/').at(-1) ?? '');
        return {};
      },
    });
    return { ...(await readyNodes(api)), uncordoned };
  }

  it('a node that a killed run left cordoned is uncordoned, but not that of a run that goes on', async () => {
    const nodes = [left('a', 'gone'), left('b', 'alive'), nodeObject('c', { unschedulable: true })];
    expect(await readied(...nodes)).toEqual({ hasOtherNode: false, uncordoned: ['a'] });
  });

  it.each([
    [[nodeObject('a')], false],
    [[nodeObject('a'), nodeObject('b')], true],
    [[nodeObject('a'), nodeObject('b', { unschedulable: true })], false],
    [[nodeObject('a'), nodeObject('b', { taints: [{ key: 'control-plane', effect: 'NoSchedule' }] })], false],
    [[nodeObject('a'), nodeObject('b', { taints: [{ key: 'slow', effect: 'PreferNoSchedule' }] })], true],
    [[nodeObject('a'), { ...nodeObject('b'), status: { conditions: [{ type: 'Ready', status: 'Unknown' }] } }], false],
  ] as const)('%j: whether a pod has another node to go to', async (nodes, other) => {
    expect((await readied(...nodes)).hasOtherNode).toBe(other);
  });
});

describe('a signal while the node is cordoned', () => {
  const program = fileURLToPath(new URL('../../../support/lab/cordoning.ts', import.meta.url));

  async function signalled(signal: NodeJS.Signals, ...args: readonly string[]) {
    const child = fork(program, [...args], { stdio: ['ignore', 'pipe', 'inherit', 'ipc'] });
    let text = '';
    child.stdout?.on('data', (data) => {
      text += data;
    });
    await once(child, 'message');
    child.kill(signal);
    const [code, by] = await once(child, 'exit');
    return { code, by, steps: text.trim().split('\n') };
  }

  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('%s ends the process once it is uncordoned', async (signal) => {
    expect(await signalled(signal)).toEqual({ code: null, by: signal, steps: ['cordon', 'uncordon'] });
  });

  it('that something else handles is left to it', async () => {
    const { code, steps } = await signalled('SIGINT', 'handled');
    expect([code, steps]).toEqual([0, ['cordon', 'handled', 'uncordon', 'end']]);
  });
});
