// Characters that kubectl refuses anywhere in YAML, even in a comment, and our library accepts.

import { oddCharacter } from '../text/odd-characters.ts';
import type { TextMistake } from './problems.ts';

/** go-yaml's list without those that end a line, which line-ends.ts finds. JSON may contain the last of them. */
const inYaml = /(?![\t\n\r\u0085])\p{Cc}/u;
const inJson = /(?![\t\n\r\u007f-\u009f])\p{Cc}/u;

/** Much faster, and true for all of them. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what it looks for
const any = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/;

/** None, or one about the first such character from `start` to `end` of `text`. */
export function controlCharacters(text: string, [start, end]: readonly [number, number]): TextMistake[] {
  const part = text.slice(start, end);
  if (!any.test(part)) return [];
  const index = part.search(/^\s*\{/.test(part) ? inJson : inYaml);
  if (index === -1) return [];
  const what = oddCharacter(part.charAt(index))?.title ?? 'a control character';
  return [{ offset: start + index, message: `${what} is not allowed anywhere in YAML or JSON: remove it` }];
}
