// Probes that the author writes after we had copied them from his liveness probe.

import { describe, expect, it } from 'vitest';
import { applies, image, type Manifest, manifest, optedOut, setting, shop, web } from '../../support/cluster/shop.ts';

describe.each(applies)('a probe that the author wrote after we had copied it, by %s,', (_name, apply) => {
  const handlers = [
    { httpGet: { port: 8080 } },
    { httpGet: { path: '/live', port: 8080 } },
    { httpGet: { port: 8080, httpHeaders: [{ name: 'X', value: 'y' }] } },
    { tcpSocket: { port: 8080 } },
    { grpc: { port: 8080 } },
    { grpc: { port: 8080, service: 'shop' } },
  ];
  const copied = (handler: object) => manifest(setting({ livenessProbe: handler }));
  const written = (handler: object, ...changes: ((object: Manifest) => void)[]) =>
    manifest(setting({ livenessProbe: handler, readinessProbe: handler }), ...changes);

  it.each(handlers)('stays when he opts out: %j', (handler) => {
    const world = shop();
    apply(world, copied(handler));
    apply(world, written(handler));
    expect(web(apply(world, written(handler, optedOut, image('app:2')))).readinessProbe).toMatchObject(handler);
  });

  it.each(handlers)('stays when he opts out in the same write: %j', (handler) => {
    const world = shop();
    apply(world, copied(handler));
    expect(web(apply(world, written(handler, optedOut))).readinessProbe).toMatchObject(handler);
    expect(web(apply(world, written(handler, optedOut, image('app:2')))).readinessProbe).toMatchObject(handler);
  });

  it.each(handlers)('stays when the policy no longer fills: %j', (handler) => {
    const world = shop();
    apply(world, copied(handler));
    apply(world, written(handler));
    world.settings.policy = { readinessProbe: { action: 'off' } };
    expect(web(apply(world, written(handler, image('app:2')))).readinessProbe).toMatchObject(handler);
  });
});
