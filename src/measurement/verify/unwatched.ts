// Losses where no workload was watched: the answers alone say almost nothing about their cause.

import type { Advice } from '../analysis/advise.ts';
import type { Cause, Loss, Measurement } from '../analysis/measurement.ts';
import { isLost } from '../load/sample.ts';

/** One for each lost sample, in their order. */
export function unwatchedLosses({ samples }: Measurement): readonly Loss[] {
  return samples.filter(isLost).map((sample) => ({
    sample,
    cause: sample.outcome === 'http-error' ? 'answered-error' : 'unexplained',
  }));
}

export function unwatchedAdvice({
  'answered-error': answered = 0,
  unexplained = 0,
}: Partial<Record<Cause, number>>): readonly Advice[] {
  const name = 'name the workload (hitless verify deployment/NAME ...) to see which pods came and went at that time';
  return [
    ...(answered === 0
      ? []
      : [
          {
            cause: 'answered-error' as const,
            lost: answered,
            text: `Whatever answers at this address answered with an error. 502, 503 and 504 mostly come from a proxy whose upstream was away: ${name}.`,
          },
        ]),
    ...(unexplained === 0
      ? []
      : [
          {
            cause: 'unexplained' as const,
            lost: unexplained,
            text: `No workload was watched, so the cause is unknown: ${name}.`,
          },
        ]),
  ];
}
