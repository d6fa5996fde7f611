// A line on the error stream of a terminal that whatever comes next replaces.

import { stripVTControlCharacters } from 'node:util';
import type { Terminal } from './terminal.ts';

export interface StatusLine {
  readonly draw: (text: string) => void;
  readonly clear: () => void;
}

/** `width`: columns of the terminal. */
export function statusLine(err: Terminal['err'], width: number): StatusLine {
  let isDrawn = false;
  const clear = () => {
    if (isDrawn) err('\r\u001b[2K');
    isDrawn = false;
  };
  const draw = (text: string) => {
    clear();
    // A wrapped line cannot be erased; colours take no room.
    const plain = stripVTControlCharacters(text);
    err(plain.length < width ? text : plain.slice(0, width - 1));
    isDrawn = true;
  };
  return { clear, draw };
}

/** The terminal with `progress`, where it is one; `end` when nothing more comes. */
export function withProgress(terminal: Terminal): { readonly terminal: Terminal; readonly end: () => void } {
  const { out, err, ask, errWidth } = terminal;
  if (errWidth === undefined) return { terminal, end: () => undefined };
  const { draw, clear } = statusLine(err, errWidth);
  const behind =
    <Args extends readonly unknown[], Result>(write: (...args: Args) => Result) =>
    (...args: Args): Result => {
      clear();
      return write(...args);
    };
  const cleared = { out: behind(out), err: behind(err), ...(ask && { ask: behind(ask) }) };
  return { terminal: { ...terminal, ...cleared, progress: draw }, end: clear };
}
