// `kubectl drain --pod-selector` of the node with most pods of the workload: cordoned, its pods evicted all at the same time, and
// uncordoned when they are replaced. With a PodDisruptionBudget, or without one.

import type { JsonObject } from '../../../workload/json.ts';
import { objectAt } from '../../../workload/json.ts';
import { until } from '../../wait.ts';
import { create, readObject, remove } from '../objects-api.ts';
import { whileCordoned } from './cordon.ts';
import { evict } from './evict.ts';
import { areGone } from './pods.ts';
import type { LeaveScene, WayToLeave } from './way.ts';

export const nodeDrain: WayToLeave = {
  title: 'drain a node',
  voluntary: true,
  promisesNoLoss: false,
  verdict:
    'Nothing keeps the pods of one node from leaving all at the same time. Those that sleep serve on until their successors are ready, if these are quick enough; hitless cannot promise it, and reports the missing PodDisruptionBudget.',
  fewestReplicas: 1,
  cordons: true,
  act: drainNode,
};

export const nodeDrainWithBudget: WayToLeave = {
  title: 'drain a node, with a PodDisruptionBudget',
  voluntary: true,
  promisesNoLoss: true,
  verdict:
    'The budget lets one pod go at a time, once the successor of the last one is ready; hitless adds the sleep, and the probe without which ready means nothing.',
  fewestReplicas: 2,
  cordons: true,
  act: async (scene: LeaveScene) => {
    const budget = budgetOf(scene);
    await create(scene.api, budget);
    try {
      await budgetAllows(scene, budget);
      await drainNode(scene);
    } finally {
      await remove(scene.api, budget);
    }
  },
};

async function drainNode(scene: LeaveScene): Promise<void> {
  const { api, workload, over } = scene;
  const { node, pods } = fullestNode(scene.pods);
  await whileCordoned({ api, node, namespace: workload.namespace }, async () => {
    await evictAll(scene, pods);
    await over(areGone(pods));
  });
}

/** At the same time; when one cannot be evicted, the others are not asked for any longer. */
async function evictAll(scene: LeaveScene, pods: readonly JsonObject[]): Promise<void> {
  const failing = new AbortController();
  const signal = AbortSignal.any([scene.signal, failing.signal]);
  try {
    await Promise.all(pods.map((pod) => evict({ ...scene, signal }, pod)));
  } finally {
    failing.abort(new Error('another pod could not be evicted'));
  }
}

/** All of its pods but one must stay. */
function budgetOf({ workload: { namespace, name }, pods }: LeaveScene): JsonObject {
  return {
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: { name, namespace },
    spec: { minAvailable: pods.length - 1, selector: { matchLabels: { app: name } } },
  };
}

const countedWithinMs = 30_000;

/** Its controller has counted the pods: budgets are there long before a drain. */
async function budgetAllows({ api, signal }: LeaveScene, budget: JsonObject): Promise<void> {
  const allowed = async () => {
    const { disruptionsAllowed } = objectAt(await readObject(api, budget), 'status');
    return Number(disruptionsAllowed) > 0 ? true : undefined;
  };
  const late = () => 'the PodDisruptionBudget of the row allows no eviction: are all pods ready?';
  await until(allowed, { withinMs: countedWithinMs, late, signal });
}

/** The node with most of the pods, and those. */
function fullestNode(pods: readonly JsonObject[]): { readonly node: string; readonly pods: readonly JsonObject[] } {
  const nodes = [...Map.groupBy(pods, (pod) => `${objectAt(pod, 'spec').nodeName}`)];
  const [fullest] = nodes.toSorted(([, one], [, other]) => other.length - one.length);
  if (fullest === undefined) throw new Error('the workload has no pod on any node');
  return { node: fullest[0], pods: fullest[1] };
}
