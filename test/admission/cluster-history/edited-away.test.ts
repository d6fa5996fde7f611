// last-applied that is stale: somebody else took a field out since.

import { describe, expect, it } from 'vitest';
import { recordOf } from '../../support/cluster/hitless.ts';
import { annotate, edit, restart } from '../../support/cluster/kubectl.ts';
import {
  applies,
  grace,
  type Manifest,
  manifest,
  minReady,
  pod,
  setting,
  shop,
  sleep,
  stored,
  strategy,
  web,
} from '../../support/cluster/shop.ts';

describe.each(applies)('a field that kubectl edit took out of the author’s object, by %s,', (_name, apply) => {
  const filled = { minReadySeconds: { action: 'fill', seconds: 7 } };
  const members: [
    string,
    (object: Manifest) => void,
    (object: Manifest) => void,
    (object: Manifest) => unknown,
    unknown,
  ][] = [
    [
      'sleep',
      sleep(10),
      (object) => delete web(object).lifecycle,
      (object) => web(object).lifecycle?.preStop,
      undefined,
    ],
    [
      'grace period',
      grace(30),
      (object) => delete pod(object).terminationGracePeriodSeconds,
      (object) => pod(object).terminationGracePeriodSeconds,
      30,
    ],
    [
      'probe',
      setting({ readinessProbe: { tcpSocket: { port: 8080 }, periodSeconds: 1 } }),
      (object) => delete web(object).readinessProbe,
      (object) => web(object).readinessProbe,
      undefined,
    ],
    [
      'maxUnavailable',
      strategy({ maxUnavailable: 0 }),
      (object) => delete object.spec.strategy,
      (object) => object.spec.strategy.rollingUpdate.maxUnavailable,
      '25%',
    ],
    [
      'minReadySeconds',
      minReady(7),
      (object) => delete object.spec.minReadySeconds,
      (object) => object.spec.minReadySeconds,
      undefined,
    ],
  ];
  it.each(members)('and that was filled since, goes when he opts out: %s', (_field, write, remove, read, without) => {
    const world = shop({ policy: filled });
    apply(world, manifest(write));
    const changed = (object: Manifest) => {
      remove(object);
      web(object).image = 'app:2';
    };
    stored(world, edit(world.server, changed));
    stored(world, annotate(world.server, 'hitless.dev/mode', 'off'));
    const object = stored(world, restart(world.server, '1'));
    expect(read(object)).toEqual(without);
    expect(recordOf(object)).toBeUndefined();
  });
});
