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

/** The objects of some files. Threads that get it share the bytes. */
export interface PackedObjects {
  readonly bytes: SharedArrayBuffer;
  /** Where Namespaces, policies and Nodes are. */
  readonly global: Range;
  /** '' for what has no namespace. */
  readonly byNamespace: ReadonlyMap<string, Range>;
}

type Range = readonly [from: number, to: number];

/** The objects of all files, in the order of the files. */
export type ObjectStore = readonly PackedObjects[];

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
  return packed(global, byNamespace);
}

/** undefined for what is asked for as a whole. */
function namespaceOf(object: ClusterObject): string | undefined {
  return object.kind === 'Service' || object.kind === 'Neighbour' ? object.value.namespace : undefined;
}

function packed(
  global: readonly NumberedObjects[],
  byNamespace: ReadonlyMap<string, readonly NumberedObjects[]>,
): PackedObjects {
  const texts = [global, ...byNamespace.values()].map((list) => Buffer.from(JSON.stringify(list)));
  const bytes = new SharedArrayBuffer(texts.reduce((sum, { length }) => sum + length, 0));
  const target = new Uint8Array(bytes);
  let end = 0;
  const put = (text: Uint8Array): Range => {
    target.set(text, end);
    end += text.length;
    return [end - text.length, end];
  };
  const [first = [0, 0], ...others] = texts.map(put);
  const named = Array.from(byNamespace.keys(), (name, i) => [name, others[i] ?? first] as const);
  return { bytes, global: first, byNamespace: new Map(named) };
}

export interface StoredStates extends Pick<States, 'stateAt'> {
  readonly ambiguous: () => AmbiguousNames;
}

// The workloads of few files are in fewer namespaces.
const mostOpen = 4;

/** `given`: the objects of `--policy`. */
export function openStore(store: ObjectStore, given: readonly ClusterObject[]): StoredStates {
  const givenIn = (namespace: string | undefined) => given.filter((object) => namespaceOf(object) === namespace);
  const global = surroundedBy(readObjects(store, undefined), givenIn(undefined));
  const inNamespace = partsByNamespace(store);
  const open = new Map<string, States>();
  const around = (namespace: string): States => {
    const parts = inNamespace.get(namespace) ?? [];
    const states = open.get(namespace) ?? surroundedBy(readObjects(parts, namespace), givenIn(namespace));
    // The last one of the map is the one that was asked for last.
    open.delete(namespace);
    open.set(namespace, states);
    if (open.size > mostOpen) open.delete(open.keys().next().value ?? '');
    return states;
  };
  return {
    stateAt: (stream, file): ClusterState => {
      // A workload is in one namespace, about which its rules ask many times.
      let last: { readonly namespace: string; readonly state: ClusterState } | undefined;
      const stateIn = (namespace: string): ClusterState => {
        if (last?.namespace !== namespace) last = { namespace, state: around(namespace).stateAt(stream, file) };
        return last.state;
      };
      return {
        ...global.stateAt(stream, file),
        servicesIn: (namespace) => stateIn(namespace).servicesIn(namespace),
        objectsIn: (kind, namespace) => stateIn(namespace).objectsIn(kind, namespace),
        knows: (kind, namespace) => stateIn(namespace).knows(kind, namespace),
      };
    },
    ambiguous: () => ambiguousIn(store, given),
  };
}

/** By namespace, the parts that hold something in it. */
function partsByNamespace(store: ObjectStore): ReadonlyMap<string, ObjectStore> {
  const parts = new Map<string, PackedObjects[]>();
  for (const part of store)
    for (const namespace of part.byNamespace.keys()) {
      const list = parts.get(namespace) ?? [];
      list.push(part);
      parts.set(namespace, list);
    }
  return parts;
}

/** `namespace`: undefined for what is asked for as a whole. */
function readObjects(store: ObjectStore, namespace: string | undefined): readonly NumberedObjects[] {
  return store.flatMap(({ bytes, global, byNamespace }) => {
    const [from, to] = (namespace === undefined ? global : byNamespace.get(namespace)) ?? [0, 0];
    if (from === to) return [];
    return JSON.parse(Buffer.from(bytes, from, to - from).toString()) as readonly NumberedObjects[];
  });
}

/** One namespace after the other, so that only one of them is in memory. */
function ambiguousIn(store: ObjectStore, given: readonly ClusterObject[]): AmbiguousNames {
  const parts = partsByNamespace(store);
  let count = 0;
  let first: { readonly place: Place; readonly objects: readonly ClusterObject[] } | undefined;
  for (const namespace of new Set([undefined, ...parts.keys(), ...given.map(namespaceOf)])) {
    const streams = readObjects(namespace === undefined ? store : (parts.get(namespace) ?? []), namespace);
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
