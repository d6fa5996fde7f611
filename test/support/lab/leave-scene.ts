// A workload whose pods are to leave, before an API server of a few lines: what a way to leave does to it, in order.

import type { LeaveScene } from '../../../src/measurement/lab/ways-to-leave/way.ts';
import type { JsonObject } from '../../../src/workload/json.ts';
import { deployment } from '../../../src/workload/kinds/deployment.ts';
import { type Answers, fakeCluster, refused } from './fake-cluster.ts';

export function podOf(name: string, { nodeName = 'node-1', restartCount = 0, uid = name } = {}): JsonObject {
  return {
    metadata: { name, namespace: 'lab', uid },
    spec: { nodeName },
    status: { containerStatuses: [{ restartCount }] },
  };
}

/** Knows nodes, evictions and budgets; `answers` come before its own. */
export function leaveScene({ pods = [podOf('a'), podOf('b')], answers = {} as Answers } = {}) {
  const did: string[] = [];
  const bodies: unknown[] = [];
  const nodes = new Map([...new Set(pods.map(nodeOf))].map((name) => [name, nodeObject(name)]));
  const own: Answers = {
    'GET /api/v1/nodes/.*': ({ path }) => nodes.get(path.split('/').at(-1) ?? '') ?? refused(404, 'no such node'),
    'PATCH /api/v1/nodes/.*': ({ body, path }) => {
      const { unschedulable } = (body as { readonly spec: { readonly unschedulable: boolean | null } }).spec;
      did.push(`${unschedulable === true ? 'cordon' : 'uncordon'} ${path.split('/').at(-1)}`);
      return {};
    },
    'POST .*/eviction': ({ path }) => {
      did.push(`evict ${path.split('/').at(-2)}`);
      return {};
    },
    'POST .*/poddisruptionbudgets': ({ body }) => {
      did.push('create budget');
      bodies.push(body);
      return body as JsonObject;
    },
    'GET .*/poddisruptionbudgets/.*': () => ({ status: { disruptionsAllowed: 1 } }),
    'DELETE .*/poddisruptionbudgets/.*': () => {
      did.push('remove budget');
      return {};
    },
    'DELETE .*/pods/.*': ({ path }) => {
      did.push(`delete ${path.split('/').at(-1)}`);
      return {};
    },
    'PATCH .*/deployments/web': ({ body }) => {
      did.push('patch');
      bodies.push(body);
      return {};
    },
  };
  // The first that fits answers.
  const cluster = fakeCluster({
    ...answers,
    ...Object.fromEntries(Object.entries(own).filter(([key]) => !(key in answers))),
  });
  const ends: ((now: readonly JsonObject[]) => boolean)[] = [];
  const abort = new AbortController();
  const scene: LeaveScene = {
    api: cluster.api,
    signal: abort.signal,
    workload: { kind: deployment, namespace: 'lab', name: 'web' },
    pods,
    ask: async (pod, path) => void did.push(`ask ${(pod.metadata as JsonObject).name} ${path}`),
    over: async (isOver) => {
      did.push('wait');
      ends.push(isOver);
    },
  };
  return { scene, did, bodies, abort, nodes, cluster, isOver: (now: readonly JsonObject[]) => ends[0]?.(now) };
}

function nodeOf({ spec }: JsonObject): string {
  return `${(spec as JsonObject).nodeName}`;
}

export function nodeObject(name: string, spec: JsonObject = {}, annotations: JsonObject = {}): JsonObject {
  return { metadata: { name, annotations }, spec, status: { conditions: [{ type: 'Ready', status: 'True' }] } };
}
