// The entries of a baseline: made from what was found, compared with those before.

import type { Counts } from '../acceptance/acceptance.ts';
import type { Diagnostic } from '../diagnostic.ts';
import { fingerprintOf, stableMessage, subjectTitle } from '../fingerprint.ts';
import type { ObjectReference } from '../object-reference.ts';
import type { FileWorkload } from '../result.ts';
import type { BaselineEntry } from './format.ts';

export interface Found {
  readonly entries: readonly BaselineEntry[];
  /** How many workloads have one. */
  readonly workloads: number;
}

/** One for each fingerprint among what counts. */
export function entriesOf(examined: Iterable<FileWorkload>): Found {
  const entries = new Map<string, BaselineEntry>();
  let workloads = 0;
  for (const { object, diagnostics } of examined) {
    if (diagnostics.length > 0) workloads += 1;
    for (const one of diagnostics) {
      const fingerprint = fingerprintOf(object, one);
      const known = entries.get(fingerprint) ?? { ...described(object, one), fingerprint, count: 0 };
      entries.set(fingerprint, { ...known, count: known.count + 1 });
    }
  }
  return { entries: [...entries.values()], workloads };
}

function described(object: ObjectReference, found: Diagnostic) {
  return { object: subjectTitle(object, found), rule: found.rule, message: stableMessage(found) };
}

/** `before` without what is not found any more. */
export function pruned(before: readonly BaselineEntry[], found: Counts): readonly BaselineEntry[] {
  const left = before.map((one) => ({ ...one, count: Math.min(one.count, found.get(one.fingerprint) ?? 0) }));
  return left.filter(({ count }) => count > 0);
}

export function countedEntries(entries: readonly BaselineEntry[]): Counts {
  return new Map(entries.map(({ fingerprint, count }) => [fingerprint, count]));
}

/** How many findings are in `entries` and not in `others`. */
export function beyond(entries: readonly BaselineEntry[], others: readonly BaselineEntry[]): number {
  const known = countedEntries(others);
  return total(entries.map((one) => ({ count: Math.max(0, one.count - (known.get(one.fingerprint) ?? 0)) })));
}

export function total(entries: Iterable<{ readonly count: number }>): number {
  let sum = 0;
  for (const { count } of entries) sum += count;
  return sum;
}
