// `kubectl rollout undo` restores the annotations of an old revision, and with them a record that may be out of date.

import { describe, expect, it } from 'vitest';
import { recordOf } from '../../support/cluster/hitless.ts';
import { annotate, edit, restart, undo } from '../../support/cluster/kubectl.ts';
import {
  applies,
  image,
  type Manifest,
  manifest,
  minReady,
  pod,
  setting,
  shop,
  stored,
  strategy,
  web,
} from '../../support/cluster/shop.ts';

describe.each(applies)('rollout undo brings an old record back, by %s,', (_name, apply) => {
  const filled = { minReadySeconds: { action: 'fill', seconds: 7 } };
  const off = { minReadySeconds: { action: 'off' }, rollingUpdate: { action: 'off' } };
  const own = manifest(image('app:2'), strategy({ maxUnavailable: 0, maxSurge: '25%' }), minReady(7));
  const rolling = (maxUnavailable: number, minReadySeconds: number) => (object: Manifest) => {
    object.spec.strategy.rollingUpdate.maxUnavailable = maxUnavailable;
    object.spec.minReadySeconds = minReadySeconds;
  };
  const holds = (object: Manifest) => {
    expect(object.spec.strategy.rollingUpdate.maxUnavailable).toBe(0);
    expect(object.spec.minReadySeconds).toBe(7);
  };

  it.each([
    ['the same policy', filled],
    ['a policy that leaves both alone', off],
  ])('which takes nothing of the team’s own strategy and minReadySeconds, under %s', (_policy, policy) => {
    const world = shop({ policy: filled });
    apply(world, manifest());
    holds(apply(world, own));
    world.settings.policy = policy;
    holds(stored(world, undo(world.server)));
    holds(stored(world, restart(world.server, '1')));
    holds(stored(world, annotate(world.server, 'hitless.dev/mode', 'off')));
    holds(stored(world, restart(world.server, '2')));
  });

  it.each([
    ['kubectl edit', 'kubectl-edit'],
    ['a program', 'tuner'],
  ])('which takes nothing of what %s wrote, without a proof', (_client, manager) => {
    const world = shop({ policy: filled });
    apply(world, manifest());
    world.settings.policy = off;
    const next = (object: Manifest) => {
      rolling(1, 9)(object);
      web(object).image = 'app:2';
    };
    stored(world, edit(world.server, next, manager));
    holds(stored(world, edit(world.server, rolling(0, 7), manager)));
    holds(stored(world, undo(world.server)));
    holds(stored(world, restart(world.server, '1')));
    holds(stored(world, annotate(world.server, 'hitless.dev/mode', 'off')));
    holds(stored(world, restart(world.server, '2')));
  });

  it('and what it says of the template counts: it goes at an opt-out', () => {
    const world = shop();
    apply(world, manifest());
    apply(world, manifest(image('app:2'), setting({ lifecycle: { preStop: { exec: { command: ['/quit'] } } } })));
    stored(world, undo(world.server));
    stored(world, annotate(world.server, 'hitless.dev/mode', 'off'));
    const object = stored(world, restart(world.server, '1'));
    expect(web(object).readinessProbe).toBeUndefined();
    expect(web(object).lifecycle ?? {}).toEqual({});
    expect(pod(object).terminationGracePeriodSeconds).toBe(30);
    expect(recordOf(object)).toBeUndefined();
  });

  it.each([
    ['the same policy', {}],
    ['a policy without probes', { readinessProbe: { action: 'off' } }],
  ])('and a probe that it brings back is never another one than it was, under %s', (_policy, policy) => {
    const world = shop();
    const live = { livenessProbe: { httpGet: { path: '/live', port: 8080, scheme: 'HTTPS' } } };
    const before = apply(world, manifest(setting(live)));
    expect(web(before).readinessProbe.httpGet.path).toBe('/live');
    apply(world, manifest(setting({ readinessProbe: { httpGet: { path: '/ready', port: 8080 }, periodSeconds: 7 } })));
    world.settings.policy = policy;
    const after = stored(world, undo(world.server));
    expect([undefined, web(before).readinessProbe]).toContainEqual(web(after).readinessProbe);
  });

  it('and a default that the author wrote beside the same handler is back with his next apply', () => {
    const world = shop();
    const own = manifest(setting({ readinessProbe: { tcpSocket: { port: 8080 }, periodSeconds: 10 } }));
    apply(world, manifest());
    apply(world, own);
    stored(world, undo(world.server));
    expect(web(apply(world, own)).readinessProbe).toMatchObject({ tcpSocket: { port: 8080 }, periodSeconds: 10 });
    expect(web(stored(world, restart(world.server, '1'))).readinessProbe.periodSeconds).toBe(10);
  });

  it.each([
    ['at once', 0],
    ['after a restart', 1],
    ['after two restarts', 2],
  ])('beside a number that equals the author’s, whose own probe passes again %s', (_when, restarts) => {
    const world = shop();
    const own = setting({ readinessProbe: { httpGet: { path: '/ready', port: 8080 }, periodSeconds: 1 } });
    apply(world, manifest());
    apply(world, manifest(image('app:2'), own));
    stored(world, undo(world.server));
    for (let count = 1; count <= restarts; count += 1) stored(world, restart(world.server, `${count}`));
    const { readinessProbe } = web(apply(world, manifest(image('app:3'), own)));
    expect(readinessProbe).toMatchObject({ httpGet: { path: '/ready' }, periodSeconds: 1 });
    expect(readinessProbe.tcpSocket).toBeUndefined();
  });
});
