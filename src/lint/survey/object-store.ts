// The objects around the workloads of all files, as bytes that all threads share, by namespace: read when a workload of that namespace
// is judged. As objects in every thread they would take ten times the memory.

import type { ClusterState } from '../../cluster-state/cluster-state.ts';
import type { ClusterObject } from '../../cluster-state/readers.ts';
import type { AmbiguousNames } from '../inputs/notices.ts';
import { type States, type StreamObjects, surroundedBy } from '../inputs/surroundings.ts';

/** Those of one file, with the number of the file and the place of each in it. */
interface NumberedObjects extends StreamObjects {
  readonly file: number;
  readonly places: readonly number[];
}

/** The objects of some files. */
export interface PackedObjects {
  /** Namespaces, policies and Nodes. */
  readonly global: Uint8Array;
  readonly byNamespace: ReadonlyMap<string, Uint8Array>;
}

/** The objects of all files; clones share the bytes. */
export interface ObjectStore {
  readonly bytes: SharedArrayBuffer;
  /** By namespace, '' for what has none, where in `bytes` its objects are. */
  readonly byNamespace: ReadonlyMap<string, readonly Range[]>;
  readonly global: readonly Range[];
}

type Range = readonly [from: number, to: number];

/** `first`: the number of the first file. A file without objects has none in the list. */
export function packObjects(
  files: readonly (readonly ClusterObject[] | undefined)[],
  streams: readonly string[],
  first: number,
): PackedObjects {
  const global: NumberedObjects[] = [];
  const byNamespace = new Map<string, NumberedObjects[]>();
  for (const [i, objects = []] of files.entries())
    for (const [namespace, some] of Map.groupBy(objects.entries(), ([, object]) => namespaceOf(object))) {
      const list = namespace === undefined ? global : (byNamespace.get(namespace) ?? []);
      const numbered = { objects: some.map(([, object]) => object), places: some.map(([place]) => place) };
      list.push({ stream: streams[i] ?? '', file: first + i, ...numbered });
      if (namespace !== undefined) byNamespace.set(namespace, list);
    }
  return {
    global: packed(global),
    byNamespace: new Map(Array.from(byNamespace, ([name, list]) => [name, packed(list)])),
  };
}

/** undefined for what is asked for as a whole. */
function namespaceOf(object: ClusterObject): string | undefined {
  return object.kind === 'Service' || object.kind === 'Neighbour' ? object.value.namespace : undefined;
}

function packed(list: readonly NumberedObjects[]): Uint8Array {
  return Buffer.from(JSON.stringify(list));
}

/** In the order of the files. */
export function storeObjects(all: readonly PackedObjects[]): ObjectStore {
  const parts = all.flatMap(({ global, byNamespace }) => [global, ...byNamespace.values()]);
  const bytes = new SharedArrayBuffer(parts.reduce((sum, { length }) => sum + length, 0));
  const target = new Uint8Array(bytes);
  let end = 0;
  const put = (part: Uint8Array): Range => {
    target.set(part, end);
    end += part.length;
    return [end - part.length, end];
  };
  const ranges = all.map(({ global, byNamespace }) => ({
    global: put(global),
    byNamespace: Array.from(byNamespace, ([namespace, part]) => ({ namespace, range: put(part) })),
  }));
  const named = Map.groupBy(
    ranges.flatMap((one) => one.byNamespace),
    ({ namespace }) => namespace,
  );
  return {
    bytes,
    global: ranges.map(({ global }) => global),
    byNamespace: new Map(Array.from(named, ([namespace, list]) => [namespace, list.map(({ range }) => range)])),
  };
}

export interface StoredStates extends Pick<States, 'stateAt'> {
  readonly ambiguous: () => AmbiguousNames;
}

// The workloads of few files are in fewer namespaces.
const mostOpen = 16;

/** `given`: the objects of `--policy`. */
export function openStore(store: ObjectStore, given: readonly ClusterObject[]): StoredStates {
  const givenIn = (namespace: string | undefined) => given.filter((object) => namespaceOf(object) === namespace);
  const global = surroundedBy(readRanges(store, store.global), givenIn(undefined));
  const open = new Map<string, States>();
  const around = (namespace: string): States => {
    const ranges = store.byNamespace.get(namespace) ?? [];
    const states = open.get(namespace) ?? surroundedBy(readRanges(store, ranges), givenIn(namespace));
    // The last one of the map is the one that was asked for last.
    open.delete(namespace);
    open.set(namespace, states);
    if (open.size > mostOpen) open.delete(open.keys().next().value ?? '');
    return states;
  };
  return {
    stateAt: (stream, file): ClusterState => ({
      ...global.stateAt(stream, file),
      servicesIn: (namespace) => around(namespace).stateAt(stream, file).servicesIn(namespace),
      objectsIn: (kind, namespace) => around(namespace).stateAt(stream, file).objectsIn(kind, namespace),
      knows: (kind, namespace) => around(namespace).stateAt(stream, file).knows(kind, namespace),
    }),
    ambiguous: () => ambiguousIn(store, given),
  };
}

function readRanges({ bytes }: ObjectStore, ranges: readonly Range[]): readonly NumberedObjects[] {
  return ranges.flatMap(([from, to]) => {
    return JSON.parse(Buffer.from(bytes, from, to - from).toString()) as readonly NumberedObjects[];
  });
}

/** One namespace after the other, so that only one of them is in memory. */
function ambiguousIn(store: ObjectStore, given: readonly ClusterObject[]): AmbiguousNames {
  const namespaces = new Set([...store.byNamespace.keys(), ...given.map(namespaceOf)]);
  let count = 0;
  let first: { readonly place: Place; readonly objects: readonly ClusterObject[] } | undefined;
  for (const namespace of [undefined, ...namespaces]) {
    const ranges = namespace === undefined ? store.global : (store.byNamespace.get(namespace) ?? []);
    const streams = readRanges(store, ranges);
    const inIt = given.filter((object) => namespaceOf(object) === namespace);
    const { ambiguous } = surroundedBy(streams, inIt);
    count += ambiguous.length;
    const [objects] = ambiguous;
    const place = objects && placeOf(objects, streams);
    if (objects !== undefined && place !== undefined && (first === undefined || isBefore(place, first.place)))
      first = { place, objects };
  }
  return { count, first: first?.objects ?? [] };
}

type Place = readonly [file: number, place: number];

/** Where the first of them is. */
function placeOf([one]: readonly ClusterObject[], streams: readonly NumberedObjects[]): Place {
  for (const { file, objects, places } of streams) {
    const at = one === undefined ? -1 : objects.indexOf(one);
    if (at !== -1) return [file, places[at] ?? 0];
  }
  return [Number.POSITIVE_INFINITY, 0];
}

function isBefore(a: Place, b: Place): boolean {
  return a[0] < b[0] || (a[0] === b[0] && a[1] < b[1]);
}
