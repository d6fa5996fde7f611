// Syntax errors of YAML, in words for the author.

import { oddLineEnd } from './line-ends.ts';
import type { Node } from './tree.ts';

export interface TextMistake {
  readonly offset: number;
  readonly message: string;
}

/** The error as the library reports it. */
interface SyntaxMistake {
  readonly code: string;
  readonly message: string;
  readonly pos: readonly [from: number, to: number];
}

/** Only the first error: the others follow from it. */
export function syntaxMistakes([first]: readonly SyntaxMistake[]): TextMistake[] {
  if (first === undefined) return [];
  const said = `${first.message.charAt(0).toLowerCase()}${first.message.slice(1)}`;
  return [{ offset: first.pos[0], message: `not valid YAML: ${inOurWords(first) ?? said}` }];
}

/** The most common mistakes, as the author sees them. */
function inOurWords({ code, message }: SyntaxMistake): string | undefined {
  if (message.includes('call stack')) return 'it is nested too deeply';
  if (code === 'BLOCK_AS_IMPLICIT_KEY')
    return 'a second colon: put the value in quotes, or indent the next line as far as the key before it';
  if (code === 'MULTILINE_IMPLICIT_KEY') return 'a key without a colon, or a string that continues on the next line';
  // What is only not indented enough was read all the same.
  if (message.startsWith('Flow sequence in block')) return 'a [ without its ]';
  if (message.startsWith('Flow map in block')) return 'a { without its }';
  if (message.startsWith('Missing closing')) return 'a string in quotes that does not end';
  return code === 'TAB_AS_INDENT' ? 'a tab in the indentation: use spaces' : undefined;
}

/** None, or one about the first character from `start` to `end` of `text` that ends a line for kubectl but not for us. */
export function oddEnd(text: string, [start, end]: readonly [number, number], root?: Node): TextMistake[] {
  const offset = oddLineEnd(text.slice(start, end), start, root);
  const message =
    'this character ends a line for kubectl, but not for other programs (CR alone, NEL, LS or PS): replace it';
  return offset === undefined ? [] : [{ offset, message }];
}
