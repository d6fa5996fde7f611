// One rollout of one row under load, from scratch: every object is created for it and removed afterwards.

import { restartWorkload } from '../../cluster/workloads.ts';
import { nowMs, pauseOrThrow } from '../../timing.ts';
import { type JsonObject, objectAt } from '../../workload/json.ts';
import { withAnsweringPods } from '../analysis/answering-pods.ts';
import type { Measurement } from '../analysis/measurement.ts';
import type { RolloutEvent } from '../rollout/event.ts';
import { podNaming } from '../rollout/pod-naming.ts';
import { watchRollout } from '../rollout/watch.ts';
import type { LoadSettings } from '../traffic.ts';
import { checkStored } from './check-stored.ts';
import type { LabRules } from './data-plane/data-plane.ts';
import { onNode } from './data-plane/recorder-pod.ts';
import { labKindOf } from './lab-kinds.ts';
import { type Loader, localLoader } from './loader.ts';
import { loadPod, testAppService, testAppWorkload } from './objects.ts';
import { create, metaOf, remove } from './objects-api.ts';
import { planned } from './plan.ts';
import { followLogs } from './pod-logs.ts';
import type { LabRow, RowResult } from './result.ts';
import { specFor } from './rows.ts';
import { type LabSettings, trafficThrough, trafficTo } from './settings.ts';
import { type LabContext, type RollingTarget, rolledOut, startedLoad, startedPods, steady } from './wait-for.ts';
import { leaveBy } from './ways-to-leave/leave.ts';

export interface LabMeasurement {
  readonly measurement: Measurement;
  readonly by: RowResult['by'];
  /** What each pod of the test application logged, on the clock of the load: nodes keep their clocks in sync. Empty for a local load. */
  readonly logs: ReadonlyMap<string, readonly JsonObject[]>;
  /** Of the node that the load came from; absent where they were not recorded. */
  readonly rules?: LabRules;
}

/** Before the rollout begins, and after its last old pod is gone. */
const leadMs = 1500;
const tailMs = 1500;
const heardMs = 1000;

/** @throws Error with a sentence when the cluster does not do its part. */
export async function measure(context: LabContext, row: LabRow, name: string): Promise<LabMeasurement> {
  const { api, settings, signal, dataPlane } = context;
  const { namespace } = settings.pods;
  const service = testAppService(settings.target === undefined ? name : 'test-app', namespace, name);
  const { workload, wanted, by } = fixed(settings, row, { name, service });
  const load =
    settings.target === undefined ? onNode(loadPod(`${name}-load`, settings.pods), dataPlane?.node) : undefined;
  const workloads = [workload, ...(load === undefined ? [] : [load])];
  const logs = followLogs(api, namespace);
  const rolling = { kind: labKindOf(row).kind, name, naming: podNaming(), logs };
  try {
    const stored = await create(api, service);
    // The webhook learns of the Service from a watch, and without a Service it does not write a probe.
    if (by === 'webhook') await pauseOrThrow(heardMs, signal);
    const [created] = await Promise.all(workloads.map((one) => create(api, one)));
    checkStored(created ?? {}, wanted, by);
    await startedPods(context, rolling);
    const rulesOf = await dataPlane?.observe(rolling);
    const loader = load === undefined ? localLoader() : await startedLoad(context, load);
    const host = addressOf(stored);
    const measurement = await underLoad({ context, row, rolling, loader, load: loadSettings(settings, host) });
    const rules = await rulesOf?.(measurement);
    return { measurement, by, logs: load === undefined ? new Map() : logs.lines, ...(rules && { rules }) };
  } finally {
    await logs.stop();
    await Promise.allSettled([service, ...workloads].map((object) => remove(api, object)));
  }
}

/** The address in the form that a URL needs. */
function addressOf(service: JsonObject): string {
  const address = `${objectAt(service, 'spec').clusterIP ?? ''}`;
  return address.includes(':') ? `[${address}]` : address;
}

/** `wanted`: the expected stored object, whether the webhook or the plan writes the fixes. */
function fixed(settings: LabSettings, row: LabRow, { name, service }: { name: string; service: JsonObject }) {
  const plain = testAppWorkload(name, row, settings.pods, `${metaOf(service).name}`);
  const wanted = planned(plain, service, specFor(row.fixes, settings.sleepSeconds));
  const isWhole = row.fixes === 'all' || row.fixes === 'advised';
  if (isWhole && settings.webhook) return { workload: plain, wanted, by: 'webhook' as const };
  return { workload: wanted, wanted, by: row.fixes === 'nothing' ? ('nobody' as const) : ('plan' as const) };
}

function loadSettings(settings: LabSettings, host: string): LoadSettings {
  const { timeoutMs, retries, target } = settings;
  const lanes = target === undefined ? trafficTo(host, settings) : trafficThrough(target, settings);
  return { lanes, timeoutMs, retries, connections: 4 };
}

interface Scene {
  readonly context: LabContext;
  readonly row: LabRow;
  readonly rolling: RollingTarget;
  readonly loader: Loader;
  readonly load: LoadSettings;
}

async function underLoad({ context, row, rolling, loader, load }: Scene): Promise<Measurement> {
  const { api, settings, signal } = context;
  const { namespace } = settings.pods;
  const { kind, name, naming } = rolling;
  const events: RolloutEvent[] = [];
  const troubles: string[] = [];
  const watch = watchRollout({
    api,
    kind,
    namespace,
    name,
    naming,
    clockOffsetMs: loader.offsetMs,
    tell: (event) => events.push(event),
    trouble: (reason) => troubles.push(reason),
  });
  try {
    await watch.ready;
    await loader.start(load);
    const startedMs = await steady(loader, load, signal);
    await pauseOrThrow(leadMs, signal);
    await (row.leave === undefined ? rollOut(context, rolling) : leaveBy(row.leave, context, rolling));
    await pauseOrThrow(tailMs, signal);
    const endedMs = nowMs() + loader.offsetMs;
    const samples = (await loader.stop()).filter(({ dueMs }) => dueMs >= startedMs && dueMs <= endedMs);
    // Late events would blame the wrong cause, and make the lag look short.
    if (troubles.length > 0) throw new Error(`the watch of the rollout was interrupted: ${troubles[0]}`);
    return { startedMs, endedMs, samples: withAnsweringPods(samples, events), events };
  } finally {
    await Promise.allSettled([loader.end(), watch.stop()]);
  }
}

async function rollOut(context: LabContext, rolling: RollingTarget): Promise<void> {
  const { api, settings } = context;
  const { kind, name } = rolling;
  await restartWorkload(api, { kind, namespace: settings.pods.namespace, name }, new Date());
  await rolledOut(context, rolling);
}
