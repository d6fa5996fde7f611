// The sender of the load of a measurement: a pod in the cluster, or this process.

import type { Api } from '../../cluster/client/api.ts';
import { apiResources, pathOf } from '../../cluster/client/resources.ts';
import { nowMs } from '../../timing.ts';
import type { NamespacedName } from '../../workload/kubernetes.ts';
import { startLoad } from '../load/load.ts';
import { unpack } from '../load/recorder.ts';
import type { Sample } from '../load/sample.ts';
import type { LoadSettings } from '../traffic.ts';
import { ports } from './objects.ts';

export interface Loader {
  /** How far the load's clock is ahead of ours, milliseconds. */
  readonly offsetMs: number;
  readonly start: (settings: LoadSettings) => Promise<void>;
  /** The samples whose outcome is known so far. */
  readonly samples: () => Promise<readonly Sample[]>;
  /** Every request of the load, once the last has its outcome. */
  readonly stop: () => Promise<readonly Sample[]>;
  /** Ends the load without collecting samples; nothing keeps sending. */
  readonly end: () => Promise<void>;
}

export function localLoader(): Loader {
  const samples: Sample[] = [];
  let stop = () => Promise.resolve();
  return {
    offsetMs: 0,
    start: async (settings) => {
      stop = startLoad(settings, (sample) => samples.push(sample)).stop;
    },
    samples: () => Promise.resolve([...samples]),
    stop: async () => {
      await stop();
      return samples.toSorted((a, b) => a.dueMs - b.dueMs);
    },
    end: () => stop(),
  };
}

/** Its stop waits for the last outcome, at most a minute. */
const silenceMs = 120_000;

/** Talks to the load pod through the API server, which can reach it wherever this process runs. */
export async function podLoader(api: Api, { namespace, name }: NamespacedName): Promise<Loader> {
  const base = `${pathOf({ kind: apiResources.pods, namespace, name })}:${ports.load}/proxy`;
  const post = (path: string, body?: unknown) => api.json({ path: base + path, method: 'POST', body, silenceMs });
  const samples = async () => unpack(await api.json({ path: `${base}/samples`, silenceMs }));
  return {
    offsetMs: await offsetOf(() => api.json({ path: `${base}/clock` })),
    start: async (settings) => {
      await post('/start', settings);
    },
    samples,
    stop: async () => {
      const { dropped } = await post('/stop');
      if (Number(dropped) > 0) throw new Error(`the load sent ${dropped} more requests than it can keep: lower --rate`);
      return samples();
    },
    // It ends with its pod.
    end: () => Promise.resolve(),
  };
}

/** Uses the fastest of several answers: the error is at most half its round trip. */
async function offsetOf(ask: () => Promise<{ readonly nowMs?: unknown }>): Promise<number> {
  let best = { wayMs: Number.POSITIVE_INFINITY, offsetMs: 0 };
  for (let i = 0; i < 7; i++) {
    const asked = nowMs();
    const theirs = Number((await ask()).nowMs);
    const wayMs = nowMs() - asked;
    if (!Number.isFinite(theirs)) throw new Error('the load pod does not report its time');
    if (wayMs < best.wayMs) best = { wayMs, offsetMs: theirs - (asked + wayMs / 2) };
  }
  return best.offsetMs;
}
