// The edits of a workload that differ between two policies: by rule and container, because a rule edits each of them once.

import type { Assessment } from '../../admission/assess.ts';
import type { Edit } from '../../rules/finding.ts';

/** new: it is not made today. other: it writes something else. dropped: it is no longer made. */
export type EditEffect = 'new' | 'other' | 'dropped';

export interface ChangedEdit {
  readonly effect: EditEffect;
  readonly rule: string;
  readonly container?: string;
  /** The edit as a phrase; absent where there is none. */
  readonly today?: string;
  readonly tried?: string;
}

/** What hitless writes, now or earlier; nothing into what it only reports. */
export function writtenEdits({ planned, onlyReported }: Assessment): readonly Edit[] {
  return onlyReported === undefined ? planned : [];
}

export function changedEdits(today: readonly Edit[], tried: readonly Edit[]): readonly ChangedEdit[] {
  const [from, to] = [byPlace(today), byPlace(tried)];
  const places = new Set([...from.keys(), ...to.keys()]);
  return [...places].flatMap((place) => changedAt(from.get(place), to.get(place)));
}

function byPlace(edits: readonly Edit[]): ReadonlyMap<string, readonly Edit[]> {
  return Map.groupBy(edits, ({ rule, container = '' }) => `${rule} ${container}`);
}

function changedAt(from: readonly Edit[] = [], to: readonly Edit[] = []): readonly ChangedEdit[] {
  const [first] = [...to, ...from];
  if (first === undefined || writes(from) === writes(to)) return [];
  const { rule, container } = first;
  const [today, tried] = [phrase(from), phrase(to)];
  return [
    {
      effect: effectOf(from.length, to.length),
      rule,
      ...(container !== undefined && { container }),
      ...(today !== '' && { today }),
      ...(tried !== '' && { tried }),
    },
  ];
}

function effectOf(before: number, after: number): EditEffect {
  if (before === 0) return 'new';
  return after === 0 ? 'dropped' : 'other';
}

function writes(edits: readonly Edit[]): string {
  return JSON.stringify(edits.map(({ changes }) => changes));
}

function phrase(edits: readonly Edit[]): string {
  return edits.map(({ summary }) => summary).join(', ');
}
