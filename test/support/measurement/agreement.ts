// How far attributed causes agree with the truth.

import { attribute } from '../../../src/measurement/analysis/attribute.ts';
import type { Cause, Measurement } from '../../../src/measurement/analysis/measurement.ts';
import type { Truth } from './truth.ts';

export interface Agreement {
  readonly lost: number;
  /** A cause that is possible, with its remedy. */
  readonly right: number;
  /** It says that it does not know, and names nothing that is impossible. */
  readonly unsure: number;
  /** The logs do not say what it can have been. */
  readonly unchecked: number;
  /** What was said and what is possible, with its number: an impossible cause, or one of two where the logs leave it open. */
  readonly wrong: Readonly<Record<string, number>>;
}

export function agreementOf(measurement: Measurement, { causesOf }: Truth): Agreement {
  const counts = { lost: 0, right: 0, unsure: 0, unchecked: 0 };
  const wrong: Record<string, number> = {};
  for (const { cause, sample } of attribute(measurement)) {
    const possible = causesOf(sample);
    counts.lost += 1;
    if (isUnsure(cause, possible)) counts.unsure += 1;
    else if (possible.size === 0) counts.unchecked += 1;
    else if (isRight(cause, possible)) counts.right += 1;
    else {
      const { lane, connection, outcome } = sample;
      const said = `${lane} ${connection} ${outcome}: ${cause}, possible: ${[...possible].join(' ')}`;
      wrong[said] = (wrong[said] ?? 0) + 1;
    }
  }
  return { ...counts, wrong };
}

/** Where an old and a new pod are possible, naming one of them is wrong. */
function isRight(cause: Cause, possible: ReadonlySet<Cause>): boolean {
  if (possible.has('endpoint-lag') && possible.has('not-ready')) return false;
  return [...possible].map(remedyOf).includes(remedyOf(cause));
}

function isUnsure(cause: Cause, possible: ReadonlySet<Cause>): boolean {
  if (cause === 'unexplained') return true;
  return (
    cause === 'lag-or-not-ready' && (possible.size === 0 || possible.has('endpoint-lag') || possible.has('not-ready'))
  );
}

/** Whether a pod ended or closed a connection a client cannot tell, and the remedy is one: an application that drains. */
function remedyOf(cause: Cause): Cause {
  return cause === 'closed-connection' ? 'killed' : cause;
}

/** As `verify` sees it: without the logs of the pods, and of an application that does not name them. */
export function unnamed(measurement: Measurement): Measurement {
  return { ...measurement, samples: measurement.samples.map(({ pod: _, ...sample }) => sample) };
}
