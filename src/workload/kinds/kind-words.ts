// A workload as people name it to kubectl: `deployment/web`, `deploy/web`, `deployments.apps/web`.

import { eitherOf } from '../../text/list.ts';
import type { WorkloadKind } from './kind.ts';
import { workloadKinds } from './kinds.ts';

/** Undefined for a word that names no kind. */
export function kindByWord(word: string): WorkloadKind | undefined {
  return workloadKinds().find((one) => wordsFor(one).includes(word.toLowerCase()));
}

function wordsFor({ kind, group, resource, shortNames = [] }: WorkloadKind): readonly string[] {
  const names = [kind.toLowerCase(), resource];
  return [...shortNames, ...names, ...names.map((name) => `${name}.${group}`)];
}

/** `TYPE/NAME` with a known type; undefined for another text. */
export function readTypeAndName(text: string): { readonly kind: WorkloadKind; readonly name: string } | undefined {
  const [, word = '', name = ''] = /^([A-Za-z.]+)\/([a-z0-9.-]+)$/.exec(text) ?? [];
  const kind = kindByWord(word);
  return kind === undefined ? undefined : { kind, name };
}

/** `deployment/NAME`, or `deployment/NAME or statefulset/NAME`. */
export function typesAndNames(kinds = workloadKinds()): string {
  // Two groups can have a kind of the same name.
  return eitherOf([...new Set(kinds.map(({ kind }) => `${kind.toLowerCase()}/NAME`))]);
}
