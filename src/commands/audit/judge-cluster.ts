// The workloads of one cluster, each judged when its page comes and then given up: what is kept is what was found.

import { annotationOf } from '../../admission/read-record.ts';
import type { Api } from '../../cluster/client/api.ts';
import type { OtherWorkloads } from '../../cluster/other-workloads.ts';
import type { Snapshot } from '../../cluster/snapshot.ts';
import type { WebhookCalls } from '../../cluster/webhook-configuration.ts';
import { allWorkloads, type UnreadKind } from '../../cluster/workloads.ts';
import type { ClusterState } from '../../cluster-state/cluster-state.ts';
import type { JudgedWorkload } from '../../lint/diagnostic.ts';
import { assessLive, judgeAssessed } from '../../lint/live.ts';
import type { NotJudged } from '../../lint/not-judged.ts';
import type { ObjectReference } from '../../lint/object-reference.ts';
import { createTrial, type TrialRun } from '../../lint/trial/policy-trial.ts';
import { countReach } from '../../policy/reach.ts';
import type { WorkloadKind } from '../../workload/kinds/kind.ts';
import { kindOf } from '../../workload/kinds/kinds.ts';
import type { Namespace } from '../../workload/kubernetes.ts';
import { countOwned, type OwnedObject } from '../../workload/owned-objects.ts';
import type { Workload } from '../../workload/workload.ts';
import type { AuditTask } from './audit-task.ts';
import { type CopiedWorkload, flaggerCopyIn, ownedBy } from './owned.ts';
import { effectiveMode } from './remarks.ts';
import type { AuditResult } from './result.ts';
import { selectableParts, unusedPolicies } from './unused-policies.ts';

/** What was read of a cluster before its workloads. */
export interface ClusterReading {
  readonly snapshot: Snapshot;
  /** Workloads that were read with it. */
  readonly listed: ReadonlyMap<WorkloadKind, readonly Workload[]>;
  readonly calls: WebhookCalls;
  readonly others: OtherWorkloads;
  readonly task: AuditTask;
}

export interface JudgedCluster extends Omit<AuditResult, 'isCalled' | 'problems'> {
  /** A sentence for each policy that selects nothing. */
  readonly unused: readonly string[];
  /** Kinds that may not be listed, but Deployments, without which there is no audit. */
  readonly unread: readonly UnreadKind[];
}

export async function judgeCluster(api: Api, reading: ClusterReading): Promise<JudgedCluster> {
  const { snapshot, listed, calls, others, task } = reading;
  const { namespace } = task.scope;
  const trial = task.trial && createTrial(snapshot.state, task.trial, task.acceptance);
  const state = trial?.state ?? snapshot.state;
  const { modes, isWanted } = namespacesIn(reading);
  const reach = countReach({ policies: state.policies, modeFor: (one) => effectiveMode(one, calls) });
  for (const one of snapshot.namespaces) reach.addNamespace(one);
  const collected = collectFindings({ reading, state, trial, isWanted });
  const unread: UnreadKind[] = [];
  for await (const workload of allWorkloads(api, { namespace, listed, onUnread: (one) => unread.push(one) })) {
    reach.add(selectableParts(workload));
    collected.add(workload);
  }
  const wanted = (namespace === undefined ? [...modes.keys()] : [namespace]).filter(isWanted).toSorted();
  return {
    ...collected.found(),
    namespaces: wanted.map((name) => ({ name, mode: modes.get(name) ?? ('unknown' as const) })),
    notJudged: notJudgedIn(others, isWanted),
    unread,
    unused: unusedPolicies(reach.result(), { gaps: snapshot.gaps, namespace }),
    ...(trial !== undefined && { trial: trial.result() }),
  };
}

type IsWanted = (namespace: string) => boolean;

function namespacesIn({ snapshot, calls, task }: ClusterReading) {
  const { namespace, allNamespaces } = task.scope;
  const modes = new Map(snapshot.namespaces.map((one) => [one.name, effectiveMode(one, calls)]));
  const isWanted: IsWanted = (name) =>
    namespace !== undefined || allNamespaces === true || (modes.get(name) ?? 'never') !== 'never';
  return { modes, isWanted };
}

interface Collecting {
  readonly reading: ClusterReading;
  readonly state: ClusterState;
  readonly trial: TrialRun | undefined;
  readonly isWanted: IsWanted;
}

function collectFindings({ reading, state, trial, isWanted }: Collecting) {
  const { snapshot, calls, others, task } = reading;
  const { acceptance } = task;
  const isCalledFor = callsIn(snapshot.namespaces, calls);
  const deployments: JudgedWorkload[] = [];
  const leftovers: ObjectReference[] = [];
  const copies: CopiedWorkload[] = [];
  const owned: OwnedObject[] = others.owned.filter((one) => isWanted(one.namespace));
  const told = new Set<string>();
  const judgeWanted = (workload: Workload) => {
    const assessment = assessLive(workload, { state, acceptance });
    deployments.push(judgeAssessed(workload, assessment, { told, acceptance }));
    trial?.add(workload, assessment);
    owned.push(...ownedBy(workload));
    copies.push(...flaggerCopyIn(workload));
  };
  return {
    add: (workload: Workload) => {
      const { namespace = '', name = '(no name)' } = workload.metadata;
      if (isWanted(namespace)) judgeWanted(workload);
      if (!isCalledFor(namespace, kindOf(workload)) && annotationOf(workload) !== undefined)
        leftovers.push({ kind: workload.kind, namespace, name });
    },
    found: () => ({ deployments, leftovers, copies, owned: countOwned(owned) }),
  };
}

/** A namespace that could not be read counts as one that is called. */
function callsIn(namespaces: readonly Namespace[], { webhook, modeFor }: WebhookCalls) {
  const byName = new Map(namespaces.map((one) => [one.name, one]));
  return (name: string, kind: WorkloadKind) => {
    const namespace = byName.get(name);
    return webhook !== 'absent' && (namespace === undefined || modeFor(namespace, kind) !== 'never');
  };
}

function notJudgedIn({ found }: OtherWorkloads, isWanted: IsWanted): readonly NotJudged[] {
  const wanted = found.filter(({ namespace }) => isWanted(namespace));
  return wanted.map(({ apiVersion, reason, ...object }) => ({ object, apiVersion, reason }));
}
