// What one write changed in the three worlds, as flat maps of fields.

import { type Leaves, leavesOf } from '../cluster/leaves.ts';
import { deployment } from '../cluster/schema.ts';
import { sameJson } from '../cluster/typed.ts';
import type { Done } from './worlds.ts';

// biome-ignore lint/suspicious/noExplicitAny: JSON of any shape
type Any = any;

export interface Changes {
  readonly live: Leaves;
  readonly liveBefore: Leaves;
  readonly shadow: Leaves;
  readonly wrote: Leaves;
  readonly wroteBefore: Leaves;
  /** What the client sent as its manifest. */
  readonly sent: Leaves;
  /** The author changed the pod template: what is stored without us, or what he wrote down. */
  readonly templateStored: boolean;
  readonly templateWritten: boolean;
}

const none: Leaves = new Map();
/** Values of structs and atomic lists as text, so that they compare like numbers. */
function specLeaves(object: Any): Leaves {
  if (object?.spec === undefined) return none;
  const leaves = leavesOf(deployment, { spec: object.spec });
  return new Map([...leaves].map(([path, value]) => [path, typeof value === 'object' ? JSON.stringify(value) : value]));
}

export function changesOf({ before, after, manifest }: Done): Changes {
  const sameTemplate = (name: 'shadow' | 'wrote') => sameJson(before?.[name].spec.template, after[name].spec.template);
  return {
    live: specLeaves(after.live),
    liveBefore: specLeaves(before?.live),
    shadow: specLeaves(after.shadow),
    wrote: specLeaves(after.wrote),
    wroteBefore: specLeaves(before?.wrote),
    sent: specLeaves(manifest),
    templateStored: !sameTemplate('shadow'),
    templateWritten: !sameTemplate('wrote'),
  };
}

const defaults: readonly (readonly [RegExp, unknown])[] = [
  [/\.terminationGracePeriodSeconds$/, 30],
  [/\.max(Unavailable|Surge)$/, '25%'],
  [/\.strategy\.type$/, 'RollingUpdate'],
  [/\.(minReadySeconds|initialDelaySeconds)$/, 0],
  [/\.timeoutSeconds$/, 1],
  [/\.periodSeconds$/, 10],
  [/\.successThreshold$/, 1],
  [/\.failureThreshold$/, 3],
];

export function isApiDefault(path: string, value: unknown): boolean {
  return defaults.some(([pattern, known]) => pattern.test(path) && value === known);
}
