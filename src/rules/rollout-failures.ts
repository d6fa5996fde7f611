// What goes wrong with a rolling update as it is: it hangs, or it leaves no pod.

import { isZero } from '../workload/int-or-percent.ts';
import { podLimits, type RollingLimits } from './limits.ts';
import type { Rolling } from './planned-limits.ts';
import type { SurgeObstacle } from './surge-obstacle.ts';

export interface RolloutFailure {
  readonly severity: 'error' | 'note';
  readonly message: string;
  readonly discreet?: string;
}

/** A rollout that waits for a surge pod that may never start. */
export function hang(
  { strategy, replicas: { least } }: Rolling,
  limits: RollingLimits,
  obstacle: SurgeObstacle | undefined,
): RolloutFailure | undefined {
  const { unavailable, surge } = podLimits(strategy, limits, least);
  if (obstacle?.hangs === undefined || least === 0 || unavailable > 0 || surge === 0) return undefined;
  const { what, discreet, hangs, severity, cures } = obstacle;
  const { maxUnavailable } = limits;
  const zero = isZero(maxUnavailable) ? '0' : `${maxUnavailable} (0 of ${least})`;
  const sentence = (how: string, why: string) =>
    `the rollout ${how}: ${why}, and with maxUnavailable ${zero} no old pod goes before a new one is ready. Use ${cures}`;
  const message = sentence(hangs, what);
  return discreet === undefined
    ? { severity, message }
    : { severity, message, discreet: sentence('may hang', discreet) };
}

/** No pod is left at some moment of a rollout. With an obstacle that is a choice, like type Recreate. */
export function outage(
  rolling: Rolling,
  limits: RollingLimits,
  obstacle: SurgeObstacle | undefined,
): RolloutFailure | undefined {
  const { kind, strategy, replicas } = rolling;
  const { least, autoscaler, isScaledUp } = replicas;
  if (kind.perNode === true) return nodeOutage(rolling, limits, obstacle);
  if (kind.replicas === undefined || least === 0) return undefined;
  if (podLimits(strategy, limits, least).unavailable < least) return undefined;
  const { maxUnavailable, maxSurge } = limits;
  const one = isScaledUp ? 'with 1 replica the only pod goes' : 'the only pod goes';
  const pods = least === 1 ? one : `all ${least} pods go`;
  const when = autoscaler === undefined ? '' : `, when HorizontalPodAutoscaler ${autoscaler} scales down to ${least}`;
  if (obstacle !== undefined) {
    const message = `maxUnavailable ${maxUnavailable}, maxSurge ${maxSurge}: ${pods} before a new one is there${when}, a gap at every rollout. A surge pod may have no room (${obstacle.what}): accept the gap, or make room`;
    return { severity: 'note', message };
  }
  const aside = least === 1 ? '; then two pods run side by side for a moment' : '';
  const sentence = (scaled: string) =>
    `maxUnavailable ${maxUnavailable}, maxSurge ${maxSurge}: ${pods} before a new one is there${scaled}, an outage at every rollout. Use maxUnavailable 0 and maxSurge 1${aside}`;
  return { severity: 'error', message: sentence(when), ...(when !== '' && { discreet: sentence('') }) };
}

/** Of one pod a node: where a Service sends only to pods of the client's node, or of the node that a load balancer chose, none is left there. */
function nodeOutage(
  { strategy, services }: Rolling,
  limits: RollingLimits,
  obstacle: SurgeObstacle | undefined,
): RolloutFailure | undefined {
  const service = services.find(({ nodeLocal }) => nodeLocal !== undefined);
  if (service?.nodeLocal === undefined || podLimits(strategy, limits, 1).unavailable === 0) return undefined;
  const { maxUnavailable, maxSurge } = limits;
  const sentence = (which: string) =>
    `maxUnavailable ${maxUnavailable}, maxSurge ${maxSurge}: on each node the pod goes before a new one is there, and ${which} sends only to pods of the same node (${service.nodeLocal}: Local), so requests fail there at every rollout.`;
  const cure =
    obstacle === undefined
      ? ' Use maxUnavailable 0 and maxSurge 1'
      : ` A second pod may have no room (${obstacle.what}): accept the gap, or make room`;
  const severity = obstacle === undefined ? 'error' : 'note';
  return {
    severity,
    message: `${sentence(`Service ${service.name}`)}${cure}`,
    discreet: `${sentence('a Service')}${cure}`,
  };
}
