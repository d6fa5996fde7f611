// The cluster state around each file of a repository. Trees of manifests define one name many times, for environments and examples: the
// nearest definition to a workload counts. Nearest is the same stream of documents, then the same folder, then the folders above it.

import { compilePolicies, type Policies } from '../policy/policies.ts';
import type { PolicyDocument } from '../policy/policy.ts';
import { equal, type Json } from '../workload/json.ts';
import type { Namespace, Service, Version } from '../workload/kubernetes.ts';
import type { NeighbourKind, Neighbours } from '../workload/neighbours.ts';
import type { ClusterState } from './cluster-state.ts';
import { oldest } from './compose.ts';
import type { ClusterObject } from './readers.ts';
import { type Namesakes, viewList } from './view-list.ts';

/** Where documents are. */
export interface DocumentPlace {
  /** Documents of one stream belong together: a file, or what was rendered at once. */
  readonly stream: string;
  /** The absolute path of its folder, with slashes. */
  readonly folder: string;
}

export interface PlacedObject {
  readonly object: ClusterObject;
  /** Absent for what was given for all files: a policy then wins over the others of its name, and everything else is farthest. */
  readonly place?: DocumentPlace;
}

export interface Surrounded {
  readonly stateAt: (place: DocumentPlace) => ClusterState;
  /** The objects of one name that several documents define differently. */
  readonly ambiguous: readonly (readonly ClusterObject[])[];
}

/** Objects of any number of files; among several at the same distance the last counts, as with `kubectl apply`. */
export function surround(objects: readonly PlacedObject[]): Surrounded {
  const groups = Array.from(
    Map.groupBy(objects, ({ object }) => object.id),
    ([, all]) => groupOf(all),
  );
  const known = knownOf(groups);
  return {
    stateAt: (place) => stateAt(place, known),
    ambiguous: groups.flatMap(({ all }) => (isAmbiguous(all) ? [all.map(({ object }) => object)] : [])),
  };
}

type Value = ClusterObject['value'];

interface Group extends Namesakes<Value> {
  readonly all: readonly PlacedObject[];
  readonly first: ClusterObject;
  readonly nearest: (place: DocumentPlace) => Value;
}

interface Groups {
  readonly groups: readonly Group[];
  /** Absent where names are ambiguous: each file has a list of its own. */
  readonly list?: readonly Value[];
}

/** Objects that are asked for together: of one kind and namespace. */
function listKey({ first }: Group): string {
  if (first.kind === 'Service') return keyOf('Service', first.value.namespace);
  return first.kind === 'Neighbour' ? keyOf(first.of, first.value.namespace) : first.kind;
}

function keyOf(kind: NeighbourKind | 'Service', namespace: string): string {
  return `${kind} ${namespace}`;
}

function grouped(groups: readonly Group[]): Groups {
  const isCertain = groups.every(({ all }) => all.length === 1);
  return { groups, ...(isCertain && { list: groups.flatMap(({ candidates }) => candidates) }) };
}

function groupOf(all: readonly PlacedObject[]): Group {
  const [{ object: first }] = all as readonly [PlacedObject];
  const candidates = all.map(({ object }) => object.value);
  if (all.length === 1) return { all, first, candidates, nearest: () => first.value };
  let search: ((place: DocumentPlace) => Value) | undefined;
  const nearest = (place: DocumentPlace) => {
    search ??= nearestAmong(all);
    return search(place);
  };
  return { all, first, candidates, nearest };
}

function nearestAmong(all: readonly PlacedObject[]): (place: DocumentPlace) => Value {
  const byStream = new Map<string, Value>();
  const below = new Map<string, { readonly value: Value; readonly levels: number }>();
  let far: Value | undefined;
  for (const { object, place } of all) {
    if (place === undefined) far = object.value;
    else {
      byStream.set(place.stream, object.value);
      for (const [levels, folder] of upwards(place.folder).entries())
        if (levels <= (below.get(folder)?.levels ?? levels)) below.set(folder, { value: object.value, levels });
    }
  }
  const last = all.at(-1)?.object as ClusterObject;
  const isGiven = last.kind === 'Policy' && far !== undefined;
  return ({ stream, folder }) => {
    const around = () =>
      upwards(folder)
        .map((one) => below.get(one))
        .find((one) => one !== undefined);
    return (isGiven ? far : undefined) ?? byStream.get(stream) ?? around()?.value ?? far ?? last.value;
  };
}

/** `/a/b`, `/a`, ``. */
function upwards(folder: string): readonly string[] {
  const folders = [folder];
  for (let end = folder.lastIndexOf('/'); end !== -1; end = folder.lastIndexOf('/', end - 1)) {
    folders.push(folder.slice(0, end));
    if (end === 0) break;
  }
  return folders;
}

interface Known {
  readonly byList: ReadonlyMap<string, Groups>;
  readonly namespaces: ReadonlyMap<string, Group>;
  readonly oldestNode: Version | undefined;
  readonly compile: (documents: readonly PolicyDocument[]) => Policies;
}

function knownOf(groups: readonly Group[]): Known {
  const byList = new Map(Array.from(Map.groupBy(groups, listKey), ([key, list]) => [key, grouped(list)]));
  const namespaces = byList.get('Namespace')?.groups ?? [];
  const nodes = byList.get('Node')?.groups ?? [];
  return {
    byList,
    namespaces: new Map(namespaces.map((group) => [(group.first.value as Namespace).name, group])),
    oldestNode: oldest(nodes.flatMap(({ candidates }) => candidates.slice(-1) as readonly Version[])),
    compile: policyCompiler(),
  };
}

function stateAt(place: DocumentPlace, { byList, namespaces, oldestNode, compile }: Known): ClusterState {
  const lists = new Map<string, readonly Value[]>();
  const listFor = (key: string): readonly Value[] => {
    const found = byList.get(key);
    if (found === undefined) return none;
    const list = found.list ?? lists.get(key) ?? viewList(found.groups, (group) => (group as Group).nearest(place));
    lists.set(key, list);
    return list;
  };
  return {
    namespace: (name) => namespaces.get(name)?.nearest(place) as Namespace | undefined,
    servicesIn: (namespace) => listFor(keyOf('Service', namespace)) as readonly Service[],
    objectsIn: <K extends NeighbourKind>(kind: K, namespace: string) =>
      listFor(keyOf(kind, namespace)) as readonly Neighbours[K][],
    knows: (kind, namespace) => byList.has(keyOf(kind, namespace)),
    policies: compile(listFor('Policy') as readonly PolicyDocument[]),
    oldestNode,
  };
}

const none: readonly never[] = [];

/** Compiles a list once, however many files it is for. */
function policyCompiler(): Known['compile'] {
  const numbers = new Map<PolicyDocument, number>();
  const compiled = new Map<string, Policies>();
  return (documents) => {
    for (const document of documents) if (!numbers.has(document)) numbers.set(document, numbers.size);
    const key = documents.map((document) => numbers.get(document)).join(' ');
    const policies = compiled.get(key) ?? compilePolicies(documents);
    compiled.set(key, policies);
    return policies;
  };
}

/** Equal definitions are as good as one. */
function isAmbiguous(all: readonly PlacedObject[]): boolean {
  const [first, ...others] = all.map(({ object }) => object.value as unknown as Json);
  return others.some((value) => !equal(value, first));
}
