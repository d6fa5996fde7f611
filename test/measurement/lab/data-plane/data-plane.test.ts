// A lab with --data-plane, against a fake cluster: what it asks for, what it says where it is refused, and that nothing changes without it.

import { describe, expect, it } from 'vitest';
import { startDataPlane } from '../../../../src/measurement/lab/data-plane/data-plane.ts';
import { onNode, recorderPod } from '../../../../src/measurement/lab/data-plane/recorder-pod.ts';
import type { RuleLine } from '../../../../src/measurement/lab/data-plane/rule-log.ts';
import { loadPod } from '../../../../src/measurement/lab/objects.ts';
import { podNaming } from '../../../../src/measurement/rollout/pod-naming.ts';
import { experiment } from '../../../support/lab/experiment.ts';
import { type Answers, fakeCluster, labSettings, refused } from '../../../support/lab/fake-cluster.ts';

const image = 'hitless-data-plane:1';
const settings = labSettings({ dataPlaneImage: image });

const recording: RuleLine = { recording: 1, mode: 'nftables', reads: 'nft monitor', resolutionMs: 1 };
const rules = (atMs: number, service: string, ...addresses: readonly string[]): RuleLine => {
  return { rules: atMs, service, port: 'http', addresses };
};

/** A cluster whose recorder has written `lines`, and runs on node-1. */
function recorded(lines: readonly RuleLine[], answers: Answers = {}) {
  const cluster = fakeCluster({
    ...answers,
    'GET .*/pods/data-plane': () => ({ metadata: { name: 'data-plane' }, spec: { nodeName: 'node-1' } }),
    'GET .*/pods': () => ({
      items: [
        { metadata: { name: 'web-1', uid: 'u1' }, status: { podIP: '10.244.0.5' } },
        { metadata: { name: 'web-2' } },
      ],
    }),
  });
  const stream: typeof cluster.api.stream = async ({ signal }) =>
    (async function* () {
      for (const line of lines) yield JSON.stringify(line);
      await new Promise<void>((resolve) => signal?.addEventListener('abort', () => resolve(), { once: true }));
    })();
  return { api: { ...cluster.api, stream }, settings, signal: new AbortController().signal };
}

describe('the recorder', () => {
  it('is a pod that reads the node’s rules and may do nothing else', () => {
    const { spec } = recorderPod(settings.pods, image) as { spec: Record<string, unknown> };
    expect(spec).toMatchObject({ hostNetwork: true, automountServiceAccountToken: false, restartPolicy: 'Never' });
    expect(spec).not.toHaveProperty('volumes');
    expect(spec.containers).toMatchObject([
      {
        image,
        args: ['record-rules', '--namespace', 'lab'],
        securityContext: {
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ['ALL'], add: ['NET_ADMIN', 'NET_RAW'] },
        },
      },
    ]);
  });

  it('binds the load to its node, and no load otherwise', () => {
    const load = loadPod('load', settings.pods);
    expect(onNode(load, undefined)).toBe(load);
    expect(JSON.stringify(onNode(load, 'node-1'))).toContain(
      '"matchFields":[{"key":"metadata.name","operator":"In","values":["node-1"]}]',
    );
  });
});

describe('what was recorded', () => {
  const observed = { name: 'web', naming: podNaming() };

  it('is of one Service, with the addresses of its pods', async () => {
    const lines = [recording, rules(5, 'web', '10.244.0.5'), rules(6, 'other', '10.244.0.9'), { alive: 100 }];
    const plane = await startDataPlane(recorded(lines), image);
    expect(plane.node).toBe('node-1');
    const measured = await plane.observe(observed);
    expect(await measured({ startedMs: 10, endedMs: 100 })).toEqual({
      mode: 'nftables',
      reads: 'nft monitor',
      resolutionMs: 1,
      changes: [{ atMs: 5, service: 'web', port: 'http', addresses: ['10.244.0.5'] }],
      addresses: new Map([['web-1', '10.244.0.5']]),
    });
    await plane.stop();
  });

  it.each([
    ['the Service is not mentioned', [recording, { alive: 100 }]],
    ['its pods are not mentioned before the rollout', [recording, rules(50, 'web', '10.244.0.5'), { alive: 100 }]],
  ])('is unknown where %s', async (_, lines) => {
    const plane = await startDataPlane(recorded(lines as RuleLine[]), image);
    const measured = await plane.observe(observed);
    await expect(measured({ startedMs: 10, endedMs: 100 })).rejects.toThrow(
      'the rules of node node-1 do not mention the Service web, though it was answered: its routes are unknown',
    );
    await plane.stop();
  });

  it('is unknown where the recorder gave up', async () => {
    const lines = [recording, rules(5, 'web', '10.244.0.5'), { unknown: 'nft: it ended with code 1' }];
    await expect(startDataPlane(recorded(lines), image)).rejects.toThrow(
      '--data-plane: the routes of node node-1 are unknown: nft: it ended with code 1',
    );
  });
});

describe('a run with --data-plane', () => {
  it('asks for a namespace that admits the pod; without the flag for a restricted one', async () => {
    const levels: unknown[] = [];
    const answers: Answers = {
      'POST /api/v1/namespaces': ({ body }) => {
        levels.push((body as { metadata: { labels: Record<string, string> } }).metadata.labels);
        return refused(409, 'exists');
      },
    };
    await experiment(fakeCluster(answers), { settings });
    await experiment(fakeCluster(answers), { settings: labSettings() });
    expect(levels).toMatchObject([
      { 'pod-security.kubernetes.io/enforce': 'privileged' },
      { 'pod-security.kubernetes.io/enforce': 'restricted' },
    ]);
  });

  it('says in one sentence what it needs where the pod is refused, and measures nothing', async () => {
    const cluster = fakeCluster({
      'POST .*/pods': () => refused(403, 'pods "data-plane" is forbidden: violates PodSecurity "baseline:latest"'),
    });
    const { error, failed, measured } = await experiment(cluster, { settings });
    expect(error).toMatch(
      /^--data-plane: this cluster refuses the pod .*hostNetwork, NET_ADMIN.*violates PodSecurity "baseline:latest"\)$/,
    );
    expect([failed, measured]).toEqual([[], []]);
    expect(cluster.count(/^DELETE \/api\/v1\/namespaces\/lab$/)).toBe(1);
    expect(cluster.count(/^POST .*\/deployments$/)).toBe(0);
  });

  it('says why the recorder does not start', async () => {
    const waiting = { reason: 'ErrImagePull', message: 'no such image' };
    const cluster = fakeCluster({
      'GET .*/pods/data-plane': () => ({
        metadata: { name: 'data-plane' },
        spec: { nodeName: 'node-1' },
        status: { containerStatuses: [{ state: { waiting } }] },
      }),
    });
    const { error } = await experiment(cluster, { settings: { ...settings, startWithinMs: 300 } });
    expect(error).toBe('the recorder of --data-plane did not start: data-plane: ErrImagePull: no such image');
  });
});
