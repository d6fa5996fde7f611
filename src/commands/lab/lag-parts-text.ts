// The parts of the network's lag on a terminal.

import type { LagParts } from '../../measurement/analysis/lag-parts.ts';
import { lagPartCells, lagPartLabels, shownParts } from '../../measurement/report/lag-parts.ts';
import { table } from '../../terminal/table.ts';

/** Ends with a line break. */
export function lagPartsText({ parts, mode }: LagParts): string {
  const rows = shownParts([parts]).map((name) => [lagPartLabels[name], ...lagPartCells(name, parts[name])]);
  return table([[`lag by part (${mode})`, 'p50', 'p99', 'max', 'pods'], ...rows], { row: (line) => line });
}
