// What sends the load of `verify`: this process, or a pod beside the workload.

import type { Api } from '../../cluster/client/api.ts';
import { ApiError } from '../../cluster/client/api.ts';
import { nowMs, pause } from '../../timing.ts';
import { type JsonObject, objectAt } from '../../workload/json.ts';
import { type LoadPodSettings, loadPod } from '../lab/objects.ts';
import { create, metaOf, readObject, remove } from '../lab/objects-api.ts';
import { startedLoad } from '../lab/wait-for.ts';
import { startLoad } from '../load/load.ts';
import { podLoad } from './pod-load.ts';
import type { StartLoad } from './setup.ts';

export interface Sender {
  readonly from: 'here' | 'pod';
  readonly start: StartLoad;
  /** Aborts when it cannot go on; its reason is an Error with a sentence. */
  readonly broken: AbortSignal;
  /** Leaves nothing behind; a sentence where that failed. */
  readonly close: () => Promise<string | undefined>;
}

export function localSender(): Sender {
  return { from: 'here', start: startLoad, broken: new AbortController().signal, close: async () => undefined };
}

export interface PodSenderSettings extends LoadPodSettings {
  readonly name: string;
  /** The node that it must run on. */
  readonly node?: string;
  readonly startWithinMs: number;
  readonly signal: AbortSignal;
}

/** When nobody has asked for samples for so long, whoever started it is gone, and no request may go on. */
const idleSeconds = 300;
const closeWithinMs = 15_000;

/** Creates the pod. @throws ApiError; Error with a sentence; then nothing is left of it */
export async function podSender(api: Api, settings: PodSenderSettings): Promise<Sender> {
  const { name, namespace, node, startWithinMs, signal } = settings;
  const pod = placed(loadPod(name, { ...settings, idleSeconds }), node);
  const broken = new AbortController();
  const close = () => removed(api, pod);
  await create(api, pod);
  try {
    const loader = await startedLoad({ api, settings: { pods: { namespace }, startWithinMs }, signal }, pod).catch(
      explained,
    );
    const lost = () => whyGone(api, pod);
    return {
      from: 'pod',
      start: (load, tell) => podLoad(loader, { load, tell, lost, fail: (error) => broken.abort(error) }),
      broken: broken.signal,
      close,
    };
  } catch (error) {
    const left = await close();
    throw left === undefined ? error : new Error(`${(error as Error).message}; and ${left}`);
  }
}

/** Of the pod that is ready, and of the API server that cannot talk to it. */
function explained(error: unknown): never {
  if (!(error instanceof ApiError) || error.code < 500) throw error;
  throw new Error(
    `the API server does not reach the load pod (${error.message}): does a NetworkPolicy of the namespace keep it away? Send from here with --url`,
  );
}

/** Not the lab's own, which is removed with its namespace. */
function placed(pod: JsonObject, node: string | undefined): JsonObject {
  const metadata = metaOf(pod);
  const labels = { ...objectAt(metadata, 'labels'), 'app.kubernetes.io/managed-by': 'hitless-verify' };
  const spec = {
    ...objectAt(pod, 'spec'),
    ...(node !== undefined && { nodeSelector: { 'kubernetes.io/hostname': node } }),
  };
  return { ...pod, metadata: { ...metadata, labels }, spec };
}

/** undefined while it may still answer. */
async function whyGone(api: Api, pod: JsonObject): Promise<string | undefined> {
  try {
    const found = await readObject(api, pod);
    const { phase, reason, message } = objectAt(found, 'status');
    if (metaOf(found).deletionTimestamp !== undefined) return 'it was deleted';
    if (phase !== 'Failed' && phase !== 'Succeeded') return undefined;
    return [reason, message].filter(Boolean).join(': ') || 'it ended';
  } catch (error) {
    // The API server may be away for a moment.
    return error instanceof ApiError && error.code === 404 ? 'it was deleted' : undefined;
  }
}

/** Tries for a while: the API server may be what was just restarted. */
async function removed(api: Api, pod: JsonObject): Promise<string | undefined> {
  const { namespace, name } = metaOf(pod);
  const untilMs = nowMs() + closeWithinMs;
  for (;;) {
    try {
      await remove(api, pod);
      return undefined;
    } catch (error) {
      if (nowMs() > untilMs || (error instanceof ApiError && [401, 403].includes(error.code)))
        return `the load pod is left behind (${(error as Error).message}): kubectl delete pod ${name} -n ${namespace}`;
      await pause(500, new AbortController().signal);
    }
  }
}
