// What the ways of an Argo Rollout lose: old pods that go before the network has left them, and a restart of the only pod.

import { isObject, type JsonObject } from '../json.ts';
import { getAt } from '../path.ts';
import type { Workload } from '../workload.ts';
import type { Circumstances, KindRemark } from './kind.ts';
import { defaultScaleDownDelaySeconds } from './rollout-progress.ts';

export function rolloutRemarks(circumstances: Circumstances): readonly KindRemark[] {
  return [...earlyScaleDown(circumstances), ...restarted(circumstances)];
}

/** Once traffic has moved to the new pods, the old ones stay for the delay, and then sleep as any pod that ends. */
function earlyScaleDown({ workload, served, sleepSeconds, wantedSleepSeconds }: Circumstances): readonly KindRemark[] {
  const found = switching(workload);
  if (found === undefined || !served) return [];
  const { path, isDynamic } = found;
  const delay = isDynamic ? 0 : (found.delay ?? defaultScaleDownDelaySeconds);
  const lasts = delay + sleepSeconds;
  if (lasts >= wantedSleepSeconds) return [];
  const slept = sleepSeconds === 0 ? 'have no preStop sleep' : `sleep ${sleepSeconds} s`;
  const how = isDynamic
    ? `with dynamicStableScale old pods end while traffic moves, and ${slept}`
    : `old pods are scaled down ${delay} s after the switch (scaleDownDelaySeconds), and ${slept}`;
  const cure = isDynamic
    ? 'Give them a preStop sleep'
    : `Raise scaleDownDelaySeconds to ${Math.max(defaultScaleDownDelaySeconds, wantedSleepSeconds - sleepSeconds)}`;
  const message = `${how}: proxies and load balancers may send to them for ${wantedSleepSeconds} s. ${cure}`;
  return [{ severity: 'note', path, message }];
}

interface Switching {
  readonly path: string;
  readonly delay: number | undefined;
  readonly isDynamic: boolean;
}

/** The strategies that move traffic by a Service or a router before old pods go. */
function switching(workload: Workload): Switching | undefined {
  const [blueGreen, canary] = ['blueGreen', 'canary'].map((name) => getAt(workload, `spec.strategy.${name}`));
  if (isObject(blueGreen)) return switchingAt('spec.strategy.blueGreen', blueGreen);
  if (isObject(canary) && isObject(canary.trafficRouting)) return switchingAt('spec.strategy.canary', canary);
  return undefined;
}

function switchingAt(path: string, { scaleDownDelaySeconds, dynamicStableScale }: JsonObject): Switching {
  const delay = typeof scaleDownDelaySeconds === 'number' ? scaleDownDelaySeconds : undefined;
  const field = delay === undefined ? path : `${path}.scaleDownDelaySeconds`;
  return { path: field, delay, isDynamic: dynamicStableScale === true };
}

function restarted({ workload, replicas, served }: Circumstances): readonly KindRemark[] {
  if ((getAt(workload, 'spec.restartAt') ?? null) === null || replicas.least !== 1 || !served) return [];
  const message =
    'restartAt deletes pods before new ones are there: with one replica that is a gap without pods. Change the pod template instead, or run two replicas';
  return [{ severity: 'note', path: 'spec.restartAt', message }];
}
