// The whole experiment: a namespace of its own, every row as often as requested, in turns, and nothing left behind.

import { type Api, ApiError } from '../../cluster/client/api.ts';
import { modeName } from '../../names.ts';
import { usualSleepSeconds } from '../../policy/auto-sleep.ts';
import { pauseOrThrow } from '../../timing.ts';
import type { JsonObject } from '../../workload/json.ts';
import { until } from '../wait.ts';
import { isInjected, notInjected } from './check-stored.ts';
import { type DataPlane, startDataPlane } from './data-plane/data-plane.ts';
import { recorderLevel } from './data-plane/recorder-pod.ts';
import { labKindOf } from './lab-kinds.ts';
import { type LabMeasurement, measure } from './measure.ts';
import { namespaceObject, testAppWorkload } from './objects.ts';
import { create, createAny, hasKind, metaOf, readObject, remove } from './objects-api.ts';
import { policyDocument } from './plan.ts';
import { ImageError } from './pod-trouble.ts';
import type { LabRow } from './result.ts';
import { rowKey, specFor } from './rows.ts';
import type { LabSettings } from './settings.ts';

export interface LabRun {
  readonly api: Api;
  readonly settings: LabSettings;
  /** Ends the run; what was measured so far counts. */
  readonly signal: AbortSignal;
  /** How many measurements of a row are there already, by its key; they are not repeated. */
  readonly done?: ReadonlyMap<string, number>;
  readonly measured: (row: LabRow, round: number, result: LabMeasurement) => void;
  readonly failed: (row: LabRow, round: number, error: Error) => void;
  readonly note: (text: string) => void;
}

export interface LabTask {
  readonly row: LabRow;
  readonly round: number;
  /** Of its objects. */
  readonly name: string;
}

/** This many consecutive failures end the run. */
const mostFailures = 3;
const goneWithinMs = 90_000;
const patchedWithinMs = 5000;

/** Resolves when everything is removed. @throws Error where the run cannot begin, keeps failing, or leaves something behind. */
export async function runLab(run: LabRun): Promise<void> {
  const { api, settings, note } = run;
  if (tasksOf(settings, run.done).length === 0) return;
  const { namespace } = settings.pods;
  const labels = settings.webhook ? { [modeName]: 'enforce' } : undefined;
  await requireKinds(api, settings);
  const level = settings.dataPlaneImage === undefined ? 'restricted' : recorderLevel;
  const object = namespaceObject(namespace, { 'pod-security.kubernetes.io/enforce': level, ...labels });
  await claim(api, object);
  const worked = await failureOf(work(run));
  note(`removing namespace ${namespace}`);
  const left = await failureOf(discard(api, object, settings.sleepSeconds));
  // The reason why nothing could be measured must not be hidden by the reason why the namespace could not be removed.
  const reasons = [worked, left].filter((one) => one !== undefined);
  if (reasons.length > 0) throw new Error(reasons.map(({ message }) => message).join('; and '));
}

async function failureOf(working: Promise<void>): Promise<Error | undefined> {
  try {
    await working;
    return undefined;
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

/** Custom resources need not be there. @throws ApiError, or Error with a sentence */
async function requireKinds(api: Api, { rows }: LabSettings): Promise<void> {
  const custom = new Set(rows.map((row) => labKindOf(row).kind).filter((kind) => kind.custom));
  for (const kind of custom)
    if (!(await hasKind(api, kind)))
      throw new Error(
        `this cluster has no ${kind.kind}s (${kind.apiVersion}): install their controller, or change --kind`,
      );
}

/** @throws Error when the namespace already exists: then the lab must not remove it. */
async function claim(api: Api, object: JsonObject): Promise<void> {
  try {
    await create(api, object);
  } catch (error) {
    if (!(error instanceof ApiError && error.code === 409)) throw error;
    throw new Error(
      `namespace ${metaOf(object).name} already exists, and the lab removes the one it works in: choose another name with --namespace`,
    );
  }
}

/** Ends without an error when interrupted. */
async function work(run: LabRun): Promise<void> {
  const { api, settings, signal } = run;
  // When one worker gives up, the others must not go on.
  const failing = new AbortController();
  const image = settings.dataPlaneImage;
  let dataPlane: DataPlane | undefined;
  try {
    if (image !== undefined) dataPlane = await startDataPlane({ api, settings, signal }, image);
    const worker = workerOf({ ...run, signal: AbortSignal.any([signal, failing.signal]) }, dataPlane);
    for (const route of settings.route) await createAny(api, route, settings.pods.namespace);
    if (settings.webhook) await openWebhook(run);
    const tasks = tasksOf(settings, run.done);
    const working = Array.from({ length: settings.parallel }, () =>
      worker(tasks).catch((error) => failing.abort(error)),
    );
    await Promise.all(working);
    failing.signal.throwIfAborted();
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    await dataPlane?.stop();
  }
}

/** Retries while the API server does not answer. @throws Error with a sentence when the namespace stays */
async function discard(api: Api, object: JsonObject, sleepSeconds = usualSleepSeconds): Promise<void> {
  const { name } = metaOf(object);
  let why = '';
  const gone = async () => {
    try {
      const found = await readObject(api, object);
      why = 'it is still being removed';
      if (metaOf(found).deletionTimestamp === undefined) await remove(api, object);
    } catch (error) {
      if (error instanceof ApiError && error.code === 404) return true;
      why = (error as Error).message;
      if (error instanceof ApiError && [401, 403].includes(error.code)) throw new Error(stays());
    }
    return undefined;
  };
  const stays = () => `the lab's namespace ${name} is left behind: ${why}; see kubectl get namespace ${name}`;
  // Its pods sleep before they go.
  const withinMs = goneWithinMs + sleepSeconds * 1000;
  await until(gone, { withinMs, late: stays, signal: new AbortController().signal, everyMs: 500 });
}

/** Every row once in each round, each round starting with another row, so that drift affects all rows alike. */
export function tasksOf(
  { rows, rollouts }: Pick<LabSettings, 'rows' | 'rollouts'>,
  done: ReadonlyMap<string, number> = new Map(),
): LabTask[] {
  return Array.from({ length: rollouts }, (_, round) => {
    const first = round % rows.length;
    return [...rows.slice(first), ...rows.slice(0, first)].map((row) => ({ row, round }));
  })
    .flat()
    .map((task, index) => ({ ...task, name: `lab-${index}` }))
    .filter(({ row, round }) => round >= (done.get(rowKey(row)) ?? 0));
}

function workerOf({ api, settings, signal, measured, failed }: LabRun, dataPlane: DataPlane | undefined) {
  let [failures, isProven] = [0, false];
  return async (tasks: LabTask[]) => {
    for (let task = tasks.shift(); task !== undefined; task = tasks.shift()) {
      try {
        measured(task.row, task.round, await measure({ api, settings, signal, dataPlane }, task.row, task.name));
        [failures, isProven] = [0, true];
      } catch (error) {
        signal.throwIfAborted();
        const reason = error instanceof Error ? error : new Error(String(error));
        // No row can start without it. Once pods have started, the image is there, and a node or a registry may recover.
        if (reason instanceof ImageError && !isProven) throw reason;
        failed(task.row, task.round, reason);
        if (++failures >= mostFailures)
          throw new Error(
            `${failures} consecutive measurements failed; the last was ${rowKey(task.row)}: ${reason.message}`,
          );
      }
    }
  };
}

/** Creates the policy of the row `all`, and waits until the webhook knows it. @throws Error with a sentence when it does not patch */
async function openWebhook({ api, settings, signal }: LabRun): Promise<void> {
  const { namespace } = settings.pods;
  await create(api, policyDocument(namespace, specFor('all', settings.sleepSeconds)));
  await pauseOrThrow(3000, signal);
  const kinds = new Set(settings.rows.map(({ kind }) => kind));
  const probes = [...kinds].map((kind) => {
    const row = { ...(kind && { kind }), fixes: 'all', title: '', drains: true, replicas: 1 };
    return testAppWorkload('lab', row, settings.pods);
  });
  const patched = async () => {
    const created = await Promise.all(probes.map((probe) => create(api, probe, true)));
    return created.every(isInjected) ? true : undefined;
  };
  await until(patched, { withinMs: patchedWithinMs, late: () => notInjected, signal, everyMs: 500 });
}
