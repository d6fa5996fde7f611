// An Argo Rollout: clients merge it as plain JSON, so each apply of a manifest drops what hitless wrote into its containers, and its
// own controller writes the whole object back through Go types, without a field manager.

import { describe, expect, it } from 'vitest';
import { recordOf } from '../../support/cluster/hitless.ts';
import { rollout } from '../../support/cluster/kinds/rollout.ts';
import { annotate, clientSideApply, label } from '../../support/cluster/kubectl.ts';
import { type Manifest, pod, type Shop, shop, stored, web } from '../../support/cluster/shop.ts';
import { type Fields, manifestOf } from '../../support/histories/fields.ts';

const manifest = (fields: Fields = {}): Manifest => manifestOf(fields, rollout);
const apply = (world: Shop, fields: Fields = {}) => stored(world, clientSideApply(world.server, manifest(fields)));
const filled = { preStop: { sleep: { seconds: 10 } } };

describe('a Rollout that is applied again', () => {
  it('keeps its strategy canary without fields, and everything that was written', () => {
    const world = shop({}, rollout);
    const first = apply(world);
    expect(first.spec.strategy).toEqual({ canary: { maxUnavailable: 0 } });
    expect(web(first).lifecycle).toEqual(filled);
    expect(apply(world).spec).toEqual(first.spec);
    expect(apply(world, { image: 'app:2' }).spec.strategy).toEqual(first.spec.strategy);
  });

  it('keeps its strategy when the limits go again', () => {
    const world = shop({}, rollout);
    apply(world);
    expect(stored(world, annotate(world.server, 'hitless.dev/mode', 'off')).spec.strategy).toEqual({ canary: {} });
    const bare = apply(world, { image: 'app:2', mode: 'off' });
    expect(web(bare).lifecycle).toBeUndefined();
    expect(recordOf(bare)).toBeUndefined();
  });

  it('keeps its pods when its kind is no longer patched, and under another policy', () => {
    const world = shop({}, rollout);
    const first = apply(world);
    // Its controller has written it back.
    expect(web(first).resources).toEqual({});
    world.settings.policy = { preStopSleep: { action: 'fill', seconds: 15 } };
    expect(apply(world).spec).toEqual(first.spec);
    world.settings.unnamed = true;
    expect(apply(world).spec).toEqual(first.spec);
    expect(stored(world, label(world.server, 'team', 'shop')).spec).toEqual(first.spec);
  });

  it('keeps a grace period that equals the default of pods, which somebody wrote', () => {
    const world = shop({ policy: { preStopSleep: { action: 'fill', seconds: 15 } } }, rollout);
    expect(pod(apply(world, { grace: 30 })).terminationGracePeriodSeconds).toBe(30);
    expect(pod(apply(world, { image: 'app:2' })).terminationGracePeriodSeconds).toBe(35);
  });
});

describe('a definition that does not know preStop.sleep', () => {
  it('leaves an empty hook behind, and the next write of its author passes', () => {
    const pruned = {
      ...rollout,
      decoded: (object: Manifest) => {
        const result = rollout.decoded(object);
        for (const container of pod(result).containers) delete container.lifecycle?.preStop?.sleep;
        return result;
      },
    };
    const world = shop({}, pruned);
    expect(web(apply(world)).lifecycle).toEqual({ preStop: {} });
    const healed = apply(world);
    expect(web(healed).image).toBe('app:1');
    expect(web(apply(world, { image: 'app:2' })).image).toBe('app:2');
  });
});
