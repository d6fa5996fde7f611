// Documents of the kinds around a workload, reduced to the fields that rules read. They are read leniently: a field of the wrong
// type counts as absent, because only its own API server can judge such a document.

import { isObject, type Json, type JsonObject, objectAt, objectsAt } from '../workload/json.ts';
import { apiGroupOf, type LabelSelector } from '../workload/kubernetes.ts';
import type { NeighbourKind, Neighbours, ResourceAmounts, WorkloadReference } from '../workload/neighbours.ts';
import type { IntOrPercent } from '../workload/workload.ts';
import { rolloutDefinition, rolloutSpec } from './argo-readers.ts';
import { at, loadBalancerAnnotations, type Metadata, stringAt } from './document.ts';

/** undefined for an object that says nothing a rule could read. */
type Reader<K extends NeighbourKind> = (document: JsonObject, meta: Metadata) => Neighbours[K] | undefined;

interface Kind<K extends NeighbourKind> {
  /** Its API group; every version that hitless meets has the fields that are read. */
  readonly group: string;
  readonly clusterScoped?: true;
  readonly read: Reader<K>;
}

export const neighbourKinds: { readonly [K in NeighbourKind]: Kind<K> } = {
  HorizontalPodAutoscaler: { group: 'autoscaling', read: autoscaler },
  PersistentVolumeClaim: { group: '', read: claim },
  ResourceQuota: { group: '', read: quota },
  LimitRange: { group: '', read: limitRange },
  PodDisruptionBudget: { group: 'policy', read: budget },
  Ingress: { group: 'networking.k8s.io', read: ingress },
  IngressClass: { group: 'networking.k8s.io', clusterScoped: true, read: ingressClass },
  HTTPRoute: { group: 'gateway.networking.k8s.io', read: httpRoute },
  Gateway: { group: 'gateway.networking.k8s.io', read: gateway },
  TargetGroupBinding: { group: 'elbv2.k8s.aws', read: targetGroupBinding },
  Rollout: { group: 'argoproj.io', read: rollout },
  CustomResourceDefinition: { group: 'apiextensions.k8s.io', clusterScoped: true, read: rolloutDefinition },
};

function named({ name, namespace }: Metadata) {
  return { name, namespace };
}

function autoscaler(document: JsonObject, meta: Metadata): Neighbours['HorizontalPodAutoscaler'] | undefined {
  const target = referenceAt(document, 'spec', 'scaleTargetRef');
  const maxReplicas = at(document, 'spec', 'maxReplicas');
  if (target === undefined || typeof maxReplicas !== 'number') return undefined;
  const least = at(document, 'spec', 'minReplicas');
  return { ...named(meta), target, minReplicas: typeof least === 'number' ? least : 1, maxReplicas };
}

function referenceAt(document: JsonObject, ...path: readonly string[]): WorkloadReference | undefined {
  const [kind, name] = [stringAt(document, ...path, 'kind'), stringAt(document, ...path, 'name')];
  if (kind === undefined || name === undefined) return undefined;
  return { group: apiGroupOf(at(document, ...path, 'apiVersion')), kind, name };
}

function claim(document: JsonObject, meta: Metadata): Neighbours['PersistentVolumeClaim'] {
  const modes = at(document, 'spec', 'accessModes');
  const accessModes = (Array.isArray(modes) ? modes : []).filter((mode) => typeof mode === 'string');
  return { ...named(meta), accessModes };
}

function quota(document: JsonObject, meta: Metadata): Neighbours['ResourceQuota'] {
  const used = at(document, 'status', 'used');
  const scopes = [at(document, 'spec', 'scopes'), at(document, 'spec', 'scopeSelector', 'matchExpressions')];
  return {
    ...named(meta),
    hard: amounts(at(document, 'spec', 'hard')),
    ...(isObject(used) && { used: amounts(used) }),
    scoped: scopes.some((scope) => Array.isArray(scope) && scope.length > 0),
  };
}

function limitRange(document: JsonObject, meta: Metadata): Neighbours['LimitRange'] {
  const ofContainers = objectsAt(objectAt(document, 'spec'), 'limits').filter(({ type }) => type === 'Container');
  const merged = (field: string) =>
    Object.fromEntries(ofContainers.flatMap((limit) => Object.entries(amounts(limit[field]))));
  // Source of these defaults: kubernetes/kubernetes pkg/apis/core/v1/defaults.go, SetDefaults_LimitRangeItem.
  const defaultLimits = { ...merged('max'), ...merged('default') };
  const defaultRequests = { ...merged('min'), ...defaultLimits, ...merged('defaultRequest') };
  return { ...named(meta), defaultLimits, defaultRequests };
}

function amounts(value: Json | undefined): ResourceAmounts {
  const entries = isObject(value) ? Object.entries(value) : [];
  return Object.fromEntries(entries.flatMap(([key, amount]) => (isAmount(amount) ? [[key, `${amount}`]] : [])));
}

function isAmount(value: Json | undefined): value is string | number {
  return typeof value === 'string' || typeof value === 'number';
}

function budget(document: JsonObject, meta: Metadata): Neighbours['PodDisruptionBudget'] {
  const selector = at(document, 'spec', 'selector');
  const [least, most] = [at(document, 'spec', 'minAvailable'), at(document, 'spec', 'maxUnavailable')];
  return {
    ...named(meta),
    selector: isObject(selector) ? (selector as LabelSelector) : undefined,
    ...(isAmount(least) && { minAvailable: least satisfies IntOrPercent }),
    ...(isAmount(most) && { maxUnavailable: most satisfies IntOrPercent }),
  };
}

function ingress(document: JsonObject, meta: Metadata): Neighbours['Ingress'] {
  const className = stringAt(document, 'spec', 'ingressClassName') ?? meta.annotations['kubernetes.io/ingress.class'];
  const paths = objectsAt(objectAt(document, 'spec'), 'rules').flatMap((rule) =>
    objectsAt(objectAt(rule, 'http'), 'paths'),
  );
  const backends = [at(document, 'spec', 'defaultBackend'), ...paths.map(({ backend }) => backend)];
  const names = backends.map((backend) => (isObject(backend) ? stringAt(backend, 'service', 'name') : undefined));
  return {
    ...named(meta),
    ...(className !== undefined && { className }),
    annotations: loadBalancerAnnotations(meta.annotations),
    services: distinct(names),
  };
}

function ingressClass(document: JsonObject, meta: Metadata): Neighbours['IngressClass'] | undefined {
  const controller = stringAt(document, 'spec', 'controller');
  const isDefault = meta.annotations['ingressclass.kubernetes.io/is-default-class'] === 'true';
  return controller === undefined ? undefined : { name: meta.name, namespace: '', controller, isDefault };
}

function httpRoute(document: JsonObject, meta: Metadata): Neighbours['HTTPRoute'] {
  const gateways = objectsAt(objectAt(document, 'spec'), 'parentRefs').flatMap((parent) => {
    const name = stringAt(parent, 'name');
    if (name === undefined || (stringAt(parent, 'kind') ?? 'Gateway') !== 'Gateway') return [];
    return [{ name, namespace: stringAt(parent, 'namespace') ?? meta.namespace }];
  });
  const backends = objectsAt(objectAt(document, 'spec'), 'rules').flatMap((rule) => objectsAt(rule, 'backendRefs'));
  const own = backends.filter(
    (backend) =>
      (stringAt(backend, 'kind') ?? 'Service') === 'Service' &&
      (stringAt(backend, 'namespace') ?? meta.namespace) === meta.namespace,
  );
  return { ...named(meta), gateways, services: distinct(own.map((backend) => stringAt(backend, 'name'))) };
}

function gateway(document: JsonObject, meta: Metadata): Neighbours['Gateway'] | undefined {
  const className = stringAt(document, 'spec', 'gatewayClassName');
  return className === undefined ? undefined : { ...named(meta), className };
}

function targetGroupBinding(document: JsonObject, meta: Metadata): Neighbours['TargetGroupBinding'] | undefined {
  const service = stringAt(document, 'spec', 'serviceRef', 'name');
  const targetType = stringAt(document, 'spec', 'targetType');
  return service === undefined
    ? undefined
    : { ...named(meta), service, ...(targetType !== undefined && { targetType }) };
}

function rollout(document: JsonObject, meta: Metadata): Neighbours['Rollout'] | undefined {
  const workload = referenceAt(document, 'spec', 'workloadRef');
  return workload && { ...named(meta), workload, spec: rolloutSpec(document) };
}

function distinct(names: readonly (string | undefined)[]): readonly string[] {
  return [...new Set(names.filter((name) => name !== undefined))];
}
