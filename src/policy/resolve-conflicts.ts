// Makes a merged policy usable where layers that are valid on their own contradict each other.
//
// The value of the higher layer stays, and that of the lower layer is adjusted. Two exceptions lose no request either way:
// - maxUnavailable and maxSurge both zero: maxSurge becomes 1, whichever layer set it, so that no old pod is removed before a new
//   one is ready. A rollout without room for the new pod waits, and the old pods keep serving. Where a policy locks maxSurge at zero,
//   layers.ts has left out a maxUnavailable of zero that a team set.
// - a grace period by annotation that is not longer than a sleep of the same or a higher layer is dropped and reported: the
//   period is then sleep plus drain.
// A sleep of `auto` counts with its shortest length: a longer one gives way to the grace period when the plan is made. Only a maximum of
// a lower layer makes room for the longest.
// The origin of an adjusted field names its former value and the field that it had to fit.

import { isZero } from '../workload/int-or-percent.ts';
import { minimumShutdownSeconds } from '../workload/pre-stop.ts';
import { leastSleepSeconds, longestAutoSeconds } from './auto-sleep.ts';
import type { Draft } from './layers.ts';
import type { IgnoredSetting } from './locks.ts';
import type { PolicySection, PolicySpec } from './policy.ts';

const sleepPath = 'preStopSleep.seconds';
const leastSleepPath = 'preStopSleep.minimumSeconds';
const drainPath = 'terminationGracePeriod.drainSeconds';
const longestPath = 'terminationGracePeriod.maximumSeconds';
const wholePath = 'terminationGracePeriod.seconds';
const surgePath = 'rollingUpdate.maxSurge';
const unavailablePath = 'rollingUpdate.maxUnavailable';

/** Changes `draft` in place. Returns one for every annotation that is dropped. */
export function resolveConflicts(draft: Draft): readonly IgnoredSetting[] {
  resolveMinimumSleep(draft);
  const dropped = resolveWholePeriod(draft);
  resolveLongestPeriod(draft);
  makeRoomForAuto(draft);
  if (isZero(draft.spec.rollingUpdate.maxUnavailable) && isZero(draft.spec.rollingUpdate.maxSurge)) {
    adjust(draft, surgePath, 1, unavailablePath);
  }
  return dropped;
}

function resolveMinimumSleep(draft: Draft): void {
  if (isAuto(draft) || secondsAt(draft, leastSleepPath) <= secondsAt(draft, sleepPath)) return;
  if (isHigher(draft, leastSleepPath, [sleepPath]))
    adjust(draft, sleepPath, secondsAt(draft, leastSleepPath), leastSleepPath);
  else adjust(draft, leastSleepPath, secondsAt(draft, sleepPath), sleepPath);
}

function resolveWholePeriod(draft: Draft): readonly IgnoredSetting[] {
  if (draft.origins[wholePath] === undefined) return [];
  const whole = secondsAt(draft, wholePath);
  const tight = sleepSeconds(draft) + minimumShutdownSeconds > whole;
  if (tight && !isHigher(draft, wholePath, [sleepPath])) return [dropWholePeriod(draft)];
  fitSleep(draft, whole, wholePath);
  const sleep = sleepSeconds(draft);
  if (sleep + secondsAt(draft, drainPath) > whole) adjust(draft, drainPath, whole - sleep, wholePath);
  return [];
}

function dropWholePeriod(draft: Draft): IgnoredSetting {
  const [whole, sleep] = [secondsAt(draft, wholePath), sleepSeconds(draft)];
  const origins = [draft.origins[wholePath], draft.origins[sleepPath]];
  delete draft.spec.terminationGracePeriod.seconds;
  delete draft.origins[wholePath];
  delete draft.ranks[wholePath];
  const least = sleep + minimumShutdownSeconds;
  const shortest = `${isAuto(draft) ? 'at least ' : ''}${sleep}`;
  return {
    message: `${origins[0]} is ${whole} and is ignored: the preStop sleep takes ${shortest} s (${origins[1]}), write at least ${least}.`,
    discreet: `${origins[0]} is ${whole} and is ignored: the preStop sleep takes ${shortest} s, write at least ${least}.`,
  };
}

function resolveLongestPeriod(draft: Draft): void {
  const longest = secondsAt(draft, longestPath);
  const explicit = draft.origins[wholePath] !== undefined;
  const needed = explicit ? secondsAt(draft, wholePath) : sleepSeconds(draft) + secondsAt(draft, drainPath);
  if (needed <= longest) return;
  const parts = explicit ? [wholePath] : periodParts(draft);
  if (!isHigher(draft, longestPath, parts)) {
    const [highest = drainPath] = parts.toSorted((a, b) => rankOf(draft, b) - rankOf(draft, a));
    adjust(draft, longestPath, needed, highest);
    return;
  }
  fitSleep(draft, longest, longestPath);
  adjust(draft, drainPath, longest - sleepSeconds(draft), longestPath);
}

function makeRoomForAuto(draft: Draft): void {
  if (!isAuto(draft) || sleepSeconds(draft) === 0 || draft.origins[wholePath] !== undefined) return;
  const needed = longestAutoSeconds + secondsAt(draft, drainPath);
  if (needed > secondsAt(draft, longestPath) && isHigher(draft, sleepPath, [longestPath]))
    adjust(draft, longestPath, needed, sleepPath);
}

function periodParts(draft: Draft): readonly string[] {
  return sleepSeconds(draft) === 0 ? [drainPath] : [drainPath, sleepPath];
}

/** Shortens a sleep that leaves no time to drain in a period of `period` seconds, but to no less than a second. */
function fitSleep(draft: Draft, period: number, because: string): void {
  if (sleepSeconds(draft) + minimumShutdownSeconds <= period) return;
  const sleep = Math.max(1, period - minimumShutdownSeconds);
  if (sleep < shortestSleep(draft)) adjust(draft, sleepPath, sleep, because);
  if (sleep < secondsAt(draft, leastSleepPath)) adjust(draft, leastSleepPath, sleep, because);
}

/** The part of the grace period that the sleep takes at least. */
function sleepSeconds(draft: Draft): number {
  return draft.spec.preStopSleep.action === 'off' ? 0 : shortestSleep(draft);
}

function shortestSleep({ spec }: Draft): number {
  return leastSleepSeconds(spec.preStopSleep as unknown as PolicySpec['preStopSleep']);
}

function isAuto({ spec }: Draft): boolean {
  return spec.preStopSleep.seconds === 'auto';
}

function adjust(draft: Draft, path: string, value: number, because: string): void {
  const [section, field] = split(path);
  const before = draft.spec[section][field];
  draft.spec[section][field] = value;
  draft.origins[path] =
    `${draft.origins[path]}, changed from ${before} to ${value} to fit ${because} of ${draft.origins[because]}`;
}

function isHigher(draft: Draft, path: string, others: readonly string[]): boolean {
  return others.every((other) => rankOf(draft, path) > rankOf(draft, other));
}

function rankOf(draft: Draft, path: string): number {
  return draft.ranks[path] ?? 0;
}

function secondsAt(draft: Draft, path: string): number {
  const [section, field] = split(path);
  return draft.spec[section][field] as number;
}

function split(path: string): [PolicySection, string] {
  return path.split('.') as [PolicySection, string];
}
