// A Deployment that is created before its Service is told so once; a worker reads nothing that is not true of it, and nothing twice.

import { describe, expect, it, test } from 'vitest';
import { admit } from '../../src/admission/admit.ts';
import { readReview } from '../../src/admission/review.ts';
import { screen } from '../../src/admission/skip.ts';
import type { ClusterState } from '../../src/cluster-state/cluster-state.ts';
import type { Json } from '../../src/workload/json.ts';
import { clientSideApply, edit } from '../support/api-server.ts';
import { type Manifest, manifest, pod, web } from '../support/cluster/shop.ts';
import { policy, reviewOf, stateOf, write } from '../support/webhook.ts';

const service = (selector = 'web', targetPort = 8080) => ({
  name: 'web',
  namespace: 'shop',
  selector: { app: selector },
  ports: [{ port: 80, targetPort, protocol: 'TCP' }],
});
const knownWith = (...services: ReturnType<typeof service>[]) => stateOf({ services });
const under = (spec: Json) => stateOf({ policies: [policy(spec)] });

function hints(object: Manifest, state: ClusterState = knownWith(), old?: Manifest): readonly string[] {
  const { response } = admit(screen(readReview(reviewOf(clientSideApply(object), old))), state, 'enforce');
  return (response.warnings ?? []).filter((text) => text.includes('no Service selects'));
}

const probe = expect.stringMatching(
  /^hitless shop\/web: wrote no readinessProbe in web \(readiness-probe\): no Service/,
);
const sleep = expect.stringMatching(/^hitless shop\/web: wrote no preStop sleep in web \(pre-stop-sleep\): no Service/);
const portless = manifest((m) => delete web(m).ports);
const setPorts = (...ports: object[]) =>
  manifest((m) => {
    web(m).ports = ports;
  });

describe('is told of the probe', () => {
  test.each([
    ['a declared port and no Service', manifest(), knownWith()],
    ['a Service of other pods', manifest(), knownWith(service('other'))],
    [
      'a livenessProbe that cannot be copied',
      manifest((m) => Object.assign(web(m), { livenessProbe: { exec: { command: ['x'] } } })),
      knownWith(),
    ],
  ])('%s', (_what, object, state) => expect(hints(object, state)).toEqual([probe]));

  it('once for all containers', () => {
    const two = manifest((m) =>
      pod(m).containers.push({ name: 'admin', image: 'a', ports: [{ containerPort: 9000 }] }),
    );
    expect(hints(two)).toEqual([expect.stringContaining('wrote no readinessProbe in web, admin (readiness-probe)')]);
  });

  it('again when the template changes, and at no other write', () => {
    const { object: old } = write({ object: clientSideApply(manifest()), state: knownWith() });
    const send = (change: (m: Manifest) => void) => {
      const { response } = write({ object: edit(old, change), old, state: knownWith() }).verdict;
      return (response.warnings ?? []).filter((text) => text.includes('no Service selects'));
    };
    expect(
      send((o) => {
        o.metadata.labels.team = 'a';
      }),
    ).toEqual([]);
    expect(
      send((o) => {
        o.spec.replicas = 7;
      }),
    ).toEqual([]);
    expect(
      send((o) => {
        web(o).image = 'app:2';
      }),
    ).toEqual([probe]);
  });
});

describe('is told nothing of the probe', () => {
  test.each<[string, Manifest, ClusterState]>([
    ['with a Service', manifest(), knownWith(service())],
    ['with a Service of another port', manifest(), knownWith(service('web', 9))],
    [
      'with a probe of its own',
      manifest((m) => {
        web(m).readinessProbe = { tcpSocket: { port: 8080 } };
      }),
      knownWith(),
    ],
    [
      'with one that is copied',
      manifest((m) => {
        web(m).livenessProbe = { tcpSocket: { port: 8080 } };
      }),
      knownWith(),
    ],
    [
      'with a startupProbe',
      manifest((m) => {
        web(m).startupProbe = { tcpSocket: { port: 8080 } };
      }),
      knownWith(),
    ],
    ['with a port for metrics only', setPorts({ name: 'metrics', containerPort: 9090 }), knownWith()],
    ['with UDP only', setPorts({ containerPort: 53, protocol: 'UDP' }), knownWith()],
    [
      'with an elected leader',
      manifest((m) => {
        web(m).args = ['--leader-elect'];
      }),
      knownWith(),
    ],
    ['where the policy only reports', manifest(), under({ readinessProbe: { action: 'report' } })],
    ['where the rule is off', manifest(), under({ readinessProbe: { action: 'off' } })],
    ['where the policy has the probe', manifest(), under({ readinessProbe: { handler: { tcpSocket: { port: 1 } } } })],
    [
      'by its own annotation',
      manifest((m) => {
        m.metadata.annotations = { 'hitless.dev/readiness-probe': 'off' };
      }),
      knownWith(),
    ],
    ['where Services are not known', manifest(), { ...knownWith(), knows: () => false }],
  ])('%s', (_what, object, state) => expect(hints(object, state)).toEqual([]));
});

describe('of the sleep', () => {
  it('a new Deployment without any port is told', () => expect(hints(portless)).toEqual([sleep]));

  it('and only a new one: later it is a worker', () => {
    const { object: old } = write({ object: clientSideApply(portless), state: knownWith() });
    const next = write({
      object: edit(old, (o) => {
        web(o).image = 'app:2';
      }),
      old,
      state: knownWith(),
    });
    expect(next.verdict.response.warnings ?? []).toEqual([]);
  });

  test.each<[string, Manifest, ClusterState]>([
    ['with a Service', portless, knownWith(service('web', 9))],
    [
      'with a port for metrics only, which is a worker',
      setPorts({ name: 'metrics', containerPort: 9090 }),
      knownWith(),
    ],
    ['where it is written anyway', portless, under({ preStopSleep: { when: 'always' } })],
    ['where the policy only reports', portless, under({ preStopSleep: { action: 'report' } })],
    [
      'where its annotation says no',
      manifest((m) => {
        delete web(m).ports;
        m.metadata.annotations = { 'hitless.dev/pre-stop-sleep-seconds': '0' };
      }),
      knownWith(),
    ],
    [
      'where the next pod waits for this one',
      manifest((m) => {
        delete web(m).ports;
        m.spec.strategy = { type: 'Recreate' };
      }),
      knownWith(),
    ],
    ['where Services are not known', portless, { ...knownWith(), knows: () => false }],
  ])('nothing is told %s', (_what, object, state) => expect(hints(object, state)).toEqual([]));
});

it('tells callers without a certificate no name, and not whether other pods have a Service', () => {
  const discreet = (state: ClusterState) =>
    admit(screen(readReview(reviewOf(clientSideApply(manifest())))), state, 'enforce', { discreet: true }).response;
  expect(discreet(knownWith(service('secret')))).toEqual(discreet(knownWith()));
  expect(discreet(knownWith()).warnings).toContainEqual(probe);
});

describe('the first rollout with a sleep', () => {
  const bare = write({
    object: clientSideApply(manifest()),
    state: under({
      preStopSleep: { action: 'off' },
      readinessProbe: { action: 'off' },
      rollingUpdate: { action: 'off' },
    }),
  }).object;
  const running = (object: Manifest, replicas = 4) =>
    edit(object, (o) => {
      o.status = { replicas, observedGeneration: 1, conditions: [] };
    });
  const next = (old: Manifest, change: (m: Manifest) => void = () => undefined) => {
    const object = edit(old, (o) => {
      web(o).image = 'app:2';
      change(o);
    });
    const { response } = write({ object, old, state: knownWith(service()) }).verdict;
    return (response.warnings ?? []).filter((text) => text.includes('this rollout'));
  };

  it('is named, once', () => {
    expect(bare.metadata.annotations).not.toHaveProperty('hitless.dev/injected');
    expect(next(running(bare))).toHaveLength(1);
    const written = write({
      object: edit(bare, (o) => {
        web(o).image = 'app:2';
      }),
      old: running(bare),
      state: knownWith(service()),
    }).object;
    expect(
      next(running(written), (o) => {
        web(o).image = 'app:3';
      }),
    ).toEqual([]);
  });

  it('is not where there are no pods, where they have a hook, or where the object is new', () => {
    const hooked = edit(bare, (o) => {
      web(o).lifecycle = { preStop: { exec: { command: ['/quit'] } } };
    });
    expect(next(running(bare, 0))).toEqual([]);
    expect(next(bare)).toEqual([]);
    expect(
      next(running(hooked), (o) => {
        delete web(o).lifecycle;
      }),
    ).toEqual([]);
    const created = write({ object: clientSideApply(manifest()), state: knownWith(service()) }).verdict.response;
    expect(created.warnings?.join()).not.toContain('this rollout');
  });
});
