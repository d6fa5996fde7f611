// The smallest replacements that give the text of a tree another value: only what differs is touched.

import { equal, isObject, type Json, type JsonObject, own } from '../workload/json.ts';
import { blockEntry, blockLines, flow, type Quote, scalarText, standsOnOwnLines } from './emit.ts';
import { type FieldOrder, inFieldOrder, type KeyPath } from './field-order.ts';
import { insertIntoFlow, isJson, prettyFlow } from './flow-map.ts';
import {
  blockEnd,
  columnOf,
  indentAt,
  type Layout,
  lineEnd,
  lineStart,
  newlineAt,
  pairEnd,
  styleIn,
} from './layout.ts';
import type { Splice } from './splice.ts';
import { entryOf, type MapEntry, type MapNode, mergedInto, type Node, ownEntry, resolve } from './tree.ts';

/** Edits made together: an anchored part that several places share is edited once. */
export interface Editing {
  readonly splices: Splice[];
  readonly visited: Map<Node, Json>;
  readonly added: Map<MapNode, JsonObject>;
  /** Set when an edit went through an anchor, an alias or a merge key: its name. */
  shared: string | undefined;
}

export function newEditing(): Editing {
  return { splices: [], visited: new Map(), added: new Map(), shared: undefined };
}

/** The parent of a node: its pair in a map, unless it is an item of a list or the root. */
interface Parent {
  readonly map: MapNode;
  readonly pair: MapEntry;
}

interface Spot {
  readonly keys: KeyPath;
  readonly order: FieldOrder;
  readonly layout: Layout;
  readonly parent?: Parent;
}

/** The spot of the value under `key`. */
function inside({ keys, order, layout }: Spot, key: string | number): Spot {
  return { keys: [...keys, key], order, layout };
}

/** Adds to `editing.splices` what turns `node`, whose value is `have`, into `want`. */
export function reconcile(node: Node, [have, want]: readonly [Json, Json], spot: Spot, editing: Editing): void {
  if (have === want || equal(have, want)) return;
  const here = resolve(node);
  if (here.anchor !== undefined) editing.shared = `&${here.anchor}`;
  if (editing.visited.has(here)) return;
  editing.visited.set(here, want);
  if (here.kind === 'list' && Array.isArray(have) && Array.isArray(want) && have.length === want.length) {
    for (const [i, item] of here.items.entries())
      reconcile(item, [have[i] as Json, want[i] as Json], inside(spot, i), editing);
    return;
  }
  const grows = isObject(have) && isObject(want) && Object.keys(have).every((key) => own(want, key) !== undefined);
  if (here.kind === 'map' && grows && here.pairs.length > 0) intoMap(here, [have, want], spot, editing);
  else editing.splices.push(...replacement(here, want, spot));
}

function intoMap(map: MapNode, [have, want]: readonly [JsonObject, JsonObject], spot: Spot, editing: Editing): void {
  const added: Record<string, Json> = {};
  for (const [key, value = null] of Object.entries(want)) {
    const pair = ownEntry(map, key);
    if (pair !== undefined)
      reconcile(pair.value, [own(have, key) ?? null, value], { ...inside(spot, key), parent: { map, pair } }, editing);
    else if (!isMerged(map, key, [own(have, key), value], editing)) added[key] = value;
  }
  if (Object.keys(added).length === 0) return;
  editing.added.set(map, added);
  editing.splices.push(...insertions(map, added, spot));
}

/** True when a merge key supplies the wanted value, or will once the map it names is edited. */
function isMerged(
  map: MapNode,
  key: string,
  [have, want]: readonly [Json | undefined, Json],
  editing: Editing,
): boolean {
  const sources = mergedInto(map);
  const merged = sources.map((source) => entryOf(source, key)).find((pair) => pair !== undefined);
  if (merged !== undefined) return equal(have, want) || equal(editing.visited.get(resolve(merged.value)), want);
  return sources.some((source) => equal(own(editing.added.get(source), key), want));
}

function insertions(map: MapNode, added: JsonObject, { keys, order, layout }: Spot): Splice[] {
  const existing = map.pairs.map((pair) => pair.key);
  return [...inFieldOrder(existing, Object.keys(added), { map: keys, order })].flatMap(([before, names]) => {
    const entries = names.map((name) => [name, own(added, name) ?? null] as const);
    const sibling = map.pairs.findLast((pair) => pair.key === before);
    if (map.flow) return insertIntoFlow(map, sibling, entries, layout);
    return [insertIntoBlock(map, sibling, entries, layout)];
  });
}

type Entries = readonly (readonly [key: string, value: Json])[];

function insertIntoBlock(map: MapNode, sibling: MapEntry | undefined, entries: Entries, layout: Layout): Splice {
  const { text } = layout;
  const first = map.pairs[0];
  const column = columnOf(text, first?.keyStart ?? map.start);
  const lines = entries.flatMap(([key, value]) => blockEntry(key, value, styleIn(map, layout)));
  const indent = ' '.repeat(column);
  if (sibling !== undefined) {
    const at = blockEnd(sibling, map, text);
    const newline = newlineAt(text, at);
    return { start: at, end: at, text: lines.map((line) => `${newline}${indent}${line}`).join(''), column };
  }
  const start = first?.keyStart ?? map.start;
  const newline = newlineAt(text, start);
  const alone = indentAt(text, start).length === column;
  if (!alone) return { start, end: start, text: lines.map((line) => `${line}${newline}${indent}`).join(''), column };
  const top = aboveComments(text, start);
  return { start: top, end: top, text: lines.map((line) => `${indent}${line}${newline}`).join(''), column };
}

/** The start of the comment lines directly above a field, which are about that field. */
function aboveComments(text: string, start: number): number {
  let top = lineStart(text, start);
  while (top > 0 && /^[ \t]*#/.test(text.slice(lineStart(text, top - 1), top))) top = lineStart(text, top - 1);
  return top;
}

/** Replaces a node of another kind by `want`: nothing, a scalar, `{}`, or a whole collection. */
function replacement(node: Exclude<Node, { kind: 'alias' }>, want: Json, spot: Spot): Splice[] {
  const { parent, layout } = spot;
  if (parent === undefined) return [cut(node.start, node.end, inline(node, want, spot))];
  const { text } = layout;
  const { keyEnd } = parent.pair;
  const start = behindProperties(text, keyEnd);
  const end = Math.max(pairEnd(parent.pair, text), start);
  const tags = isAlike(node, want) ? [] : tagCuts(text, keyEnd, start);
  const keyLine = lineEnd(text, keyEnd);
  const empty = node.start === node.end;
  const below = node.start > keyLine;
  if (parent.map.flow || !standsOnOwnLines(want)) {
    if (empty) return [...tags, cut(start, start, ` ${inline(node, want, spot)}`)];
    if (!below || node.kind === 'scalar') return [...tags, cut(node.start, end, inline(node, want, spot))];
    return [...tags, cut(start, start, ` ${inline(node, want, spot)}`), cut(keyLine, end, '')];
  }
  const style = styleIn(parent.map, layout);
  const column = columnOf(text, parent.pair.keyStart) + (Array.isArray(want) ? style.listIndent : style.unit);
  const at = lineEnd(text, end);
  const lines = blockLines(want, style).map((line) => `${newlineAt(text, at)}${' '.repeat(column)}${line}`);
  const added = { start: at, end: at, text: lines.join(''), column };
  return empty ? [...tags, added] : [...tags, cut(below ? keyLine : start, end, ''), added];
}

function cut(start: number, end: number, text: string): Splice {
  return { start, end, text, column: 0 };
}

/** The offset after the colon, and after the anchor and the tag of the value. */
function behindProperties(text: string, keyEnd: number): number {
  return (
    keyEnd +
    (/^\s*:(?:[ \t]+(?:!<[^>\s]*>|[&!](?!<)[^\s,[\]{}]*))*/.exec(text.slice(keyEnd, keyEnd + 500))?.[0].length ?? 0)
  );
}

function isAlike(node: Node, want: Json): boolean {
  return node.kind === 'scalar' && node.value !== null && typeof node.value === typeof want;
}

/** The tag of a value is removed with it: with `!!null` before it, the new map would be null to some programs. */
function tagCuts(text: string, keyEnd: number, end: number): Splice[] {
  const found = text.slice(keyEnd, end).matchAll(/[ \t]!\S*/g);
  return Array.from(found, ({ 0: tag, index }) => cut(keyEnd + index, keyEnd + index + tag.length, ''));
}

function inline(node: Node, want: Json, { parent, layout }: Spot): string {
  if (typeof want !== 'object' || want === null) return scalarText(want, quoteOf(node));
  if (parent?.map.flow === true && isJson(parent.map)) return prettyFlow(want, parent.map, layout);
  return flow(want, 'plain');
}

function quoteOf(node: Node): Quote {
  return node.kind === 'scalar' && node.style !== 'block' ? node.style : 'plain';
}
