// The rows of the lab by the way in which pods leave, with what hitless can and cannot do for each.

import { labKindOf } from '../lab/lab-kinds.ts';
import type { LabRow, RowResult } from '../lab/result.ts';
import { leavesLossless } from '../lab/rows.ts';
import { wayOf } from '../lab/ways-to-leave/ways.ts';
import { whatIsSet } from './labels.ts';

export interface LeaveLosses {
  /** Such as `evict a pod`. */
  readonly title: string;
  readonly verdict: string;
  /** Nothing is promised: what is lost with all of hitless, and an application that drains, is the least that can be had. */
  readonly isFloor: boolean;
  /** Of each column; undefined: not measured. */
  readonly rows: readonly (RowResult | undefined)[];
}

export interface ByLeave {
  /** Such as `all of hitless, application drains`. */
  readonly columns: readonly string[];
  readonly lines: readonly LeaveLosses[];
}

const rolloutVerdict =
  'Pods are replaced a few at a time, each by a successor that is ready: what the rules of hitless are made for.';

/** Rollouts are among the lines where they were measured beside other ways. undefined where nothing but rollouts was measured. */
export function byLeave(rows: readonly RowResult[]): ByLeave | undefined {
  const measured = rows.filter(({ fixes, rollouts }) => !fixes.includes('/') && rollouts.length > 0);
  if (measured.every(({ leave }) => leave === undefined)) return undefined;
  const columns = [...Map.groupBy(measured, whatIsSet).keys()];
  const groups = [...Map.groupBy(measured, (row) => titleOf(row, measured))];
  const lines = groups.map(([title, group]): LeaveLosses => {
    const leave = group[0]?.leave;
    return {
      title,
      verdict: leave === undefined ? rolloutVerdict : wayOf(leave).verdict,
      isFloor: !leavesLossless({ ...(leave && { leave }) }),
      rows: columns.map((column) => group.find((row) => whatIsSet(row) === column)),
    };
  });
  return { columns, lines };
}

/** With the kind and the replicas only where they differ. */
function titleOf(row: LabRow, rows: readonly LabRow[]): string {
  const way = row.leave === undefined ? 'rollout' : wayOf(row.leave).title;
  const kind = rows.some((other) => other.kind !== row.kind) ? `${labKindOf(row).title}: ` : '';
  const replicas = rows.some((other) => other.replicas !== row.replicas) ? `, ×${row.replicas}` : '';
  return `${kind}${way}${replicas}`;
}

/** Whether a count is such a floor. */
export function isLeast({ isFloor }: LeaveLosses, { fixes, drains, lost }: RowResult): boolean {
  return isFloor && fixes !== 'nothing' && drains && lost > 0;
}

export const cordonNote =
  'A drain cordons the node with most of the pods, evicts these and no others, and uncordons it when all have been replaced. On a cluster of one node they tolerate the cordon, as if another node took them.';
