// A unified diff as a terminal shows it.

import { visible } from '../text/hidden.ts';
import { paint } from './style.ts';
import type { Terminal } from './terminal.ts';

/** A pipe gets the bytes; a terminal gets colours, and nothing that could rewrite it. */
export function diffFor(diff: string, terminal: Pick<Terminal, 'colour' | 'width'>): string {
  if (!terminal.colour.out && terminal.width === undefined) return diff;
  const style = paint(terminal.colour.out);
  return diff.replace(/^.*$/gm, (line) => {
    const safe = line.replace(/\r$/, '').split('\t').map(visible).join('\t');
    if (/^(---|\+\+\+) /.test(line)) return style('bold', safe);
    if (line.startsWith('@@')) return style('cyan', safe);
    if (line.startsWith('+')) return style('green', safe);
    return line.startsWith('-') ? style('red', safe) : safe;
  });
}
