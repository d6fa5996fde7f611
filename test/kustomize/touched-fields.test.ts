// The fields that patches set.

import { describe, expect, it } from 'vitest';
import { touchedByFieldPath, touchedByMerge, touchedByOperations } from '../../src/kustomize/touched-fields.ts';

const containers = 'spec.template.spec.containers';
const pod = (spec: object) => ({ metadata: { name: 'web' }, spec: { template: { spec } } }) as never;
const target = pod({ containers: [{ name: 'web' }, { name: 'side', ports: [] }] });

describe('a strategic merge patch sets', () => {
  it.each([
    ['its leaves', { spec: { replicas: 3, strategy: { type: 'Recreate' } } }, ['spec.replicas', 'spec.strategy.type']],
    ['what it removes', { spec: { strategy: { rollingUpdate: null } } }, ['spec.strategy.rollingUpdate']],
    [
      'a map that it replaces',
      { spec: { strategy: { $patch: 'replace', type: 'Recreate' } } },
      ['spec.strategy', 'spec.strategy.type'],
    ],
    [
      'a map of which it keeps some keys',
      { spec: { strategy: { $retainKeys: ['type'], type: 'Recreate' } } },
      ['spec.strategy', 'spec.strategy.type'],
    ],
    ['all of an object that it replaces', { $patch: 'replace', spec: { paused: true } }, ['', 'spec.paused']],
    ['nothing outside of the spec', { metadata: { labels: { a: 'b' } } }, []],
    [
      'fields of a container by its name',
      pod({ containers: [{ name: 'web', lifecycle: { preStop: { sleep: { seconds: 1 } } } }] }),
      [`${containers}[web].lifecycle.preStop.sleep.seconds`],
    ],
    ['a container that it deletes', pod({ containers: [{ name: 'web', $patch: 'delete' }] }), [`${containers}[web]`]],
    ['all containers', pod({ containers: [{ $patch: 'replace' }] }), [containers]],
  ])('%s', (_, patch, expected) => {
    expect(touchedByMerge(patch as never)).toEqual(expected);
  });
});

describe('a JSON patch sets', () => {
  it.each([
    ['a field', [{ op: 'add', path: '/spec/minReadySeconds', value: 5 }], ['spec.minReadySeconds']],
    [
      'a container by its number',
      [{ op: 'remove', path: '/spec/template/spec/containers/1/lifecycle/preStop' }],
      [`${containers}[side].lifecycle.preStop`],
    ],
    [
      'all where it names no container',
      [{ op: 'replace', path: '/spec/template/spec/containers/7/image' }],
      [containers],
    ],
    ['no container where it adds one', [{ op: 'add', path: '/spec/template/spec/containers/-' }], [`${containers}[-]`]],
    ['both ends of a move', [{ op: 'move', from: '/spec/a', path: '/spec/b~1c' }], ['spec.a', 'spec.b/c']],
    ['nothing by a test', [{ op: 'test', path: '/spec/a', value: 1 }], []],
  ])('%s', (_, operations, expected) => {
    expect(touchedByOperations(operations, target)).toEqual(expected);
  });
});

it.each([
  ['spec.replicas', 'spec.replicas'],
  ['spec.template.spec.containers.[name=side].readinessProbe', `${containers}[side].readinessProbe`],
  ['spec.template.spec.containers.0.image', `${containers}[web].image`],
  ['spec.template.spec.containers.*.image', containers],
])('a replacement of %s sets %s', (path, expected) => {
  expect(touchedByFieldPath(path, target)).toBe(expected);
});
