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
import { type Candidates, candidatesIn, type Ranking, rank, selectedBy } from './candidates.ts';
import { builtInDraft, copyOf, type Draft, overlay, toPolicy } from './layers.ts';
import type { Mode, PolicyDocument, ResolvedPolicy } from './policy.ts';
import { settle } from './settle.ts';

/** Policy documents made ready for many look-ups. */
export interface Policies {
  readonly documents: readonly PolicyDocument[];
  /** What selectPolicy needs and remembers; nobody else's business. */
  readonly index: Index;
}

interface Index {
  readonly ranking: Ranking;
  /** A source hands out a new Namespace object when it has changed, so identity is enough. */
  readonly views: WeakMap<Namespace, View>;
  /** By name, for namespaces of which nothing else is known: callers may make such objects for every request. */
  readonly unknown: Map<string, View>;
  /** Merged documents by the set of them. */
  readonly merged: Map<string, Draft>;
}

/** What is known of one namespace. */
interface View {
  readonly candidates: Candidates;
  readonly told: Told;
  /** By the set of documents that the workload's labels select. */
  readonly resolved: Map<string, Resolved>;
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

/** More sets of documents, or unknown namespaces, than this are not remembered at one time. */
const mostRemembered = 1_000;
/** The same for the sets of documents in one namespace. */
const mostRememberedInNamespace = 100;

export function compilePolicies(documents: readonly PolicyDocument[]): Policies {
  const index: Index = { ranking: rank(documents), views: new WeakMap(), unknown: new Map(), merged: new Map() };
  return { documents, index };
}

/** Never throws. Without annotations of ours the same selection object comes back for the same layers: do not write to it. */
export function selectPolicy({ index }: Policies, { namespace, labels, annotations }: Workload): Selection {
  const view = index.views.get(namespace) ?? viewOf(index, namespace);
  const resolved = resolve(index, view, labels);
  if (!mentionsUs(annotations) && !mentionsUs(labels)) return resolved.selection;
  const told = readAnnotations(annotations, 'Deployment');
  const mistakes = [...told.mistakes, ...deploymentLabelMistakes(labels)];
  return select(laidOver(resolved.draft, told), lower(told.mode, view.told.mode), [view.told.mistakes, mistakes]);
}

function viewOf(index: Index, namespace: Namespace): View {
  const { name, labels, annotations } = namespace;
  const isUnlabelled = Object.entries(labels).every(([key, value]) => key === nameLabel && value === name);
  const isUnknown = isUnlabelled && Object.keys(annotations).length === 0;
  const view = (isUnknown ? index.unknown.get(name) : undefined) ?? look(index, namespace);
  if (isUnknown) remember(index.unknown, name, view, mostRemembered);
  index.views.set(namespace, view);
  return view;
}

function look({ ranking }: Index, { name, labels, annotations }: Namespace): View {
  const owner = `Namespace ${name}`;
  const told = readAnnotations(annotations, owner);
  const mistakes = [...told.mistakes, ...namespaceLabelMistakes(labels, owner)];
  // the API server sets this label on every Namespace, a file need not
  const candidates = candidatesIn(ranking, { name, labels: { [nameLabel]: name, ...labels }, annotations });
  return { candidates, told: { ...told, mistakes }, resolved: new Map() };
}

function resolve(index: Index, view: View, labels: Workload['labels']): Resolved {
  const selected = selectedBy(labels, view.candidates, index.ranking);
  const key = selected.length === 0 ? '' : selected.join();
  const known = view.resolved.get(key);
  if (known !== undefined) return known;
  const draft = laidOver(merge(index, [...view.candidates.always, ...selected]), view.told);
  const resolved = { draft, selection: select(draft, view.told.mode ?? 'enforce', [view.told.mistakes, []]) };
  remember(view.resolved, key, resolved, mostRememberedInNamespace);
  return resolved;
}

function merge({ merged, ranking }: Index, selected: readonly number[]): Draft {
  const ascending = selected.toSorted((a, b) => a - b);
  const key = ascending.join();
  const known = merged.get(key);
  if (known !== undefined) return known;
  const draft = builtInDraft();
  for (const index of ascending) {
    const document = ranking.documents[index];
    if (document !== undefined) overlay(draft, [{ origin: originOf(document), spec: document.spec }]);
  }
  remember(merged, key, draft, mostRemembered);
  return draft;
}

function originOf({ kind, name, namespace = 'default' }: PolicyDocument): string {
  return kind === 'ClusterRolloutPolicy' ? `${kind} ${name}` : `${kind} ${namespace}/${name}`;
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

/** The oldest entry makes room. */
function remember<V>(cache: Map<string, V>, key: string, value: V, most: number): void {
  const oldest = cache.keys().next();
  if (cache.size >= most && !oldest.done && !cache.has(key)) cache.delete(oldest.value);
  cache.set(key, value);
}
