// The parts of the network's lag in words, and as cells of a table.

import { type LagPart, type LagPartName, type LagParts, lagPartNames, lagPartsOf } from '../analysis/lag-parts.ts';
import type { DataPlaneMode } from '../analysis/pod-routes.ts';
import type { LabResult } from '../lab/result.ts';
import { duration } from './labels.ts';

export const lagPartLabels: Readonly<Record<LagPartName, string>> = {
  slice: 'deletion → EndpointSlice',
  rule: 'EndpointSlice → rule gone',
  network: 'deletion → rule gone',
  arrival: 'rule gone → last new connection',
  unheard: 'pod stopped listening → rule gone',
};

/** Parts of every terminating pod. */
const always: readonly LagPartName[] = ['slice', 'rule', 'network'];

/** What a reader has to know about the figures. */
export const lagPartsNote =
  'Deletion and EndpointSlice are timed when the API server reports them to the lab, rules when the node has them, connections when the pod accepts them. A time below 0 means that the last connection came before the rule went. The last two rows are of different pods: those that still listened when the rule went, and those that had stopped before.';

/** p50, p99, max and the number of pods. The last two parts need not happen; of the others nothing is known where they are absent. */
export function lagPartCells(name: LagPartName, part: LagPart | undefined): readonly string[] {
  const none = always.includes(name) ? 'unknown' : '';
  if (part === undefined) return [none, none, none, '0'];
  return [part.p50, part.p99, part.max].map(signed).concat(`${part.pods}`);
}

/** The parts that are known of at least one pod, in the order of time; the first three always. */
export function shownParts(all: readonly LagParts['parts'][]): readonly LagPartName[] {
  return lagPartNames.filter((name) => always.includes(name) || all.some((parts) => parts[name] !== undefined));
}

function signed(ms: number): string {
  if (Math.abs(ms) < 1) return '0 ms';
  return ms < 0 ? `−${duration(-ms)}` : duration(ms);
}

export interface LagPartsOfMode extends LagParts {
  readonly mode: DataPlaneMode;
  readonly rollouts: number;
  readonly commands: readonly string[];
}

/** Several runs of the lab, those of one mode together. */
export function byMode(results: readonly LabResult[]): readonly LagPartsOfMode[] {
  const runs = results.flatMap(({ lagParts, rows, command }) =>
    lagParts === undefined
      ? []
      : [{ ...lagParts, command, rollouts: rows.reduce((sum, row) => sum + row.rollouts.length, 0) }],
  );
  return [...Map.groupBy(runs, ({ mode }) => mode)].map(([mode, own]): LagPartsOfMode => {
    const pods = own.flatMap((run) => run.pods);
    return {
      mode,
      reads: own.map(({ reads }) => reads)[0] ?? '',
      resolutionMs: Math.max(...own.map(({ resolutionMs }) => resolutionMs)),
      parts: lagPartsOf(pods),
      pods,
      rollouts: own.reduce((sum, run) => sum + run.rollouts, 0),
      commands: [...new Set(own.map(({ command }) => command))],
    };
  });
}
