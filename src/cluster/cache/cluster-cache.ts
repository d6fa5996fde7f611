// The cluster as the cluster state: one watch for each kind, kept in stores, and a quick look-up for a namespace that is too new for them.

import type { ClusterState, ClusterStateSource } from '../../cluster-state/cluster-state.ts';
import type { Namespace } from '../../workload/kubernetes.ts';
import { type Api, ApiError } from '../client/api.ts';
import { apiResources, pathOf } from '../client/resources.ts';
import type { Bounds, Trouble } from './bounded-objects.ts';
import { createFreshness, type FreshnessEvent } from './freshness.ts';
import { awaited, type CachedKind, type OptionalKind, resources, watchedKinds } from './kinds.ts';
import { createLiveState } from './live-state.ts';
import { createNamespaceLookup, type LookupResult, type NamespaceLookupOptions } from './namespace-lookup.ts';
import { readCached } from './read-cached.ts';
import { reflect, type Timings } from './reflector.ts';
import { createTurns } from './turns.ts';

export interface ClusterCache extends ClusterStateSource {
  /** Objects in use, by kind that is known. */
  readonly counts: () => Readonly<Partial<Record<CachedKind, number>>>;
  readonly namespaces: () => readonly Namespace[];
  /** True of a RolloutPolicy that is not used because its namespace has too many, or too large ones. */
  readonly leavesOut: (namespace: string, name: string) => boolean;
  /** How many objects cannot be used now; a namespace that leaves some out counts as one. */
  readonly mistakes: () => number;
  /** How many namespaces ask for hitless in a way that opts them into nothing. */
  readonly mistakenOptIns: () => number;
  /** Seconds since the known state of a kind was last sure to be current. */
  readonly ages: () => Readonly<Partial<Record<CachedKind, number>>>;
}

export type ClusterEvent =
  | FreshnessEvent
  /** An object that cannot be read, as `Service shop/web`: its last good version stays. */
  | { readonly kind: 'mistake'; readonly id: string; readonly mistake: string }
  /** An object that is too large, or a namespace with too many: nothing of it is used, or not of the last ones by name. */
  | { readonly kind: 'left-out'; readonly id: string; readonly reason: string }
  /** A namespace asks for hitless in a way that opts it into nothing. */
  | { readonly kind: 'not-opted-in'; readonly namespace: string; readonly mistake: string }
  | { readonly kind: 'mended'; readonly id: string }
  | { readonly kind: 'looked-up'; readonly result: LookupResult };

export interface ClusterCacheOptions {
  readonly api: Api;
  readonly report: (report: ClusterEvent) => void;
  /** Called when a policy has changed, or can no longer be used; not when only its status has. */
  readonly policiesChanged?: () => void;
  readonly timings?: Timings;
  /** How long a look-up of a namespace may take, and how long its result is remembered. */
  readonly lookups?: Pick<NamespaceLookupOptions, 'limitMs' | 'rememberMs'>;
  /** These are not watched, and not known. */
  readonly ignored?: readonly OptionalKind[];
  /** Memory limits for the objects; absent: in proportion to the memory of the process. */
  readonly bounds?: Readonly<Record<CachedKind, Bounds>>;
}

const checkEveryMs = 1000;
/** Each holds a page of a few megabytes; kinds that are required wait for nothing. */
const optionalListsAtOnce = 3;

/** Begins to watch, and never gives up. Ready when the first list of every required kind is complete, or the kind does not exist. */
export function watchCluster(options: ClusterCacheOptions): ClusterCache {
  const { api, report, timings, lookups, bounds, policiesChanged, ignored = [] } = options;
  const { signal, abort } = abortion();
  const watched = watchedKinds.filter((kind) => !ignored.some((one) => one === kind));
  const freshness = createFreshness(report, { watched });
  const live = createLiveState((id, trouble) => report(reportOf(id, trouble)), bounds, {
    policiesChanged,
    optInMistaken: (namespace, mistake) => report({ kind: 'not-opted-in', namespace, mistake }),
  });
  const lookup = createNamespaceLookup({
    fetch: fetcher(api),
    tell: (result) => report({ kind: 'looked-up', result }),
    ...lookups,
  });
  const { state: known } = live;
  const state: ClusterState = {
    namespace: (name) => known.namespace(name) ?? lookup.found(name),
    servicesIn: known.servicesIn,
    objectsIn: known.objectsIn,
    knows: known.knows,
    get policies() {
      return known.policies;
    },
    get oldestNode() {
      return known.oldestNode;
    },
  };
  const inTurn = createTurns(optionalListsAtOnce);
  for (const kind of watched) {
    const tell: Parameters<typeof reflect>[0]['tell'] = (state) => {
      if (state.kind === 'listed') live.flush();
      freshness.note(kind, state);
    };
    const reflected = { api, resource: resources[kind], sink: live.sinks[kind], tell, signal };
    const optional = awaited(kind) !== 'always' && { optional: true, inTurn };
    void reflect({ ...reflected, ...optional, ...(timings && { timings }) });
  }
  const timer = setInterval(freshness.check, checkEveryMs).unref();
  return {
    current: () => state,
    prepare: (namespace, caller) =>
      known.namespace(namespace) === undefined ? lookup.ask(namespace, caller) : undefined,
    unready: freshness.missing,
    counts: live.counts,
    namespaces: live.namespaces,
    leavesOut: live.leavesOut,
    mistakes: live.mistakes,
    mistakenOptIns: live.mistakenOptIns,
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
