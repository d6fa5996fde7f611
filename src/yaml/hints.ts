// What may be behind a syntax error: a template that has to be rendered first, or a character that only looks like a space.

import { oddCharacter } from '../text/odd-characters.ts';
import { hasTemplate, hasVariable } from '../text/placeholder.ts';
import { lineStart } from './layout.ts';
import type { TextMistake } from './problems.ts';

interface Range {
  readonly start: number;
  readonly end: number;
}

/** A sentence to append to a mistake of the document `part`, with a full stop before it; empty for none. */
export function hintFor(text: string, { offset, message }: TextMistake, part: Range): string {
  const start = lineStart(text, offset);
  const stop = text.indexOf('\n', offset);
  const line = text.slice(start, stop === -1 ? text.length : stop);
  const found = oddCharacter(line.endsWith('\r') ? line.slice(0, -1) : line);
  const isSyntax = message.startsWith('not valid YAML');
  if (found !== undefined && isSyntax)
    return `. Column ${found.index + 1} of this line is ${found.title}: replace it with a space, or remove it`;
  if (hasTemplate(text.slice(part.start, part.end)))
    return '. This looks like a template: render it first (`helm template ... | hitless check -`)';
  if (!isSyntax || !hasVariable(line)) return '';
  return '. This looks like a template: render it first (`envsubst < FILE | hitless check -`, or `flux build`)';
}
