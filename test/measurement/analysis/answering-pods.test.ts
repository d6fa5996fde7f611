// Requests to pods that have the same name, one after the other.

import { describe, expect, it } from 'vitest';
import { withAnsweringPods } from '../../../src/measurement/analysis/answering-pods.ts';
import { attribute } from '../../../src/measurement/analysis/attribute.ts';
import type { Sample } from '../../../src/measurement/load/sample.ts';
import type { PodEvent, RolloutEvent } from '../../../src/measurement/rollout/event.ts';

const event = (pod: string, what: PodEvent['what'], atMs: number): PodEvent => ({ kind: 'pod', pod, what, atMs });
const sample = (sentMs: number, changes: Partial<Sample> = {}): Sample => ({
  lane: 'get-new',
  dueMs: sentMs,
  sentMs,
  endMs: sentMs + 1,
  connection: 'new',
  outcome: 'ok',
  pod: 'web-0',
  ...changes,
});
const events: readonly RolloutEvent[] = [
  event('web-0', 'created', 0),
  event('web-0', 'started', 0),
  event('web-0', 'ready', 0),
  event('web-0', 'deleting', 10_000),
  event('web-0', 'sleep-end', 10_000),
  event('web-0', 'stopped', 10_500),
  event('web-0', 'gone', 11_000),
  event('web-0 #2', 'created', 11_100),
  event('web-0 #2', 'started', 12_000),
  event('web-0 #2', 'ready', 13_000),
];
const podOf = (one: Sample) => withAnsweringPods([one], events)[0]?.pod;

describe('the pod that answered', () => {
  it.each([
    ['before the first ended', sample(9000), 'web-0'],
    ['after the second came', sample(13_500), 'web-0 #2'],
    ['with a request that was sent before and waited', sample(10_900, { endMs: 12_500 }), 'web-0 #2'],
    ['none: the connection to the first broke', sample(10_400, { outcome: 'cut', endMs: 11_200 }), 'web-0'],
    ['another name', sample(13_500, { pod: 'web-1' }), 'web-1'],
    ['without a name', { ...sample(13_500), pod: undefined } as never, undefined],
  ])('%s', (_name, one, pod) => expect(podOf(one)).toBe(pod));

  it('is left as it is where every pod has its own name', () => {
    const samples = [sample(1)];
    expect(withAnsweringPods(samples, events.slice(0, 7))).toBe(samples);
  });
});

it('a loss is the fault of the pod that ended, not of its successor with the same name', () => {
  const samples = withAnsweringPods(
    [sample(9000), sample(10_600, { pod: undefined, outcome: 'refused' } as never), sample(13_500)],
    events,
  );
  const [loss] = attribute({ startedMs: 500, endedMs: 20_000, samples, events });
  expect(loss).toMatchObject({ cause: 'endpoint-lag', pod: 'web-0' });
});
