// What `hitless explain` is asked about: files, or workloads of a cluster, named as to kubectl.

import { existsSync } from 'node:fs';
import type { WorkloadKind } from '../../workload/kinds/kind.ts';
import { kindByWord, readTypeAndName, typesAndNames } from '../../workload/kinds/kind-words.ts';
import { workloadKinds } from '../../workload/kinds/kinds.ts';

export interface NamedWorkload {
  readonly kind: WorkloadKind;
  readonly name: string;
}

export type Target =
  | { readonly kind: 'workloads'; readonly workloads: readonly NamedWorkload[] }
  /** `notice`: to say about them. */
  | { readonly kind: 'files'; readonly notice?: string }
  | { readonly kind: 'mistake'; readonly sentence: string };

/** A file of that name wins, unless a flag says that a cluster is meant. */
export function explainTarget(
  words: readonly string[],
  {
    meansCluster,
    exists = existsSync,
  }: { readonly meansCluster: boolean; readonly exists?: (path: string) => boolean },
): Target {
  const workloads = !meansCluster && words.some((word) => manifest.test(word)) ? undefined : namedWorkloads(words);
  if (workloads === undefined) {
    if (!meansCluster) return words.some(exists) ? { kind: 'files' } : filesOrNames(words);
    const found = words.map((word) => JSON.stringify(word)).join(' ');
    return {
      kind: 'mistake',
      sentence: `with --context, --kubeconfig or another flag that names a cluster the argument must be ${typesAndNames()}, found ${found}`,
    };
  }
  const file = meansCluster ? undefined : words.find((word) => exists(word));
  if (file === undefined) return { kind: 'workloads', workloads };
  return {
    kind: 'files',
    notice: `${file} is a file or folder here and is read as one: add --context NAME or --kubeconfig FILE to ask the cluster`,
  };
}

/** A file may be missing; but `explain web -n shop` means a Deployment. */
function filesOrNames(words: readonly string[]): Target {
  const name = words.find((word) => kindByWord(word) === undefined);
  if (name === undefined || !words.every((word) => /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/.test(word)))
    return { kind: 'files' };
  const [usual] = workloadKinds();
  const sentence = `${name}: no such file or folder; for a ${usual?.kind} of the cluster write ${usual?.kind.toLowerCase()}/${name}`;
  return { kind: 'mistake', sentence };
}

/** No Deployment is called so, and `deploy/web.yaml` is a common place for one. */
const manifest = /\.(?:ya?ml|json)$/i;

/** `deployment/web`, several of these, or `deployment web` and more names. */
function namedWorkloads(words: readonly string[]): readonly NamedWorkload[] | undefined {
  const named = words.map(readTypeAndName);
  if (named.every((one) => one !== undefined)) return named;
  const [first = '', ...names] = words;
  const kind = kindByWord(first);
  const areNames = names.length > 0 && names.every((name) => /^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/.test(name));
  return kind !== undefined && areNames ? names.map((name) => ({ kind, name })) : undefined;
}
