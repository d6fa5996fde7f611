// Watches a workload, its pods and the endpoints of the Services in front of them, and reports events on the load's clock.
//
// The time of an event is when its line of the watch arrived: times within the objects are whole seconds, by the clocks of other
// machines.

import { type ReflectorState, type Resource, reflect, usualTimings } from '../../cluster/cache/reflector.ts';
import type { Api } from '../../cluster/client/api.ts';
import { pagesOf } from '../../cluster/client/pages.ts';
import { apiResources, collectionOf } from '../../cluster/client/resources.ts';
import { readResolved } from '../../cluster/template-source.ts';
import { nowMs } from '../../timing.ts';
import { isObject, type JsonObject } from '../../workload/json.ts';
import type { WorkloadKind } from '../../workload/kinds/kind.ts';
import type { LabelSelector } from '../../workload/kubernetes.ts';
import { getAt } from '../../workload/path.ts';
import { hasAll } from '../../workload/selector.ts';
import type { PodTemplate, Workload } from '../../workload/workload.ts';
import { endpointEvents } from './endpoint-events.ts';
import type { RolloutEvent } from './event.ts';
import { type ObjectChange, trackObjects } from './object-tracker.ts';
import type { EndpointSlice, Pod } from './objects.ts';
import { podEvents } from './pod-events.ts';
import { type PodNaming, podNaming } from './pod-naming.ts';
import { workloadEvents } from './workload-events.ts';

export interface RolloutWatchOptions {
  readonly api: Api;
  readonly kind: WorkloadKind;
  readonly namespace: string;
  readonly name: string;
  /** Names the pods; absent: one of its own. */
  readonly naming?: PodNaming;
  /** How far the load's clock is ahead of ours, in milliseconds; 0 when absent. */
  readonly clockOffsetMs?: number;
  /**
   * Called once per event, as it arrives, and for the state found at the beginning. The `sleep-end` of a pod comes with its
   * `deleting`, and lies in the future: see `inOrder`.
   */
  readonly tell: (event: RolloutEvent) => void;
  /** A watch was interrupted and resumes by itself; until then events arrive late. */
  readonly trouble?: (reason: string) => void;
}

export interface Watched {
  /** The Services that select the pods. Without one there are no endpoint events. */
  readonly services: readonly string[];
  readonly workload: Workload;
}

export interface RolloutWatch {
  /** Resolves when the current state is reported and every further change will be. Rejects when that is impossible: ApiError, Error. */
  readonly ready: Promise<Watched>;
  readonly stop: () => Promise<void>;
}

// A rollout takes seconds, so an interrupted watch is reopened faster than in the webhook.
const timings = { ...usualTimings, firstMs: 50, mostMs: 1000 };
const pageSize = 500;

export function watchRollout(options: RolloutWatchOptions): RolloutWatch {
  const ending = new AbortController();
  const loops: Promise<void>[] = [];
  const ready = begin(options, ending.signal, loops);
  // A caller that stops before it is ready may never await it.
  ready.catch(() => ending.abort());
  const stop = async () => {
    ending.abort();
    await ready.catch(() => undefined);
    await Promise.all(loops);
  };
  return { ready, stop };
}

async function begin(options: RolloutWatchOptions, signal: AbortSignal, loops: Promise<void>[]): Promise<Watched> {
  const { api, kind, namespace, name } = options;
  const { workload } = await readResolved(api, { kind, namespace, name });
  const services = await servicesBefore(api, namespace, kind.templateOf(workload));
  const listed = followed(options, workload, services).map(({ resource, change }) => {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    let isListed = false;
    const tell = (state: ReflectorState) => {
      if (state.kind === 'listed') isListed = true;
      if (state.kind === 'listed') resolve();
      const reason = state.kind === 'lost' ? state.reason : `${resource.path} does not exist`;
      if (state.kind !== 'lost' && state.kind !== 'absent') return;
      // The regular end of a watch is not a problem: the next one begins where it ended.
      if (isListed && reason !== 'the watch ended') options.trouble?.(reason);
      reject(new Error(reason));
    };
    loops.push(reflect({ api, resource, sink: trackObjects(change), tell, signal, timings }));
    return promise;
  });
  const aborted = new Promise<never>((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(new Error('the watch was stopped')), { once: true });
  });
  await Promise.race([Promise.all(listed), aborted]);
  return { services, workload };
}

function selectorOf({ selector }: WorkloadKind, workload: Workload): LabelSelector | undefined {
  return selector === undefined ? undefined : (getAt(workload, selector) as LabelSelector | undefined);
}

/** The watched resources, and how their changes are reported. */
function followed(
  { kind, namespace, name, clockOffsetMs = 0, tell, naming = podNaming() }: RolloutWatchOptions,
  workload: Workload,
  services: readonly string[],
): readonly { readonly resource: Resource; readonly change: ObjectChange }[] {
  const at = () => nowMs() + clockOffsetMs;
  const told = (events: readonly RolloutEvent[]) => events.forEach(tell);
  const pods = {
    resource: {
      path: collectionOf(apiResources.pods, namespace),
      pageSize,
      query: { labelSelector: selectorText(selectorOf(kind, workload)) },
    },
    change: (before, now) =>
      told(podEvents({ before: before as Pod | undefined, now: now as Pod | undefined }, naming, at())),
  } satisfies { resource: Resource; change: ObjectChange };
  const workloads = {
    resource: {
      path: collectionOf(kind, namespace),
      pageSize,
      query: { fieldSelector: `metadata.name=${name}` },
    },
    change: (before, now) =>
      told(workloadEvents(kind, { before: before as Workload | undefined, now: now as Workload | undefined }, at())),
  } satisfies { resource: Resource; change: ObjectChange };
  const slices = {
    resource: {
      path: collectionOf(apiResources.endpointSlices, namespace),
      pageSize,
      query: { labelSelector: `kubernetes.io/service-name in (${services.join(',')})` },
    },
    change: (before, now) =>
      told(
        endpointEvents(
          { before: before as EndpointSlice | undefined, now: now as EndpointSlice | undefined },
          naming,
          at(),
        ),
      ),
  } satisfies { resource: Resource; change: ObjectChange };
  return services.length === 0 ? [pods, workloads] : [pods, slices, workloads];
}

async function servicesBefore(api: Api, namespace: string, { metadata }: PodTemplate): Promise<readonly string[]> {
  const services = await servicesSelecting(api, namespace, metadata?.labels ?? {});
  return services.map(({ metadata: { name } }) => name);
}

/** The Services that select pods with these labels. @throws ApiError */
export async function servicesSelecting(
  api: Api,
  namespace: string,
  labels: Readonly<Record<string, string>>,
): Promise<readonly StoredService[]> {
  const path = collectionOf(apiResources.services, namespace);
  const found: StoredService[] = [];
  for await (const page of pagesOf(api, { path, pageSize })) {
    for (const service of page as readonly StoredService[]) {
      const selector = service.spec?.selector;
      if (!isObject(selector) || Object.keys(selector).length === 0) continue;
      if (hasAll(selector as Readonly<Record<string, string>>, labels)) found.push(service);
    }
  }
  return found;
}

export interface StoredService extends JsonObject {
  readonly metadata: JsonObject & { readonly name: string };
  readonly spec?: JsonObject;
}

/** The form that the API server accepts in a query. */
export function selectorText({ matchLabels = {}, matchExpressions = [] }: LabelSelector = {}): string {
  const pairs = Object.entries(matchLabels).map(([key, value]) => `${key}=${value}`);
  const others = matchExpressions.map(({ key, operator, values = [] }) => {
    if (operator === 'Exists') return key;
    if (operator === 'DoesNotExist') return `!${key}`;
    return `${key} ${operator === 'In' ? 'in' : 'notin'} (${values.join(',')})`;
  });
  return [...pairs, ...others].join(',');
}
