// One rollout of one row under load, from scratch: every object is created for it and removed afterwards.

import { restartWorkload } from '../../cluster/workloads.ts';
import { nowMs, pauseOrThrow } from '../../timing.ts';
import type { JsonObject } from '../../workload/json.ts';
import { withAnsweringPods } from '../analysis/answering-pods.ts';
import type { Measurement } from '../analysis/measurement.ts';
import type { RolloutEvent } from '../rollout/event.ts';
import { podNaming } from '../rollout/pod-naming.ts';
import { watchRollout } from '../rollout/watch.ts';
import type { LoadSettings } from '../traffic.ts';
import { addressOf } from './address.ts';
import { checkStored } from './check-stored.ts';
import type { LabRules } from './data-plane/data-plane.ts';
import { onNode } from './data-plane/recorder-pod.ts';
import type { GatewayRecord } from './gateways/gateway.ts';
import { type OpenGateway, openGateway } from './gateways/open.ts';
import { labKindOf } from './lab-kinds.ts';
import { localLoader } from './loader.ts';
import { loadPod, testAppService, testAppWorkload } from './objects.ts';
import { create, metaOf, remove } from './objects-api.ts';
import { planned } from './plan.ts';
import { followLogs } from './pod-logs.ts';
import type { LabRow, RowResult } from './result.ts';
import { specFor } from './rows.ts';
import { type LabSettings, trafficThrough, trafficTo } from './settings.ts';
import {
  type LabContext,
  type LoadPath,
  type RollingTarget,
  rolledOut,
  startedLoad,
  startedPods,
  steady,
} from './wait-for.ts';
import { leaveBy } from './ways-to-leave/leave.ts';

export interface LabMeasurement {
  readonly measurement: Measurement;
  readonly by: RowResult['by'];
  /** What each pod of the test application logged, on the clock of the load: nodes keep their clocks in sync. Empty for a local load. */
  readonly logs: ReadonlyMap<string, readonly JsonObject[]>;
  /** Of the node that the load came from; absent where they were not recorded. */
  readonly rules?: LabRules;
  /** What the proxy logged of each request; absent where there is none. */
  readonly records?: readonly GatewayRecord[];
}

/** Before the rollout begins, and after its last old pod is gone. */
const leadMs = 1500;
const tailMs = 1500;
const heardMs = 1000;
// What pods log arrives a moment later; the test application writes ten times a second.
const loggedMs = 500;

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
    // Behind a proxy nothing shows how long the network sends to a pod.
    const rulesOf = row.through === undefined ? await dataPlane?.observe(rolling) : undefined;
    const host = addressOf(stored);
    return await behindGateway({ context, row, name, host }, async (gateway) => {
      const loader = load === undefined ? localLoader() : await startedLoad(context, load);
      const opened = await gateway;
      const sent = loadSettings(settings, row, opened?.host ?? host);
      const rolled = row.rolls === 'gateway' && opened !== undefined ? opened.rolling : rolling;
      const through = opened === undefined ? [rolling] : [opened.rolling, rolling];
      const measurement = await underLoad({ context, row, rolling: rolled, loader, load: sent, through });
      const rules = await rulesOf?.(measurement);
      if (sent.requestIds) await pauseOrThrow(loggedMs, signal);
      const seen = { ...(rules && { rules }), ...(opened && { records: opened.records() }) };
      return { measurement, by, logs: load === undefined ? new Map() : logs.lines, ...seen };
    });
  } finally {
    await logs.stop();
    await Promise.allSettled([service, ...workloads].map((object) => remove(api, object)));
  }
}

interface Front {
  readonly context: LabContext;
  readonly row: LabRow;
  /** Of the application, and the address of its Service. */
  readonly name: string;
  readonly host: string;
}

/** The proxy starts beside whatever else `work` waits for, and is removed in any case. */
async function behindGateway<T>(
  { context, row, name, host }: Front,
  work: (gateway: Promise<OpenGateway | undefined>) => Promise<T>,
): Promise<T> {
  const opening = openGateway(context, row, { app: name, host });
  // Where `work` fails before it asks, nobody else hears of it.
  const opened = opening.catch(() => undefined);
  try {
    return await work(opening);
  } finally {
    await (await opened)?.close();
  }
}

/** `wanted`: the expected stored object, whether the webhook or the plan writes the fixes. */
function fixed(settings: LabSettings, row: LabRow, { name, service }: { name: string; service: JsonObject }) {
  // Where the proxy rolls, the application stays, and nothing of it is measured.
  if (row.rolls === 'gateway') return { ...unrolled(settings, row, { name, service }), by: byPlan(row) };
  const plain = testAppWorkload(name, row, settings.pods, `${metaOf(service).name}`);
  const wanted = planned(plain, service, specFor(row.fixes, settings.sleepSeconds));
  const isWhole = row.fixes === 'all' || row.fixes === 'advised';
  if (isWhole && settings.webhook) return { workload: plain, wanted, by: 'webhook' as const };
  return { workload: wanted, wanted, by: byPlan(row) };
}

function byPlan({ fixes }: LabRow) {
  return fixes === 'nothing' ? ('nobody' as const) : ('plan' as const);
}

function unrolled(
  { pods, sleepSeconds }: LabSettings,
  row: LabRow,
  { name, service }: { name: string; service: JsonObject },
) {
  const workload = planned(testAppWorkload(name, row, pods), service, specFor('all', sleepSeconds));
  return { workload, wanted: workload };
}

function loadSettings(settings: LabSettings, row: LabRow, host: string): LoadSettings {
  const { timeoutMs, target } = settings;
  const { retries = settings.retries } = row;
  const lanes = target === undefined ? trafficTo(host, settings) : trafficThrough(target, settings);
  const followed = (row.through !== undefined || row.retries !== undefined) && { requestIds: true };
  return { lanes, timeoutMs, retries, connections: 4, ...followed };
}

interface Scene extends LoadPath {
  readonly context: LabContext;
  readonly row: LabRow;
  readonly rolling: RollingTarget;
}

async function underLoad({ context, row, rolling, ...path }: Scene): Promise<Measurement> {
  const { api, settings, signal } = context;
  const { namespace } = settings.pods;
  const { kind, name, naming } = rolling;
  const { loader, load } = path;
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
    const startedMs = await steady(context, path);
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
