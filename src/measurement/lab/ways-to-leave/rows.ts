// The rows of the lab for each way to leave, and what is measured of them unless told otherwise.

import type { LabKindName } from '../lab-kinds.ts';
import type { LabRow } from '../result.ts';
import { fixNamesOf } from '../rows.ts';
import type { LeaveName } from './names.ts';
import { wayOf } from './ways.ts';

/** Each row for each of the ways; undefined among them is a rollout, the row as it is. */
export function leavingRows(rows: readonly LabRow[], ways: readonly (LeaveName | undefined)[]): readonly LabRow[] {
  return ways.flatMap((leave) =>
    leave === undefined ? rows : rows.map((row) => ({ ...row, leave, title: `${wayOf(leave).title}: ${row.title}` })),
  );
}

/** What a single fix gains is told by rollouts. */
export function leavingFixNames(kind: LabKindName): readonly string[] {
  return fixNamesOf(kind).filter((name) => !name.includes('/'));
}
