// The logs of the test application's pods, followed line by line until the pods are gone.

import type { Api } from '../../cluster/client/api.ts';
import { apiResources, pathOf } from '../../cluster/client/resources.ts';
import { pause } from '../../timing.ts';
import { isObject, type JsonObject } from '../../workload/json.ts';
import { ownPodName } from '../rollout/pod-naming.ts';

export interface PodLogs {
  /** Starts following a pod, unless it is followed already. `pod`: as named by podNaming, as in all of these. */
  readonly follow: (pod: string) => void;
  /** By pod, in order. */
  readonly lines: ReadonlyMap<string, readonly JsonObject[]>;
  /** Whether a pod has logged this key. */
  readonly said: (pod: string, key: string) => boolean;
  /** Resolves when the last lines of exited pods have arrived; stops following the others. */
  readonly stop: () => Promise<void>;
}

const againMs = 300;

export function followLogs(api: Api, namespace: string): PodLogs {
  const lines = new Map<string, JsonObject[]>();
  const following = new Map<string, Promise<void>>();
  const ended = new AbortController();
  const follow = (pod: string) => {
    if (following.has(pod)) return;
    const kept: JsonObject[] = [];
    lines.set(pod, kept);
    following.set(
      pod,
      followOne(api, `${pathOf({ kind: apiResources.pods, namespace, name: ownPodName(pod) })}/log`, {
        kept,
        signal: ended.signal,
      }),
    );
  };
  return {
    follow,
    lines,
    said: (pod, key) => lines.get(pod)?.some((line) => line[key] !== undefined) ?? false,
    stop: async () => {
      ended.abort();
      await Promise.all(following.values());
    },
  };
}

interface Following {
  readonly kept: JsonObject[];
  readonly signal: AbortSignal;
}

async function followOne(api: Api, path: string, { kept, signal }: Following): Promise<void> {
  while (!signal.aborted) {
    try {
      const text = await api.stream({ path, query: { follow: 'true' }, silenceMs: 600_000, signal });
      // Each stream starts at the beginning of the log.
      let next = 0;
      for await (const line of text) {
        if (next === 0 && isOfAnother(line, kept)) return;
        next = keep(line, kept, next);
      }
      if (kept.some(({ exit }) => exit !== undefined)) return;
    } catch {
      // 400: its container is not running yet. 404: its node does not know it yet, or any more. Or the connection broke.
    }
    // A stream can end while its pod lives on.
    await pause(againMs, signal);
  }
}

/** The next pod of the same name begins its log with another time. */
function isOfAnother(line: string, [first]: readonly JsonObject[]): boolean {
  return first !== undefined && line.startsWith('{') && line !== JSON.stringify(first);
}

/** Stores the line at `place` and returns the next place. */
function keep(line: string, kept: JsonObject[], place: number): number {
  try {
    const value: unknown = JSON.parse(line);
    if (!isObject(value)) return place;
    kept[place] = value;
    return place + 1;
  } catch {
    // A warning of Node.js, or half a line.
    return place;
  }
}
