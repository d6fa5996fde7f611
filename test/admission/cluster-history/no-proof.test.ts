// Clients that leave no proof of what they wrote: Helm 3, PUT.

import { describe, expect, it } from 'vitest';
import { create, helm, label, replace } from '../../support/cluster/kubectl.ts';
import { image, type Manifest, manifest, setting, shop, stored, web } from '../../support/cluster/shop.ts';

describe('a client that leaves no proof', () => {
  const own = setting({ readinessProbe: { httpGet: { path: '/ready', port: 8080 }, periodSeconds: 1 } });
  const clients: [string, (world: ReturnType<typeof shop>, next: Manifest, last?: Manifest) => Manifest][] = [
    ['Helm 3', (world, next, last) => stored(world, helm(world.server, next, last))],
    ['PUT', (world, next, last) => stored(world, last ? replace(world.server, next) : create(world.server, next))],
  ];
  it.each(clients)('%s: a probe of another kind with our number is the author’s, and stays', (_name, write) => {
    const world = shop();
    const first = manifest();
    const second = manifest(own);
    write(world, first);
    const probe = web(write(world, second, first)).readinessProbe;
    expect(probe).toMatchObject({ httpGet: { path: '/ready', port: 8080 }, periodSeconds: 1 });
    const template = world.server.get().spec.template;
    const third = manifest(own, (object) => {
      object.metadata.labels.team = 'a';
    });
    expect(write(world, third, second).spec.template).toEqual(template);
    stored(world, label(world.server, 'team', 'b'));
    expect(world.server.get().spec.template).toEqual(template);
    const fourth = manifest(own, image('app:2'));
    expect(web(write(world, fourth, third)).readinessProbe).toEqual(probe);
  });
});
