// Policies that are tried on a cluster: what hitless would write with them, against what it writes with those that the cluster has.

import type { Assessment } from '../../admission/assess.ts';
import { namespaceOf } from '../../admission/context.ts';
import type { ClusterState } from '../../cluster-state/cluster-state.ts';
import { compilePolicies } from '../../policy/policies.ts';
import { originOf, type PolicyDocument } from '../../policy/policy.ts';
import { selectWithDocuments } from '../../policy/select.ts';
import { type Change, changesOf } from '../../rules/finding.ts';
import type { Workload } from '../../workload/workload.ts';
import type { Acceptance } from '../acceptance/acceptance.ts';
import { assessLive, liveObject } from '../live.ts';
import type { ObjectReference } from '../object-reference.ts';
import { causesOf } from './causes.ts';
import { type ChangedEdit, changedEdits, writtenEdits } from './changed-edits.ts';

/** What is tried. */
export interface TrialPolicies {
  readonly documents: readonly PolicyDocument[];
  /** True where they count in place of all that the cluster has. */
  readonly isAlone: boolean;
}

/** added: the cluster has none of that name. replaced: it counts instead. removed: it is of the cluster, and does not count in the trial. */
export type PolicyFate = 'added' | 'replaced' | 'removed';

export interface TriedPolicy {
  /** The context of the cluster that it is tried in, where there are several. */
  readonly cluster?: string;
  /** `RolloutPolicy shop/web`. */
  readonly policy: string;
  readonly fate: PolicyFate;
}

/** A workload that would get other edits than today. */
export interface ChangedWorkload {
  readonly object: ObjectReference;
  /** The policies that are the reason. */
  readonly policies: readonly string[];
  readonly edits: readonly ChangedEdit[];
  /** What all edits write, today and in the trial. */
  readonly today: readonly Change[];
  readonly tried: readonly Change[];
}

export interface PolicyTrial {
  readonly policies: readonly TriedPolicy[];
  /** In the order of the workloads. */
  readonly changed: readonly ChangedWorkload[];
}

export interface TrialRun {
  /** The cluster as it would be with the policies. */
  readonly state: ClusterState;
  /** `tried`: what the rules say in that state. */
  readonly add: (workload: Workload, tried: Assessment) => void;
  readonly result: () => PolicyTrial;
}

/** `acceptance`: what accepts findings besides annotations, today and in the trial. */
export function createTrial(
  today: ClusterState,
  { documents, isAlone }: TrialPolicies,
  acceptance: Acceptance,
): TrialRun {
  const own = new Set(documents.map(originOf));
  const before = today.policies.documents;
  const staying = isAlone ? [] : before.filter((one) => !own.has(originOf(one)));
  const gone = new Set(before.filter((one) => !staying.includes(one)));
  const state = { ...today, policies: compilePolicies([...staying, ...documents]) };
  const changed: ChangedWorkload[] = [];
  return {
    state,
    add: (workload, tried) => {
      const now = assessLive(workload, { state: today, acceptance });
      const [from, to] = [writtenEdits(now), writtenEdits(tried)];
      const edits = changedEdits(from, to);
      if (edits.length === 0) return;
      const applying = [
        ...documentsFor(workload, state).filter((one) => documents.includes(one)),
        ...documentsFor(workload, today).filter((one) => gone.has(one)),
      ];
      const policies = causesOf({
        before: now.policy,
        after: tried.policy,
        among: [...new Set(applying.map(originOf))],
      });
      changed.push({ object: liveObject(workload), policies, edits, today: changesOf(from), tried: changesOf(to) });
    },
    result: () => ({ policies: fatesOf(documents, before, [...gone]), changed }),
  };
}

function fatesOf(
  documents: readonly PolicyDocument[],
  before: readonly PolicyDocument[],
  gone: readonly PolicyDocument[],
): readonly TriedPolicy[] {
  const known = new Set(before.map(originOf));
  const own = [...new Set(documents.map(originOf))];
  const removed = gone.map(originOf).filter((one) => !own.includes(one));
  return [
    ...own.map((policy) => ({ policy, fate: known.has(policy) ? ('replaced' as const) : ('added' as const) })),
    ...removed.toSorted().map((policy) => ({ policy, fate: 'removed' as const })),
  ];
}

/** Those that apply to the workload. */
function documentsFor(workload: Workload, state: ClusterState): readonly PolicyDocument[] {
  const { namespace = 'default', labels = {}, annotations = {} } = workload.metadata;
  const subject = { kind: workload.kind, namespace: namespaceOf(state, namespace), labels, annotations };
  return selectWithDocuments(state.policies, subject).documents;
}
