// The defaults that the API server sets in a workload before it calls us, for the fields that we may edit or read.
// Source: kubernetes/kubernetes pkg/apis/apps/v1/defaults.go and pkg/apis/core/v1/defaults.go, 1.30 to 1.37.

import { equal, isObject, type Json, type JsonObject, own } from './json.ts';
import type { WorkloadKind } from './kinds/kind.ts';
import { lastKey } from './path.ts';
import type { PodTemplate, ProbeHandler } from './workload.ts';

export const defaultGraceSeconds = 30;

/** The grace period of the pods of `template`, written or by default. */
export function graceSeconds({ spec }: PodTemplate): number {
  return spec.terminationGracePeriodSeconds ?? defaultGraceSeconds;
}

/** A probe's numbers; all except the thresholds are seconds. */
export const probeDefaults = {
  initialDelaySeconds: 0,
  periodSeconds: 10,
  timeoutSeconds: 1,
  successThreshold: 1,
  failureThreshold: 3,
} as const;
export type ProbeNumber = keyof typeof probeDefaults;
export const probeNumbers = Object.keys(probeDefaults) as readonly ProbeNumber[];

/** The exclusive members of a probe and of a lifecycle hook. */
export const probeHandlers = ['httpGet', 'tcpSocket', 'grpc', 'exec'] as const;
export const hookHandlers = ['exec', 'httpGet', 'tcpSocket', 'sleep'] as const;

const handlerDefaults: Readonly<Record<string, JsonObject>> = {
  httpGet: { path: '/', scheme: 'HTTP' },
  grpc: { service: '' },
  sleep: { seconds: 0 },
};

/** The value that the API server gives an unset field; undefined when it stays absent. */
export function apiDefault(kind: WorkloadKind, path: string): Json | undefined {
  return kind.fieldAt(path)?.apiDefault;
}

/** The value that the API server gives an unset member of a handler, such as the scheme of an `httpGet`. */
export function handlerDefault(handler: string, member: string): Json | undefined {
  return own(handlerDefaults[handler], member);
}

/** True when `stored` is `written` at `path`, or becomes equal once the API server's defaults are set. */
export function sameOnceDefaulted(path: string, written: Json | undefined, stored: Json | undefined): boolean {
  if (equal(written, stored)) return true;
  const defaults = handlerDefaults[lastKey(path)];
  if (defaults === undefined || !isObject(written) || !isObject(stored)) return false;
  return equal({ ...defaults, ...written }, { ...defaults, ...stored });
}

/** True when `stored`, the handler at `path`, has every member of `written` once the API server's defaults are set. */
export function coversOnceDefaulted(path: string, written: Json | undefined, stored: Json | undefined): boolean {
  if (!isObject(written) || !isObject(stored)) return false;
  const whole: JsonObject = { ...handlerDefaults[lastKey(path)], ...stored };
  return Object.keys(written).every((member) => equal(written[member], own(whole, member)));
}

/** True for a probe with a handler. */
export function isProbe(probe: ProbeHandler | undefined): boolean {
  return hasAny(probeHandlers, probe);
}

/** True for a probe or hook with one of the handlers `names`. */
export function hasAny(names: readonly string[], probe: ProbeHandler | JsonObject | undefined): boolean {
  if (probe === undefined) return false;
  for (const name of names) if (probe[name] !== undefined) return true;
  return false;
}

const none: readonly never[] = [];

/** The handlers that a probe or hook has. */
export function handlersOf<H extends string>(
  names: readonly H[],
  probe: ProbeHandler | JsonObject | undefined,
): readonly H[] {
  return probe === undefined ? none : names.filter((name) => probe[name] !== undefined);
}
