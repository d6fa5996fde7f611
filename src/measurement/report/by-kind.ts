// The rows of the lab by kind of workload: nothing against all of hitless, with an application that drains.

import { labKindOf } from '../lab/lab-kinds.ts';
import type { RowResult } from '../lab/result.ts';
import { hasSurge } from '../lab/rows.ts';

export interface KindLosses {
  /** Such as `StatefulSet, 2 replicas`. */
  readonly title: string;
  /** Absent: not measured. */
  readonly nothing: RowResult | undefined;
  /** Everything that hitless writes. */
  readonly all: RowResult | undefined;
  /** What it only asks for as well; absent where it writes everything. */
  readonly advised: RowResult | undefined;
  /** No setting brings it to 0: its only pod ends before the next one starts. */
  readonly isFloor: boolean;
}

/** In the order in which they come. */
export function byKind(rows: readonly RowResult[]): readonly KindLosses[] {
  const measured = rows.filter(({ leave, drains, rollouts }) => leave === undefined && drains && rollouts.length > 0);
  const groups = Map.groupBy(measured, (row) => titleOf(row));
  return [...groups].map(([title, group]): KindLosses => {
    const find = (fixes: string) => group.find((row) => row.fixes === fixes);
    const isFloor = group.some((row) => row.replicas === 1 && !hasSurge(row));
    return { title, nothing: find('nothing'), all: find('all'), advised: find('advised'), isFloor };
  });
}

function titleOf(row: RowResult): string {
  const { title, kind } = labKindOf(row);
  if (kind.perNode === true) return `${title}, 1 pod on each node`;
  return `${title}, ${row.replicas} ${row.replicas === 1 ? 'replica' : 'replicas'}`;
}

/** The heads of the columns, after that of the kind. */
export const kindColumns = ['nothing', 'all of hitless', 'and the readinessProbe that it asks for'] as const;

export const floorNote =
  'A StatefulSet has no surge: with one replica the pod ends before its successor starts, and that gap is the least that a rollout loses.';
