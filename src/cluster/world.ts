// The cluster as the world: one watch for each kind, kept on shelves, and a brief question for a namespace that is too new for them.

import type { Namespace } from '../workload/deployment.ts';
import type { World, WorldSource } from '../world/world.ts';
import { type Api, ApiError } from './api.ts';
import { createFreshness, type FreshnessReport } from './freshness.ts';
import { type Kind, kinds, read, resources } from './kinds.ts';
import { createLookUp, type LookUpResult } from './look-up.ts';
import { reflect, type Timings } from './reflector.ts';
import { createShelves } from './shelves.ts';

export interface ClusterWorld extends WorldSource {
  /** Objects in use, by kind. */
  readonly counts: () => Readonly<Record<Kind, number>>;
  /** How many objects cannot be read now. */
  readonly mistakes: () => number;
  /** Seconds since what is known of a kind was last sure to be current. */
  readonly ages: () => Readonly<Record<Kind, number>>;
}

export type ClusterReport =
  | FreshnessReport
  /** An object that cannot be read, as `Service shop/web`: its last good version stays. */
  | { readonly kind: 'mistake'; readonly id: string; readonly mistake: string }
  | { readonly kind: 'mended'; readonly id: string }
  | { readonly kind: 'looked-up'; readonly result: LookUpResult };

export interface ClusterOptions {
  readonly api: Api;
  readonly report: (report: ClusterReport) => void;
  readonly timings?: Timings;
}

const checkEveryMs = 1000;

/** Begins to watch, and never gives up. Ready when the first list of every kind is there, or the kind does not exist. */
export function watchCluster({ api, report, timings }: ClusterOptions): ClusterWorld {
  const { signal, abort } = abortion();
  const freshness = createFreshness(report);
  const shelves = createShelves((id, mistake) => {
    report(mistake === undefined ? { kind: 'mended', id } : { kind: 'mistake', id, mistake });
  });
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

function abortion() {
  const controller = new AbortController();
  return { signal: controller.signal, abort: () => controller.abort() };
}

function fetcher(api: Api) {
  return async (name: string, signal: AbortSignal): Promise<Namespace | undefined> => {
    try {
      const found = read('Namespace', await api.json({ path: `${resources.Namespace.path}/${name}`, signal }));
      return 'value' in found ? found.value : undefined;
    } catch (error) {
      if (error instanceof ApiError && error.code === 404) return undefined;
      throw error;
    }
  };
}
