// The cluster as the world: one watch for each kind, kept on shelves, and a brief question for a namespace that is too new for them.

import type { World, WorldSource } from '../../cluster-state/cluster-state.ts';
import type { Namespace } from '../../workload/kubernetes.ts';
import { type Api, ApiError } from '../client/api.ts';
import { apiResources, pathOf } from '../client/resources.ts';
import type { Bounds, Trouble } from './bounded-objects.ts';
import { createFreshness, type FreshnessReport } from './freshness.ts';
import { type Kind, kinds, read, resources } from './kinds.ts';
import { createShelves } from './live-state.ts';
import { createLookUp, type LookUpResult } from './namespace-lookup.ts';
import { reflect, type Timings } from './reflector.ts';

export interface ClusterWorld extends WorldSource {
  /** Objects in use, by kind. */
  readonly counts: () => Readonly<Record<Kind, number>>;
  /** How many objects cannot be used now; a namespace that leaves some out counts as one. */
  readonly mistakes: () => number;
  /** Seconds since what is known of a kind was last sure to be current. */
  readonly ages: () => Readonly<Record<Kind, number>>;
}

export type ClusterReport =
  | FreshnessReport
  /** An object that cannot be read, as `Service shop/web`: its last good version stays. */
  | { readonly kind: 'mistake'; readonly id: string; readonly mistake: string }
  /** An object that is too large, or a namespace with too many: nothing of it is used, or not of the last ones by name. */
  | { readonly kind: 'left-out'; readonly id: string; readonly reason: string }
  | { readonly kind: 'mended'; readonly id: string }
  | { readonly kind: 'looked-up'; readonly result: LookUpResult };

export interface ClusterOptions {
  readonly api: Api;
  readonly report: (report: ClusterReport) => void;
  readonly timings?: Timings;
  /** What the objects may take; absent: what goes with the memory of the process. */
  readonly bounds?: Readonly<Record<Kind, Bounds>>;
}

const checkEveryMs = 1000;

/** Begins to watch, and never gives up. Ready when the first list of every kind is there, or the kind does not exist. */
export function watchCluster({ api, report, timings, bounds }: ClusterOptions): ClusterWorld {
  const { signal, abort } = abortion();
  const freshness = createFreshness(report);
  const shelves = createShelves((id, trouble) => report(reportOf(id, trouble)), bounds);
  const lookUp = createLookUp({ fetch: fetcher(api), tell: (result) => report({ kind: 'looked-up', result }) });
  const { world: known } = shelves;
  const world: World = {
    namespace: (name) => known.namespace(name) ?? lookUp.found(name),
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
      if (state.kind === 'listed') shelves.flush();
      freshness.note(kind, state);
    };
    const options = { api, resource: resources[kind], sink: shelves.sinks[kind], tell, signal };
    void reflect({ ...options, ...(timings && { timings }) });
  }
  const timer = setInterval(freshness.check, checkEveryMs).unref();
  return {
    current: () => world,
    prepare: (namespace, caller) =>
      known.namespace(namespace) === undefined ? lookUp.ask(namespace, caller) : undefined,
    unready: freshness.missing,
    counts: shelves.counts,
    mistakes: shelves.mistakes,
    ages: freshness.ages,
    stop: () => {
      clearInterval(timer);
      abort();
    },
  };
}

function reportOf(id: string, trouble: Trouble | undefined): ClusterReport {
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
      const found = read(
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
