// The workloads of one cluster, each judged when its page comes and then given up: what is kept is what was found.

import { annotationOf } from '../../admission/read-record.ts';
import type { Api } from '../../cluster/client/api.ts';
import type { OtherWorkloads } from '../../cluster/other-workloads.ts';
import type { Snapshot } from '../../cluster/snapshot.ts';
import type { WebhookCalls } from '../../cluster/webhook-configuration.ts';
import { allWorkloads, type UnreadKind } from '../../cluster/workloads.ts';
import type { JudgedWorkload } from '../../lint/diagnostic.ts';
import { judge } from '../../lint/live.ts';
import type { NotJudged } from '../../lint/not-judged.ts';
import type { ObjectReference } from '../../lint/object-reference.ts';
import { countReach } from '../../policy/reach.ts';
import type { WorkloadKind } from '../../workload/kinds/kind.ts';
import { kindOf } from '../../workload/kinds/kinds.ts';
import type { Namespace } from '../../workload/kubernetes.ts';
import { countOwned, type OwnedObject } from '../../workload/owned-objects.ts';
import type { NamespaceOptions } from '../with-cluster.ts';
import { type CopiedWorkload, flaggerCopyIn, ownedBy } from './owned.ts';
import { effectiveMode } from './remarks.ts';
import type { AuditResult } from './result.ts';
import { selectableParts, unusedPolicies } from './unused-policies.ts';

/** What was read of a cluster before its workloads. */
export interface ClusterReading {
  readonly snapshot: Snapshot;
  readonly calls: WebhookCalls;
  readonly others: OtherWorkloads;
  readonly scope: NamespaceOptions;
}

export interface JudgedCluster extends Omit<AuditResult, 'isCalled' | 'problems'> {
  /** A sentence for each policy that selects nothing. */
  readonly unused: readonly string[];
  /** Kinds that may not be listed, but Deployments, without which there is no audit. */
  readonly unread: readonly UnreadKind[];
}

export async function judgeCluster(api: Api, reading: ClusterReading): Promise<JudgedCluster> {
  const { snapshot, calls, others, scope } = reading;
  const { state, namespaces, gaps } = snapshot;
  const { namespace, allNamespaces } = scope;
  const modes = new Map(namespaces.map((one) => [one.name, effectiveMode(one, calls)]));
  const isCalledFor = callsIn(namespaces, calls);
  const isWanted = (name: string) =>
    namespace !== undefined || allNamespaces === true || (modes.get(name) ?? 'never') !== 'never';
  const deployments: JudgedWorkload[] = [];
  const leftovers: ObjectReference[] = [];
  const copies: CopiedWorkload[] = [];
  const owned: OwnedObject[] = others.owned.filter((one) => isWanted(one.namespace));
  const told = new Set<string>();
  const reach = countReach({ policies: state.policies, modeFor: (one) => effectiveMode(one, calls) });
  for (const one of namespaces) reach.addNamespace(one);
  const unread: UnreadKind[] = [];
  for await (const workload of allWorkloads(api, { namespace, onUnread: (one) => unread.push(one) })) {
    reach.add(selectableParts(workload));
    const { namespace: home = '', name = '(no name)' } = workload.metadata;
    if (isWanted(home)) {
      deployments.push(judge(workload, state, told));
      owned.push(...ownedBy(workload));
      copies.push(...flaggerCopyIn(workload));
    }
    if (!isCalledFor(home, kindOf(workload)) && annotationOf(workload) !== undefined)
      leftovers.push({ kind: workload.kind, namespace: home, name });
  }
  const wanted = (namespace === undefined ? [...modes.keys()] : [namespace]).filter(isWanted).toSorted();
  return {
    deployments,
    namespaces: wanted.map((name) => ({ name, mode: modes.get(name) ?? ('unknown' as const) })),
    leftovers,
    notJudged: notJudgedIn(others, isWanted),
    unread,
    owned: countOwned(owned),
    copies,
    unused: unusedPolicies(reach.result(), { gaps, namespace }),
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

function notJudgedIn({ found }: OtherWorkloads, isWanted: (namespace: string) => boolean): readonly NotJudged[] {
  const wanted = found.filter(({ namespace }) => isWanted(namespace));
  return wanted.map(({ apiVersion, reason, ...object }) => ({ object, apiVersion, reason }));
}
