// The numbers of a whole result, taken in one walk through it.

import type { Severity } from '../../rules/finding.ts';
import { count } from '../../text/count.ts';
import type { Diagnostic, JudgedWorkload } from '../diagnostic.ts';
import type { ObjectReference } from '../object-reference.ts';
import { countBySeverity, severities } from '../result.ts';

type Counts = Readonly<Record<Severity, number>>;

export interface Totals {
  readonly counts: Counts;
  /** Those of the findings that are edits. */
  readonly edits: Counts;
  readonly leftAlone: number;
  readonly ignored: number;
  /** By kind, in the order in which the kinds come. */
  readonly kinds: ReadonlyMap<string, number>;
  /** True where some of it was rendered: an edit in a base would reach other overlays, and what a patch sets hides it. */
  readonly isRendered: boolean;
}

export function countTotals(examined: Iterable<JudgedWorkload>): Totals {
  const counts = { error: 0, warning: 0, note: 0 };
  const edits = { error: 0, warning: 0, note: 0 };
  const kinds = new Map<string, number>();
  let [leftAlone, ignored, isRendered] = [0, 0, false];
  for (const { object, diagnostics, skipped, ignored: own = [] } of examined) {
    for (const { severity, changes } of diagnostics) {
      counts[severity] += 1;
      if (changes.length > 0) edits[severity] += 1;
    }
    if (skipped !== undefined) leftAlone += 1;
    ignored += own.length;
    isRendered ||= isOfRendering(object);
    kinds.set(object.kind, (kinds.get(object.kind) ?? 0) + 1);
  }
  return { counts, edits, leftAlone, ignored, kinds, isRendered };
}

function isOfRendering({ rendered }: ObjectReference): boolean {
  return rendered !== undefined;
}

/** `1 error, 2 warnings`, each severity that there is. */
export function countsOf(counts: Counts): readonly string[] {
  return severities.filter((one) => counts[one] > 0).map((one) => count(counts[one], one));
}

export function tallyText(diagnostics: readonly Diagnostic[]): string {
  return countsOf(countBySeverity(diagnostics)).join(', ');
}
