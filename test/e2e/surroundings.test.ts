// What stands around workloads, as the real API server has it: created, changed, installed later, and without the permission to read it.

import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ClusterEvent, watchCluster } from '../../src/cluster/cache/cluster-cache.ts';
import { isNeighbour, type OptionalKind, resources, watchedKinds } from '../../src/cluster/cache/kinds.ts';
import { usualTimings } from '../../src/cluster/cache/reflector.ts';
import { type Access, findAccess } from '../../src/cluster/client/access.ts';
import { createApi } from '../../src/cluster/client/api.ts';
import { clusterEnvironment } from '../../src/settings/settings.ts';
import { established, kubectl, must, needCluster } from '../support/e2e/kubectl.ts';
import { callPlain, type Running, review, start, stop } from '../support/process.ts';

const namespace = `hitless-around-${process.pid}`;
const ending: (() => unknown)[] = [];
afterAll(async () => {
  for (const end of ending.splice(0).reverse()) await end();
}, 60_000);

beforeAll(async () => {
  needCluster();
  await must(kubectl(['create', 'namespace', namespace]));
  ending.push(() => kubectl(['delete', 'namespace', namespace, '--wait=false']));
}, 60_000);

const apply = (object: object) => must(kubectl(['apply', '-f', '-'], JSON.stringify(object)));
const metadata = (name: string) => ({ name, namespace });

const autoscaler = (name: string, minReplicas: number) => ({
  apiVersion: 'autoscaling/v2',
  kind: 'HorizontalPodAutoscaler',
  metadata: metadata(name),
  spec: { scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name }, minReplicas, maxReplicas: 9 },
});
const claim = (name: string, mode: string) => ({
  apiVersion: 'v1',
  kind: 'PersistentVolumeClaim',
  metadata: metadata(name),
  spec: { accessModes: [mode], storageClassName: 'none', resources: { requests: { storage: '1Gi' } } },
});
const quota = (pods: string) => ({
  apiVersion: 'v1',
  kind: 'ResourceQuota',
  metadata: metadata('pods'),
  spec: { hard: { pods } },
});

/** A definition with a schema that takes anything. */
function definition(group: string, version: string, kind: string, plural: string) {
  const schema = { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } };
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    // Without the annotation the API server takes no group of Kubernetes' own.
    metadata: { name: `${plural}.${group}`, annotations: { 'api-approved.kubernetes.io': 'unapproved, for a test' } },
    spec: {
      group,
      names: { kind, plural, singular: kind.toLowerCase() },
      scope: 'Namespaced',
      versions: [{ name: version, served: true, storage: true, schema }],
    },
  };
}

async function watching(access: Access) {
  const reports: ClusterEvent[] = [];
  const timings = { ...usualTimings, optionalMs: 1_000 };
  const report = (event: ClusterEvent) => void reports.push(event);
  const state = watchCluster({ api: createApi(access), report, timings });
  ending.push(state.stop);
  const soon = <T>(ask: () => T) => expect.poll(ask, { timeout: 10_000, interval: 50 });
  await soon(() => state.unready()).toEqual([]);
  const { knows, objectsIn } = state.current();
  return { reports, soon, knows: (kind: OptionalKind) => knows(kind, namespace), objectsIn };
}

const own = () => findAccess(clusterEnvironment());

describe('objects around a workload', () => {
  test('are known soon after they were created, changed and deleted', async () => {
    const { soon, knows, objectsIn } = await watching(await own());
    await soon(() =>
      ['HorizontalPodAutoscaler', 'PersistentVolumeClaim', 'ResourceQuota', 'LimitRange', 'Ingress'].filter(
        (kind) => !knows(kind as OptionalKind),
      ),
    ).toEqual([]);
    await apply(autoscaler('web', 2));
    await soon(() => objectsIn('HorizontalPodAutoscaler', namespace)).toMatchObject([{ name: 'web', minReplicas: 2 }]);
    await apply(autoscaler('web', 4));
    await soon(() => objectsIn('HorizontalPodAutoscaler', namespace)[0]?.minReplicas).toBe(4);
    await apply(claim('data', 'ReadWriteOnce'));
    await soon(() => objectsIn('PersistentVolumeClaim', namespace)).toMatchObject([{ accessModes: ['ReadWriteOnce'] }]);
    await apply(quota('3'));
    // The controller of quotas fills in what is used.
    await soon(() => objectsIn('ResourceQuota', namespace)).toMatchObject([
      { hard: { pods: '3' }, used: { pods: '0' } },
    ]);
    await must(kubectl(['delete', 'hpa', 'web', '-n', namespace]));
    await soon(() => objectsIn('HorizontalPodAutoscaler', namespace)).toEqual([]);
    expect(knows('HorizontalPodAutoscaler')).toBe(true);
  }, 60_000);

  test('of a kind that is installed later are watched from then on', async () => {
    const rollouts = definition('argoproj.io', 'v1alpha1', 'Rollout', 'rollouts');
    const routes = definition('gateway.networking.k8s.io', 'v1', 'HTTPRoute', 'httproutes');
    const { soon, knows, objectsIn } = await watching(await own());
    const later: string[] = [];
    for (const one of [rollouts, routes]) {
      if ((await kubectl(['get', 'crd', one.metadata.name])).code === 0) continue;
      later.push(one.spec.names.kind);
    }
    for (const kind of later) {
      await soon(() => knows(kind as OptionalKind)).toBe(true);
      expect(objectsIn(kind as OptionalKind, namespace)).toEqual([]);
    }
    for (const one of [rollouts, routes].filter(({ spec }) => later.includes(spec.names.kind))) {
      await apply(one);
      ending.unshift(() => kubectl(['delete', 'crd', one.metadata.name, '--wait=true']));
      await established(one.metadata.name);
    }
    await apply({
      apiVersion: 'argoproj.io/v1alpha1',
      kind: 'Rollout',
      metadata: metadata('web'),
      spec: { workloadRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'rolled' } },
    });
    await apply({
      apiVersion: 'gateway.networking.k8s.io/v1',
      kind: 'HTTPRoute',
      metadata: metadata('web'),
      spec: { parentRefs: [{ name: 'front' }], rules: [{ backendRefs: [{ name: 'web', port: 80 }] }] },
    });
    await soon(() => objectsIn('Rollout', namespace)).toMatchObject([{ workload: { group: 'apps', name: 'rolled' } }]);
    await soon(() => objectsIn('HTTPRoute', namespace)).toMatchObject([{ services: ['web'] }]);
  }, 60_000);
});

describe('without the permission', () => {
  const role = `hitless-around-${process.pid}`;
  const rule = (apiGroup: string, resource: string) => ({
    apiGroups: [apiGroup],
    resources: [resource],
    verbs: ['get', 'list', 'watch'],
  });
  /** Lists and watches all that is watched, but for these. */
  const grant = (...but: readonly OptionalKind[]) =>
    apply({
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'ClusterRole',
      metadata: { name: role },
      rules: watchedKinds
        .filter((kind) => !but.some((one) => one === kind))
        .map((kind) => {
          const [resource = '', version, ...rest] = resources[kind].path.split('/').toReversed();
          return rule(version === 'v1' && rest[0] === 'api' ? '' : (rest[0] ?? ''), resource);
        }),
    });

  test('a kind is unknown and stops nothing, and it is known when the permission comes', async () => {
    await must(kubectl(['create', 'serviceaccount', 'reader', '-n', namespace]));
    await grant('PersistentVolumeClaim');
    ending.push(() => kubectl(['delete', 'clusterrole,clusterrolebinding', role]));
    await must(
      kubectl(['create', 'clusterrolebinding', role, '--clusterrole', role, '--serviceaccount', `${namespace}:reader`]),
    );
    const token = (await must(kubectl(['create', 'token', 'reader', '-n', namespace]))).trim();
    const admin = await own();
    const access: Access = {
      ...admin,
      options: async () => {
        const { ca } = await admin.options();
        return { ...(ca !== undefined && { ca }), agent: false, headers: { authorization: `Bearer ${token}` } };
      },
    };
    await apply(claim('shared', 'ReadWriteMany'));
    const { soon, knows, objectsIn, reports } = await watching(access);
    await soon(() => reports.filter(({ kind }) => kind === 'forbidden')).toMatchObject([
      { of: 'PersistentVolumeClaim' },
    ]);
    expect(knows('PersistentVolumeClaim')).toBe(false);
    await soon(() => watchedKinds.filter(isNeighbour).filter((kind) => !knows(kind as OptionalKind))).toEqual([
      'PersistentVolumeClaim',
    ]);
    await grant();
    await soon(() => knows('PersistentVolumeClaim')).toBe(true);
    const names = () => objectsIn('PersistentVolumeClaim', namespace).map(({ name }) => name);
    await soon(names).toContain('shared');
    await soon(() => reports).toContainEqual({ kind: 'found', of: 'PersistentVolumeClaim' });
  }, 60_000);
});

describe('the webhook', () => {
  const template = readFileSync(new URL('../server/reviews/01-kubectl-create.json', import.meta.url), 'utf8');

  async function warnings(running: Running): Promise<string> {
    const body = JSON.parse(template, (key, value) =>
      key === 'namespace' && typeof value === 'string' ? namespace : value,
    );
    const { object } = body.request;
    object.spec.replicas = 1;
    object.spec.strategy = { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 1, maxSurge: 0 } };
    const { response } = JSON.parse((await review(running, JSON.stringify(body))).body);
    return (response.warnings ?? []).join('\n');
  }

  test('decides by the autoscaler of a Deployment within 2 s', async () => {
    const running = await start({ flags: ['--cluster'], environment: { KUBECONFIG: process.env.KUBECONFIG ?? '' } });
    ending.push(() => stop(running));
    await expect.poll(async () => (await callPlain(running, '/readyz')).body, { timeout: 15_000 }).toBe('ok\n');
    expect(await warnings(running)).toMatch(/outage at every rollout/);
    const { name } = JSON.parse(template).request;
    await apply(autoscaler(name, 3));
    await expect.poll(() => warnings(running), { timeout: 30_000 }).not.toMatch(/outage/);
    await must(kubectl(['delete', 'hpa', name, '-n', namespace]));
    await expect.poll(() => warnings(running), { timeout: 30_000 }).toMatch(/outage at every rollout/);
    const { body } = await callPlain(running, '/metrics');
    expect(body).toMatch(/hitless_cluster_objects\{kind="HorizontalPodAutoscaler"\} \d/);
  }, 60_000);
});
