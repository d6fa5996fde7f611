// The documents that may count in one namespace, and a quick way to those that count for one workload.

import type { Namespace } from '../workload/deployment.ts';
import { matches } from '../workload/selector.ts';
import type { PolicyDocument } from './policy.ts';

type Texts = Readonly<Record<string, string>>;

/** All documents, lowest first, and which of them belong to a namespace, by their index. */
export interface Ranking {
  readonly documents: readonly PolicyDocument[];
  readonly cluster: readonly number[];
  readonly byNamespace: ReadonlyMap<string, readonly number[]>;
}

/** Indexes into Ranking.documents, ascending. */
export interface Candidates {
  /** They count for every workload of the namespace. */
  readonly always: readonly number[];
  /** Those with matchLabels, under the first pair of them: label key, then value. */
  readonly byLabel: ReadonlyMap<string, ReadonlyMap<string, readonly number[]>>;
  /** Those that have to be tried. */
  readonly others: readonly number[];
}

/**
 * Lowest first: ClusterRolloutPolicies by priority, then RolloutPolicies. Among equals the alphabetically first name is the
 * highest; of two documents with one name the later one.
 */
export function rank(given: readonly PolicyDocument[]): Ranking {
  const documents = given.toSorted(
    (a, b) => height(a) - height(b) || a.priority - b.priority || compare(b.name, a.name),
  );
  const byNamespace = new Map<string, number[]>();
  const cluster: number[] = [];
  documents.forEach(({ kind, namespace = 'default' }, index) => {
    if (kind === 'ClusterRolloutPolicy') cluster.push(index);
    else listIn(byNamespace, namespace).push(index);
  });
  return { documents, cluster, byNamespace };
}

function height({ kind }: PolicyDocument): number {
  return kind === 'ClusterRolloutPolicy' ? 0 : 1;
}

/** By code unit: the same on every machine. */
function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

export function candidatesIn({ documents, cluster, byNamespace }: Ranking, { name, labels }: Namespace): Candidates {
  const always: number[] = [];
  const others: number[] = [];
  const byLabel = new Map<string, Map<string, number[]>>();
  const chosen = cluster.filter((index) => matches(documents[index]?.namespaceSelector, labels));
  for (const index of [...chosen, ...(byNamespace.get(name) ?? [])]) {
    const { matchLabels = {}, matchExpressions = [] } = documents[index]?.workloadSelector ?? {};
    const pair = Object.entries(matchLabels)[0];
    if (pair !== undefined) add(byLabel, pair, index);
    else (matchExpressions.length === 0 ? always : others).push(index);
  }
  return { always, byLabel, others };
}

function add(byLabel: Map<string, Map<string, number[]>>, [key, value]: [string, string], index: number): void {
  const values = byLabel.get(key) ?? new Map<string, number[]>();
  listIn(values, value).push(index);
  byLabel.set(key, values);
}

function listIn(lists: Map<string, number[]>, key: string): number[] {
  const list = lists.get(key) ?? [];
  if (list.length === 0) lists.set(key, list);
  return list;
}

const none: readonly number[] = [];

/** Those that count for a workload with these labels, beside the ones that always count; ascending. */
export function selectedBy(labels: Texts, { byLabel, others }: Candidates, { documents }: Ranking): readonly number[] {
  if (byLabel.size === 0 && others.length === 0) return none;
  const tried = others.filter((index) => matches(documents[index]?.workloadSelector, labels));
  for (const key in labels) {
    const value = labels[key];
    const list = value === undefined ? none : (byLabel.get(key)?.get(value) ?? none);
    for (const index of list) if (matches(documents[index]?.workloadSelector, labels)) tried.push(index);
  }
  return tried.length > 1 ? tried.sort((a, b) => a - b) : tried;
}
