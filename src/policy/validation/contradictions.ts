// Fields of one document that contradict each other, each valid on its own. Contradictions between layers: resolve-conflicts.ts.

import { isZero } from '../../workload/int-or-percent.ts';
import { isObject, type Json, type JsonObject, own } from '../../workload/json.ts';
import { leastSleepSeconds } from '../auto-sleep.ts';
import type { PolicySection } from '../policy.ts';
import { fieldsOf } from '../sections.ts';
import { type FieldError, fieldError, show } from './field-error.ts';
import { accepts } from './field-value.ts';

/** An invalid value is reported elsewhere and contradicts nothing. */
export function contradictions(spec: JsonObject): FieldError[] {
  return [...sleepBelowMinimum(spec), ...periodAboveMaximum(spec), ...noPodMayMove(spec)];
}

function sleepBelowMinimum(spec: JsonObject): FieldError[] {
  // A sleep of `auto` is never shorter than the minimum.
  const seconds = numberAt(spec, 'preStopSleep', 'seconds');
  const minimum = numberAt(spec, 'preStopSleep', 'minimumSeconds');
  if (seconds === undefined || minimum === undefined || minimum <= seconds) return [];
  const at = ['spec', 'preStopSleep', 'minimumSeconds'];
  return [fieldError(at, show(minimum), `at most preStopSleep.seconds, which is ${seconds}`)];
}

function periodAboveMaximum(spec: JsonObject): FieldError[] {
  const maximum = numberAt(spec, 'terminationGracePeriod', 'maximumSeconds');
  const sleep = shortestSleep(spec);
  const drain = numberAt(spec, 'terminationGracePeriod', 'drainSeconds') ?? 0;
  if (maximum === undefined || maximum >= sleep + drain) return [];
  const at = ['spec', 'terminationGracePeriod', 'maximumSeconds'];
  const written = valueAt(spec, 'preStopSleep', 'seconds') === 'auto' ? `auto, at least ${sleep}` : sleep;
  const parts = `drainSeconds (${drain}) and preStopSleep.seconds (${written}) together`;
  return [fieldError(at, show(maximum), `at least ${sleep + drain}: ${parts}`)];
}

/** A longer sleep of `auto` gives way to the maximum. */
function shortestSleep(spec: JsonObject): number {
  const seconds = valueAt(spec, 'preStopSleep', 'seconds');
  if (seconds === undefined || valueAt(spec, 'preStopSleep', 'action') === 'off') return 0;
  const minimumSeconds = numberAt(spec, 'preStopSleep', 'minimumSeconds') ?? 0;
  return leastSleepSeconds({ seconds: seconds as number | 'auto', minimumSeconds });
}

function noPodMayMove(spec: JsonObject): FieldError[] {
  const unavailable = valueAt(spec, 'rollingUpdate', 'maxUnavailable');
  const surge = valueAt(spec, 'rollingUpdate', 'maxSurge');
  if (!isZero(unavailable) || !isZero(surge)) return [];
  const at = ['spec', 'rollingUpdate', 'maxSurge'];
  const allowed = `at least 1 or 1% while maxUnavailable is ${unavailable}: with both zero no pod could ever be replaced`;
  return [fieldError(at, show(surge), allowed)];
}

function numberAt(spec: JsonObject, section: PolicySection, field: string): number | undefined {
  const value = valueAt(spec, section, field);
  return typeof value === 'number' ? value : undefined;
}

/** Also undefined for an invalid value. */
function valueAt(spec: JsonObject, section: PolicySection, name: string): Json | undefined {
  const body = own(spec, section);
  const value = isObject(body) ? own(body, name) : undefined;
  const field = fieldsOf(section)[name];
  const isFine = value !== undefined && field !== undefined && field.kind !== 'handler' && accepts(field, value);
  return isFine ? value : undefined;
}
