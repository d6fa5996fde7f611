// The objects of a namespace, as many as fit: always the first by name, in whatever order they came.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Bounds, createBoundedObjects, type Entry } from '../../../src/cluster/cache/bounded-objects.ts';

const bounds: Bounds = { objects: 4, weight: 100, totalWeight: 250 };
const name = fc.integer({ min: 0, max: 30 }).map((number) => `n${String(number).padStart(2, '0')}`);
const namespace = fc.constantFrom('a', 'b', 'c', 'd', 'e');
const object = fc.record({ namespace, name, weight: fc.integer({ min: 1, max: 60 }) });
const objects = fc.uniqueArray(object, { selector: ({ namespace, name }) => `${namespace}/${name}`, maxLength: 40 });

interface Given extends Entry<string> {
  readonly namespace: string;
}

function filled(given: readonly Omit<Given, 'value'>[], limits = bounds) {
  const told: string[] = [];
  const holding = createBoundedObjects<string>(limits, (where) => void told.push(where));
  for (const { namespace, ...entry } of given) holding.put(namespace, { ...entry, value: entry.name });
  return { holding, told };
}

type Holding = ReturnType<typeof filled>['holding'];
const namesIn = ({ groups }: Holding) =>
  Object.fromEntries([...groups].map(([key, { entries }]) => [key, entries.map(({ name }) => name)]));
const weightOf = ({ groups }: Holding) => [...groups.values()].reduce((sum, { weight }) => sum + weight, 0);

describe('whatever comes and goes', () => {
  test('no namespace holds more than it may, nor do all of them', () => {
    const step = fc.record({ object, gone: fc.boolean() });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
        const { holding } = filled([]);
        for (const { object, gone } of steps) {
          const { namespace, ...entry } = object;
          if (gone) holding.remove(namespace, entry.name);
          else holding.put(namespace, { ...entry, value: entry.name });
          const entries = [...holding.groups.values()].flatMap((group) => group.entries);
          expect(weightOf(holding)).toBe(entries.reduce((sum, { weight }) => sum + weight, 0));
          expect(weightOf(holding)).toBeLessThanOrEqual(bounds.totalWeight);
          expect(holding.counts().values).toBe(entries.length);
          for (const group of holding.groups.values()) {
            expect(group.entries.length).toBeLessThanOrEqual(bounds.objects);
            expect(group.weight).toBeLessThanOrEqual(bounds.weight);
            const names = group.entries.map(({ name }) => name);
            expect(names).toEqual(names.toSorted());
            for (const name of names) expect(group.end === undefined || name < group.end).toBe(true);
          }
        }
      }),
    );
  });

  test('without a bound everything is there', () => {
    const unbounded = { objects: Infinity, weight: Infinity, totalWeight: Infinity };
    fc.assert(
      fc.property(objects, (given) => {
        const { holding, told } = filled(given, unbounded);
        expect(holding.counts().values).toBe(given.length);
        expect(told).toEqual([]);
        for (const { namespace, name } of given) expect(holding.find(namespace, name)?.value).toBe(name);
        for (const { namespace, name } of given) holding.remove(namespace, name);
        expect(holding.groups.size).toBe(0);
      }),
    );
  });
});

const light = (where: string, ...names: string[]) =>
  names.map((name) => ({ namespace: where, name, weight: 10 }) as const);

test('too many of them: the first by name count, in whatever order they came, and that is told once', () => {
  for (const names of [
    ['a', 'b', 'c', 'd', 'e', 'f'],
    ['f', 'e', 'd', 'c', 'b', 'a'],
    ['c', 'f', 'a', 'e', 'b', 'd'],
  ]) {
    const { holding, told } = filled(light('shop', ...names));
    expect(namesIn(holding)).toEqual({ shop: ['a', 'b', 'c', 'd'] });
    expect(told).toEqual(['shop']);
  }
});

test('too heavy together: the heaviest namespaces make room, the others keep everything', () => {
  const heavy = ['x', 'y', 'z'].flatMap((where) =>
    ['a', 'b', 'c'].map((name) => ({ namespace: where, name, weight: 33 })),
  );
  const { holding, told } = filled([...light('shop', 'a', 'b', 'c'), ...heavy]);
  expect(namesIn(holding)).toEqual({ shop: ['a', 'b', 'c'], x: ['a'], y: ['a'], z: ['a', 'b', 'c'].slice(0, 1) });
  expect(told.toSorted()).toEqual(['x', 'y', 'z']);
});

test('there is room again when half of it is free', () => {
  const { holding } = filled(light('shop', 'a', 'b', 'c', 'd', 'e'));
  expect(holding.hasRoom()).toBe(false);
  holding.remove('shop', 'd');
  expect(holding.hasRoom()).toBe(false);
  holding.remove('shop', 'c');
  expect(holding.hasRoom()).toBe(true);
});
