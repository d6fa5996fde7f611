// The ways to leave that the lab knows besides a rollout; a new one is a file beside this one, a word in names.ts and a line here.

import { crash } from './crash.ts';
import { deletion } from './delete.ts';
import { nodeDrain, nodeDrainWithBudget } from './drain.ts';
import { eviction } from './eviction.ts';
import { livenessRestart } from './liveness-restart.ts';
import type { LeaveName } from './names.ts';
import { scaleDown } from './scale-down.ts';
import { sigkill } from './sigkill.ts';
import type { PodAdditions, WayToLeave } from './way.ts';

const ways: Readonly<Record<LeaveName, WayToLeave>> = {
  'scale-down': scaleDown,
  delete: deletion,
  eviction,
  'drain-with-pdb': nodeDrainWithBudget,
  drain: nodeDrain,
  'liveness-restart': livenessRestart,
  crash,
  sigkill,
};

export function wayOf(name: LeaveName): WayToLeave {
  return ways[name];
}

/** On a node that is cordoned, if there is no other: as if another node took it. */
const cordonToleration = {
  tolerations: [{ key: 'node.kubernetes.io/unschedulable', operator: 'Exists', effect: 'NoSchedule' }],
};

/** What the pods of a row need for its way to leave; nothing for a rollout. */
export function additionsFor(
  { leave }: { readonly leave?: LeaveName },
  { toleratesCordon = false }: { readonly toleratesCordon?: boolean },
): Required<PodAdditions> {
  const { pods = {}, cordons = false } = leave === undefined ? {} : wayOf(leave);
  const { args = [], container = {}, spec = {} } = pods;
  return { args, container, spec: { ...spec, ...(cordons && toleratesCordon && cordonToleration) } };
}
