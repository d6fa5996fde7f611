// What `--leave` asks for: the ways, where they cannot be done, and what they need of the cluster's nodes.

import type { Api } from '../../cluster/client/api.ts';
import { type LabKindName, labKindOf } from '../../measurement/lab/lab-kinds.ts';
import type { PodSettings } from '../../measurement/lab/objects.ts';
import type { LabRow } from '../../measurement/lab/result.ts';
import { readyNodes } from '../../measurement/lab/ways-to-leave/cordon.ts';
import type { LeaveName } from '../../measurement/lab/ways-to-leave/names.ts';
import { wayOf } from '../../measurement/lab/ways-to-leave/ways.ts';

export type LeaveWord = LeaveName | 'rollout';

/** undefined: a rollout. */
export function leavesOf(words: readonly LeaveWord[] = ['rollout']): readonly (LeaveName | undefined)[] {
  return words.map((word) => (word === 'rollout' ? undefined : word));
}

interface Leaving {
  readonly leave?: readonly LeaveWord[];
  readonly kind: readonly LabKindName[];
  readonly replicas?: readonly number[];
  readonly parallel: number;
}

/** Why a way to leave cannot be done, or would never end. */
export function leaveMisuse({ leave, kind, replicas = [2], parallel }: Leaving): string | undefined {
  const ways = leavesOf(leave).filter((way) => way !== undefined);
  const perNode = kind.find((one) => labKindOf({ kind: one }).kind.perNode === true);
  if (ways.length > 0 && perNode !== undefined)
    return `--leave: must be rollout for a ${perNode}, which has no replicas, found ${JSON.stringify(ways.join(','))}`;
  const least = Math.min(...replicas);
  const needy = ways.find((way) => wayOf(way).fewestReplicas > least);
  if (needy !== undefined)
    return `--leave ${needy} requires at least 2 replicas, found --replicas ${replicas.join(',')}`;
  const cordoning = ways.find((way) => wayOf(way).cordons);
  if (cordoning === undefined || parallel === 1) return undefined;
  return `--leave ${cordoning} cordons a node, so measurements cannot run in parallel: omit --parallel`;
}

/** Frees the nodes that a killed run left cordoned. @throws ApiError */
export async function cordonSettings(api: Api, rows: readonly LabRow[]): Promise<Pick<PodSettings, 'toleratesCordon'>> {
  if (!rows.some(({ leave }) => leave !== undefined && wayOf(leave).cordons)) return {};
  return { toleratesCordon: !(await readyNodes(api)).hasOtherNode };
}
