// Texts over several lines behind `|` and `>`.

import type { Scalar } from '../tree.ts';
import { type Cursor, char, codeAt, doubt, lineEndAt, skipSpaces, toContent } from './cursor.ts';

/** The text behind the `|` or `>` at `start`, the value of what begins in `column`, and the line end behind it. */
export function readTextBlock(cursor: Cursor, start: number, column: number): Scalar {
  const isFolded = codeAt(cursor, start) === char.greater;
  const isStripped = codeAt(cursor, start + 1) === char.dash;
  const headEnd = start + (isStripped ? 2 : 1);
  if (codeAt(cursor, headEnd) !== char.newline) throw doubt;
  const { lines, end, indent } = linesBelow(cursor, headEnd + 1, column);
  if (indent === 0) throw doubt;
  const text = isFolded ? folded(lines) : lines.join('\n');
  cursor.valueEnd = end;
  toContent(cursor, end);
  return { kind: 'scalar', value: isStripped ? text : `${text}\n`, style: 'block', start, end };
}

interface Lines {
  readonly lines: readonly string[];
  /** Behind the last line with content. */
  readonly end: number;
  /** 0 where there is no such line. */
  readonly indent: number;
}

/** All lines that are indented as deep as the first one, which is indented deeper than `column`. */
function linesBelow(cursor: Cursor, from: number, column: number): Lines {
  const lines: string[] = [];
  let [indent, end, blank, deepest] = [0, from, 0, 0];
  for (let line = from; line < cursor.end; ) {
    const at = skipSpaces(cursor, line);
    const lineEnd = lineEndAt(cursor, at);
    if (codeAt(cursor, at) === char.newline) {
      blank += 1;
      deepest = Math.max(deepest, at - line);
    } else {
      if (at - line <= column) break;
      if (indent === 0) indent = at - line;
      // A shallower line, or an empty one with more white space than the text.
      if (at - line < indent || deepest > indent) throw doubt;
      for (; blank > 0; blank -= 1) lines.push('');
      lines.push(cursor.text.slice(line + indent, lineEnd));
      end = Math.min(lineEnd + 1, cursor.end);
    }
    line = lineEnd + 1;
  }
  if (deepest > indent) throw doubt;
  return { lines, end, indent };
}

/** Lines that follow one another become one; of those that are indented deeper, or begin with a tab, more would have to be known. */
function folded(lines: readonly string[]): string {
  let text = '';
  let breaks = 0;
  for (const [i, line] of lines.entries()) {
    if (line === '') breaks += 1;
    else {
      if (/^[ \t]/.test(line)) throw doubt;
      const isFirst = i === breaks && text === '';
      text += `${breaks > 0 ? '\n'.repeat(breaks) : isFirst ? '' : ' '}${line}`;
      breaks = 0;
    }
  }
  return text;
}
