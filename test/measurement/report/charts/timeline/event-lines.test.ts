// What happened to the workload while it was measured, and nothing from before or after.

import { expect, it } from 'vitest';
import { eventLines } from '../../../../../src/measurement/report/charts/timeline/event-lines.ts';
import type { RolloutEvent } from '../../../../../src/measurement/rollout/event.ts';

const workload = (what: 'changed' | 'complete', atMs: number): RolloutEvent => ({ kind: 'workload', what, atMs });

it('lines for events of the workload in the time of the measurement, one a second at most', () => {
  const events: RolloutEvent[] = [
    workload('complete', 900),
    workload('changed', 2000),
    { kind: 'pod', pod: 'web-1', what: 'created', atMs: 2100 },
    workload('complete', 5000),
    workload('complete', 5400),
    workload('complete', 9001),
  ];
  const lines = eventLines({ startedMs: 1000, endedMs: 9000, samples: [], events }, 2000);
  expect(lines.map(({ words, seconds }) => [words, seconds])).toEqual([
    ['changed', 0],
    ['complete', 3],
  ]);
});
