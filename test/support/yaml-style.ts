// The same Deployment in many hands: a writer of YAML with every habit that people have, chosen by a stream of numbers.

import { isObject, type Json, type JsonObject } from '../../src/workload/json.ts';

/** A number from 0 to below `n`, the next one at each call. */
export type Dice = (n: number) => number;

export interface Hand {
  readonly unit: 2 | 4;
  readonly flatLists: boolean;
  readonly newline: '\n' | '\r\n';
  readonly endsWithNewline: boolean;
  /** Out of ten collections so many are written in braces. */
  readonly flow: number;
  /** Behind out of ten lines so many have a comment, or one of their own above. */
  readonly comments: number;
  readonly quotes: number;
}

export function dice(seed: number): Dice {
  let state = seed >>> 0;
  return (n) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * n);
  };
}

/** YAML of `value`; every comment in it has a number of its own. */
export function write(value: JsonObject, hand: Hand, roll: Dice): string {
  let comments = 0;
  const comment = (): string => {
    comments += 1;
    return `# comment ${comments}`;
  };
  const scalar = (item: Json): string => {
    if (typeof item !== 'string') return String(item);
    const plain = /^[A-Za-z/][\w./-]*$/.test(item);
    if (plain && roll(10) >= hand.quotes) return item;
    return roll(2) === 0 && !item.includes("'") ? `'${item}'` : JSON.stringify(item);
  };
  const key = (name: string): string => (roll(40) < hand.quotes ? JSON.stringify(name) : name);
  const flow = (item: Json): string => {
    const pad = roll(2) === 0 ? ' ' : '';
    if (Array.isArray(item)) return item.length === 0 ? '[]' : `[${pad}${item.map(flow).join(', ')}${pad}]`;
    if (!isObject(item)) return scalar(item);
    const pairs = Object.entries(item).map(([name, child]) => `${key(name)}: ${flow(child ?? null)}`);
    return pairs.length === 0 ? '{}' : `{${pad}${pairs.join(', ')}${pad}}`;
  };
  const inline = (item: Json): boolean =>
    (isObject(item) ? Object.keys(item).length === 0 : !Array.isArray(item) || item.length === 0) ||
    roll(10) < hand.flow;
  const decorate = (line: string): string =>
    roll(10) < hand.comments ? `${line}${' '.repeat(1 + roll(2))}${comment()}` : line;
  const above = (indent: string): string[] => (roll(20) < hand.comments ? [`${indent}${comment()}`] : []);
  const indented = (lines: readonly string[], by: number): string[] =>
    lines.map((line) => (line === '' ? '' : ' '.repeat(by) + line));

  const map = (object: JsonObject): string[] =>
    Object.entries(object).flatMap(([name, child = null]) => {
      const gap = roll(30) === 0 ? [''] : [];
      const head = [...gap, ...above('')];
      if (child === null && roll(2) === 0) return [...head, decorate(`${key(name)}:`)];
      if (inline(child)) return [...head, decorate(`${key(name)}: ${flow(child)}`)];
      const by = Array.isArray(child) && hand.flatLists ? 0 : hand.unit;
      return [...head, decorate(`${key(name)}:`), ...indented(block(child), by)];
    });
  const list = (items: readonly Json[]): string[] =>
    items.flatMap((item) => {
      if (inline(item)) return [decorate(`- ${flow(item)}`)];
      const dash = hand.unit === 4 && roll(2) === 0 ? '-   ' : '- ';
      const lines = block(item);
      // a comment above the first key cannot stand behind the dash
      const start = lines.findIndex((line) => line !== '' && !line.startsWith('#'));
      const [first = '', ...rest] = lines.slice(start);
      return [...lines.slice(0, start), `${dash}${first}`, ...indented(rest, dash.length)];
    });
  const block = (item: Json): string[] => (Array.isArray(item) ? list(item) : map(item as JsonObject));

  const lines = [...(roll(3) === 0 ? ['---'] : []), ...map(value), ...(roll(4) === 0 ? [comment()] : [])];
  return lines.join(hand.newline) + (hand.endsWithNewline ? hand.newline : '');
}
