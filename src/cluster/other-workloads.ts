// The workloads of kinds that no rule judges, and the objects that operators write: only their metadata is read.

import { type JsonObject, objectAt } from '../workload/json.ts';
import { type NamedKind, namedKinds } from '../workload/kinds/named-kinds.ts';
import type { NamespacedName } from '../workload/kubernetes.ts';
import { type OwnedObject, unknownOwnerOf } from '../workload/owned-objects.ts';
import { ownerOf } from '../workload/owner.ts';
import { type Api, ApiError } from './client/api.ts';
import { type DiscoveredKind, discoverKinds } from './client/discovery.ts';
import { pagesOf } from './client/pages.ts';
import { apiVersionOf, collectionOf } from './client/resources.ts';

export interface OtherWorkload extends NamespacedName {
  readonly kind: string;
  readonly apiVersion: string;
  /** Why it is not judged: a clause. */
  readonly reason: string;
}

/** A kind that could not be listed, with the API server's words. */
export interface Unread {
  readonly kind: string;
  readonly code: number;
  readonly reason: string;
}

export interface OtherWorkloads {
  /** Without those that something else owns: a Pod of a ReplicaSet, a Job of a CronJob. */
  readonly found: readonly OtherWorkload[];
  /** Those of operators whose own objects are not among `found`, and not judged either. */
  readonly owned: readonly OwnedObject[];
  readonly unread: readonly Unread[];
  /** Kinds with more objects than were read. */
  readonly cut: readonly string[];
  /** Why the installed kinds are unknown; absent where they are known. */
  readonly undiscovered?: string;
}

const pageSize = 500;
/** Of one kind. A page of 500 takes the API server some 50 ms. */
export const mostRead = 50_000;

/** Of one namespace, or of all. @throws Error when there is no answer, or when nobody is logged in. */
export async function readOtherWorkloads(api: Api, namespace?: string): Promise<OtherWorkloads> {
  const { kinds, undiscovered } = await kindsToRead(api);
  const read: OtherWorkloads[] = [];
  // One after the other, so that there is one page at a time.
  for (const kind of kinds) read.push(await readKind(api, kind, namespace));
  return {
    found: read.flatMap(({ found }) => found),
    owned: read.flatMap(({ owned }) => owned),
    unread: read.flatMap(({ unread }) => unread),
    cut: read.flatMap(({ cut }) => cut),
    ...(undiscovered !== undefined && { undiscovered }),
  };
}

interface ReadKind extends DiscoveredKind {
  readonly reason: string;
}

interface KindsToRead {
  readonly kinds: readonly ReadKind[];
  readonly undiscovered?: string;
}

async function kindsToRead(api: Api): Promise<KindsToRead> {
  const named = namedKinds().filter(({ runsNone }) => runsNone === undefined);
  const builtIn = named.flatMap(({ group, kind, reason, builtIn }) =>
    builtIn === undefined ? [] : [{ group, kind, reason, ...builtIn }],
  );
  const custom = named.filter((one) => one.builtIn === undefined);
  try {
    const groups = [...new Set(custom.map(({ group }) => group))];
    const installed = await discoverKinds(api, groups);
    return { kinds: [...builtIn, ...installed.flatMap((one) => withReason(one, custom))] };
  } catch (error) {
    if (!(error instanceof ApiError) || error.code === 401) throw error;
    return { kinds: builtIn, ...(error.code !== 404 && { undiscovered: error.message }) };
  }
}

function withReason(installed: DiscoveredKind, custom: readonly NamedKind[]): readonly ReadKind[] {
  const row = custom.find(({ group, kind }) => group === installed.group && kind === installed.kind);
  return row === undefined ? [] : [{ ...installed, reason: row.reason }];
}

async function readKind(api: Api, kind: ReadKind, namespace: string | undefined): Promise<OtherWorkloads> {
  const found: OtherWorkload[] = [];
  const owned: OwnedObject[] = [];
  const result = (more: Partial<OtherWorkloads>) => ({ found, owned, unread: [], cut: [], ...more });
  const path = collectionOf(kind, namespace);
  const apiVersion = apiVersionOf(kind);
  let read = 0;
  try {
    for await (const items of pagesOf(api, { path, pageSize, metadataOnly: true })) {
      for (const item of items) sort(item, { kind: kind.kind, apiVersion, reason: kind.reason }, { found, owned });
      read += items.length;
      if (read > mostRead) return result({ cut: [kind.kind] });
    }
    return result({});
  } catch (error) {
    if (!(error instanceof ApiError) || error.code === 401) throw error;
    const { code, message } = error;
    return result({ unread: code === 404 ? [] : [{ kind: kind.kind, code, reason: message }] });
  }
}

interface Sorted {
  readonly found: OtherWorkload[];
  readonly owned: OwnedObject[];
}

function sort(item: JsonObject, as: Pick<OtherWorkload, 'kind' | 'apiVersion' | 'reason'>, to: Sorted): void {
  const { namespace, name } = objectAt(item, 'metadata');
  if (ownerOf(item.metadata) === undefined) to.found.push({ ...as, namespace: `${namespace}`, name: `${name}` });
  const owner = unknownOwnerOf(item.metadata);
  if (owner !== undefined) to.owned.push({ kind: as.kind, namespace: `${namespace}`, owner });
}
