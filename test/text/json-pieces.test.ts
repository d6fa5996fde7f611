// JSON in pieces is the same JSON.

import fc from 'fast-check';
import { expect, it } from 'vitest';
import { visibleJson } from '../../src/text/hidden.ts';
import { longList, visibleJsonPieces } from '../../src/text/json-pieces.ts';

const joined = (value: unknown) => [...visibleJsonPieces(value)].join('');

it('with long lists anywhere near the top reads as JSON of the whole', () => {
  fc.assert(
    fc.property(
      fc.array(fc.jsonValue()),
      fc.jsonValue(),
      fc.dictionary(fc.string(), fc.jsonValue()),
      (items, one, rest) => {
        const list = () => longList(items.values());
        expect(joined(list())).toBe(visibleJson(items));
        expect(joined({ one, list: list(), rest })).toBe(visibleJson({ one, list: items, rest }));
        expect(joined({ runs: [{ one, list: list() }], one })).toBe(visibleJson({ runs: [{ one, list: items }], one }));
        expect(joined({ rest, none: undefined, one })).toBe(visibleJson({ rest, none: undefined, one }));
      },
    ),
  );
});

it('escapes what is hidden, and leaves out what is undefined beside a long list', () => {
  const items = ['\u202e', 'a\nb'];
  expect(joined({ 'k\u200b': 1, none: undefined, list: longList(items) })).toBe(
    visibleJson({ 'k\u200b': 1, list: items }),
  );
});

it('makes each item when its turn comes', () => {
  const made: number[] = [];
  const items = (function* () {
    for (const i of [1, 2, 3]) {
      made.push(i);
      yield i;
    }
  })();
  for (const piece of visibleJsonPieces({ list: longList(items) })) if (piece === '2') break;
  expect(made).toEqual([1, 2]);
});
