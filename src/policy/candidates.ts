// The documents that may apply in one namespace, indexed to find those that apply to one workload.

import type { Namespace } from '../workload/kubernetes.ts';
import { matches } from '../workload/selector.ts';
import type { PolicyDocument } from './policy.ts';

type Texts = Readonly<Record<string, string>>;

/** The documents that may apply in one namespace, lowest first, and their indexes by how they select, ascending. */
export interface Candidates {
  readonly documents: readonly PolicyDocument[];
  /** Documents that apply to every workload of the namespace. */
  readonly always: readonly number[];
  /** Documents with matchLabels, under the first pair of them: label key, then value. */
  readonly byLabel: ReadonlyMap<string, ReadonlyMap<string, readonly number[]>>;
  /** Documents whose selectors have to be evaluated. */
  readonly others: readonly number[];
}

/** Documents of one kind by priority, lowest first. Among equals the alphabetically first name is the highest; of two with one name, the later. */
export function rank(documents: readonly PolicyDocument[]): readonly PolicyDocument[] {
  return documents.toSorted((a, b) => a.priority - b.priority || compare(b.name, a.name));
}

/** By code unit, so that the order is the same on every machine. */
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

/** The documents that apply to a workload with these labels, besides those that always apply; ascending. */
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
