// Lets pods of a running workload leave in one of the ways, and waits until it is over.

import type { JsonObject } from '../../../workload/json.ts';
import { isReady } from '../../rollout/objects.ts';
import { until } from '../../wait.ts';
import { ports } from '../objects.ts';
import { metaOf, podProxy } from '../objects-api.ts';
import { requireImages } from '../pod-trouble.ts';
import { type LabContext, longestRolloutMs, type RollingTarget, stateOf } from '../wait-for.ts';
import type { LeaveName } from './names.ts';
import type { LeaveScene } from './way.ts';
import { wayOf } from './ways.ts';

export async function leaveBy(name: LeaveName, context: LabContext, rolling: RollingTarget): Promise<void> {
  const { api, settings, signal } = context;
  const { namespace } = settings.pods;
  const { pods } = await stateOf(api, namespace, rolling);
  await wayOf(name).act({
    api,
    signal,
    workload: { kind: rolling.kind, namespace, name: rolling.name },
    pods: pods.toSorted((one, other) => (nameOf(one) < nameOf(other) ? -1 : 1)),
    ask: async (pod, path) => void (await api.json({ path: `${proxied(namespace, pod)}${path}`, method: 'POST' })),
    over: (isOver) => over(context, rolling, isOver),
  });
}

async function over(context: LabContext, rolling: RollingTarget, isOver: Parameters<LeaveScene['over']>[0]) {
  const { api, settings, signal } = context;
  const { namespace } = settings.pods;
  let why = '';
  const settled = async () => {
    const { pods, wanted, complete, wrong, givenNameOf } = await stateOf(api, namespace, rolling);
    requireImages(pods, why);
    for (const pod of pods) rolling.logs.follow(givenNameOf(pod));
    why = wrong ?? why;
    const isWhole = complete && pods.length === wanted && pods.every(isReady) && isOver(pods);
    // A pod without a probe is ready before it listens.
    return isWhole && (await answer(context, pods)) ? true : undefined;
  };
  const late = () => `the pods of ${rolling.name} did not come to rest${why && `: ${why}`}`;
  await until(settled, { withinMs: longestRolloutMs(settings), late, signal, everyMs: 300 });
}

/** Whether every pod answers its probe's path; asked through the API server, which reaches a pod without its Service. */
async function answer({ api, settings, signal }: LabContext, pods: readonly JsonObject[]): Promise<boolean> {
  const ask = async (pod: JsonObject) => {
    const path = `${proxied(settings.pods.namespace, pod)}/healthz`;
    for await (const _ of await api.stream({ path, signal })) break;
  };
  const asked = await Promise.allSettled(pods.map(ask));
  return asked.every(({ status }) => status === 'fulfilled');
}

function proxied(namespace: string, pod: JsonObject): string {
  return podProxy({ namespace, name: nameOf(pod) }, ports.http);
}

function nameOf(pod: JsonObject): string {
  return `${metaOf(pod).name}`;
}
