// Which policies select how many workloads, and how many of those take at least one field from them.

import type { Namespace } from '../workload/kubernetes.ts';
import { matches } from '../workload/selector.ts';
import type { Policies, Selection } from './policies.ts';
import { type FieldOrigin, layerOf, originOf, type PolicyDocument } from './policy.ts';
import { selectableLabels, selectWithDocuments } from './select.ts';

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
  /** All of them, opted in or not. */
  readonly namespaces: readonly Namespace[];
  readonly modeFor: (namespace: Namespace) => NamespaceMode;
}

export interface PolicyReach {
  readonly document: PolicyDocument;
  /** How many namespaces it selects; of a RolloutPolicy its own, unless that is gone. */
  readonly namespaces: number;
  /** Those of them that are opted in, by name. */
  readonly optedIn: readonly string[];
  /** How many workloads it selects in them, by kind; kinds without any are left out. */
  readonly workloads: Readonly<Record<string, number>>;
  /** How many workloads that is together. */
  readonly matched: number;
  /** Of these, how many take at least one field or lock from it, by what hitless does with them; the others have all of them from higher layers. */
  readonly applied: Readonly<Record<'enforce' | 'audit' | 'off', number>>;
  /** How many of those in audit mode are so only because the kinds of their policy do not name theirs. */
  readonly onlyReported: number;
}

/** For workloads that come page by page. */
export interface ReachCount {
  /** One in a namespace that is not opted in does not count. */
  readonly add: (workload: WorkloadMetadata) => void;
  /** Of every policy, in the order of `policies.documents`. */
  readonly result: () => readonly PolicyReach[];
}

/** Of every policy, in the order of `policies.documents`. */
export function policyReach(options: ReachOptions, workloads: Iterable<WorkloadMetadata>): readonly PolicyReach[] {
  const reach = countReach(options);
  for (const workload of workloads) reach.add(workload);
  return reach.result();
}

export function countReach({ policies, namespaces, modeFor }: ReachOptions): ReachCount {
  const { documents } = policies;
  const homes: Homes = new Map(namespaces.map((one) => [one.name, { namespace: one, mode: modeFor(one) }]));
  const tallies = new Map(documents.map((document) => [document, tallyOf(document, homes)]));
  const originsIn = createOrigins();
  return {
    add: ({ kind, namespace: name, labels, annotations }) => {
      const home = homes.get(name);
      if (home === undefined || home.mode === 'never') return;
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
    result: () => documents.flatMap((document) => tallies.get(document) ?? []),
  };
}

/** Of all namespaces, by name. */
type Homes = ReadonlyMap<string, { readonly namespace: Namespace; readonly mode: NamespaceMode }>;

interface Tally extends PolicyReach {
  readonly origin: FieldOrigin;
  readonly workloads: Record<string, number>;
  matched: number;
  readonly applied: Record<'enforce' | 'audit' | 'off', number>;
  onlyReported: number;
}

function tallyOf(document: PolicyDocument, homes: Homes): Tally {
  const selected = selectedHomes(document, homes);
  const optedIn = selected.filter(({ mode }) => mode !== 'never').map(({ namespace }) => namespace.name);
  const applied = { enforce: 0, audit: 0, off: 0 };
  const origin = originOf(document);
  const counts = { workloads: {}, matched: 0, applied, onlyReported: 0 };
  return { document, origin, namespaces: selected.length, optedIn, ...counts };
}

/** Thousands of RolloutPolicies in thousands of namespaces: each looks at its own only. */
function selectedHomes({ kind, namespace: name = 'default', namespaceSelector }: PolicyDocument, homes: Homes) {
  if (kind === 'RolloutPolicy') return [homes.get(name)].filter((home) => home !== undefined);
  return [...homes.values()].filter(({ namespace }) => matches(namespaceSelector, selectableLabels(namespace)));
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
