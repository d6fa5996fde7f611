// Which policies select how many workloads, and how many of those take at least one field from them.

import type { Namespace } from '../workload/kubernetes.ts';
import type { Policies, Selection } from './policies.ts';
import { type FieldOrigin, layerOf, originOf, type PolicyDocument } from './policy.ts';
import { selectableLabels, selectWithDocuments } from './select.ts';
import { indexSelectors } from './selector-index.ts';

/** The part of a workload that policies select by. */
export interface WorkloadMetadata {
  readonly kind: string;
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

/** What hitless does in a namespace; never: it is not called there. */
export type NamespaceMode = 'enforce' | 'audit' | 'never';

export interface ReachOptions {
  readonly policies: Policies;
  readonly modeFor: (namespace: Namespace) => NamespaceMode;
}

export interface PolicyReach {
  readonly document: PolicyDocument;
  /** How many namespaces it selects; of a RolloutPolicy its own, unless that is gone. */
  readonly namespaces: number;
  /** How many of them are opted in, and the name of the first one. */
  readonly optedIn: number;
  readonly firstOptedIn: string | undefined;
  /** How many workloads it selects in them, by kind; kinds without any are left out. */
  readonly workloads: Readonly<Record<string, number>>;
  /** How many workloads that is together. */
  readonly matched: number;
  /** Of these, how many take at least one field or lock from it, by what hitless does with them; the others have all of them from higher layers. */
  readonly applied: Readonly<Record<'enforce' | 'audit' | 'off', number>>;
  /** How many of those in audit mode are so only because the kinds of their policy do not name theirs. */
  readonly onlyReported: number;
}

/** For namespaces and workloads that come one by one. */
export interface ReachCount {
  /** Each of them once, opted in or not, before the workloads in it. */
  readonly addNamespace: (namespace: Namespace) => void;
  /** One in a namespace that is not opted in does not count. */
  readonly add: (workload: WorkloadMetadata) => void;
  /** Of every policy, in the order of `policies.documents`. */
  readonly result: () => readonly PolicyReach[];
}

export interface Reached extends ReachOptions {
  readonly namespaces: readonly Namespace[];
}

/** Of every policy, in the order of `policies.documents`. */
export function policyReach(options: Reached, workloads: Iterable<WorkloadMetadata>): readonly PolicyReach[] {
  const reach = countReach(options);
  for (const namespace of options.namespaces) reach.addNamespace(namespace);
  for (const workload of workloads) reach.add(workload);
  return reach.result();
}

export function countReach({ policies, modeFor }: ReachOptions): ReachCount {
  const { documents } = policies;
  const homes = new Map<string, Home>();
  const tallies = new Map(documents.map((document) => [document, createTally(document)]));
  const countNamespace = namespaceCounts([...tallies.values()]);
  const originsIn = createOrigins();
  return {
    addNamespace: (namespace) => {
      const mode = modeFor(namespace);
      if (mode !== 'never') homes.set(namespace.name, { namespace, mode });
      countNamespace.add(namespace, mode !== 'never');
    },
    add: ({ kind, namespace: name, labels, annotations }) => {
      const home = homes.get(name);
      if (home === undefined) return;
      const subject = { kind, namespace: home.namespace, labels, annotations };
      const { documents: matching, selection } = selectWithDocuments(policies, subject);
      if (matching.length === 0) return;
      const mode = selection.mode === 'enforce' ? home.mode : selection.mode;
      const origins = originsIn(selection);
      for (const document of matching) {
        const tally = tallies.get(document);
        if (tally === undefined) continue;
        tally.workloads[kind] = (tally.workloads[kind] ?? 0) + 1;
        tally.matched += 1;
        if (document.locked === undefined && !origins.has(tally.origin)) continue;
        tally.applied[mode] += 1;
        if (selection.onlyReported !== undefined && home.mode === 'enforce') tally.onlyReported += 1;
      }
    },
    result: () => documents.flatMap((document) => countNamespace.complete(tallies.get(document)) ?? []),
  };
}

/** A namespace that is opted in. */
interface Home {
  readonly namespace: Namespace;
  readonly mode: Exclude<NamespaceMode, 'never'>;
}

interface Counts {
  namespaces: number;
  optedIn: number;
  firstOptedIn: string | undefined;
}

type Tally = { -readonly [K in keyof PolicyReach]: PolicyReach[K] } & {
  readonly origin: FieldOrigin;
  readonly workloads: Record<string, number>;
  readonly applied: Record<'enforce' | 'audit' | 'off', number>;
};

const noNamespace = (): Counts => ({ namespaces: 0, optedIn: 0, firstOptedIn: undefined });

function createTally(document: PolicyDocument): Tally {
  const applied = { enforce: 0, audit: 0, off: 0 };
  const counts = { workloads: {}, matched: 0, applied, onlyReported: 0 };
  return { document, origin: originOf(document), ...noNamespace(), ...counts };
}

function count(counts: Counts, name: string, optsIn: boolean): void {
  counts.namespaces += 1;
  if (!optsIn) return;
  counts.optedIn += 1;
  counts.firstOptedIn ??= name;
}

/** A thousand policies and a hundred thousand namespaces: each namespace finds the policies that select it, and those that select all are counted once. */
function namespaceCounts(tallies: readonly Tally[]) {
  const own = Map.groupBy(
    tallies.filter(({ document }) => document.kind === 'RolloutPolicy'),
    ({ document: { namespace = 'default' } }) => namespace,
  );
  const cluster = tallies.filter(({ document }) => document.kind !== 'RolloutPolicy');
  const index = indexSelectors(cluster.map(({ document }) => document.namespaceSelector));
  const everywhere = new Set(index.always.map((place) => cluster[place]));
  const all = noNamespace();
  return {
    add: (namespace: Namespace, optsIn: boolean) => {
      const { name } = namespace;
      count(all, name, optsIn);
      for (const tally of own.get(name) ?? []) count(tally, name, optsIn);
      for (const place of index.selectedBy(selectableLabels(namespace))) {
        const tally = cluster[place];
        if (tally !== undefined) count(tally, name, optsIn);
      }
    },
    complete: (tally: Tally | undefined): PolicyReach | undefined =>
      tally !== undefined && everywhere.has(tally) ? { ...tally, ...all } : tally,
  };
}

/** The layers from which a selection has its fields. Many workloads share one selection. */
function createOrigins(): (selection: Selection) => ReadonlySet<FieldOrigin> {
  const known = new WeakMap<Selection, ReadonlySet<FieldOrigin>>();
  return (selection) => {
    const before = known.get(selection);
    if (before !== undefined) return before;
    const origins = new Set(Object.values(selection.policy.origins).map(layerOf));
    known.set(selection, origins);
    return origins;
  };
}
