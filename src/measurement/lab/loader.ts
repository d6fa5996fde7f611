// The sender of the load of a measurement: a pod in the cluster, or this process.

import type { Api } from '../../cluster/client/api.ts';
import { nowMs } from '../../timing.ts';
import type { NamespacedName } from '../../workload/kubernetes.ts';
import { startLoad } from '../load/load.ts';
import { unpack } from '../load/recorder.ts';
import type { Sample } from '../load/sample.ts';
import type { LoadSettings } from '../traffic.ts';
import { ports } from './objects.ts';
import { podProxy } from './objects-api.ts';

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

/** For a load that may run for longer than its pod can keep samples: take them as it goes, or use `samples`, not both. */
export interface PodLoader extends Loader {
  /** The samples since the last take. A take that failed can be repeated: none is lost or counted twice. */
  readonly take: () => Promise<readonly Sample[]>;
  /** Stops sending; resolves when every request has its outcome. Beside take, instead of stop. */
  readonly halt: () => Promise<void>;
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
export async function podLoader(api: Api, pod: NamespacedName): Promise<PodLoader> {
  const base = podProxy(pod, ports.load);
  const post = (path: string, body?: unknown) => api.json({ path: base + path, method: 'POST', body, silenceMs });
  const samples = async () => unpack(await api.json({ path: `${base}/samples`, silenceMs }));
  const halt = async () => {
    const { dropped } = await post('/stop');
    if (Number(dropped) > 0) throw tooMany(dropped);
  };
  let taken = 0;
  const take = async () => {
    const packed = await api.json({ path: `${base}/samples`, query: { take: `${taken + 1}` }, silenceMs });
    // An older version gives everything each time.
    if (packed.taken !== taken + 1) throw new Error('the load pod runs another version of hitless');
    if (Number(packed.dropped) > 0) throw tooMany(packed.dropped);
    taken += 1;
    return unpack(packed);
  };
  return {
    offsetMs: await offsetOf(() => api.json({ path: `${base}/clock` })),
    start: async (settings) => {
      await post('/start', settings);
    },
    samples,
    take,
    halt,
    stop: async () => {
      await halt();
      return samples();
    },
    // It ends with its pod.
    end: () => Promise.resolve(),
  };
}

function tooMany(dropped: unknown): Error {
  return new Error(`the load sent ${dropped} more requests than it can keep: lower --rate`);
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
