// The documents that may count in one namespace, and a quick way to those that count for one workload.

import type { Namespace } from '../workload/kubernetes.ts';
import { matches } from '../workload/selector.ts';
import type { PolicyDocument } from './policy.ts';

type Texts = Readonly<Record<string, string>>;

/** The documents that may count in one namespace, lowest first; the others by their index among them, ascending. */
export interface Candidates {
  readonly documents: readonly PolicyDocument[];
  /** They count for every workload of the namespace. */
  readonly always: readonly number[];
  /** Those with matchLabels, under the first pair of them: label key, then value. */
  readonly byLabel: ReadonlyMap<string, ReadonlyMap<string, readonly number[]>>;
  /** Those that have to be tried. */
  readonly others: readonly number[];
}

/** Lowest first, of one kind: by priority. Among equals the alphabetically first name is the highest; of two documents with one name the later one. */
export function rank(documents: readonly PolicyDocument[]): readonly PolicyDocument[] {
  return documents.toSorted((a, b) => a.priority - b.priority || compare(b.name, a.name));
}

/** By code unit: the same on every machine. */
function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/** `cluster`, `own`: the ClusterRolloutPolicies, and the RolloutPolicies of this namespace, each ranked. */
export function candidatesIn(
  { labels }: Namespace,
  cluster: readonly PolicyDocument[],
  own: readonly PolicyDocument[],
): Candidates {
  const documents = [...cluster.filter(({ namespaceSelector }) => matches(namespaceSelector, labels)), ...own];
  const always: number[] = [];
  const others: number[] = [];
  const byLabel = new Map<string, Map<string, number[]>>();
  documents.forEach(({ workloadSelector }, index) => {
    const { matchLabels = {}, matchExpressions = [] } = workloadSelector ?? {};
    const pair = Object.entries(matchLabels)[0];
    if (pair !== undefined) add(byLabel, pair, index);
    else (matchExpressions.length === 0 ? always : others).push(index);
  });
  return { documents, always, byLabel, others };
}

function add(byLabel: Map<string, Map<string, number[]>>, [key, value]: [string, string], index: number): void {
  const values = byLabel.get(key) ?? new Map<string, number[]>();
  const indexes = values.get(value) ?? [];
  indexes.push(index);
  byLabel.set(key, values.set(value, indexes));
}

const none: readonly number[] = [];

/** Those that count for a workload with these labels, beside the ones that always count; ascending. */
export function selectedBy(labels: Texts, { documents, byLabel, others }: Candidates): readonly number[] {
  if (byLabel.size === 0 && others.length === 0) return none;
  const tried = others.filter((index) => matches(documents[index]?.workloadSelector, labels));
  for (const key in labels) {
    const value = labels[key];
    const list = value === undefined ? none : (byLabel.get(key)?.get(value) ?? none);
    for (const index of list) if (matches(documents[index]?.workloadSelector, labels)) tried.push(index);
  }
  return tried.length > 1 ? tried.sort((a, b) => a - b) : tried;
}
