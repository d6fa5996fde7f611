// The fields that hitless may write into each kind.

import type { ModelKind } from '../cluster/model-kind.ts';

/** The fields that hitless may write. */
export function isOurs({ kind, limits }: ModelKind, path: string): boolean {
  if (kind === 'StatefulSet' || kind === 'DaemonSet') return limitOf(limits, path) || inPods.test(path);
  return path === 'spec.minReadySeconds' || limitOf(limits, path) || inPods.test(path) || probe.test(path);
}

const inPods =
  /^spec\.template\.spec\.(terminationGracePeriodSeconds|containers\[[^\]]*\]\.lifecycle(\.preStop(\..*)?)?)$/;
const probe = /^spec\.template\.spec\.containers\[[^\]]*\]\.readinessProbe(\..*)?$/;

/** One of the limits, or what is left around them. */
function limitOf(limits: string | undefined, path: string): boolean {
  if (limits === undefined) return false;
  const isAround = path !== 'spec' && (limits === path || limits.startsWith(`${path}.`));
  return isAround || path === `${limits}.maxUnavailable` || path === `${limits}.maxSurge`;
}
