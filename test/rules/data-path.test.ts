// What a data path is recognised by. The sentences about it are golden cases of `application` and `pre-stop-sleep`.

import { describe, expect, it } from 'vitest';
import { surroundingsOf } from '../../src/admission/surroundings.ts';
import type { ClusterState } from '../../src/cluster-state/cluster-state.ts';
import { emptyClusterState } from '../../src/cluster-state/compose.ts';
import { longestAutoSeconds } from '../../src/policy/auto-sleep.ts';
import { builtInSpec } from '../../src/policy/sections.ts';
import { dataPathOf } from '../../src/rules/data-path.ts';
import { deployment as kind } from '../../src/workload/kinds/deployment.ts';
import type { Service } from '../../src/workload/kubernetes.ts';
import type { Gateway, HTTPRoute, Ingress, IngressClass, NeighbourKind } from '../../src/workload/neighbours.ts';
import type { Deployment } from '../../src/workload/workload.ts';

type Objects = { readonly [K in NeighbourKind]?: readonly { readonly namespace: string }[] };

const web: Deployment = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web', namespace: 'shop' },
  spec: { template: { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'web' }] } } },
};

function service(more: Partial<Service> = {}): Service {
  return { name: 'web', namespace: 'shop', selector: { app: 'web' }, ports: [], ...more };
}

function ingress(more: Partial<Ingress> = {}): Ingress {
  return { name: 'web', namespace: 'shop', annotations: {}, services: ['web'], ...more };
}

/** Live: what is not among `objects` does not exist. */
function pathOf(objects: Objects, services: readonly Service[] = [service()], author = web) {
  const lists = new Map<string, unknown>();
  const objectsIn = (of: NeighbourKind, namespace: string) => {
    const key = `${of} ${namespace}`;
    if (!lists.has(key))
      lists.set(
        key,
        (objects[of] ?? []).filter((one) => one.namespace === namespace),
      );
    return lists.get(key);
  };
  const state = { ...emptyClusterState, objectsIn, knows: () => true } as ClusterState;
  return dataPathOf({
    kind,
    author,
    written: () => true,
    policy: builtInSpec(),
    services,
    surroundings: surroundingsOf(state, 'shop', { kind, object: author }),
    namespace: undefined,
    oldestNode: undefined,
  });
}

const ip = { 'alb.ingress.kubernetes.io/target-type': 'ip' };
const classOf = (name: string, controller: string, isDefault = false): IngressClass => ({
  name,
  namespace: '',
  controller,
  isDefault,
});

describe('the class of an Ingress', () => {
  it.each<[string, Partial<Ingress>, readonly IngressClass[], string]>([
    [
      'is that of its controller, whatever its name',
      { className: 'nginx' },
      [classOf('nginx', 'azure/application-gateway')],
      'Azure Application Gateway',
    ],
    ['is known by its usual name without an IngressClass', { className: 'nginx' }, [], 'NGINX ingress controller'],
    ['is an ingress controller for any other name', { className: 'traefik' }, [], 'ingress controller'],
    [
      'is an ingress controller for any other controller',
      { className: 'a' },
      [classOf('a', 'example.org/a')],
      'ingress controller',
    ],
    [
      'is the default one where it has none',
      {},
      [classOf('a', 'k8s.io/ingress-nginx'), classOf('b', 'azure/application-gateway', true)],
      'Azure Application Gateway',
    ],
    ['is unknown where there is no default one', {}, [classOf('a', 'k8s.io/ingress-nginx')], 'kube-proxy'],
    ['needs IP targets to be an ALB', { className: 'alb' }, [classOf('alb', 'eks.amazonaws.com/alb')], 'kube-proxy'],
    [
      'is an ALB with IP targets',
      { className: 'alb', annotations: ip },
      [classOf('alb', 'eks.amazonaws.com/alb')],
      'AWS Application Load Balancer',
    ],
    ['is none of AWS by the annotation alone', { className: 'nginx', annotations: ip }, [], 'NGINX ingress controller'],
  ])('%s', (_, more, classes, name) => {
    expect(pathOf({ Ingress: [ingress(more)], IngressClass: classes })?.name).toBe(name);
  });

  it('is overruled by a target type of the Service', () => {
    const instance = service({ annotations: { 'alb.ingress.kubernetes.io/target-type': 'instance' } });
    expect(pathOf({ Ingress: [ingress({ className: 'alb', annotations: ip })] }, [instance])?.name).toBe('kube-proxy');
  });
});

describe('a path', () => {
  it('is unknown without a Service and without a mesh', () => {
    expect(pathOf({ Ingress: [ingress({ className: 'alb', annotations: ip })] }, [])).toBeUndefined();
  });

  it('through a mesh needs no Service', () => {
    const annotations = { 'linkerd.io/inject': 'enabled' };
    const template = { ...web.spec.template, metadata: { annotations } };
    expect(pathOf({}, [], { ...web, spec: { ...web.spec, template } })).toMatchObject({ by: 'Linkerd' });
  });

  it('through a Gateway of another namespace is found', () => {
    const route: HTTPRoute = {
      name: 'web',
      namespace: 'shop',
      services: ['web'],
      gateways: [{ name: 'public', namespace: 'infra' }],
    };
    const gateway: Gateway = { name: 'public', namespace: 'infra', className: 'gke-l7-rilb' };
    expect(pathOf({ HTTPRoute: [route], Gateway: [gateway] })).toMatchObject({ seconds: 60 });
    expect(pathOf({ HTTPRoute: [route], Gateway: [{ ...gateway, namespace: 'shop' }] })?.name).toBe('kube-proxy');
  });

  it('is the slowest of several, and never slower than auto allows for', () => {
    const annotations = { 'service.beta.kubernetes.io/aws-load-balancer-nlb-target-type': 'ip' };
    const services = [service({ name: 'other' }), service({ loadBalancer: {}, annotations })];
    const path = pathOf({ Ingress: [ingress({ className: 'azure-application-gateway' })] }, services);
    expect(path).toMatchObject({ seconds: longestAutoSeconds, by: 'Service web (nlb-target-type ip)' });
  });

  it.each([
    '',
    'not JSON',
    '{"ingress": "true"}',
    `{"ingress"${' '.repeat(100_000)}`,
  ])('is no NEG by the annotation %#', (text) => {
    expect(pathOf({}, [service({ annotations: { 'cloud.google.com/neg': text } })])?.name).toBe('kube-proxy');
  });
});

describe('many objects', () => {
  /** Says whose class was looked at. */
  const watched = (ingresses: readonly Ingress[], seen: string[]) =>
    ingresses.map((one) => ({
      ...one,
      get className() {
        seen.push(one.name);
        return one.className ?? '';
      },
    }));
  const mine = ingress({ name: 'mine', className: 'alb', annotations: ip, services: ['mine'] });
  const others = Array.from({ length: 20_000 }, (_, i) =>
    ingress({ name: `i${i}`, className: 'nginx', services: ['web', `s${i}`] }),
  );

  it('of other Services are not looked at', () => {
    const seen: string[] = [];
    const path = pathOf({ Ingress: watched([...others, mine], seen) }, [service({ name: 'mine' })]);
    expect(path?.name).toBe('AWS Application Load Balancer');
    expect(new Set(seen)).toEqual(new Set(['mine']));
  });

  it('of one Service are looked at up to a bound', () => {
    const seen: string[] = [];
    expect(pathOf({ Ingress: watched(others, seen) })?.name).toBe('NGINX ingress controller');
    expect(new Set(seen).size).toBeLessThanOrEqual(1_000);
  });
});
