// The policy of one workload: the layers that match it, merged field by field.
//
// Lowest first: built-in defaults; the ClusterRolloutPolicies whose selectors match, by priority; the RolloutPolicies of the
// namespace; the annotations of the Namespace; those of the workload. Among documents of one kind and priority the
// alphabetically first name wins. Contradictions after the merge are resolved by resolve-conflicts.ts.

import type { Namespace } from '../workload/kubernetes.ts';
import {
  mentionsUs,
  namespaceLabelMistakes,
  type ParsedAnnotations,
  readAnnotations,
  workloadLabelMistakes,
} from './annotations.ts';
import { candidatesIn, rank, selectedBy } from './candidates.ts';
import { builtInDraft, copyOf, type Draft, overlay, toPolicy, underlay } from './layers.ts';
import type { Index, Policies, Resolved, Selection, View } from './policies.ts';
import { lowerMode, type Mode } from './policy.ts';
import { resolveConflicts } from './resolve-conflicts.ts';

export interface PolicySubject {
  /** Its kind, for sentences about its annotations. */
  readonly kind: string;
  /** Its labels need not include `kubernetes.io/metadata.name`; an unknown namespace has no other label. */
  readonly namespace: Namespace;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

const nameLabel = 'kubernetes.io/metadata.name';

/** Never throws. Without hitless annotations the same selection object is returned for the same layers: do not write to it. */
export function selectPolicy({ index }: Policies, { kind, namespace, labels, annotations }: PolicySubject): Selection {
  const view = viewOf(index, namespace);
  const resolved = resolve(index, view, labels);
  if (!mentionsUs(annotations) && !mentionsUs(labels)) return resolved.selection;
  const told = readAnnotations(annotations, kind);
  const mistakes = [...told.mistakes, ...workloadLabelMistakes(labels, kind)];
  const mode = lowerMode(told.mode ?? 'enforce', view.told.mode ?? 'enforce');
  return select(laidOver(resolved.draft, told), { mode, above: view.told.mistakes, own: mistakes, kind });
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
  // The API server sets this label on every Namespace; a file need not have it.
  const namespace = { name, labels: { [nameLabel]: name, ...labels }, annotations };
  return { candidates: candidatesIn(namespace, cluster, rank(own)), own, told: { ...told, mistakes } };
}

function resolve(index: Index, view: View, labels: PolicySubject['labels']): Resolved {
  const selected = selectedBy(labels, view.candidates);
  const key = `${index.numberOf(view)} ${selected.join()}`;
  const known = index.resolved.get(key);
  if (known !== undefined) return known;
  const draft = laidOver(merge(index, view, selected), view.told);
  const resolved = {
    draft,
    selection: select(draft, { mode: view.told.mode ?? 'enforce', above: view.told.mistakes, own: [] }),
  };
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
}

function select(draft: Draft, { mode, above, own, kind }: Aside): Selection {
  const resolved = copyOf(draft);
  const dropped = resolveConflicts(resolved);
  // A sentence about the workload's own annotations begins with its kind.
  const ownMistakes = [...own, ...dropped.filter((text) => kind !== undefined && text.startsWith(`${kind} `))];
  return { policy: toPolicy(resolved), mode, mistakes: [...above, ...own, ...dropped], ownMistakes };
}
