// Characters that look like a space or like nothing.

import { describe, expect, it } from 'vitest';
import { oddCharacter, withoutOdd } from '../../src/text/odd-characters.ts';

describe('an odd character', () => {
  it.each([
    ['a\u00a0b', 1, 'a non-breaking space (U+00A0)'],
    ['\u200bweb', 0, 'a zero-width space (U+200B)'],
    ['web\u3000', 3, 'an ideographic space (U+3000)'],
    ['a\u2003b', 1, 'an unusual space (U+2003)'],
    ['a\u0007', 1, 'a control character (U+0007)'],
    ['\u2028', 0, 'an invisible character (U+2028)'],
    ['\u{e0001}', 0, 'an invisible character (U+E0001)'],
  ])('of %j is found and has a name', (text, index, title) => {
    expect(oddCharacter(text)).toEqual({ index, title });
  });

  it.each(['', 'readinessProbe', 'a b', 'a\tb\r\n', 'Ünïcödé', '日本', '🎉'])('is none of %j', (text) => {
    expect(oddCharacter(text)).toBeUndefined();
    expect(withoutOdd(text)).toBe(text.trim());
  });

  it('leaves the text as it looks', () => {
    expect(withoutOdd('\u00a0readinessProbe\u200b')).toBe('readinessProbe');
  });
});
