// What a command could not read of the cluster, and what is unknown without it.

import type { Gap } from '../cluster/snapshot.ts';
import { listed } from '../text/list.ts';

/** A sentence for each gap; the kinds of policy are present or absent together, so they share one. grave: findings may be wrong. */
export function gapsOf(gaps: readonly Gap[]): readonly { readonly message: string; readonly grave: boolean }[] {
  const absent = gaps
    .filter(({ kind }) => kind === 'absent')
    .map(({ of }) => of)
    .toSorted();
  const others = gaps.filter((gap) => gap.kind !== 'absent');
  const [doubtful, sure] = [true, false].map((one) => others.filter((gap) => isDoubtful(gap) === one));
  const told = [
    ...(sure ?? []).map((gap) => ({ message: sentence(gap), grave: isGrave(gap) })),
    ...doubtfulSentence((doubtful ?? []).map(({ of }) => of)),
  ];
  if (absent.length === 0) return told;
  const message = `the cluster does not know ${absent.join(' and ')}: hitless is not installed there, or was installed without its custom resources. Continuing with the built-in policy`;
  return [{ message, grave: false }, ...told];
}

// Permissions are checked first: without one, the API server does not say whether it knows the kind.
const foreignKinds: readonly string[] = ['HTTPRoute', 'Gateway', 'TargetGroupBinding', 'Rollout'];

/** A kind that does not come with Kubernetes, and is not installed in most clusters. */
function isDoubtful({ kind, of }: Gap): boolean {
  return kind === 'forbidden' && foreignKinds.includes(of);
}

function doubtfulSentence(kinds: readonly string[]): readonly { readonly message: string; readonly grave: false }[] {
  if (kinds.length === 0) return [];
  const message = `no permission to list ${listed(kinds.toSorted())} objects: if the cluster has such objects, what they say about pods is unknown`;
  return [{ message, grave: false }];
}

/** Findings depend on these and may be wrong without them. The other kinds need permissions beyond one namespace, or are only unknown. */
function isGrave({ kind, of }: Gap): boolean {
  if (kind === 'mistake') return /RolloutPolicy /.test(of);
  return kind === 'forbidden' && (of === 'Service' || of === 'RolloutPolicy');
}

const without: Readonly<Record<Exclude<Gap, { kind: 'mistake' }>['of'], string>> = {
  Namespace: 'the labels and annotations of namespaces are unknown',
  Node: 'every node is assumed to be new enough for a native sleep',
  ClusterRolloutPolicy: 'the policies of the cluster are unknown',
  RolloutPolicy: 'the policies of the namespaces are unknown',
  Service: 'it is unknown which ports get traffic',
  HorizontalPodAutoscaler:
    'it is unknown which Deployments are scaled automatically, and between which numbers of pods',
  PersistentVolumeClaim: 'it is unknown which volumes two pods can use at the same time',
  ResourceQuota: 'it is unknown whether quotas leave room for another pod',
  LimitRange: 'the requests and limits of containers that write none are unknown',
  PodDisruptionBudget: 'it is unknown which pods are protected during node drains',
  Ingress: 'it is unknown which pods are behind an Ingress',
  IngressClass: 'the controllers behind Ingresses are unknown',
  HTTPRoute: 'it is unknown which pods are behind an HTTPRoute',
  Gateway: 'the load balancers behind HTTPRoutes are unknown',
  TargetGroupBinding: 'it is unknown which pods are targets of an AWS load balancer',
  Rollout: 'it is unknown which Deployments are only the template of an Argo Rollout',
  CustomResourceDefinition: 'Rollouts are taken to be of Argo Rollouts 1.7.0 or newer, which knows preStop.sleep',
};

function sentence(gap: Exclude<Gap, { kind: 'absent' }>): string {
  const { kind, of, reason } = gap;
  if (kind === 'mistake') return `${of} cannot be used and is left out: ${reason}`;
  if (kind === 'failed') return `the API server cannot list ${of} objects (${reason}): ${without[of]}`;
  return `no permission to list ${of} objects (${reason}): ${without[of]}`;
}
