// How far attributed causes agree with the truth.

import { attribute } from '../../../src/measurement/analysis/attribute.ts';
import type { Cause, Measurement } from '../../../src/measurement/analysis/measurement.ts';
import type { Truth } from './truth.ts';

export interface Agreement {
  readonly lost: number;
  /** The one cause that is possible. */
  readonly right: number;
  /** It says that it does not know, and names nothing that is impossible. */
  readonly unsure: number;
  /** Neither the cause that is possible, nor an admission; what was said, and what is possible, with its number. */
  readonly wrong: Readonly<Record<string, number>>;
  /** The logs leave it open as well, and a single cause was named. */
  readonly bold: Readonly<Record<string, number>>;
}

export function agreementOf(measurement: Measurement, { causesOf }: Truth): Agreement {
  const counts = { lost: 0, right: 0, unsure: 0 };
  const wrong: Record<string, number> = {};
  const bold: Record<string, number> = {};
  for (const { cause, sample } of attribute(measurement)) {
    const possible = causesOf(sample);
    const said = `${sample.lane} ${sample.connection} ${sample.outcome}: ${cause}, possible: ${[...possible].join(' ') || 'nothing'}`;
    counts.lost += 1;
    if (isUnsure(cause, possible)) counts.unsure += 1;
    else if (!possible.has(cause)) wrong[said] = (wrong[said] ?? 0) + 1;
    else if (possible.size > 1) bold[said] = (bold[said] ?? 0) + 1;
    else counts.right += 1;
  }
  return { ...counts, wrong, bold };
}

function isUnsure(cause: Cause, possible: ReadonlySet<Cause>): boolean {
  if (cause === 'unexplained') return true;
  return cause === 'lag-or-not-ready' && (possible.has('endpoint-lag') || possible.has('not-ready'));
}

/** As `verify` sees it: without the logs of the pods, and of an application that does not name them. */
export function unnamed(measurement: Measurement): Measurement {
  return { ...measurement, samples: measurement.samples.map(({ pod: _, ...sample }) => sample) };
}
