// Apply merges maps: what we wrote into a handler must not stay in one that the author writes later.

import { describe, expect, it } from 'vitest';
import { applies, manifest, probeDefaults, setting, shop, web } from '../../support/cluster/shop.ts';

describe.each(applies)('of a handler that was ours nothing is left in the author’s own, by %s:', (_name, apply) => {
  const members: [string, object, object, object][] = [
    [
      'scheme and headers',
      { httpGet: { path: '/live', port: 8443, scheme: 'HTTPS', httpHeaders: [{ name: 'X', value: 'y' }] } },
      { httpGet: { path: '/ready', port: 8080 } },
      { httpGet: { path: '/ready', port: 8080, scheme: 'HTTP' } },
    ],
    [
      'path',
      { httpGet: { path: '/live', port: 8080 } },
      { httpGet: { port: 8081 } },
      { httpGet: { path: '/', port: 8081, scheme: 'HTTP' } },
    ],
    [
      'path, with the same port',
      { httpGet: { path: '/live', port: 8080 } },
      { httpGet: { port: 8080 } },
      { httpGet: { path: '/', port: 8080, scheme: 'HTTP' } },
    ],
    [
      'grpc.service',
      { grpc: { port: 8080, service: 'live' } },
      { grpc: { port: 8081 } },
      { grpc: { port: 8081, service: '' } },
    ],
  ];
  it.each(members)('%s', (_member, liveness, own, expected) => {
    const world = shop();
    expect(web(apply(world, manifest(setting({ livenessProbe: liveness })))).readinessProbe).toMatchObject(liveness);
    const next = manifest(setting({ livenessProbe: liveness, readinessProbe: own }));
    expect(web(apply(world, next)).readinessProbe).toEqual({ ...expected, ...probeDefaults });
    next.spec.template.spec.containers[0].image = 'app:2';
    expect(web(apply(world, next)).readinessProbe).toEqual({ ...expected, ...probeDefaults });
  });

  it.each(members)('%s, with a number of the author’s beside it', (_member, liveness, own, expected) => {
    const world = shop();
    apply(world, manifest(setting({ livenessProbe: liveness })));
    const next = manifest(setting({ livenessProbe: liveness, readinessProbe: { ...own, failureThreshold: 6 } }));
    expect(web(apply(world, next)).readinessProbe).toEqual({ ...expected, ...probeDefaults, failureThreshold: 6 });
  });
});
