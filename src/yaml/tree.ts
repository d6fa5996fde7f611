// A document as a tree of nodes with their places in the text, for positions and the editor.

import { isObject, type Json } from '../workload/json.ts';

/** Offsets in the text without its byte order mark; `end` is after the last character of the content. */
interface Placed {
  readonly start: number;
  readonly end: number;
  readonly anchor?: string;
}

export interface Scalar extends Placed {
  readonly kind: 'scalar';
  readonly value: string | number | boolean | null;
  readonly style: 'plain' | 'single' | 'double' | 'block';
}
export interface MapNode extends Placed {
  readonly kind: 'map';
  /** Written in braces; every JSON object is. */
  readonly flow: boolean;
  readonly pairs: readonly MapEntry[];
}
export interface ListNode extends Placed {
  readonly kind: 'list';
  readonly flow: boolean;
  readonly items: readonly Node[];
}
export interface Alias extends Placed {
  readonly kind: 'alias';
  readonly target: Exclude<Node, Alias>;
}
export type Node = Scalar | MapNode | ListNode | Alias;

export interface MapEntry {
  readonly key: string;
  readonly keyStart: number;
  readonly keyEnd: number;
  readonly keyStyle: Scalar['style'];
  /** A `<<`, whose value is merged into the map. */
  readonly merge: boolean;
  readonly value: Node;
}

/** The target of an alias; any other node itself. */
export function resolve(node: Node): Exclude<Node, Alias> {
  return node.kind === 'alias' ? node.target : node;
}

/** The pair that holds the value of `key`: the map's own, or one merged into it. */
export function entryOf(map: MapNode, key: string): MapEntry | undefined {
  return ownEntry(map, key) ?? firstOf(mergedInto(map), (source) => entryOf(source, key));
}

/** Of a key that is there twice the last one, which counts. */
export function ownEntry(map: MapNode, key: string): MapEntry | undefined {
  return map.pairs.findLast((pair) => pair.key === key && !pair.merge);
}

/** The maps that `<<` merges into `map`, the strongest first. */
export function mergedInto(map: MapNode): readonly MapNode[] {
  return map.pairs
    .filter((pair) => pair.merge)
    .map((pair) => resolve(pair.value))
    .flatMap((source) => (source.kind === 'list' ? source.items.map(resolve) : [source]))
    .filter((source) => source.kind === 'map');
}

function firstOf<T, R>(items: readonly T[], find: (item: T) => R | undefined): R | undefined {
  for (const item of items) {
    const found = find(item);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** An unusable document, with the place that shows why. */
export class Unusable extends Error {
  readonly offset: number;
  constructor(message: string, offset: number) {
    super(message);
    this.offset = offset;
  }
}

/** What aliases may add to one document: two thousand times an ordinary Deployment. */
const maximumUnfolded = 500_000;

/** The value that kubectl would send. Aliased parts are shared, not copied. @throws Unusable */
export function plainValue(root: Node): Json {
  const done = new Map<Node, { readonly value: Json; readonly size: number }>();
  let size = 0;
  let unfolded = 0;

  const convert = (node: Node): Json => {
    if (node.kind === 'scalar') return node.value;
    if (node.kind === 'alias') return ofAlias(node);
    const before = size;
    const value = node.kind === 'list' ? node.items.map(convert) : ofMap(node);
    size += (node.kind === 'list' ? node.items : node.pairs).length;
    if (node.anchor !== undefined) done.set(node, { value, size: size - before });
    return value;
  };
  const ofAlias = (alias: Alias): Json => {
    if (alias.target.kind === 'scalar') return alias.target.value;
    const found = done.get(alias.target);
    if (found === undefined) throw new Unusable('an alias contains itself', alias.start);
    size += found.size;
    unfolded += found.size;
    if (unfolded > maximumUnfolded)
      throw new Unusable('aliases expand to more than half a million values', alias.start);
    return found.value;
  };
  const ofMap = (map: MapNode): Json => {
    const object: Record<string, Json> = {};
    const merged: Json[] = [];
    for (const pair of map.pairs) {
      const value = convert(pair.value);
      if (pair.merge) merged.push(...(Array.isArray(value) ? value : [value]));
      else put(object, pair.key, value);
    }
    for (const source of merged) mergeInto(object, source, map);
    return object;
  };
  return convert(root);
}

function mergeInto(object: Record<string, Json>, source: Json, map: MapNode): void {
  if (!isObject(source)) throw new Unusable('a merge key (<<) must name a map', map.start);
  for (const key of Object.keys(source)) if (!Object.hasOwn(object, key)) put(object, key, source[key] ?? null);
}

/** A plain assignment of `__proto__` would set the prototype. */
function put(object: Record<string, Json>, key: string, value: Json): void {
  if (key !== '__proto__') object[key] = value;
  else Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true });
}
