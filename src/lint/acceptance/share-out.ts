// A baseline accepts a finding as often as it has it. Where there are more of the same, those in the first files are accepted and the
// others count: decided once all files are judged, because they are judged in any order.

import { fingerprintOf } from '../fingerprint.ts';
import { byPlace } from '../lint.ts';
import type { FileWorkload } from '../result.ts';
import type { Accepted, Counts } from './acceptance.ts';

/** What became of the entries of the configuration and of the baseline. */
export interface AcceptanceOutcome {
  /** For each part, how many of its findings are accepted, where that is not all of them. */
  readonly limits: readonly Counts[];
  /** What the baseline has more often than it was found. */
  readonly unused: Counts;
  /** The places of the entries that something matched. */
  readonly entries: ReadonlySet<string>;
}

/** `parts`: what was accepted in each, in the order of the files. */
export function acceptanceOutcomeOf(parts: readonly Accepted[], baseline: Counts): AcceptanceOutcome {
  const unused = new Map(baseline);
  const limits = parts.map(({ known }) => limitsIn(known, unused));
  return { limits, unused, entries: new Set(parts.flatMap(({ entries }) => [...entries])) };
}

/** Takes what a part has out of `unused`. */
function limitsIn(known: Counts, unused: Map<string, number>): Counts {
  const limits = new Map<string, number>();
  for (const [fingerprint, count] of known) {
    const left = unused.get(fingerprint) ?? 0;
    if (left < count) limits.set(fingerprint, left);
    if (left <= count) unused.delete(fingerprint);
    else unused.set(fingerprint, left - count);
  }
  return limits;
}

/** The workloads of a part: what is beyond its limits counts. */
export function* withinLimits(workloads: Iterable<FileWorkload>, limits: Counts): Generator<FileWorkload> {
  const left = new Map(limits);
  for (const one of workloads) yield limits.size === 0 ? one : withinLimit(one, left);
}

function withinLimit(workload: FileWorkload, left: Map<string, number>): FileWorkload {
  const beyond = (workload.ignored ?? []).filter((one) => {
    if (one.ignored.by !== 'baseline') return false;
    const fingerprint = fingerprintOf(workload.object, one);
    const count = left.get(fingerprint);
    if (count === undefined) return false;
    left.set(fingerprint, count - 1);
    return count < 1;
  });
  if (beyond.length === 0) return workload;
  const { ignored = [], ...others } = workload;
  const accepted = ignored.filter((one) => !beyond.includes(one));
  const counting = beyond.map(({ ignored: _, ...one }) => one);
  return {
    ...others,
    diagnostics: [...workload.diagnostics, ...counting].sort(byPlace),
    ...(accepted.length > 0 && { ignored: accepted }),
  };
}
