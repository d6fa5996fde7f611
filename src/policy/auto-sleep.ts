// The word `auto` as preStopSleep.seconds: the sleep follows the data path in front of the pods, within these limits.

import type { PolicySpec } from './policy.ts';

/** What the sleep is without a slower path in front, and by default. */
export const usualSleepSeconds = 10;
/** What the slowest known data path needs. */
export const longestAutoSeconds = 120;

type SleepLimits = Pick<PolicySpec['preStopSleep'], 'seconds' | 'minimumSeconds'>;

/** The shortest sleep that a policy asks for, whatever is in front of the pods. */
export function leastSleepSeconds({ seconds, minimumSeconds }: SleepLimits): number {
  return seconds === 'auto' ? Math.max(usualSleepSeconds, minimumSeconds) : seconds;
}

/** The sleep for a path that needs `needed` seconds: what the grace period that the policy allows leaves beside the drain. */
export function autoSleepSeconds({ preStopSleep, terminationGracePeriod }: PolicySpec, needed: number): number {
  const { seconds: whole, maximumSeconds, drainSeconds } = terminationGracePeriod;
  return Math.max(leastSleepSeconds(preStopSleep), Math.min(needed, (whole ?? maximumSeconds) - drainSeconds));
}
