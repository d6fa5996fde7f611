// Kinds with pods that hitless names and leaves alone, each with the reason. A kind with a record in kinds.ts is none of these.

import { workloadKinds } from './kinds.ts';

export interface NamedKind {
  readonly kind: string;
  /** Of its API; empty for the core one. */
  readonly group: string;
  /** Its usual name, where the kind alone would mean something else: `Knative Service`. */
  readonly title?: string;
  /** Where the API server has it; absent for a custom resource, whose place the cluster's discovery says. */
  readonly builtIn?: { readonly version: string; readonly resource: string };
  /** True for one that runs no pods itself, but at most by way of another workload: in a cluster there is nothing to count. */
  readonly runsNone?: true;
  /** Why nothing is done: a clause. */
  readonly reason: string;
}

const batch = 'the pods serve no requests, and a sleep would only delay their end';
const knative =
  'the queue-proxy of Knative drains requests, and Knative accepts neither a preStop hook nor a grace period';
const noRollout = 'there is no rollout, and pods keep the old template until somebody deletes them: write a Deployment';
const operated = 'a controller of its own replaces the pods, in a way that hitless does not know';

const composed = 'an operator makes other workloads of it, which hitless audit judges in the cluster';

/** Why a kind of no row is not judged. */
export const unknownKindReason = 'hitless does not know this kind, and has not looked at its pods';

const rows: readonly NamedKind[] = [
  { ...builtIn('', 'v1', 'Pod', 'pods'), reason: 'nothing replaces a Pod that stands alone: write a Deployment' },
  { ...builtIn('apps', 'v1', 'ReplicaSet', 'replicasets'), reason: noRollout },
  { ...builtIn('', 'v1', 'ReplicationController', 'replicationcontrollers'), reason: noRollout },
  { ...builtIn('batch', 'v1', 'Job', 'jobs'), reason: batch },
  { ...builtIn('batch', 'v1', 'CronJob', 'cronjobs'), reason: batch },
  ...kindsOf('apps.kruise.io', ['BroadcastJob', 'AdvancedCronJob'], batch),
  ...kindsOf('keda.sh', ['ScaledJob'], batch),
  ...kindsOf('jobset.x-k8s.io', ['JobSet'], batch),
  { group: 'batch.volcano.sh', kind: 'Job', title: 'Volcano Job', reason: batch },
  ...kindsOf('kubeflow.org', ['TFJob', 'PyTorchJob', 'MPIJob', 'XGBoostJob', 'PaddleJob', 'JAXJob'], batch),
  ...['Service', 'Configuration', 'Revision'].map((kind) => {
    return { group: 'serving.knative.dev', kind, title: `Knative ${kind}`, reason: knative };
  }),
  ...kindsOf('ray.io', ['RayCluster', 'RayJob', 'RayService'], operated),
  ...kindsOf('workloads.kubeblocks.io', ['InstanceSet'], operated),
  ...kindsOf('core.strimzi.io', ['StrimziPodSet'], operated),
  ...kindsOf('agones.dev', ['Fleet', 'GameServerSet', 'GameServer'], operated),
  ...kindsOf('agents.x-k8s.io', ['Sandbox'], operated),
  ...kindsOf('actions.github.com', ['AutoscalingRunnerSet'], operated),
  ...[
    ...kindsOf('apps.kruise.io', ['UnitedDeployment'], composed),
    ...kindsOf('flink.apache.org', ['FlinkDeployment'], composed),
    ...kindsOf('kubeflow.org', ['Notebook'], composed),
    ...kindsOf('machinelearning.seldon.io', ['SeldonDeployment'], composed),
    ...kindsOf('serving.kserve.io', ['InferenceService'], composed),
    ...kindsOf('workloads.x-k8s.io', ['RoleBasedGroup'], composed),
    ...kindsOf('elasticsearch.k8s.elastic.co', ['Elasticsearch'], composed),
    ...kindsOf('kibana.k8s.elastic.co', ['Kibana'], composed),
    ...kindsOf('', ['PodTemplate'], 'a PodTemplate runs no pods: what is made from it is judged by itself'),
    ...kindsOf('apps.kruise.io', ['SidecarSet'], 'a SidecarSet has no pods, it adds containers to those of others'),
    ...kindsOf('template.openshift.io', ['Template'], 'a Template has to be processed first: oc process -f FILE'),
  ].map((row) => ({ ...row, runsNone: true as const })),
];

function builtIn(group: string, version: string, kind: string, resource: string) {
  return { group, kind, builtIn: { version, resource } };
}

function kindsOf(group: string, kinds: readonly string[], reason: string): readonly NamedKind[] {
  return kinds.map((kind) => ({ group, kind, reason }));
}

/** Those that have no record. */
export function namedKinds(): readonly NamedKind[] {
  return rows.filter(({ group, kind }) => !isJudged(group, kind));
}

/** Undefined for a kind of no row, and for one that has a record. */
export function namedKind(group: string, kind: string): NamedKind | undefined {
  const row = rows.find((one) => one.group === group && one.kind === kind);
  return row !== undefined && !isJudged(group, kind) ? row : undefined;
}

/** True for a kind with a record. */
export function isJudged(group: string, kind: string): boolean {
  return workloadKinds().some((one) => one.group === group && one.kind === kind);
}
