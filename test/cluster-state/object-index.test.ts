// Objects by one key or several.

import { expect, test } from 'vitest';
import { withAnyKey, withKey } from '../../src/cluster-state/object-index.ts';

const nameOf = ({ name }: { readonly name: string }) => name;
const partsOf = ({ parts }: { readonly parts: readonly string[] }) => parts;
const list = [
  { name: 'a', parts: ['x', 'y'] },
  { name: 'b', parts: ['y', '__proto__'] },
  { name: 'a', parts: [] },
];

test('objects are found by one key, in their order', () => {
  expect(withKey(list, nameOf, 'a')).toEqual([list[0], list[2]]);
  expect(withKey(list, nameOf, 'constructor')).toEqual([]);
  expect(withKey([], nameOf, 'a')).toEqual([]);
});

test('objects are found by each of their keys', () => {
  expect(withAnyKey(list, partsOf, 'y')).toEqual([list[0], list[1]]);
  expect(withAnyKey(list, partsOf, '__proto__')).toEqual([list[1]]);
  expect(withAnyKey(list, partsOf, 'z')).toEqual([]);
});

test('the index is made once for each list and key', () => {
  let asked = 0;
  const counted = (object: { readonly parts: readonly string[] }) => {
    asked += 1;
    return partsOf(object);
  };
  for (const key of ['x', 'y', 'z']) withAnyKey(list, counted, key);
  expect(asked).toBe(list.length);
  expect(withKey(list, nameOf, 'b')).toEqual([list[1]]);
});
