// Policy documents made ready for many look-ups: ranked once, and what was merged of them remembered within bounds.

import type { Namespace } from '../workload/kubernetes.ts';
import type { ParsedAnnotations } from './annotations.ts';
import { createRemembered, type Remembered } from './bounded-cache.ts';
import { type Candidates, rank } from './candidates.ts';
import type { Draft } from './layers.ts';
import type { Mode, PolicyDocument, ResolvedPolicy } from './policy.ts';

/** Policy documents made ready for many look-ups. */
export interface Policies {
  readonly documents: readonly PolicyDocument[];
  /** What selectPolicy needs and remembers; nobody else's business. */
  readonly index: Index;
}

/** Where the documents are. */
export interface PolicySource {
  readonly cluster: readonly PolicyDocument[];
  /** The RolloutPolicies of that namespace: another list when one of them has changed, else the same. */
  readonly inNamespace: (namespace: string) => readonly PolicyDocument[];
  readonly all: () => readonly PolicyDocument[];
}

export interface Index {
  /** Lowest first. */
  readonly cluster: readonly PolicyDocument[];
  readonly inNamespace: PolicySource['inNamespace'];
  /** A source hands out a new Namespace object when it has changed, so identity is enough. */
  readonly views: WeakMap<Namespace, View>;
  /** By name, for namespaces of which nothing else is known: callers may make such objects for every request. */
  readonly unknown: Remembered<View>;
  /** Merged documents by the set of them. */
  readonly merged: Remembered<Draft>;
  /** By view and the set of documents that the workload's labels select. */
  readonly resolved: Remembered<Resolved>;
  readonly numberOf: (of: object) => number;
}

/** What is known of one namespace. */
export interface View {
  readonly candidates: Candidates;
  /** The list that it was made of. */
  readonly own: readonly PolicyDocument[];
  readonly told: ParsedAnnotations;
}

export interface Selection {
  readonly policy: ResolvedPolicy;
  /** What the annotations of the namespace and the workload allow at most. */
  readonly mode: Mode;
  /** Annotations under hitless.dev/ that were ignored: a sentence each. */
  readonly mistakes: readonly string[];
  /** Those of them that tell nothing but what the workload says itself. */
  readonly ownMistakes: readonly string[];
}

export interface Resolved {
  /** Before it was settled, for annotations of a Deployment to be laid over it. */
  readonly draft: Draft;
  readonly selection: Selection;
}

/** What is remembered at one time, in characters: sets of documents, and unknown namespaces; and answers, of the whole cluster. */
const mostRemembered = 4_000_000;
const mostResolved = 16_000_000;
/** About what a merged policy takes beside its key. */
const draftWeight = 4_000;
const viewWeight = 400;

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

/** Follows the lists of a source: when one namespace changes, only what is known of that one is made anew. */
export function policiesOf({ cluster, inNamespace, all }: PolicySource): Policies {
  return {
    get documents() {
      return all();
    },
    index: {
      cluster: rank(cluster),
      inNamespace,
      views: new WeakMap(),
      unknown: createRemembered(mostRemembered, ({ candidates }) => viewWeight + candidates.documents.length * 16),
      merged: createRemembered(mostRemembered, () => draftWeight),
      resolved: createRemembered(mostResolved, ({ selection }) => draftWeight * 2 + lengthOf(selection.mistakes)),
      numberOf: createNumbers(),
    },
  };
}

function lengthOf(texts: readonly string[]): number {
  return texts.reduce((sum, text) => sum + text.length, 0);
}

/** A number for each object, as long as somebody holds it: a key for what is made of it. */
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
