// A second call within the same request, because another webhook changed the object after us (reinvocationPolicy IfNeeded).

import { describe, expect, it } from 'vitest';
import { recordOf } from '../../support/cluster/hitless.ts';
import { restart } from '../../support/cluster/kubectl.ts';
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

describe.each(applies)('called twice in one request, by %s,', (_name, apply) => {
  const neighbours = ['label', 'stamp', 'env', 'toleration'] as const;
  const strict = {
    preStopSleep: { action: 'enforce' },
    terminationGracePeriod: { action: 'enforce' },
    rollingUpdate: { action: 'enforce' },
    minReadySeconds: { action: 'enforce', seconds: 7 },
  };
  const raised: [string, (object: Manifest) => void, (object: Manifest) => unknown, unknown][] = [
    ['a grace period', grace(5), (object) => pod(object).terminationGracePeriodSeconds, 5],
    ['a sleep', sleep(1), (object) => web(object).lifecycle.preStop.sleep.seconds, 1],
    [
      'maxUnavailable',
      strategy({ maxUnavailable: 1 }),
      (object) => object.spec.strategy.rollingUpdate.maxUnavailable,
      1,
    ],
    ['minReadySeconds', minReady(2), (object) => object.spec.minReadySeconds, 2],
  ];
  describe.each(neighbours)('before a webhook that adds a %s', (neighbour) => {
    it.each(raised)('%s that was raised comes back when nobody enforces any more', (_field, write, read, value) => {
      const world = shop({ policy: strict, neighbours: [neighbour] });
      expect(read(apply(world, manifest(write)))).not.toBe(value);
      // A second write, called twice as well.
      expect(read(apply(world, manifest(write, image('app:2'))))).not.toBe(value);
      world.settings.policy = Object.fromEntries(Object.keys(strict).map((section) => [section, { action: 'off' }]));
      expect(read(apply(world, manifest(write, image('app:3'))))).toBe(value);
    });

    const overFilled: [string, (object: Manifest) => void, (object: Manifest) => unknown, unknown][] = [
      ['a grace period', grace(20), (object) => pod(object).terminationGracePeriodSeconds, 20],
      ['a sleep', sleep(1), (object) => web(object).lifecycle.preStop.sleep.seconds, 1],
      [
        'maxUnavailable',
        strategy({ maxUnavailable: 1 }),
        (object) => object.spec.strategy.rollingUpdate.maxUnavailable,
        1,
      ],
      ['minReadySeconds', minReady(2), (object) => object.spec.minReadySeconds, 2],
    ];
    it.each(
      overFilled,
    )('%s that was filled, and then raised to the same value, comes back', (field, write, read, value) => {
      const seconds = field === 'a sleep' ? 3 : 15;
      const policy = { ...strict, preStopSleep: { action: 'enforce', seconds, minimumSeconds: 3 } };
      const world = shop({ policy, neighbours: [neighbour] });
      const filled = read(apply(world, manifest()));
      const own = manifest(write, image('app:2'));
      expect(read(apply(world, own))).toBe(filled);
      world.settings.policy = Object.fromEntries(Object.keys(strict).map((section) => [section, { action: 'off' }]));
      expect(read(stored(world, restart(world.server, '1')))).toBe(value);
    });

    it('what was filled goes when the author opts out', () => {
      const world = shop({ neighbours: [neighbour] });
      apply(world, manifest());
      apply(world, manifest(image('app:2')));
      const object = apply(world, manifest(image('app:3'), optedOut));
      expect(web(object).readinessProbe).toBeUndefined();
      expect(web(object).lifecycle ?? {}).toEqual({});
      expect(pod(object).terminationGracePeriodSeconds).toBe(30);
      expect(object.spec.strategy.rollingUpdate).toEqual({ maxUnavailable: '25%', maxSurge: '25%' });
      expect(recordOf(object)).toBeUndefined();
    });

    it('what was filled at a change of the template goes when the author opts out', () => {
      const world = shop({ neighbours: [neighbour], mode: 'audit' });
      apply(world, manifest());
      world.settings.mode = 'enforce';
      apply(world, manifest(image('app:2')));
      const object = apply(world, manifest(image('app:3'), optedOut));
      expect(web(object).readinessProbe).toBeUndefined();
      expect(web(object).lifecycle ?? {}).toEqual({});
      expect(pod(object).terminationGracePeriodSeconds).toBe(30);
      expect(recordOf(object)).toBeUndefined();
    });
  });
});
