// Values that enforce raised and that the author then writes himself, as the warning asks.

import { describe, expect, it } from 'vitest';
import { label, restart } from '../../support/cluster/kubectl.ts';
import {
  applies,
  grace,
  image,
  type Manifest,
  manifest,
  minReady,
  optedOut,
  pod,
  shop,
  sleep,
  stored,
  strategy,
  web,
} from '../../support/cluster/shop.ts';

describe.each(
  applies,
)('under enforce, an author who writes the raised value as the warning asks, by %s,', (_name, apply) => {
  const strict = {
    preStopSleep: { action: 'enforce' },
    terminationGracePeriod: { action: 'enforce' },
    rollingUpdate: { action: 'enforce' },
    minReadySeconds: { action: 'enforce', seconds: 7 },
  };
  const members: [string, (value: never) => (object: Manifest) => void, number, (object: Manifest) => unknown][] = [
    ['grace period', grace, 5, (object) => pod(object).terminationGracePeriodSeconds],
    ['sleep', sleep, 1, (object) => web(object).lifecycle.preStop.sleep.seconds],
    [
      'maxUnavailable',
      (value) => strategy({ maxUnavailable: value }),
      1,
      (object) => object.spec.strategy.rollingUpdate.maxUnavailable,
    ],
    ['minReadySeconds', minReady, 2, (object) => object.spec.minReadySeconds],
  ];
  const off = Object.fromEntries(Object.keys(strict).map((section) => [section, { action: 'off' }]));

  it.each(members)('keeps it when he opts out: %s', (_field, write, low, read) => {
    const world = shop({ policy: strict });
    const raised = read(apply(world, manifest(write(low as never))));
    expect(raised).not.toBe(low);
    const own = manifest(write(raised as never));
    apply(world, own);
    optedOut(own);
    image('app:2')(own);
    expect(read(apply(world, own))).toBe(raised);
  });

  it.each(members)('keeps it when nobody enforces any more and somebody restarts: %s', (_field, write, low, read) => {
    const world = shop({ policy: strict });
    const raised = read(apply(world, manifest(write(low as never))));
    apply(world, manifest(write(raised as never), image('app:2')));
    world.settings.policy = off;
    expect(read(stored(world, restart(world.server, '1')))).toBe(raised);
  });

  it.each(members)('and who did not write it gets his own back: %s', (_field, write, low, read) => {
    const world = shop({ policy: strict });
    apply(world, manifest(write(low as never)));
    apply(world, manifest(write(low as never), image('app:2')));
    stored(world, label(world.server, 'team', 'a'));
    world.settings.policy = off;
    expect(read(stored(world, restart(world.server, '1')))).toBe(low);
  });

  it('and who writes the same again after an autoscaler scaled changes nothing', () => {
    const world = shop({ policy: strict });
    const own = manifest(grace(5 as never));
    delete own.spec.replicas;
    apply(world, own);
    const scaled = { replicas: 7 };
    const { metadata } = stored(
      world,
      world.server.patch((object) => ({ ...object, spec: { ...object.spec, ...scaled } }), 'kube-controller-manager'),
    );
    const after = apply(world, own);
    expect(after.spec.replicas).toBe(7);
    expect(after.metadata.annotations['hitless.dev/injected']).toBe(metadata.annotations['hitless.dev/injected']);
    expect(after.metadata.generation).toBe(metadata.generation);
  });
});
