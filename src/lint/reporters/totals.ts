// The numbers of a whole result, taken in one walk through it.

import type { Severity } from '../../rules/finding.ts';
import type { ObjectReference } from '../object-reference.ts';
import type { FileWorkloads } from '../result.ts';

type Counts = Readonly<Record<Severity, number>>;

export interface Totals {
  readonly counts: Counts;
  /** Those of the findings that are edits. */
  readonly edits: Counts;
  readonly leftAlone: number;
  /** By kind, in the order in which the kinds come. */
  readonly kinds: ReadonlyMap<string, number>;
  /** True where some of it was rendered: an edit in a base would reach other overlays, and what a patch sets hides it. */
  readonly isRendered: boolean;
}

export function countTotals(examined: FileWorkloads): Totals {
  const counts = { error: 0, warning: 0, note: 0 };
  const edits = { error: 0, warning: 0, note: 0 };
  const kinds = new Map<string, number>();
  let [leftAlone, isRendered] = [0, false];
  for (const { object, diagnostics, skipped } of examined) {
    for (const { severity, changes } of diagnostics) {
      counts[severity] += 1;
      if (changes.length > 0) edits[severity] += 1;
    }
    if (skipped !== undefined) leftAlone += 1;
    isRendered ||= isOfRendering(object);
    kinds.set(object.kind, (kinds.get(object.kind) ?? 0) + 1);
  }
  return { counts, edits, leftAlone, kinds, isRendered };
}

function isOfRendering({ rendered }: ObjectReference): boolean {
  return rendered !== undefined;
}
