// The entries of maps: the text of their keys, and keys that are there twice.

import type { MapEntry, Node, Scalar } from '../tree.ts';
import { type Cursor, doubt } from './cursor.ts';

export interface Entries {
  readonly pairs: MapEntry[];
  /** By key, where there are many. */
  index?: Map<string, MapEntry>;
}

interface NewEntry {
  readonly key: Scalar;
  readonly value: Node;
}

/** As kubectl sends it, for which every key is a string: `on: 1` becomes `true`. */
function keyText({ value, style, start, end }: Scalar, { text }: Cursor): string {
  if (style !== 'plain' || typeof value === 'boolean' || Number.isInteger(value)) return String(value);
  const source = text.slice(start, end);
  if (source === '<<') throw doubt;
  return source;
}

// An index costs more than a look at so few.
const few = 12;

export function addEntry(entries: Entries, { key, value }: NewEntry, cursor: Cursor): void {
  const { start: keyStart, end: keyEnd, style: keyStyle } = key;
  const entry = { key: keyText(key, cursor), keyStart, keyEnd, keyStyle, merge: false, value };
  const before = known(entries, entry.key);
  entries.pairs.push(entry);
  if (before === undefined) entries.index?.set(entry.key, entry);
  else cursor.doubled.push({ key: entry.key, first: before.keyStart, second: keyStart });
}

function known(entries: Entries, key: string): MapEntry | undefined {
  const { pairs } = entries;
  if (pairs.length < few) return pairs.find((one) => one.key === key);
  entries.index ??= new Map(pairs.toReversed().map((one) => [one.key, one]));
  return entries.index.get(key);
}
