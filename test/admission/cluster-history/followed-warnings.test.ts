// An author who follows several warnings at once.

import { describe, expect, it } from 'vitest';
import {
  applies,
  type Manifest,
  manifest,
  probeDefaults,
  setting,
  shop,
  sleep,
  strategy,
  web,
} from '../../support/cluster/shop.ts';

const live = { httpGet: { path: '/live', port: 8080 } };

describe.each(applies)('an author who writes what the warnings ask for, by %s, keeps all of it', (_name, apply) => {
  const members: [string, Manifest, (object: Manifest) => void][] = [
    [
      'a probe with a number of his, and maxUnavailable 0',
      manifest(
        setting({ livenessProbe: live, readinessProbe: { ...live, initialDelaySeconds: 9 } }),
        strategy({ maxUnavailable: 0 }),
      ),
      (object) => {
        expect(web(object).readinessProbe).toEqual({
          httpGet: { path: '/live', port: 8080, scheme: 'HTTP' },
          initialDelaySeconds: 9,
          ...probeDefaults,
        });
        expect(object.spec.strategy.rollingUpdate.maxUnavailable).toBe(0);
      },
    ],
    [
      'a probe with a number of his, and the sleep',
      manifest(setting({ livenessProbe: live, readinessProbe: { ...live, failureThreshold: 7 } }), sleep(10)),
      (object) => {
        expect(web(object).readinessProbe).toMatchObject({ periodSeconds: 10, failureThreshold: 7 });
        expect(web(object).lifecycle.preStop).toEqual({ sleep: { seconds: 10 } });
      },
    ],
    [
      'another sleep, and maxUnavailable 0 with maxSurge',
      manifest(setting({ livenessProbe: live }), sleep(7), strategy({ maxUnavailable: 0, maxSurge: '25%' })),
      (object) => {
        expect(web(object).lifecycle.preStop).toEqual({ sleep: { seconds: 7 } });
        expect(object.spec.strategy.rollingUpdate).toEqual({ maxUnavailable: 0, maxSurge: '25%' });
      },
    ],
  ];
  it.each(members)('%s', (_member, next, check) => {
    const world = shop();
    apply(world, manifest(setting({ livenessProbe: live })));
    check(apply(world, next));
    world.settings.policy = {
      readinessProbe: { action: 'off' },
      preStopSleep: { action: 'off' },
      rollingUpdate: { action: 'off' },
    };
    next.spec.template.spec.containers[0].image = 'app:2';
    check(apply(world, next));
  });
});
