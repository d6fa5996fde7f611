// What nobody sees, in each way of showing it.

import { expect, it } from 'vitest';
import { visible, visibleJson, visibleLines, withoutHidden } from '../../src/text/hidden.ts';

// Among them marks of direction, a joiner, a soft hyphen, a byte order mark, half a character, and a tag beyond 16 bits.
const hidden = [
  ...'\u0000\u0007\u001b\u007f\u0085\u00ad\u061c\u200b\u200d\u200e\u200f\u2028\u2029\u202a\u202b\u202c\u202d\u202e',
  ...'\u2066\u2067\u2068\u2069\ufeff\ufffe\uffff\ud800\u{e0041}',
];
const shown = ['a', 'ä', 'ש', '漢', '🚀', '\ufffd', ' ', '\u00a0', '"'];

it.each([
  ...hidden,
  '\n',
  '\t',
  '\r',
])('%j is seen on a terminal, in a report, in JSON and in a warning', (character) => {
  for (const text of [visible(`a${character}b`), withoutHidden(`a${character}b`)])
    expect(text).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u);
  expect(withoutHidden(`a${character}b`)).toBe('a\ufffdb');
});

it.each(hidden)('%j is seen in a report and in JSON', (character) => {
  for (const text of [visibleLines(`a${character}b`), visibleJson(`a${character}b`)]) {
    expect(text).toMatch(/^"?a\\u/);
    expect(text).not.toContain(character);
  }
  expect(JSON.parse(visibleJson([`a${character}b`]))).toEqual([`a${character}b`]);
});

it('what can be seen stays, and so do the lines of several', () => {
  for (const render of [visible, visibleLines, withoutHidden]) expect(shown.map(render)).toEqual(shown);
  expect(visibleLines('a\n\tb')).toBe('a\n\tb');
  expect(visibleJson({ a: [1] })).toBe(JSON.stringify({ a: [1] }, null, 2));
});

it('is named by its number', () => {
  expect(visible('a\u001b[31m\u202e\n')).toBe('a\\u001b[31m\\u202e\\u000a');
  expect(visible('\u{e0041}')).toBe('\\udb40\\udc41');
});
