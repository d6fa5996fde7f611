// Which pod a request went to, where several had the same name one after the other: a client knows only the name.

import type { Sample } from '../load/sample.ts';
import type { RolloutEvent } from '../rollout/event.ts';
import { isPod } from '../rollout/order.ts';
import { ownPodName } from '../rollout/pod-naming.ts';

interface Bearer {
  readonly pod: string;
  readonly createdMs: number;
}

/** The samples with the names that the events have; see podNaming. */
export function withAnsweringPods(samples: readonly Sample[], events: readonly RolloutEvent[]): readonly Sample[] {
  const created = events
    .filter((event) => isPod(event, 'created'))
    .map(({ pod, atMs }): Bearer => ({ pod, createdMs: atMs }));
  const shared = [...Map.groupBy(created, ({ pod }) => ownPodName(pod))].filter(([, bearers]) => bearers.length > 1);
  if (shared.length === 0) return samples;
  const byName = new Map(
    shared.map(([name, bearers]) => [name, bearers.toSorted((a, b) => a.createdMs - b.createdMs)]),
  );
  return samples.map((sample) => {
    const bearers = byName.get(sample.pod ?? '');
    // A request can wait for the next pod, and a broken one was on its way to the former.
    const atMs = sample.outcome === 'ok' ? sample.endMs : sample.sentMs;
    const pod = (bearers?.findLast(({ createdMs }) => createdMs <= atMs) ?? bearers?.[0])?.pod;
    return pod === undefined ? sample : { ...sample, pod };
  });
}
