// A look at the whole cluster: page by page, and with whatever rights there are.

import { describe, expect, it } from 'vitest';
import { type Api, ApiError } from '../../src/cluster/client/api.ts';
import { readNamespaces, takeSnapshot } from '../../src/cluster/snapshot.ts';
import { workloadsIn } from '../../src/cluster/workloads.ts';
import { failure } from '../../src/commands/with-cluster.ts';
import type { JsonObject } from '../../src/workload/json.ts';
import { deployment } from '../../src/workload/kinds/deployment.ts';

type Answer = readonly JsonObject[] | number;

/** An API server of these paths, two items a page; a number is an error code. */
function apiOf(answers: Readonly<Record<string, Answer>>): Api & { readonly asked: string[] } {
  const asked: string[] = [];
  const json: Api['json'] = async ({ path, query }) => {
    asked.push(path);
    const answer = answers[path] ?? 404;
    if (typeof answer === 'number') throw new ApiError(answer, `${answer}: said so`);
    if (query === undefined) return answer[0] ?? {};
    const from = Number(query.continue ?? 0);
    const more = from + 2 < answer.length ? { continue: String(from + 2) } : {};
    return { metadata: { resourceVersion: '1', ...more }, items: answer.slice(from, from + 2) };
  };
  return { json, stream: () => Promise.reject(new Error('nobody watches here')), asked };
}

const named = (name: string, more: JsonObject = {}) => ({ metadata: { name, ...more } });
const node = (name: string, kubeletVersion: string) => ({ ...named(name), status: { nodeInfo: { kubeletVersion } } });
const service = (name: string) => ({
  ...named(name, { namespace: 'shop' }),
  spec: { selector: { app: name }, ports: [{ port: 80 }] },
});
const policy = (spec: JsonObject) => ({ ...named('default'), spec });

const whole = {
  '/api/v1/namespaces': [named('shop'), named('other'), named('third')],
  '/api/v1/services': [service('web')],
  '/api/v1/nodes': [node('a', 'v1.34.1'), node('b', 'v1.29.0'), node('c', 'v1.34.1')],
  '/apis/hitless.dev/v1alpha1/clusterrolloutpolicies': [policy({ preStopSleep: { seconds: 7 } })],
  '/apis/hitless.dev/v1alpha1/rolloutpolicies': [],
};

it('reads every page of everything', async () => {
  const { state, namespaces, gaps } = await takeSnapshot(apiOf(whole));
  expect(namespaces.map(({ name }) => name)).toEqual(['shop', 'other', 'third']);
  expect(state.namespace('third')?.name).toBe('third');
  expect(state.servicesIn('shop').map(({ name }) => name)).toEqual(['web']);
  expect(state.oldestNode).toEqual({ major: 1, minor: 29 });
  expect(state.policies.documents).toHaveLength(1);
  expect(gaps).toEqual([]);
});

it('asks for no more than one namespace where one is wanted', async () => {
  const api = apiOf({
    ...whole,
    '/api/v1/namespaces/shop': [named('shop')],
    '/api/v1/namespaces/shop/services': [service('web')],
    '/apis/hitless.dev/v1alpha1/namespaces/shop/rolloutpolicies': [],
  });
  const { namespaces } = await takeSnapshot(api, 'shop');
  expect(namespaces.map(({ name }) => name)).toEqual(['shop']);
  expect(api.asked.filter((path) => path.endsWith('services'))).toEqual(['/api/v1/namespaces/shop/services']);
  expect(api.asked).not.toContain('/apis/hitless.dev/v1alpha1/rolloutpolicies');
  expect(api.asked).not.toContain('/api/v1/namespaces');
});

it('goes on without what it may not see, without the kinds that are not there, and without what cannot be read', async () => {
  const { state, gaps } = await takeSnapshot(
    apiOf({
      ...whole,
      '/api/v1/nodes': 403,
      '/apis/hitless.dev/v1alpha1/clusterrolloutpolicies': 404,
      '/apis/hitless.dev/v1alpha1/rolloutpolicies': [
        { ...named('bad', { namespace: 'shop' }), spec: { preStopSlep: {} } },
      ],
    }),
  );
  expect(state.oldestNode).toBeUndefined();
  expect(gaps).toHaveLength(3);
  expect(gaps).toContainEqual({ kind: 'forbidden', of: 'Node', reason: '403: said so' });
  expect(gaps).toContainEqual({ kind: 'absent', of: 'ClusterRolloutPolicy' });
  expect(gaps).toContainEqual(expect.objectContaining({ kind: 'mistake', of: 'RolloutPolicy shop/bad' }));
});

describe('what stands around workloads', () => {
  const own = (name: string) => named(name, { namespace: 'shop' });
  const budget = { ...own('web'), spec: { minAvailable: 1, selector: { matchLabels: { app: 'web' } } } };
  const claim = { ...own('data'), spec: { accessModes: ['ReadWriteMany'] } };
  const core = '/api/v1';
  const lists = {
    [`${core}/persistentvolumeclaims`]: [claim],
    '/apis/policy/v1/poddisruptionbudgets': [budget],
    '/apis/networking.k8s.io/v1/ingressclasses': [{ ...named('nginx'), spec: { controller: 'k8s.io/ingress-nginx' } }],
  };

  it('is read with the budgets, and a kind that does not exist has no objects', async () => {
    const { state, gaps } = await takeSnapshot(apiOf({ ...whole, ...lists }));
    expect(state.objectsIn('PodDisruptionBudget', 'shop')).toMatchObject([{ name: 'web', minAvailable: 1 }]);
    expect(state.objectsIn('PersistentVolumeClaim', 'shop')).toMatchObject([{ accessModes: ['ReadWriteMany'] }]);
    expect(state.objectsIn('IngressClass', '')).toHaveLength(1);
    expect(state.knows('PodDisruptionBudget', 'shop')).toBe(true);
    expect([state.knows('HTTPRoute', 'shop'), state.objectsIn('HTTPRoute', 'shop')]).toEqual([true, []]);
    expect(gaps).toEqual([]);
  });

  it('is unknown where it may not be read or cannot be, which is said once', async () => {
    const [claims, routes] = [`${core}/persistentvolumeclaims`, '/apis/gateway.networking.k8s.io/v1/httproutes'];
    const { state, gaps } = await takeSnapshot(apiOf({ ...whole, ...lists, [claims]: 403, [routes]: 500 }));
    const known = (['PersistentVolumeClaim', 'HTTPRoute', 'IngressClass'] as const).map((kind) =>
      state.knows(kind, 'shop'),
    );
    expect(known).toEqual([false, false, true]);
    expect(gaps.toSorted((a, b) => a.of.localeCompare(b.of))).toEqual([
      { kind: 'failed', of: 'HTTPRoute', reason: '500: said so' },
      { kind: 'forbidden', of: 'PersistentVolumeClaim', reason: '403: said so' },
    ]);
  });

  it('is asked for in one namespace where one is wanted, and what is of no namespace is tried', async () => {
    const within = { '/api/v1/namespaces/shop': [named('shop')], '/api/v1/namespaces/shop/services': [] };
    const policies = { '/apis/hitless.dev/v1alpha1/namespaces/shop/rolloutpolicies': [] };
    const gateways = '/apis/gateway.networking.k8s.io/v1/gateways';
    const quotas = `${core}/namespaces/shop/resourcequotas`;
    const forbidden = { [quotas]: 403, [gateways]: 403, '/apis/networking.k8s.io/v1/ingressclasses': 403 };
    const claims = { [`${core}/namespaces/shop/persistentvolumeclaims`]: [claim] };
    const api = apiOf({ ...whole, ...within, ...policies, ...claims, ...forbidden });
    const { state, gaps } = await takeSnapshot(api, 'shop');
    expect(state.objectsIn('PersistentVolumeClaim', 'shop')).toHaveLength(1);
    expect([state.knows('Gateway', 'shop'), state.knows('IngressClass', '')]).toEqual([false, false]);
    expect(gaps).toEqual([{ kind: 'forbidden', of: 'ResourceQuota', reason: '403: said so' }]);
    expect(api.asked).not.toContain(`${core}/persistentvolumeclaims`);
  });
});

it('gives up where there is no answer, or no such namespace', async () => {
  await expect(takeSnapshot(apiOf({ ...whole, '/api/v1/services': 500 }))).rejects.toThrow('500: said so');
  await expect(takeSnapshot(apiOf(whole), 'nope')).rejects.toThrow('there is no namespace nope');
  await expect(readNamespaces(apiOf(whole), 'nope')).rejects.toThrow('there is no namespace nope');
});

it('gives the Deployments of all pages their kind, which lists leave out', async () => {
  const path = '/apis/apps/v1/namespaces/shop/deployments';
  const found = [];
  for await (const one of workloadsIn(apiOf({ [path]: [named('a'), named('b'), named('c')] }), deployment, 'shop'))
    found.push(one);
  expect(found.map(({ kind, metadata }) => `${kind} ${metadata.name}`)).toEqual([
    'Deployment a',
    'Deployment b',
    'Deployment c',
  ]);
});

const withCode = (code: string, message: string) => Object.assign(new Error(message), { code });

it.each([
  [
    new ApiError(401, '401: Unauthorized'),
    'S does not know who you are (401): Unauthorized; is the login in the kubeconfig still valid?',
  ],
  [new ApiError(403, '403: no'), 'S does not allow this (403): no'],
  [new ApiError(500, '500: etcd'), 'S refused the request (500): etcd'],
  [withCode('ECONNREFUSED', 'connect ECONNREFUSED ::1:1'), 'S does not answer: connect ECONNREFUSED ::1:1'],
  [withCode('SELF_SIGNED_CERT_IN_CHAIN', 'self-signed'), 'S presents a certificate that is not trusted: self-signed'],
  [new Error('as it is'), 'as it is'],
])('says in a sentence what went wrong: %s', (error, sentence) => {
  expect(failure(error, 'S')).toBe(sentence);
});
