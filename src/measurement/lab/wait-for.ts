// What a measurement waits for: its pods, its load, answers without a loss, the end of the rollout.

import type { Api } from '../../cluster/client/api.ts';
import { readWorkload } from '../../cluster/workloads.ts';
import { nowMs } from '../../timing.ts';
import { type JsonObject, objectAt } from '../../workload/json.ts';
import type { WorkloadKind } from '../../workload/kinds/kind.ts';
import { settingIn } from '../../workload/kinds/rolling-strategy.ts';
import { numberIn } from '../../workload/kinds/status.ts';
import { isLost } from '../load/sample.ts';
import { isReady } from '../rollout/objects.ts';
import type { PodNaming } from '../rollout/pod-naming.ts';
import type { LoadSettings } from '../traffic.ts';
import { until } from '../wait.ts';
import type { DataPlane } from './data-plane/data-plane.ts';
import { type Loader, type PodLoader, podLoader } from './loader.ts';
import { metaOf, podsOf, readObject } from './objects-api.ts';
import type { PodLogs } from './pod-logs.ts';
import { podCreationFailure, podTrouble, requireImages, requireNoRefusal } from './pod-trouble.ts';
import type { LabSettings } from './settings.ts';

/** The workload that a measurement rolls. */
export interface RollingTarget {
  readonly kind: WorkloadKind;
  readonly name: string;
  readonly naming: PodNaming;
  readonly logs: PodLogs;
  /** Its pods are another program's, whose log does not say that it listens. */
  readonly isForeign?: true;
}

export interface LabContext {
  readonly api: Api;
  readonly settings: LabSettings;
  readonly signal: AbortSignal;
  /** Absent: the rules of the node are not recorded. */
  readonly dataPlane?: DataPlane | undefined;
}

/** What starting a load pod needs of it. */
export interface LoadContext extends Pick<LabContext, 'api' | 'signal'> {
  readonly settings: Pick<LabSettings, 'startWithinMs'> & { readonly pods: Pick<LabSettings['pods'], 'namespace'> };
}

/** How long there must be no loss before counting begins. */
const steadyMs = 700;
const steadyWithinMs = 30_000;
/** Beside what its pods need to start and to sleep. */
const rolloutWithinMs = 300_000;

/** Every pod of the test application listens: a load before that would measure the start of the experiment. */
export async function startedPods({ api, settings, signal }: LabContext, rolling: RollingTarget): Promise<void> {
  const { name, logs, isForeign = false } = rolling;
  let why = '';
  await until(
    async () => {
      const { pods, wanted, wrong, givenNameOf } = await stateOf(api, settings.pods.namespace, rolling);
      requireImages(pods, why);
      requireNoRefusal(pods);
      for (const pod of pods) logs.follow(givenNameOf(pod));
      const ready = pods.filter(isReady);
      const listening = ready.filter((pod) => isForeign || logs.said(givenNameOf(pod), 'listening'));
      const isSilent = ready.length === wanted && listening.length < wanted;
      why =
        wrong ??
        (isSilent ? 'they are ready, but their logs do not say so (do you have permission to read pods/log?)' : why);
      return wanted > 0 && listening.length === wanted ? true : undefined;
    },
    { withinMs: settings.startWithinMs, late: () => `the pods of ${name} did not start${why && `: ${why}`}`, signal },
  );
}

/** Of the workload and its pods. */
export async function stateOf(api: Api, namespace: string, { kind, name, naming }: RollingTarget) {
  const workload = await readWorkload(api, { kind, namespace, name });
  const nodes = numberIn(objectAt(workload, 'status'), 'desiredNumberScheduled');
  const wanted = kind.replicas === undefined ? nodes : settingIn(kind.replicas, workload);
  const complete = kind.progress(workload).what === 'complete';
  const pods = await podsOf(api, namespace, name);
  const wrong = pods.map(podTrouble).find((text) => text !== undefined) ?? podCreationFailure(workload);
  const givenNameOf = (pod: JsonObject) => {
    const { uid } = metaOf(pod);
    return naming(nameOf(pod), typeof uid === 'string' ? uid : undefined);
  };
  return { pods, wanted, complete, wrong, givenNameOf };
}

function nameOf(pod: JsonObject): string {
  return `${metaOf(pod).name}`;
}

/** @throws ImageError; Error with a sentence when it does not start in time. */
export async function startedLoad({ api, settings, signal }: LoadContext, pod: JsonObject): Promise<PodLoader> {
  const name = nameOf(pod);
  let why = '';
  await until(
    async () => {
      const found = await readObject(api, pod);
      requireImages([found], why);
      why = podTrouble(found) ?? why;
      // Nothing starts it again.
      if (objectAt(found, 'status').phase === 'Failed') throw new Error(`the load pod ended: ${why || name} (--image)`);
      return isReady(found) ? true : undefined;
    },
    {
      withinMs: settings.startWithinMs,
      late: () => `the load pod ${name} did not start${why && `: ${why}`}`,
      signal,
    },
  );
  return podLoader(api, { namespace: settings.pods.namespace, name });
}

/** A load, and the workloads that it passes. */
export interface LoadPath {
  readonly loader: Loader;
  readonly load: LoadSettings;
  readonly through: readonly RollingTarget[];
}

/**
 * The time since when every kind of traffic is answered: at first the network may not know the Service yet. A container without a probe was
 * ready before it could say that it does not start. @throws Error with its sentence, or with one that says what is not answered
 */
export async function steady(
  { api, settings, signal }: LabContext,
  { loader, load: { lanes }, through }: LoadPath,
): Promise<number> {
  let why = 'nothing was answered';
  let wrong: string | undefined;
  // Each kind must have had its turn.
  const windowMs = Math.max(steadyMs, ...lanes.map(({ rate }) => 1500 / rate));
  return until(
    async () => {
      const atMs = nowMs() + loader.offsetMs;
      const recent = (await loader.samples()).filter(({ endMs }) => endMs >= atMs - windowMs);
      const lost = recent.find(isLost);
      why = lost === undefined ? why : `${lost.lane}: ${lost.outcome} ${lost.detail ?? ''}`.trimEnd();
      const answered = new Set(recent.map(({ lane }) => lane));
      if (lost === undefined) return lanes.every(({ lane }) => answered.has(lane)) ? atMs : undefined;
      // Only then, because on a busy machine each request to the API server delays the measurement that is about to begin.
      for (const one of through) {
        const state = await stateOf(api, settings.pods.namespace, one);
        requireNoRefusal(state.pods);
        wrong = state.wrong ?? wrong;
      }
      return undefined;
    },
    {
      withinMs: steadyWithinMs,
      late: () =>
        `the load does not reach the test application even before a rollout: ${why}${wrong === undefined ? '' : `; ${wrong}`}`,
      signal,
    },
  );
}

/** The new pods are available and the old ones gone. */
export async function rolledOut({ api, settings, signal }: LabContext, rolling: RollingTarget): Promise<void> {
  const { name, logs } = rolling;
  let why = '';
  const { namespace } = settings.pods;
  await until(
    async () => {
      const { pods, wanted, complete, wrong, givenNameOf } = await stateOf(api, namespace, rolling);
      requireImages(pods, why);
      for (const pod of pods) logs.follow(givenNameOf(pod));
      why = wrong ?? why;
      return complete && pods.length === wanted ? true : undefined;
    },
    {
      withinMs: longestRolloutMs(settings),
      late: () => `the rollout of ${name} did not finish${why && `: ${why}`}`,
      signal,
      everyMs: 300,
    },
  );
}

export function longestRolloutMs({ pods, rows, sleepSeconds = 0 }: LabSettings): number {
  // They may come one after the other.
  const most = Math.max(...rows.map(({ replicas }) => replicas));
  return rolloutWithinMs + most * (pods.startUpMs + sleepSeconds * 1000);
}
