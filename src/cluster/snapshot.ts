// The state of the cluster at one moment, for commands that read it once. What may not be read is left out, and reported.

import type { ClusterState } from '../cluster-state/cluster-state.ts';
import type { JsonObject } from '../workload/json.ts';
import type { Namespace } from '../workload/kubernetes.ts';
import { type CachedKind, isNeighbour, isPerNamespace, kinds, resourceIn } from './cache/kinds.ts';
import { createLiveState } from './cache/live-state.ts';
import { readCached } from './cache/read-cached.ts';
import { type Api, ApiError } from './client/api.ts';
import { pagesOf } from './client/pages.ts';
import { apiResources, pathOf } from './client/resources.ts';

export interface Snapshot {
  readonly state: ClusterState;
  /** By name, as far as they were listed. */
  readonly namespaces: readonly Namespace[];
  readonly gaps: readonly Gap[];
}

/** Something that the cluster state lacks. */
export type Gap =
  /** The API server does not know the kind. */
  | { readonly kind: 'absent'; readonly of: CachedKind }
  /**
   * forbidden: the API server does not allow it. failed: it cannot list it, as when the kind needs a conversion by a webhook that does not
   * answer.
   */
  | { readonly kind: 'forbidden' | 'failed'; readonly of: CachedKind; readonly reason: string }
  /** One object cannot be used; `of` as `Service shop/web`. */
  | { readonly kind: 'mistake'; readonly of: string; readonly reason: string };

/** Sees each object as the API server sends it. */
export type OnObject = (kind: CachedKind, object: JsonObject) => void;

/** Of the whole cluster, or of what counts in one namespace, which needs permissions there only. @throws Error when there is no answer, or no such namespace. */
export async function takeSnapshot(
  api: Api,
  namespace?: string,
  onObject: OnObject = () => undefined,
): Promise<Snapshot> {
  const gaps: Gap[] = [];
  const live = createLiveState((of, trouble) => {
    if (trouble !== undefined) gaps.push({ kind: 'mistake', of, reason: trouble.sentence });
  });
  const namespaces: Namespace[] = [];
  const fill = async (kind: CachedKind) => {
    const stage = live.sinks[kind].stage();
    try {
      for await (const items of pages(api, kind, namespace)) {
        for (const item of items) {
          stage.add(item);
          onObject(kind, item);
          const found = kind === 'Namespace' ? readCached('Namespace', item) : undefined;
          if (found !== undefined && 'value' in found) namespaces.push(found.value);
        }
      }
      stage.commit();
    } catch (error) {
      const gap = isNeighbour(kind) ? neighbourGapOf(kind, error) : gapOf(kind, error);
      // A kind that does not exist is known to have no objects.
      if (gap.kind === 'absent') stage.commit();
      if (!isUsual(gap, kind, namespace)) gaps.push(gap);
    }
  };
  await Promise.all(kinds.map(fill));
  live.flush();
  return { state: live.state, namespaces, gaps };
}

/** All, or the one of that name. @throws Error when there is none of that name; ApiError */
export async function readNamespaces(api: Api, namespace?: string): Promise<readonly Namespace[]> {
  const found: Namespace[] = [];
  for await (const items of pages(api, 'Namespace', namespace)) {
    for (const item of items) {
      const one = readCached('Namespace', item);
      if ('value' in one) found.push(one.value);
    }
  }
  return found;
}

function pages(api: Api, kind: CachedKind, namespace: string | undefined) {
  if (kind === 'Namespace' && namespace !== undefined) return oneNamespace(api, namespace);
  return pagesOf(api, resourceIn(kind, namespace));
}

async function* oneNamespace(api: Api, name: string) {
  try {
    yield [await api.json({ path: pathOf({ kind: apiResources.namespaces, name }) })];
  } catch (error) {
    if (!(error instanceof ApiError) || error.code !== 404) throw error;
    throw new Error(`there is no namespace ${name}`);
  }
}

/** Few clusters have every kind around workloads, and permissions in one namespace reach no further. */
function isUsual(gap: Gap, kind: CachedKind, namespace: string | undefined): boolean {
  if (!isNeighbour(kind)) return false;
  return gap.kind === 'absent' || (gap.kind === 'forbidden' && namespace !== undefined && !isPerNamespace(kind));
}

/** Findings do without these. */
function neighbourGapOf(of: CachedKind, error: unknown): Gap {
  if (!(error instanceof ApiError) || error.code === 401) throw error;
  if (error.code === 404) return { kind: 'absent', of };
  return { kind: error.code === 403 ? 'forbidden' : 'failed', of, reason: error.message };
}

function gapOf(kind: CachedKind, error: unknown): Gap {
  if (!(error instanceof ApiError)) throw error;
  if (error.code === 403) return { kind: 'forbidden', of: kind, reason: error.message };
  const isPolicy = kind === 'ClusterRolloutPolicy' || kind === 'RolloutPolicy';
  if (error.code === 404 && isPolicy) return { kind: 'absent', of: kind };
  throw error;
}
