// What stands around the workloads of the inputs: the other objects in their files, each read once and found from every file.

import { dirname, resolve, sep } from 'node:path';
import type { ClusterState } from '../../cluster-state/cluster-state.ts';
import { type DocumentPlace, surround } from '../../cluster-state/nearest.ts';
import { neighbourKinds } from '../../cluster-state/neighbour-readers.ts';
import { type ClusterObject, type ReadObjects, readObjects } from '../../cluster-state/readers.ts';
import { isObject, own } from '../../workload/json.ts';
import type { Problem, SourceDocument } from '../../yaml/documents.ts';
import { ambiguityNotices } from './notices.ts';
import { optInProblems } from './opt-ins.ts';

export interface InputSurroundings {
  readonly stateAt: (document: SourceDocument) => ClusterState;
  readonly problems: readonly Problem[];
  readonly notices: readonly string[];
}

/** `given`: the documents of `--policy`. */
export function readSurroundings(
  documents: readonly SourceDocument[],
  given: readonly SourceDocument[],
  namespace: string,
): InputSurroundings {
  const read = Array.from(Map.groupBy(documents, streamOf), ([stream, list]) => ({
    stream,
    ...readNeighbours(list, namespace),
  }));
  const forAll = readGivenObjects(given, namespace);
  const streams = read.map(({ stream, objects }) => ({ stream, objects }));
  const { stateAt, ambiguous } = surroundedBy(streams, forAll.objects);
  return {
    stateAt: (document) => stateAt(streamOf(document), document.file),
    problems: [
      ...read.flatMap(({ problems }) => problems),
      ...forAll.problems,
      ...optInProblems([...documents, ...given]),
    ],
    // What is rendered from two folders is two installations.
    notices: documents.some(({ rendered }) => rendered !== undefined)
      ? []
      : ambiguityNotices({ count: ambiguous.length, first: ambiguous[0] ?? [] }),
  };
}

/** The objects of one stream around its workloads. Nodes of a repository are vendored examples: only an operator knows which ones the pods will run on. */
export function readNeighbours(documents: readonly SourceDocument[], namespace: string): ReadObjects {
  const others = documents.filter(({ value }) => !isObject(value) || value.kind !== 'Node');
  return readObjects(others.map((document) => placedIn(namespace, document)));
}

/** The objects of `--policy`. */
export function readGivenObjects(given: readonly SourceDocument[], namespace: string): ReadObjects {
  return readObjects(given.map((document) => placedIn(namespace, document)));
}

/** The objects of one stream. */
export interface StreamObjects {
  readonly stream: string;
  readonly objects: readonly ClusterObject[];
}

export interface States {
  readonly stateAt: (stream: string, file: string) => ClusterState;
  readonly ambiguous: readonly (readonly ClusterObject[])[];
}

export function surroundedBy(streams: readonly StreamObjects[], forAll: readonly ClusterObject[]): States {
  const places = new Map<string, DocumentPlace>();
  const placeOf = (stream: string, file: string) => {
    const place = places.get(stream) ?? { stream, folder: dirname(resolve(file)).replaceAll(sep, '/') };
    places.set(stream, place);
    return place;
  };
  const { stateAt, ambiguous } = surround([
    ...streams.flatMap(({ stream, objects }) =>
      objects.map((object) => ({ object, place: placeOf(stream, object.file) })),
    ),
    ...forAll.map((object) => ({ object })),
  ]);
  let last: { readonly stream: string; readonly state: ClusterState } | undefined;
  return {
    // The workloads of a stream come one after the other.
    stateAt: (stream, file) => {
      if (last?.stream !== stream) last = { stream, state: stateAt(placeOf(stream, file)) };
      return last.state;
    },
    ambiguous,
  };
}

/** A file, or all that was rendered from one folder. */
function streamOf({ file, rendered }: SourceDocument): string {
  return rendered === undefined ? file : `rendered ${rendered}`;
}

const neighbours = Object.entries(neighbourKinds).filter(([, { clusterScoped }]) => clusterScoped === undefined);
const namespaced: ReadonlySet<string> = new Set(['Service', 'RolloutPolicy', ...neighbours.map(([kind]) => kind)]);

/** The document in the namespace that it does not name itself. */
function placedIn(namespace: string, document: SourceDocument): SourceDocument {
  const { value } = document;
  if (!isObject(value) || !namespaced.has(`${value.kind}`)) return document;
  const { metadata } = value;
  if (!isObject(metadata) || own(metadata, 'namespace') !== undefined) return document;
  return { ...document, value: { ...value, metadata: { ...metadata, namespace } } };
}
