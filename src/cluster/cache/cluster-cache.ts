// The cluster as the cluster state: one watch for each kind, kept in stores, and a quick look-up for a namespace that is too new for them.

import type { ClusterState, ClusterStateSource } from '../../cluster-state/cluster-state.ts';
import type { Namespace } from '../../workload/kubernetes.ts';
import { type Api, ApiError } from '../client/api.ts';
import { apiResources, pathOf } from '../client/resources.ts';
import type { Bounds, Trouble } from './bounded-objects.ts';
import { createFreshness, type FreshnessEvent } from './freshness.ts';
import { type CachedKind, kinds, readCached, resources } from './kinds.ts';
import { createLiveState } from './live-state.ts';
import { createNamespaceLookup, type LookupResult } from './namespace-lookup.ts';
import { reflect, type Timings } from './reflector.ts';

export interface ClusterCache extends ClusterStateSource {
  /** Objects in use, by kind. */
  readonly counts: () => Readonly<Record<CachedKind, number>>;
  /** How many objects cannot be used now; a namespace that leaves some out counts as one. */
  readonly mistakes: () => number;
  /** Seconds since the known state of a kind was last sure to be current. */
  readonly ages: () => Readonly<Record<CachedKind, number>>;
}

export type ClusterEvent =
  | FreshnessEvent
  /** An object that cannot be read, as `Service shop/web`: its last good version stays. */
  | { readonly kind: 'mistake'; readonly id: string; readonly mistake: string }
  /** An object that is too large, or a namespace with too many: nothing of it is used, or not of the last ones by name. */
  | { readonly kind: 'left-out'; readonly id: string; readonly reason: string }
  | { readonly kind: 'mended'; readonly id: string }
  | { readonly kind: 'looked-up'; readonly result: LookupResult };

export interface ClusterCacheOptions {
  readonly api: Api;
  readonly report: (report: ClusterEvent) => void;
  readonly timings?: Timings;
  /** Memory limits for the objects; absent: in proportion to the memory of the process. */
  readonly bounds?: Readonly<Record<CachedKind, Bounds>>;
}

const checkEveryMs = 1000;

/** Begins to watch, and never gives up. Ready when the first list of every kind is complete, or the kind does not exist. */
export function watchCluster({ api, report, timings, bounds }: ClusterCacheOptions): ClusterCache {
  const { signal, abort } = abortion();
  const freshness = createFreshness(report);
  const live = createLiveState((id, trouble) => report(reportOf(id, trouble)), bounds);
  const lookup = createNamespaceLookup({
    fetch: fetcher(api),
    tell: (result) => report({ kind: 'looked-up', result }),
  });
  const { state: known } = live;
  const state: ClusterState = {
    namespace: (name) => known.namespace(name) ?? lookup.found(name),
    servicesIn: known.servicesIn,
    get policies() {
      return known.policies;
    },
    get oldestNode() {
      return known.oldestNode;
    },
  };
  for (const kind of kinds) {
    const tell: Parameters<typeof reflect>[0]['tell'] = (state) => {
      if (state.kind === 'listed') live.flush();
      freshness.note(kind, state);
    };
    const options = { api, resource: resources[kind], sink: live.sinks[kind], tell, signal };
    void reflect({ ...options, ...(timings && { timings }) });
  }
  const timer = setInterval(freshness.check, checkEveryMs).unref();
  return {
    current: () => state,
    prepare: (namespace, caller) =>
      known.namespace(namespace) === undefined ? lookup.ask(namespace, caller) : undefined,
    unready: freshness.missing,
    counts: live.counts,
    mistakes: live.mistakes,
    ages: freshness.ages,
    stop: () => {
      clearInterval(timer);
      abort();
    },
  };
}

function reportOf(id: string, trouble: Trouble | undefined): ClusterEvent {
  if (trouble === undefined) return { kind: 'mended', id };
  const { kind, sentence } = trouble;
  return kind === 'mistake' ? { kind, id, mistake: sentence } : { kind, id, reason: sentence };
}

function abortion() {
  const controller = new AbortController();
  return { signal: controller.signal, abort: () => controller.abort() };
}

function fetcher(api: Api) {
  return async (name: string, signal: AbortSignal): Promise<Namespace | undefined> => {
    try {
      const found = readCached(
        'Namespace',
        await api.json({ path: pathOf({ kind: apiResources.namespaces, name }), signal }),
      );
      return 'value' in found ? found.value : undefined;
    } catch (error) {
      if (error instanceof ApiError && error.code === 404) return undefined;
      throw error;
    }
  };
}
