// What an answer tells of other objects when anybody may ask: of two worlds that differ in nothing that a patch shows, the same.

import { describe, expect, test } from 'vitest';
import { admit } from '../../src/admission/admit.ts';
import { assess } from '../../src/admission/assess.ts';
import { readReview } from '../../src/admission/review.ts';
import { screen } from '../../src/admission/skip.ts';
import { compilePolicies } from '../../src/policy/policies.ts';
import type { Json } from '../../src/workload/json.ts';
import type { Service } from '../../src/workload/kubernetes.ts';
import type { Deployment } from '../../src/workload/workload.ts';
import { defaulted } from '../support/api-server.ts';
import { type Facts, reviewOf, stateOf } from '../support/webhook.ts';

const labels = { app: 'web' };

/** One container that declares port 8080 and has no probe. */
function web(annotations: Readonly<Record<string, string>> = {}): Deployment {
  const template = {
    metadata: { labels },
    spec: { containers: [{ name: 'web', image: 'web', ports: [{ containerPort: 8080 }] }] },
  };
  return defaulted({
    metadata: { name: 'web', namespace: 'shop', annotations },
    spec: { selector: { matchLabels: labels }, template },
  });
}

function service(name: string, targetPort: number | string): Service {
  return { name, namespace: 'shop', selector: labels, ports: [{ port: 80, targetPort, protocol: 'TCP' }] };
}

function noted(annotations: Readonly<Record<string, string>>, more: Readonly<Record<string, string>> = {}) {
  const all = { 'kubernetes.io/metadata.name': 'shop', 'hitless.dev/mode': 'enforce', ...more };
  return [{ name: 'shop', labels: all, annotations }];
}

const slow = { 'hitless.dev/pre-stop-sleep-seconds': '40' };

/** With `spec` over the Deployment's own, and a volume of the claim `data`. */
function single(spec: object): Deployment {
  const object = web();
  const pod = object.spec.template.spec;
  const volumes = [{ name: 'data', persistentVolumeClaim: { claimName: 'data' } }];
  return {
    ...object,
    spec: { ...object.spec, ...spec, template: { ...object.spec.template, spec: { ...pod, volumes } } },
  };
}

function around(kind: string, name: string, more: Record<string, Json>): Facts {
  const apiVersion = kind === 'HorizontalPodAutoscaler' ? 'autoscaling/v2' : 'v1';
  return { objects: [{ apiVersion, kind, metadata: { name, namespace: 'shop' }, ...more }] };
}

const claim = (mode: string) => around('PersistentVolumeClaim', 'data', { spec: { accessModes: [mode] } });
const quota = (name: string, pods: string) => around('ResourceQuota', name, { spec: { hard: { pods } } });
const scaled = (name: string) =>
  around('HorizontalPodAutoscaler', name, {
    spec: { maxReplicas: 9, scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' } },
  });
const surgeFirst = { strategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } } };
const surgeNever = { strategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 1, maxSurge: 0 } } };

interface Pair {
  readonly what: string;
  readonly object: Deployment;
  readonly worlds: readonly [Facts, Facts];
  /** What an answer to somebody who may know tells of the first world. */
  readonly told: RegExp;
}

const pairs: readonly Pair[] = [
  {
    what: 'the name of a Service and its port',
    object: web(),
    worlds: [{ services: [service('first', 7001)] }, { services: [service('second', 7002)] }],
    told: /Service first sends traffic to port 7001/,
  },
  {
    what: 'the name of a Service and the name of its port',
    object: web(),
    worlds: [{ services: [service('first', 'one')] }, { services: [service('second', 'two')] }],
    told: /Service first sends traffic to port one/,
  },
  {
    what: 'annotations of the namespace that nobody can read',
    object: web(),
    worlds: [
      { namespaces: noted({ 'hitless.dev/pre-stop-sleep-seconds': 'first' }) },
      { namespaces: noted({ 'hitless.dev/readiness-probe': 'second', 'hitless.dev/third': '' }) },
    ],
    told: /Namespace shop annotation hitless.dev\/pre-stop-sleep-seconds is/,
  },
  {
    what: 'rules of the namespace to ignore that nobody knows',
    object: web(),
    worlds: [
      { namespaces: noted({ 'ignore.hitless.dev/first': '' }) },
      { namespaces: noted({ 'ignore.hitless.dev/second': '' }) },
    ],
    told: /Namespace shop annotation ignore.hitless.dev\/first names no rule/,
  },
  {
    what: 'labels of the namespace that nobody can read',
    object: web(),
    worlds: [
      { namespaces: noted({}, { 'hitless.dev/first': 'a' }) },
      { namespaces: noted({}, { 'hitless.dev/second': 'b' }) },
    ],
    told: /Namespace shop label hitless.dev\/first/,
  },
  {
    what: 'an annotation of the namespace that another one contradicts',
    object: web(),
    worlds: [
      { namespaces: noted({ ...slow, 'hitless.dev/termination-grace-period-seconds': '30' }) },
      { namespaces: noted({ ...slow, 'hitless.dev/termination-grace-period-seconds': '31' }) },
    ],
    told: /is 30 and is ignored: the preStop sleep takes 40 s/,
  },
  {
    what: 'the access mode of a claim',
    object: single(surgeFirst),
    worlds: [claim('ReadWriteOnce'), claim('ReadWriteOncePod')],
    told: /can hang on a ReadWriteOnce claim/,
  },
  {
    what: 'the name of a quota and how much it allows',
    object: { ...web(), spec: { ...web().spec, replicas: 3, ...surgeFirst } },
    worlds: [quota('first', '3'), quota('second', '2')],
    told: /ResourceQuota first allows 3 pods/,
  },
  {
    what: 'the name of an autoscaler',
    object: { ...web(), spec: { ...web().spec, ...surgeNever } },
    worlds: [scaled('first'), scaled('second')],
    told: /when HorizontalPodAutoscaler first scales down to 1/,
  },
];

describe.each(['enforce', 'audit'] as const)('without client certificates, in mode %s, an answer', (mode) => {
  test.each(pairs)('does not tell $what', ({ object, worlds, told }) => {
    const [first, second] = worlds.map((state) => answer(object, state, mode, true));
    expect(first).toEqual(second);
    expect(JSON.stringify(answer(object, worlds[0], mode, false))).toMatch(told);
  });

  test('still says that something is wrong, and the mistakes of the workload itself', () => {
    const object = web({ 'hitless.dev/min-ready-seconds': 'some' });
    const facts = { services: [service('first', 7001)], namespaces: noted({ 'hitless.dev/min-ready-seconds': 'any' }) };
    const { warnings = [] } = answer(object, facts, mode, true);
    expect(warnings).toContainEqual(
      expect.stringMatching(/^hitless shop\/web: readiness-probe: a Service sends traffic to a port/),
    );
    expect(warnings).toContainEqual(expect.stringMatching(/Deployment annotation .* is "some" and is ignored/));
    expect(warnings).toContainEqual(
      expect.stringMatching(/under hitless.dev\/ is ignored: hitless audit -n shop says which/),
    );
  });
});

function answer(object: Deployment, facts: Facts, mode: 'enforce' | 'audit', discreet: boolean) {
  const state = { ...stateOf(facts), policies: compilePolicies(facts.policies ?? []) };
  return admit(screen(readReview(reviewOf(object))), state, mode, { discreet }).response;
}

test('a note on the data path has a wording without the names of other objects', () => {
  const annotations = { 'service.beta.kubernetes.io/aws-load-balancer-nlb-target-type': 'ip' };
  const secret: Service = { ...service('secret', 8080), loadBalancer: {}, annotations };
  const state = stateOf({ services: [secret] });
  const { findings } = assess({ ...web(), apiVersion: 'apps/v1', kind: 'Deployment' }, state);
  const named = findings.filter(({ message }) => message.includes('secret'));
  expect(named.map(({ path }) => path)).toEqual([
    'spec.template.spec.containers[web].lifecycle.preStop',
    'spec.minReadySeconds',
  ]);
  for (const { discreet } of named) expect(discreet).toMatch(/^(?!.*(?:secret|AWS|Load Balancer)).+$/);
});
