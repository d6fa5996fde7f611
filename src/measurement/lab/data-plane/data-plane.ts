// The rules of the node that the load comes from, recorded during every rollout: what --data-plane asks for.

import { type Api, ApiError } from '../../../cluster/client/api.ts';
import { type JsonObject, objectAt } from '../../../workload/json.ts';
import type { Measurement } from '../../analysis/measurement.ts';
import type { RecordedRules } from '../../analysis/pod-routes.ts';
import type { PodNaming } from '../../rollout/pod-naming.ts';
import { until } from '../../wait.ts';
import { create, readObject } from '../objects-api.ts';
import { followLogs, type PodLogs } from '../pod-logs.ts';
import { podTrouble } from '../pod-trouble.ts';
import type { LabSettings } from '../settings.ts';
import { addressesOf } from './addresses.ts';
import { recorderLevel, recorderName, recorderPod } from './recorder-pod.ts';
import { type RuleLog, type RuleRecording, readRuleLog } from './rule-log.ts';

/** On the clock of the node, and therefore of the load, which is sent from it. */
export type LabRules = RuleRecording & RecordedRules;

/** A workload of the lab, behind a Service of the same name. */
interface Observed {
  readonly name: string;
  readonly naming: PodNaming;
}

export interface DataPlane {
  /** Where the recorder runs, and the load must. */
  readonly node: string;
  /** Called when the pods are there; what it returns, when the rollout was measured. @throws Error with a sentence */
  readonly observe: (
    observed: Observed,
  ) => Promise<(measured: Pick<Measurement, 'startedMs' | 'endedMs'>) => Promise<LabRules>>;
  readonly stop: () => Promise<void>;
}

interface Context {
  readonly api: Api;
  readonly settings: LabSettings;
  readonly signal: AbortSignal;
}

/** The recorder gives a sign of life each second. */
const aliveWithinMs = 15_000;

/** @throws Error with a sentence where no rules can be recorded. */
export async function startDataPlane(context: Context, image: string): Promise<DataPlane> {
  const { api, settings, signal } = context;
  const { namespace } = settings.pods;
  const pod = recorderPod(settings.pods, image);
  await createRecorderPod(api, pod);
  const logs = followLogs(api, namespace);
  logs.follow(recorderName);
  const log = () => readRuleLog(logs.lines.get(recorderName) ?? []);
  const node = await started(context, { pod, logs, log }).catch(async (error) => {
    await logs.stop();
    throw error;
  });
  return {
    node,
    stop: logs.stop,
    observe: async ({ name, naming }) => {
      const pods = () => addressesOf(api, { namespace, app: name, naming });
      const before = await pods();
      return async ({ startedMs, endedMs }) => {
        const addresses = new Map([...before, ...(await pods())]);
        await until(async () => (known(log(), node).aliveMs >= endedMs ? true : undefined), {
          withinMs: aliveWithinMs,
          late: () => `the recorder of the rules on node ${node} has stopped: what they were is unknown`,
          signal,
          everyMs: 200,
        });
        return { ...rulesOf(log(), { name, node, startedMs }), addresses };
      };
    },
  };
}

async function createRecorderPod(api: Api, pod: JsonObject): Promise<void> {
  try {
    await create(api, pod);
  } catch (error) {
    if (!(error instanceof ApiError && [400, 403, 422].includes(error.code))) throw error;
    throw new Error(
      `--data-plane: this cluster refuses the pod that records the rules of a node, which runs as root with hostNetwork, NET_ADMIN and NET_RAW: allow it where Pod Security level ${recorderLevel} is, or omit the flag (${error.message})`,
    );
  }
}

interface Starting {
  readonly pod: JsonObject;
  readonly logs: PodLogs;
  readonly log: () => RuleLog;
}

/** Resolves with the node, once every change of its rules is recorded. */
function started({ api, settings, signal }: Context, { pod, log }: Starting): Promise<string> {
  let why = '';
  return until(
    async () => {
      const found = await readObject(api, pod);
      const node = `${objectAt(found, 'spec').nodeName ?? ''}`;
      const { recording } = known(log(), node);
      // A recorder that found no rules has exited, and its log, which says so, may still be on its way.
      why = podTrouble(found) ?? why;
      return recording === undefined || node === '' ? undefined : node;
    },
    {
      withinMs: settings.startWithinMs,
      late: () => `the recorder of --data-plane did not start${why && `: ${why}`}`,
      signal,
    },
  );
}

/** @throws Error with why nothing is known. */
function known(log: RuleLog, node: string): RuleLog {
  if (log.unknown === undefined) return log;
  throw new Error(`--data-plane: the routes of node ${node} are unknown: ${log.unknown}`);
}

function rulesOf(
  { recording, changes }: RuleLog,
  { name, node, startedMs }: { name: string; node: string; startedMs: number },
): RuleRecording & Pick<RecordedRules, 'changes'> {
  const own = changes.filter(({ service }) => service === name);
  if (recording === undefined || !own.some(({ atMs, addresses }) => atMs <= startedMs && addresses.length > 0))
    throw new Error(
      `the rules of node ${node} do not mention the Service ${name}, though it was answered: its routes are unknown`,
    );
  return { ...recording, changes: own };
}
