// Paths as people write them: reading, writing and taking out, without a change of what was given.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { deployment } from '../../src/workload/kinds/deployment.ts';
import { getAt, keysOf, removeAt, setAll, setAt } from '../../src/workload/path.ts';

const object = {
  metadata: { annotations: { 'hitless.dev/injected': '{}' } },
  spec: {
    containers: [
      { name: 'web', image: 'a' },
      { name: '0', image: 'b' },
      { name: 'side.car', image: 'c' },
    ],
    rules: [{ verb: 'get' }, { verb: 'list' }],
  },
};

describe('a path', () => {
  it.each([
    ['spec.containers[web].image', 'a'],
    ['spec.containers[side.car].image', 'c'],
    ['spec.containers[0].image', 'b'],
    ['spec.containers[1].image', 'b'],
    ['spec.rules[1].verb', 'list'],
    ['spec.containers[7].image', undefined],
    ['spec.containers[none].image', undefined],
    ['metadata.annotations[hitless.dev/injected]', '{}'],
    ['metadata.annotations[constructor]', undefined],
    ['spec.containers.length', undefined],
    ['spec.containers[web].image.length', undefined],
  ])('%s reads %j: by name before index, own members only', (path, expected) => {
    expect(getAt(object, path)).toEqual(expected);
  });

  it('makes the objects that are missing on its way, and shares what it does not touch', () => {
    const next = setAt(object, 'spec.containers[web].lifecycle.preStop', { sleep: { seconds: 1 } });
    expect(getAt(next, 'spec.containers[web]')).toEqual({
      name: 'web',
      image: 'a',
      lifecycle: { preStop: { sleep: { seconds: 1 } } },
    });
    expect(next.metadata).toBe(object.metadata);
    expect(next.spec.containers[1]).toBe(object.spec.containers[1]);
    expect(getAt(object, 'spec.containers[web].lifecycle')).toBeUndefined();
  });

  it('takes the parents along that it leaves empty, and no list item', () => {
    expect(removeAt(object, 'metadata.annotations[hitless.dev/injected]')).toEqual({ spec: object.spec });
    const bare = { list: [{ name: 'a', b: { c: 1 } }] };
    expect(removeAt(bare, 'list[a].b.c')).toEqual({ list: [{ name: 'a' }] });
    expect(removeAt(object, 'spec.replicas')).toBe(object);
  });

  it('of an item that is not there throws when it is written', () => {
    expect(() => setAt(object, 'spec.containers[none].image', 'x')).toThrow(RangeError);
  });

  it('gives the keys that lead to it', () => {
    expect(keysOf(object, 'spec.containers[side.car].image')).toEqual(['spec', 'containers', 2, 'image']);
    expect(keysOf(object, 'spec.containers[none].image')).toEqual(['spec', 'containers', -1, 'image']);
  });

  it('of any container that the API server takes reads what was written', () => {
    const name = fc.stringMatching(/^[a-z0-9]([-a-z0-9]{0,20}[a-z0-9])?$/);
    fc.assert(
      fc.property(fc.uniqueArray(name, { minLength: 1, maxLength: 5 }), (names) => {
        const root = { spec: { template: { spec: { containers: names.map((name) => ({ name })) } } } };
        const changes = names.map((name) => ({ path: `${deployment.containerPath(name)}.note`, value: name }));
        const written = setAll(root, changes);
        for (const { path, value } of changes) expect(getAt(written, path)).toBe(value);
        expect(changes.reduce((document, { path }) => removeAt(document, path), written)).toEqual(root);
      }),
    );
  });
});
