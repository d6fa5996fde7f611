// The load of a pod, reported as if it were sent from here: its samples are fetched as they come, on our clock.

import { nowMs, pause } from '../../timing.ts';
import type { PodLoader } from '../lab/loader.ts';
import type { Sample } from '../load/sample.ts';
import type { LoadSettings } from '../traffic.ts';
import type { VerifyLoad } from './setup.ts';

export interface PodLoadOptions {
  readonly load: LoadSettings;
  readonly tell: (sample: Sample) => void;
  /** Why the pod cannot answer any more; undefined while it may. */
  readonly lost: () => Promise<string | undefined>;
  /** Called once, when it does not answer any more. */
  readonly fail: (error: Error) => void;
}

const everyMs = 500;
/** The API server may be away for a moment; the pod keeps its samples. */
const patienceMs = 30_000;

/** @throws ApiError; Error when it is another version. Its stop never rejects: it reports what failed. */
export async function podLoad(loader: PodLoader, options: PodLoadOptions): Promise<VerifyLoad> {
  const { load, tell } = options;
  await loader.start(load);
  let taking: Promise<void> = Promise.resolve();
  // One after the other: two takes at once would give the same samples twice.
  const fetch = () => {
    taking = taking
      .catch(() => undefined)
      .then(async () => {
        for (const sample of await loader.take()) tell(onOurClock(sample, loader.offsetMs));
      });
    return taking;
  };
  await fetch();
  const ending = new AbortController();
  const following = follow(fetch, options, ending.signal);
  const finish = async () => {
    ending.abort();
    if (await following) return;
    if (await patiently(() => loader.halt(), options)) await patiently(fetch, options);
  };
  let stopped: Promise<void> | undefined;
  return {
    fetch,
    stop: () => {
      stopped ??= finish();
      return stopped;
    },
  };
}

function onOurClock(sample: Sample, offsetMs: number): Sample {
  const { dueMs, sentMs, endMs } = sample;
  return { ...sample, dueMs: dueMs - offsetMs, sentMs: sentMs - offsetMs, endMs: endMs - offsetMs };
}

/** Until `signal` aborts; true when it failed before. */
async function follow(fetch: () => Promise<void>, options: PodLoadOptions, signal: AbortSignal): Promise<boolean> {
  while (!signal.aborted) {
    await pause(everyMs, signal);
    if (!(await patiently(fetch, options))) return true;
  }
  return false;
}

/** False when it failed for too long, or the pod is gone; that has been reported. */
async function patiently(ask: () => Promise<void>, { lost, fail }: PodLoadOptions): Promise<boolean> {
  const untilMs = nowMs() + patienceMs;
  for (;;) {
    try {
      await ask();
      return true;
    } catch (error) {
      const why = (await lost()) ?? (nowMs() > untilMs ? (error as Error).message : undefined);
      if (why !== undefined) {
        fail(new Error(`the load pod does not answer any more (${why}): ${cure}`));
        return false;
      }
      await pause(everyMs, new AbortController().signal);
    }
  }
}

const cure =
  'where the command empties its node, place it on another one with --load-node NODE, or send from here with --url';
