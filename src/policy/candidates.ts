// The documents that may apply in one namespace, indexed to find those that apply to one workload.
//
// They come in groups. Namespaces have the same groups of ClusterRolloutPolicies: with thousands of policies, and thousands of namespaces
// in use, a group for each of them would take gigabytes.

import type { Namespace } from '../workload/kubernetes.ts';
import { createRemembered } from './bounded-cache.ts';
import type { PolicyDocument } from './policy.ts';
import { indexSelectors, type SelectorIndex } from './selector-index.ts';

/** Documents that may apply in the same namespaces, with an index of their workload selectors. */
export interface Candidates {
  readonly documents: readonly PolicyDocument[];
  /** Of each document, among all of its kind: a higher one wins. */
  readonly ranks: readonly number[];
  readonly workloads: SelectorIndex;
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

/** `ranks`: of each document. */
export function candidatesOf(documents: readonly PolicyDocument[], ranks: readonly number[]): Candidates {
  const workloads = indexSelectors(documents.map(({ workloadSelector }) => workloadSelector));
  return { documents, ranks, workloads };
}

export interface ClusterCandidates {
  /** How many documents there are. */
  readonly count: number;
  /** The same list for namespaces with the same documents: those without a namespaceSelector, and those that select these labels. */
  readonly inNamespace: (labels: Namespace['labels']) => readonly Candidates[];
}

/** In characters: of the groups that namespaces share. */
const mostRemembered = 4_000_000;
const documentWeight = 200;

/** `documents`: the ClusterRolloutPolicies, ranked. */
export function clusterCandidates(documents: readonly PolicyDocument[]): ClusterCandidates {
  const namespaces = indexSelectors(documents.map(({ namespaceSelector }) => namespaceSelector));
  const groupOf = (places: readonly number[]) =>
    candidatesOf(
      places.flatMap((place) => documents[place] ?? []),
      places,
    );
  const everywhere = groupOf(namespaces.always);
  const known = createRemembered<readonly Candidates[]>(mostRemembered, (groups) => sizeOf(groups) * documentWeight);
  return {
    count: documents.length,
    inNamespace: (labels) => {
      const places = namespaces.selectedBy(labels);
      const key = places.join();
      const groups = known.get(key) ?? (places.length === 0 ? [everywhere] : [everywhere, groupOf(places)]);
      known.set(key, groups);
      return groups;
    },
  };
}

function sizeOf(groups: readonly Candidates[]): number {
  return groups.slice(1).reduce((sum, { documents }) => sum + documents.length, 0);
}

/** Those of the documents of each group that apply to a workload with these labels, besides those that always apply. */
export type Selections = readonly (readonly number[])[];

export function selectionsBy(labels: Namespace['labels'], groups: readonly Candidates[]): Selections {
  return groups.map(({ workloads }) => workloads.selectedBy(labels));
}

/** All that apply, lowest first. */
export function applyingDocuments(groups: readonly Candidates[], selections: Selections): readonly PolicyDocument[] {
  const ranked = groups.flatMap(({ documents, ranks, workloads }, index) =>
    [...workloads.always, ...(selections[index] ?? [])].flatMap((place) => {
      const [document, rank] = [documents[place], ranks[place]];
      return document === undefined || rank === undefined ? [] : [{ document, rank }];
    }),
  );
  return ranked.sort((a, b) => a.rank - b.rank).map(({ document }) => document);
}
