// What the cluster state says about one workload: its namespace, its policy, its Services; and the plan that follows from them.

import type { ClusterState } from '../cluster-state/cluster-state.ts';
import { neverPatched } from '../policy/kinds-setting.ts';
import { templateMistakes } from '../policy/labels.ts';
import { mentionsUs } from '../policy/near-misses.ts';
import type { Selection } from '../policy/policies.ts';
import { isOwnAnnotation } from '../policy/policy.ts';
import { type PolicySubject, selectPolicy } from '../policy/select.ts';
import { type Plan, plan } from '../rules/plan.ts';
import type { Planned, StoredRollout } from '../rules/rule.ts';
import type { WorkloadKind } from '../workload/kinds/kind.ts';
import type { Namespace, Service } from '../workload/kubernetes.ts';
import type { PodTemplate, Workload } from '../workload/workload.ts';
import { knownIgnores } from './ignored-rules.ts';
import { surroundingsOf } from './surroundings.ts';

export function namespaceOf(state: ClusterState, name: string): Namespace {
  return state.namespace(name) ?? { name, labels: { 'kubernetes.io/metadata.name': name }, annotations: {} };
}

export function policyOf(
  state: ClusterState,
  namespace: Namespace,
  { kind, object, ignores, unignored }: Judged,
): Selection {
  const selected = selectPolicy(state.policies, {
    kind: kind.kind,
    namespace,
    labels: object.metadata.labels ?? {},
    annotations: object.metadata.annotations ?? {},
    ...{ ignores, unignored },
  });
  const named = knownIgnores(selected, kind.kind);
  const selection = kind.support === 'checked' ? onlyChecked(kind.kind, named) : named;
  const template = kind.templateOf(object) as PodTemplate | undefined;
  const { labels = {}, annotations = {} } = template?.metadata ?? {};
  if (!mentionsUs(annotations) && !mentionsUs(labels)) return selection;
  const misplaced = templateMistakes({ labels, annotations }, kind.kind);
  const { mistakes, ownMistakes } = selection;
  return { ...selection, mistakes: [...mistakes, ...misplaced], ownMistakes: [...ownMistakes, ...misplaced] };
}

/** Another API group may have a kind of the same name that is patched. */
function onlyChecked(kind: string, selection: Selection): Selection {
  const { mode, onlyReported } = selection;
  if (mode !== 'enforce' && onlyReported === undefined) return selection;
  return { ...selection, mode: 'audit', onlyReported: neverPatched(kind) };
}

/** An object and its kind, with what of a PolicySubject is not in the object. */
interface Judged extends Pick<PolicySubject, 'ignores' | 'unignored'> {
  readonly kind: WorkloadKind;
  readonly object: Workload;
}

/** What the author wrote, and how to tell it from defaults. */
export interface Authored {
  readonly kind: WorkloadKind;
  readonly author: Workload;
  readonly written: (path: string) => boolean;
  /** The stored object and the paths of its injections; absent for a new object and for a manifest. */
  readonly stored?: { readonly object: Workload; readonly ours: readonly string[] };
}

/** The input of the rules. */
export function subjectOf(
  { kind, author, written, stored }: Authored,
  state: ClusterState,
  { namespace, selection, services }: Context,
): Planned {
  return {
    kind,
    author,
    written,
    policy: selection.policy.spec,
    annotated: (setting) => isOwnAnnotation(kind, selection.policy.origins[setting]),
    ...(selection.ignores !== undefined && { ignored: selection.ignores }),
    services,
    surroundings: surroundingsOf(state, namespace.name, { kind, object: author }),
    ...(stored !== undefined && { stored: storedRollout(kind, stored) }),
    namespace,
    oldestNode: state.oldestNode,
  };
}

export function planFor(authored: Authored, state: ClusterState, context: Context): Plan {
  return plan(subjectOf(authored, state, context));
}

function storedRollout(kind: WorkloadKind, { object, ours }: NonNullable<Authored['stored']>): StoredRollout {
  const last = kind.lastRollout?.(object) ?? { what: 'unknown', detail: '', pods: 0, oldPods: 0 };
  return { last, template: kind.templateOf(object), holdsOurs: (path) => ours.includes(path) };
}

export interface Context {
  readonly namespace: Namespace;
  readonly selection: Selection;
  /** The Services that select the pods. */
  readonly services: readonly Service[];
}
