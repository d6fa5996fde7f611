// The times of the writes at the API server as a table: what each variant adds to a write without one.

import { type Variant, variants } from './admission-objects.ts';
import { against, type Cell, table } from './markdown.ts';
import { median, quantile } from './statistics.ts';
import type { Operation } from './writes.ts';

/** Milliseconds, by round. */
export type Times = Readonly<Record<Operation, Readonly<Record<Variant, number[]>>>>;

const rows: readonly {
  readonly operation: Operation;
  readonly title: string;
  /** The most that hitless may add, as a multiple of what another variant adds. */
  readonly goal?: { readonly of: Variant; readonly most: number };
}[] = [
  { operation: 'create', title: 'CREATE, patched', goal: { of: 'hand-written', most: 1.1 } },
  { operation: 'create-complies', title: 'CREATE that complies', goal: { of: 'policy', most: 1 } },
  { operation: 'update', title: 'UPDATE of the image' },
];

const names: Readonly<Record<Variant, string>> = {
  none: 'no webhook',
  policy: 'MutatingAdmissionPolicy',
  'hand-written': 'hand-written webhook',
  hitless: 'hitless',
};

// Less cannot be told from nothing, and a multiple of it would say nothing.
const leastMs = 0.05;

export function timesTable(times: Times): string {
  const head = ['write', 'with', 'p50, ms', 'p95, ms', 'added p50', 'added p95', 'of hand-written', 'of policy'];
  const cells = rows.flatMap(({ operation, title, goal }) => {
    const at = times[operation];
    const multiple = (variant: Variant, of: Variant): Cell => {
      const [own, other] = [addedP50(at, variant), addedP50(at, of)];
      if (variant === of) return '';
      const most = variant === 'hitless' && goal?.of === of ? goal.most : undefined;
      if (other >= leastMs) return against(own / other, most);
      return most === undefined || own < leastMs ? 'of nothing' : `of nothing (goal ${most}: missed)`;
    };
    return variants.map((variant): Cell[] => {
      const row = [title, names[variant], quantile(at[variant], 0.5), quantile(at[variant], 0.95)];
      if (variant === 'none') return [...row, '', '', '', ''];
      const added = [addedP50(at, variant), quantile(at[variant], 0.95) - quantile(at.none, 0.95)];
      return [...row, ...added, multiple(variant, 'hand-written'), multiple(variant, 'policy')];
    });
  });
  return table(head, cells);
}

/** The median of the differences within a round, in which the machine was the same for all. */
function addedP50(at: Times[Operation], variant: Variant): number {
  return median(at[variant].map((ms, round) => ms - (at.none[round] ?? Number.NaN)));
}
