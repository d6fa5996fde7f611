// Which policy counts for one workload: the layers that match it, merged field by field.
//
// Lowest first: built-in defaults; the ClusterRolloutPolicies whose selectors match, by priority; the RolloutPolicies of the
// namespace; the annotations of the Namespace; those of the Deployment. Among documents of one kind and priority the
// alphabetically first name wins. What contradicts itself after the merge is made usable by settle.ts.

import type { Namespace } from '../workload/deployment.ts';
import {
  deploymentLabelMistakes,
  mentionsUs,
  namespaceLabelMistakes,
  readAnnotations,
  type Told,
} from './annotations.ts';
import { type Candidates, candidatesIn, rank, selectedBy } from './candidates.ts';
import { builtInDraft, copyOf, type Draft, overlay, toPolicy, underlay } from './layers.ts';
import type { Mode, PolicyDocument, ResolvedPolicy } from './policy.ts';
import { createRemembered, type Remembered } from './remembered.ts';
import { settle } from './settle.ts';

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

interface Index {
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
interface View {
  readonly candidates: Candidates;
  /** The list that it was made of. */
  readonly own: readonly PolicyDocument[];
  readonly told: Told;
}

interface Resolved {
  /** Before it was settled, for annotations of a Deployment to be laid over it. */
  readonly draft: Draft;
  readonly selection: Selection;
}

export interface Workload {
  /** Its labels need not hold `kubernetes.io/metadata.name`; a namespace that is not known has no other. */
  readonly namespace: Namespace;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
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

const nameLabel = 'kubernetes.io/metadata.name';

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

/** Never throws. Without annotations of ours the same selection object comes back for the same layers: do not write to it. */
export function selectPolicy({ index }: Policies, { namespace, labels, annotations }: Workload): Selection {
  const view = viewOf(index, namespace);
  const resolved = resolve(index, view, labels);
  if (!mentionsUs(annotations) && !mentionsUs(labels)) return resolved.selection;
  const told = readAnnotations(annotations, 'Deployment');
  const mistakes = [...told.mistakes, ...deploymentLabelMistakes(labels)];
  return select(laidOver(resolved.draft, told), lower(told.mode, view.told.mode), [view.told.mistakes, mistakes]);
}

function viewOf(index: Index, namespace: Namespace): View {
  const own = index.inNamespace(namespace.name);
  const known = index.views.get(namespace);
  if (known?.own === own) return known;
  const view = isUnknown(namespace) ? unknownView(index, namespace, own) : look(index, namespace, own);
  index.views.set(namespace, view);
  return view;
}

function isUnknown({ name, labels, annotations }: Namespace): boolean {
  const unlabelled = Object.entries(labels).every(([key, value]) => key === nameLabel && value === name);
  return unlabelled && Object.keys(annotations).length === 0;
}

function unknownView(index: Index, namespace: Namespace, own: View['own']): View {
  const known = index.unknown.get(namespace.name);
  if (known?.own === own) return known;
  const view = look(index, namespace, own);
  index.unknown.set(namespace.name, view);
  return view;
}

function look({ cluster }: Index, { name, labels, annotations }: Namespace, own: View['own']): View {
  const owner = `Namespace ${name}`;
  const told = readAnnotations(annotations, owner);
  const mistakes = [...told.mistakes, ...namespaceLabelMistakes(labels, owner)];
  // the API server sets this label on every Namespace, a file need not
  const namespace = { name, labels: { [nameLabel]: name, ...labels }, annotations };
  return { candidates: candidatesIn(namespace, cluster, rank(own)), own, told: { ...told, mistakes } };
}

function resolve(index: Index, view: View, labels: Workload['labels']): Resolved {
  const selected = selectedBy(labels, view.candidates);
  const key = `${index.numberOf(view)} ${selected.join()}`;
  const known = index.resolved.get(key);
  if (known !== undefined) return known;
  const draft = laidOver(merge(index, view, selected), view.told);
  const resolved = { draft, selection: select(draft, view.told.mode ?? 'enforce', [view.told.mistakes, []]) };
  index.resolved.set(key, resolved);
  return resolved;
}

function merge({ merged, numberOf }: Index, { candidates }: View, selected: readonly number[]): Draft {
  const ascending = [...candidates.always, ...selected].sort((a, b) => a - b);
  const documents = ascending.flatMap((index) => candidates.documents[index] ?? []);
  const key = documents.map(numberOf).join();
  const known = merged.get(key);
  if (known !== undefined) return known;
  const draft = builtInDraft();
  underlay(draft, documents);
  merged.set(key, draft);
  return draft;
}

function laidOver(draft: Draft, { layers }: Told): Draft {
  if (layers.length === 0) return draft;
  const copy = copyOf(draft);
  overlay(copy, layers);
  return copy;
}

/** `mistakes`: those of the namespace, and those of the workload. */
function select(draft: Draft, mode: Mode, [above, own]: readonly [readonly string[], readonly string[]]): Selection {
  const settled = copyOf(draft);
  const dropped = settle(settled);
  // One that the workload's own annotations contradict in themselves begins with where it stands.
  const ownMistakes = [...own, ...dropped.filter((text) => text.startsWith('Deployment '))];
  return { policy: toPolicy(settled), mode, mistakes: [...above, ...own, ...dropped], ownMistakes };
}

function lower(a: Told['mode'], b: Told['mode']): Mode {
  if (a === 'off' || b === 'off') return 'off';
  return a ?? b ?? 'enforce';
}
