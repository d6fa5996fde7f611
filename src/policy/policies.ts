// Policy documents prepared for many look-ups: ranked once, with merged results cached within bounds.

import type { Namespace } from '../workload/kubernetes.ts';
import type { ParsedAnnotations } from './annotations.ts';
import { createRemembered, type Remembered } from './bounded-cache.ts';
import { type Candidates, type ClusterCandidates, clusterCandidates, rank } from './candidates.ts';
import type { RuleIgnores } from './ignores.ts';
import type { Draft } from './layers.ts';
import type { Mode, PolicyDocument, ResolvedPolicy } from './policy.ts';

/** Policy documents prepared for many look-ups. */
export interface Policies {
  readonly documents: readonly PolicyDocument[];
  /** Internal to selectPolicy: its look-ups and caches. */
  readonly index: Index;
}

/** The source of the documents. */
export interface PolicySource {
  readonly cluster: readonly PolicyDocument[];
  /** The RolloutPolicies of that namespace: a new list when one of them has changed, otherwise the same list. */
  readonly inNamespace: (namespace: string) => readonly PolicyDocument[];
  readonly all: () => readonly PolicyDocument[];
}

export interface Index {
  readonly cluster: ClusterCandidates;
  readonly inNamespace: PolicySource['inNamespace'];
  /** By name. A source returns a new Namespace object when it has changed, so identity is enough. */
  readonly views: Remembered<View>;
  /** By name, for namespaces of which nothing else is known: callers may create such objects for every request. */
  readonly unknown: Remembered<View>;
  /** Merged documents, by the set of documents. */
  readonly merged: Remembered<Draft>;
  /** Selections, by what the namespace has of its own and the set of documents that the workload's labels select. */
  readonly resolved: Remembered<Resolved>;
  readonly numberOf: (of: object) => number;
}

/** Everything that is known about one namespace. */
export interface View {
  readonly namespace: Namespace;
  /** The ClusterRolloutPolicies, then those of the namespace if there are any. */
  readonly candidates: readonly Candidates[];
  /** The list of RolloutPolicies that it was built from. */
  readonly own: readonly PolicyDocument[];
  readonly told: ParsedAnnotations;
}

export interface Selection {
  readonly policy: ResolvedPolicy;
  /** The highest mode that the annotations of the namespace and the workload allow, and the policy's kinds. */
  readonly mode: Mode;
  /** Why the kind of the workload keeps the mode at audit; absent where it does not lower the mode. */
  readonly onlyReported?: string;
  /** The rules that annotations of the workload and its namespace tell to ignore; absent for none. */
  readonly ignores?: RuleIgnores;
  /** One sentence for each annotation under hitless.dev/ that was ignored. */
  readonly mistakes: readonly string[];
  /** The mistakes of the workload itself, in words that name no policy. */
  readonly ownMistakes: readonly string[];
}

export interface Resolved {
  /** Those that it was merged from, lowest first. */
  readonly documents: readonly PolicyDocument[];
  /** The policy before conflicts are resolved, so that a workload's annotations can be merged over it. */
  readonly draft: Draft;
  /** Of a workload whose kind is patched. */
  readonly selection: Selection;
  /** Of kinds that are only reported, each made when it is first asked for; by kind. */
  readonly reported: Map<string, Selected>;
}

export interface Selected {
  /** The documents that apply, lowest first. The same list for the same layers. */
  readonly documents: readonly PolicyDocument[];
  readonly selection: Selection;
}

/** Cache bounds in characters: for sets of documents and for unknown namespaces; and for the namespaces and selections of the whole cluster. */
const mostRemembered = 4_000_000;
const [mostViews, mostResolved] = [16_000_000, 16_000_000];
/** The approximate size of a merged policy without its key. */
const draftWeight = 4_000;
const viewWeight = 150;
/** Of a document of the namespace with its place in an index, and of one that other namespaces have as well. */
const [ownWeight, commonWeight] = [200, 8];
/** Of a place in a list. */
const referenceWeight = 4;

export function compilePolicies(documents: readonly PolicyDocument[]): Policies {
  const own = Map.groupBy(
    documents.filter(({ kind }) => kind === 'RolloutPolicy'),
    ({ namespace = 'default' }) => namespace,
  );
  return policiesOf({
    cluster: documents.filter(({ kind }) => kind === 'ClusterRolloutPolicy'),
    inNamespace: (namespace) => own.get(namespace) ?? none,
    all: () => documents,
  });
}

const none: readonly PolicyDocument[] = [];

/** Follows the lists of a source: when one namespace changes, only its own view is rebuilt. */
export function policiesOf({ cluster, inNamespace, all }: PolicySource): Policies {
  return {
    get documents() {
      return all();
    },
    index: {
      cluster: clusterCandidates(rank(cluster)),
      inNamespace,
      views: createRemembered(mostViews, weightOf),
      unknown: createRemembered(mostRemembered, weightOf),
      merged: createRemembered(mostRemembered, () => draftWeight),
      resolved: createRemembered(mostResolved, ({ documents, selection }) => {
        return draftWeight * 2 + documents.length * referenceWeight + lengthOf(selection.mistakes);
      }),
      numberOf: createNumbers(),
    },
  };
}

/** Of the groups, the first is the same for all namespaces. */
function weightOf({ candidates, own }: View): number {
  const common = candidates.slice(1).reduce((sum, { documents }) => sum + documents.length, 0);
  return viewWeight + own.length * ownWeight + common * commonWeight;
}

function lengthOf(texts: readonly string[]): number {
  return texts.reduce((sum, text) => sum + text.length, 0);
}

/** A number for each object for as long as it lives, used in keys of results derived from it. */
function createNumbers(): (of: object) => number {
  const numbers = new WeakMap<object, number>();
  let last = 0;
  return (of) => {
    const known = numbers.get(of);
    if (known !== undefined) return known;
    last += 1;
    numbers.set(of, last);
    return last;
  };
}
