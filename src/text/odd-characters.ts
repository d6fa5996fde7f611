// Blanks other than the space, and characters that nobody sees: copied from web pages and word processors, they make another word
// of the one around them.

/** Not the space, the tab and the usual line ends. */
const odd = /(?![ \t\r\n])[\p{Zs}\p{Zl}\p{Zp}\p{Cc}\p{Cf}]/u;
const everyOdd = new RegExp(odd.source, 'gu');

const names: ReadonlyMap<number, string> = new Map([
  [0xa0, 'a non-breaking space'],
  [0xad, 'a soft hyphen'],
  [0x2007, 'a figure space'],
  [0x200b, 'a zero-width space'],
  [0x200c, 'a zero-width non-joiner'],
  [0x200d, 'a zero-width joiner'],
  [0x200e, 'a direction mark'],
  [0x200f, 'a direction mark'],
  [0x202f, 'a narrow non-breaking space'],
  [0x2060, 'a word joiner'],
  [0x3000, 'an ideographic space'],
  [0xfeff, 'a byte order mark'],
]);

export interface OddCharacter {
  readonly index: number;
  /** `a non-breaking space (U+00A0)`. */
  readonly title: string;
}

/** The first one in `text`. */
export function oddCharacter(text: string): OddCharacter | undefined {
  const found = odd.exec(text);
  return found === null ? undefined : { index: found.index, title: titleOf(found[0]) };
}

/** `text` as it looks. */
export function withoutOdd(text: string): string {
  return text.replace(everyOdd, ' ').trim();
}

function titleOf(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  const kind = /\p{Cc}/u.test(character) ? 'a control character' : 'an invisible character';
  const name = names.get(code) ?? (/\p{Zs}/u.test(character) ? 'an unusual space' : kind);
  return `${name} (U+${code.toString(16).toUpperCase().padStart(4, '0')})`;
}
