// Which policies reach which workloads, and what is said about those that reach none.

import { describe, expect, it } from 'vitest';
import { effectOf } from '../../src/policy/effect.ts';
import { compilePolicies } from '../../src/policy/policies.ts';
import type { PolicyDocument } from '../../src/policy/policy.ts';
import { type NamespaceMode, type PolicyReach, policyReach, type WorkloadMetadata } from '../../src/policy/reach.ts';
import type { Namespace } from '../../src/workload/kubernetes.ts';
import { clusterPolicy, shopPolicy } from '../support/policy.ts';

const sleep = { preStopSleep: { seconds: 7 } };

function namespace(name: string, mode?: string, labels: Record<string, string> = {}): Namespace {
  return { name, labels: { ...labels, ...(mode !== undefined && { 'hitless.dev/mode': mode }) }, annotations: {} };
}

function web(namespaceName: string, labels: Record<string, string> = {}, annotations = {}): WorkloadMetadata {
  return { kind: 'Deployment', namespace: namespaceName, labels, annotations };
}

const modeFor = ({ labels }: Namespace) => (labels['hitless.dev/mode'] ?? 'never') as NamespaceMode;

function reachOf(
  documents: readonly PolicyDocument[],
  namespaces: readonly Namespace[],
  workloads: readonly WorkloadMetadata[],
): readonly PolicyReach[] {
  return policyReach({ policies: compilePolicies(documents), namespaces, modeFor }, workloads);
}

const cluster = [namespace('shop', 'enforce', { tier: 'web' }), namespace('bank', 'audit'), namespace('dark')];
const workloads = [
  web('shop', { app: 'web' }),
  web('shop', { app: 'api' }),
  { ...web('shop', { app: 'web' }), kind: 'StatefulSet' },
  web('bank', { app: 'web' }),
  web('dark', { app: 'web' }),
  web('gone', { app: 'web' }),
];

describe('the reach of a policy', () => {
  it('counts workloads by kind in the namespaces that are opted in, and as audited where no policy has their kind patched', () => {
    const [all, shop] = reachOf(
      [
        clusterPolicy('all', { spec: sleep, workloadSelector: { matchLabels: { app: 'web' } } }),
        shopPolicy('api', { spec: sleep, workloadSelector: { matchLabels: { app: 'api' } } }),
      ],
      cluster,
      workloads,
    );
    expect(all).toMatchObject({
      namespaces: 3,
      optedIn: 2,
      firstOptedIn: 'shop',
      workloads: { Deployment: 2, StatefulSet: 1 },
      matched: 3,
      applied: { enforce: 1, audit: 2, off: 0 },
    });
    expect(shop).toMatchObject({ namespaces: 1, optedIn: 1, workloads: { Deployment: 1 } });
  });

  it('keeps the order of the documents, and counts nothing where there is nothing', () => {
    const documents = [shopPolicy('b', { spec: sleep }), clusterPolicy('a', { spec: sleep })];
    expect(reachOf(documents, [], []).map(({ document, matched }) => [document.name, matched])).toEqual([
      ['b', 0],
      ['a', 0],
    ]);
  });

  it('applies where at least one field comes from it, also one that was adjusted to fit', () => {
    const [low, high] = reachOf(
      [
        clusterPolicy('low', { spec: { terminationGracePeriod: { maximumSeconds: 20 } } }),
        clusterPolicy('high', { priority: 1, spec: { preStopSleep: { seconds: 40 } } }),
      ],
      cluster,
      [web('shop')],
    );
    expect([low?.applied.enforce, high?.applied.enforce]).toEqual([1, 1]);
  });
});

describe('the effect of a policy', () => {
  const effect = (
    documents: readonly PolicyDocument[],
    namespaces: readonly Namespace[] = cluster,
    of: readonly WorkloadMetadata[] = workloads,
  ) => {
    const [first] = reachOf(documents, namespaces, of);
    return first && effectOf(first);
  };

  it.each([
    [
      'Enforced',
      [clusterPolicy('a', { spec: sleep })],
      undefined,
      undefined,
      'It applies to 3 Deployments and 1 StatefulSet. 1 of them is only reported, because its kind is not among the kinds that are patched.',
    ],
    [
      'AuditOnly',
      [clusterPolicy('a', { spec: sleep })],
      [namespace('shop', 'audit')],
      [web('shop')],
      'It applies to 1 Deployment, in audit mode: nothing is written.',
    ],
    ['SetsNothing', [clusterPolicy('a', { spec: { preStopSleep: {} } })], undefined, undefined, 'It sets no field.'],
    [
      'NoNamespaceSelected',
      [clusterPolicy('a', { spec: sleep, namespaceSelector: { matchLabels: { tier: 'batch' } } })],
      undefined,
      undefined,
      'Its namespaceSelector selects no namespace.',
    ],
    [
      'NoNamespaceOptedIn',
      [shopPolicy('a', { spec: sleep })],
      [namespace('shop')],
      [web('shop')],
      'Namespace shop is not opted in by the label hitless.dev/mode: enforce or audit.',
    ],
    [
      'NoNamespaceOptedIn',
      [clusterPolicy('a', { spec: sleep })],
      [namespace('shop'), namespace('bank')],
      [web('shop')],
      'None of the 2 namespaces that it selects is opted in by the label hitless.dev/mode: enforce or audit.',
    ],
    [
      'NothingSelected',
      [clusterPolicy('a', { spec: sleep, workloadSelector: { matchLabels: { app: 'wbe' } } })],
      undefined,
      undefined,
      'Its workloadSelector selects nothing in the 2 opted-in namespaces that it selects.',
    ],
    [
      'NothingSelected',
      [shopPolicy('a', { spec: sleep })],
      undefined,
      [],
      'There is nothing to apply to in namespace shop.',
    ],
    [
      'Overridden',
      [shopPolicy('b', { spec: sleep }), shopPolicy('a', { spec: sleep })],
      undefined,
      undefined,
      'It selects 2 Deployments and 1 StatefulSet, but higher layers set or lock every field that it sets.',
    ],
    [
      'OptedOut',
      [shopPolicy('a', { spec: sleep })],
      undefined,
      [web('shop', {}, { 'hitless.dev/mode': 'off' })],
      'It selects 1 Deployment, which opted out by hitless.dev/mode: off.',
    ],
  ] as const)('%s', (reason, documents, namespaces, of, message) => {
    expect(effect(documents, namespaces, of)).toMatchObject({ reason, message });
  });

  it('says how many take nothing from it', () => {
    const found = effect([shopPolicy('a', { spec: sleep })], cluster, [
      web('shop'),
      web('shop', {}, { 'hitless.dev/pre-stop-sleep-seconds': '3', 'hitless.dev/mode': 'off' }),
    ]);
    expect(found?.message).toBe(
      'It applies to 1 of 2 Deployments. For the rest, higher layers set or lock the same fields, or the workload opted out.',
    );
  });

  it('is audit only where the installation is capped', () => {
    const [reach] = reachOf([clusterPolicy('a', { spec: sleep })], cluster, [web('shop')]);
    expect(reach && effectOf(reach, 'audit')).toMatchObject({ effective: true, reason: 'AuditOnly' });
  });
});

it('evaluates each selector once for each workload', () => {
  let reads = 0;
  const labels = {
    get app() {
      reads += 1;
      return 'web';
    },
  };
  const workloadSelector = { matchExpressions: [{ key: 'app', operator: 'In' as const, values: ['web'] }] };
  const documents = [
    shopPolicy('a', { spec: sleep, workloadSelector }),
    shopPolicy('b', { spec: sleep, workloadSelector }),
  ];
  const [first] = reachOf(documents, cluster, [web('shop', labels), web('shop', labels)]);
  expect(first?.matched).toBe(2);
  // two policies, and one look for those that are found by a label
  expect(reads).toBe(2 * 3);
});
