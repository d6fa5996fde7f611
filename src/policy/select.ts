// The policy of one workload: the layers that match it, merged field by field.
//
// Lowest first: built-in defaults; the ClusterRolloutPolicies whose selectors match, by priority; the RolloutPolicies of the
// namespace; the annotations of the Namespace; those of the workload. Above all of them, rules that an annotation tells to
// ignore are off. Among documents of one kind and priority the alphabetically first name wins. Contradictions after the merge are resolved
// by resolve-conflicts.ts.

import type { Namespace } from '../workload/kubernetes.ts';
import { type ParsedAnnotations, readAnnotations } from './annotations.ts';
import { applyingDocuments, candidatesOf, rank, type Selections, selectionsBy } from './candidates.ts';
import { heedIgnores, mergedIgnores, type RuleIgnores } from './ignores.ts';
import { onlyReported } from './kinds-setting.ts';
import { namespaceLabelMistakes, workloadLabelMistakes } from './labels.ts';
import { builtInDraft, copyOf, type Draft, ignoredZeros, overlay, raiseLocked, toPolicy, underlay } from './layers.ts';
import { mentionsUs } from './near-misses.ts';
import type { Index, Policies, Resolved, Selected, Selection, View } from './policies.ts';
import { lowerMode, type Mode, type PolicyDocument } from './policy.ts';
import { resolveConflicts } from './resolve-conflicts.ts';

export interface PolicySubject {
  /** Its kind, for sentences about its annotations. */
  readonly kind: string;
  /** Its labels need not include `kubernetes.io/metadata.name`; an unknown namespace has no other label. */
  readonly namespace: Namespace;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  /** What is told to be ignored from elsewhere than annotations, which come first. */
  readonly ignores?: RuleIgnores | undefined;
  /** A rule of which nothing that ignores it counts. */
  readonly unignored?: string | undefined;
}

const nameLabel = 'kubernetes.io/metadata.name';

/** The API server sets the label of its name on every Namespace; a file need not have it. */
export function selectableLabels({ name, labels }: Pick<Namespace, 'name' | 'labels'>): Namespace['labels'] {
  return { [nameLabel]: name, ...labels };
}

/** Never throws. Without hitless annotations the same selection object is returned for the same layers and kind: do not write to it. */
export function selectPolicy(policies: Policies, subject: PolicySubject): Selection {
  return selectWithDocuments(policies, subject).selection;
}

/** The same, with the documents, so that no selector is evaluated twice. */
export function selectWithDocuments({ index }: Policies, subject: PolicySubject): Selected {
  const { kind, namespace, labels, annotations, ignores: others, unignored } = subject;
  const view = viewOf(index, namespace);
  const resolved = resolve(index, view, labels);
  const isAnnotated = mentionsUs(annotations) || mentionsUs(labels);
  if (!isAnnotated && others === undefined && unignored === undefined) return selectedFor(kind, resolved);
  const told = readAnnotations(annotations, kind);
  const mistakes = [...told.mistakes, ...workloadLabelMistakes(labels, kind)];
  const mode = lowerMode(told.mode ?? 'enforce', view.told.mode ?? 'enforce');
  const ignores = mergedIgnores([others, view.told.ignores, told.ignores], unignored);
  const aside = { mode, above: view.told.mistakes, own: mistakes, kind, ignores };
  const selection = select(laidOver(resolved.draft, told), aside);
  return { documents: resolved.documents, selection: heedKinds(selection, kind) };
}

/** Without annotations of the workload. */
function selectedFor(kind: string, resolved: Resolved): Selected {
  const { documents, selection, reported } = resolved;
  if (selection.policy.kinds.includes(kind)) return resolved;
  const known = reported.get(kind);
  if (known !== undefined) return known;
  const made = { documents, selection: heedKinds(selection, kind) };
  reported.set(kind, made);
  return made;
}

/** A kind that the policy does not name is judged in audit mode. */
function heedKinds(selection: Selection, kind: string): Selection {
  if (selection.mode !== 'enforce') return selection;
  const reason = onlyReported(selection.policy, kind);
  return reason === undefined ? selection : { ...selection, mode: 'audit', onlyReported: reason };
}

function viewOf(index: Index, namespace: Namespace): View {
  const own = index.inNamespace(namespace.name);
  const known = index.views.get(namespace.name);
  if (known?.namespace === namespace && known.own === own) return known;
  if (isUnknown(namespace)) return unknownView(index, namespace, own);
  const view = look(index, namespace, own);
  index.views.set(namespace.name, view);
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

function look({ cluster }: Index, namespace: Namespace, own: View['own']): View {
  const { name, labels, annotations } = namespace;
  const owner = `Namespace ${name}`;
  const told = readAnnotations(annotations, owner);
  const mistakes = [...told.mistakes, ...namespaceLabelMistakes(labels, owner)];
  const groups = cluster.inNamespace(selectableLabels({ name, labels }));
  const ownGroup = own.length === 0 ? undefined : candidatesOf(rank(own), ranksFrom(cluster.count, own.length));
  return {
    namespace,
    candidates: ownGroup === undefined ? groups : [...groups, ownGroup],
    own,
    told: isPlain(told) && mistakes.length === 0 ? plain : { ...told, mistakes },
  };
}

/** Documents of the namespace are above all others. */
function ranksFrom(first: number, count: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => first + index);
}

/** Of a namespace without annotations and mistakes of its own. */
const plain: ParsedAnnotations = { mode: undefined, layers: [], mistakes: [] };

function isPlain({ layers, mode, ignores }: ParsedAnnotations): boolean {
  return layers.length === 0 && mode === undefined && ignores === undefined;
}

function resolve(index: Index, view: View, labels: PolicySubject['labels']): Resolved {
  const selected = selectionsBy(labels, view.candidates);
  const key = keyOf(index, view, selected);
  const known = index.resolved.get(key);
  if (known !== undefined) return known;
  const documents = applyingDocuments(view.candidates, selected);
  const draft = laidOver(merge(index, documents), view.told);
  const { mode = 'enforce', mistakes, ignores } = view.told;
  const resolved: Resolved = {
    documents,
    draft,
    selection: select(draft, { mode, above: mistakes, own: [], ignores }),
    reported: new Map(),
  };
  index.resolved.set(key, resolved);
  return resolved;
}

/** The same for all namespaces that have the same documents and nothing else of their own. */
function keyOf({ numberOf }: Index, { candidates, told }: View, selected: Selections): string {
  const groups = candidates.map((group, index) => `${numberOf(group)}:${selected[index]?.join() ?? ''}`);
  return `${numberOf(told)} ${groups.join(' ')}`;
}

function merge({ merged, numberOf }: Index, documents: readonly PolicyDocument[]): Draft {
  const key = documents.map(numberOf).join();
  const known = merged.get(key);
  if (known !== undefined) return known;
  const draft = builtInDraft();
  underlay(draft, documents);
  merged.set(key, draft);
  return draft;
}

function laidOver(draft: Draft, { layers }: ParsedAnnotations): Draft {
  if (layers.length === 0) return draft;
  const copy = copyOf(draft);
  overlay(copy, layers);
  return copy;
}

interface Aside {
  readonly mode: Mode;
  /** The mistakes of the namespace. */
  readonly above: readonly string[];
  /** The mistakes of the workload. */
  readonly own: readonly string[];
  /** The workload's kind; absent if it has no annotations or labels of hitless. */
  readonly kind?: string;
  readonly ignores: RuleIgnores | undefined;
}

function select(draft: Draft, { mode, above, own, kind, ignores: asked }: Aside): Selection {
  const resolved = copyOf(draft);
  const { ignores, locked } = heedIgnores(resolved, asked);
  raiseLocked(resolved);
  const dropped = [...draft.ignored, ...locked, ...ignoredZeros(draft), ...resolveConflicts(resolved)];
  const messages = dropped.map(({ message }) => message);
  // A sentence about the workload's own annotations begins with its kind.
  const ofWorkload = dropped.filter(({ message }) => kind !== undefined && message.startsWith(`${kind} `));
  const ownMistakes = [...own, ...ofWorkload.map(({ discreet }) => discreet)];
  return {
    ...{ policy: toPolicy(resolved), mode, mistakes: [...above, ...own, ...messages], ownMistakes },
    ...(ignores !== undefined && { ignores }),
  };
}
