// Inserts fields into a map written in braces: YAML on one line, YAML on several, JSON.

import type { Json } from '../workload/json.ts';
import { flow, json, type Quote } from './emit.ts';
import { indentAt, type Layout, lineEnd, newlineAt, pairEnd } from './layout.ts';
import type { Splice } from './splice.ts';
import type { MapEntry, MapNode } from './tree.ts';

type Entries = readonly (readonly [key: string, value: Json])[];

/** Inserts `entries` after `sibling`, or before all others. */
export function insertIntoFlow(
  map: MapNode,
  sibling: MapEntry | undefined,
  entries: Entries,
  layout: Layout,
): Splice[] {
  const { text } = layout;
  const written = entries.map(([key, value]) => entry(key, value, map, layout));
  const first = map.pairs[0]?.keyStart ?? map.end - 1;
  const broken = spansLines(map, text);
  const gap = broken
    ? `${newlineAt(text, sibling?.keyStart ?? map.start)}${indentAt(text, first)}`
    : separator(map, text);
  if (sibling === undefined) return [insert(first, written.map((one) => `${one},${gap}`).join(''))];

  const end = pairEnd(sibling, text);
  if (!broken) return [insert(end, written.map((one) => `,${gap}${one}`).join(''))];
  const comma = commaAfter(text, end, map.end);
  const lines = written.join(`,${gap}`);
  if (comma === undefined) {
    const behind = endOfLineIfBlank(text, end) ?? end;
    return [insert(end, ','), insert(behind, `${gap}${lines}`)];
  }
  const behind = endOfLineIfBlank(text, comma + 1);
  if (behind === undefined) return [insert(end, `,${gap}${lines}`)];
  return [insert(behind, `${gap}${lines},`)];
}

function insert(at: number, text: string): Splice {
  return { start: at, end: at, text, column: 0 };
}

function entry(key: string, value: Json, map: MapNode, layout: Layout): string {
  const first = map.pairs[0];
  if (isJson(map)) {
    const colon = first !== undefined && /^\s*:\S/.test(layout.text.slice(first.keyEnd, first.keyEnd + 9)) ? ':' : ': ';
    return `${JSON.stringify(key)}${colon}${prettyFlow(value, map, layout)}`;
  }
  return flow({ [key]: value }, quoteOf(first)).slice(1, -1);
}

function quoteOf(pair: MapEntry | undefined): Quote {
  return pair === undefined || pair.keyStyle === 'block' ? 'plain' : pair.keyStyle;
}

/** Keys in double quotes: written by a program, or as JSON. */
export function isJson(map: MapNode): boolean {
  return map.flow && map.pairs.length > 0 && map.pairs.every((pair) => pair.keyStyle === 'double');
}

/** JSON in the layout of `map`, whose field it becomes: over several lines, on one line, or without spaces. */
export function prettyFlow(value: Json, map: MapNode, { text }: Layout): string {
  const first = map.pairs[0]?.keyStart ?? map.start;
  if (spansLines(map, text)) {
    const indent = indentAt(text, first);
    const outer = indentAt(text, map.start);
    const unit = indent.startsWith(outer) && indent.length > outer.length ? indent.slice(outer.length) : '  ';
    return JSON.stringify(value, null, unit).replaceAll('\n', `${newlineAt(text, map.start)}${indent}`);
  }
  return json(value, separator(map, text));
}

function spansLines(map: MapNode, text: string): boolean {
  return text.slice(map.start, map.pairs[0]?.keyStart ?? map.end).includes('\n');
}

/** A space between fields, unless the map is written without. */
function separator(map: MapNode, text: string): ' ' | '' {
  const [first, second] = map.pairs;
  if (first === undefined) return ' ';
  if (second !== undefined) return text[second.keyStart - 1] === ',' ? '' : ' ';
  return isJson(map) && text[first.keyEnd + 1] !== ' ' ? '' : ' ';
}

/** The next comma that is not in a comment. */
function commaAfter(text: string, from: number, end: number): number | undefined {
  const found = /^(?:\s|#[^\n]*\n)*,/.exec(text.slice(from, end));
  return found === null ? undefined : from + found[0].length - 1;
}

/** The end of the line if only spaces and a comment are left of it. */
function endOfLineIfBlank(text: string, from: number): number | undefined {
  const end = lineEnd(text, from);
  return /^[ \t]*(#.*)?$/.test(text.slice(from, end)) ? end : undefined;
}
