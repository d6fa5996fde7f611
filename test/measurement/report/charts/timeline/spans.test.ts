import { expect, it } from 'vitest';
import { beganMs, spansOf } from '../../../../../src/measurement/report/charts/timeline/spans.ts';
import type { RolloutEvent } from '../../../../../src/measurement/rollout/event.ts';

type PodWhat = Extract<RolloutEvent, { kind: 'pod' }>['what'];
type EndpointWhat = Extract<RolloutEvent, { kind: 'endpoint' }>['what'];

const pod = (what: PodWhat, atMs: number, name = 'a'): RolloutEvent => ({ kind: 'pod', pod: name, what, atMs });
const sleeping = (atMs: number, sleepMs: number): RolloutEvent => {
  return { kind: 'pod', pod: 'a', what: 'deleting', atMs, sleepMs };
};
const endpoint = (what: EndpointWhat, atMs: number): RolloutEvent => {
  return { kind: 'endpoint', pod: 'a', slice: 's', what, atMs };
};
const changed: RolloutEvent = { kind: 'workload', what: 'changed', atMs: 5 };

function spans(...events: readonly RolloutEvent[]) {
  return spansOf({ startedMs: 0, endedMs: 100, samples: [], events });
}

function words(list: readonly { phase: string; fromMs: number; toMs: number }[] | undefined) {
  return list?.map(({ phase, fromMs, toMs }) => `${phase} ${fromMs}-${toMs}`);
}

it('an old pod is ready from the start, sleeps, ends and is gone', () => {
  const [row] = spans(sleeping(10, 5), pod('sleep-end', 15), pod('stopped', 17), pod('gone', 20));
  expect(row?.old).toBe(true);
  expect(words(row?.pods)).toEqual(['ready 0-10', 'sleeping 10-15', 'ending 15-17', 'ended 17-20']);
});

it('without a sleep SIGTERM comes with the deletion', () => {
  const [row] = spans(pod('deleting', 10), pod('gone', 20));
  expect(words(row?.pods)).toEqual(['ready 0-10', 'ending 10-20']);
});

it('without a sleep none is drawn, however late SIGTERM came; data that do not say it need a second', () => {
  const late = [pod('sleep-end', 16), pod('stopped', 17), pod('gone', 20)];
  for (const first of [sleeping(10, 0), pod('deleting', 10)])
    expect(words(spans(first, ...late)[0]?.pods)).toEqual(['ready 0-10', 'ending 10-17', 'ended 17-20']);
  const events = [pod('deleting', 10), pod('sleep-end', 1010), pod('gone', 1100)];
  const [row] = spansOf({ startedMs: 0, endedMs: 2000, samples: [], events });
  expect(words(row?.pods)).toEqual(['ready 0-10', 'sleeping 10-1010', 'ending 1010-1100']);
});

it('its listening is not drawn', () => {
  const [row] = spans(changed, pod('created', 10), pod('ready', 20), pod('listening', 25), pod('deleting', 40));
  expect(words(row?.pods)).toEqual(['starting 10-20', 'ready 20-40', 'ending 40-100']);
});

it('a new pod starts, is ready, and stays until the end', () => {
  const [row] = spans(changed, pod('created', 10), pod('started', 12), pod('ready', 20));
  expect(row?.old).toBe(false);
  expect(words(row?.pods)).toEqual(['starting 10-20', 'ready 20-100']);
});

it('a pod created before the change is an old one, and nothing is drawn before the start', () => {
  const [row] = spans(pod('created', -50), pod('ready', -40), changed, pod('deleting', 30), pod('gone', 40));
  expect(row?.old).toBe(true);
  expect(words(row?.pods)).toEqual(['ready 0-30', 'ending 30-40']);
});

it('a leaving pod that turns not ready goes on leaving', () => {
  const [row] = spans(
    sleeping(10, 10),
    pod('sleep-end', 20),
    pod('not-ready', 22),
    pod('stopped', 30),
    pod('gone', 31),
  );
  expect(words(row?.pods)).toEqual(['ready 0-10', 'sleeping 10-20', 'ending 20-30', 'ended 30-31']);
});

it('an endpoint serves, leaves and is removed', () => {
  const [row] = spans(endpoint('ready', 10), endpoint('terminating', 20), endpoint('removed', 30));
  expect(words(row?.endpoints)).toEqual(['serving 10-20', 'leaving 20-30']);
});

it('an endpoint that was there before serves from the start; one that is not ready serves nobody', () => {
  expect(words(spans(endpoint('terminating', 20))[0]?.endpoints)).toEqual(['serving 0-20', 'leaving 20-100']);
  const [row] = spans(endpoint('not-ready', 10), endpoint('ready', 20), endpoint('not-ready', 30));
  expect(words(row?.endpoints)).toEqual(['serving 20-30']);
});

it('old pods stand above new ones', () => {
  const rows = spans(changed, pod('created', 10, 'new'), pod('deleting', 20, 'old'));
  expect(rows.map((row) => row.pod)).toEqual(['old', 'new']);
});

it('the rollout begins with the change, or else with the measurement', () => {
  expect(beganMs({ startedMs: 0, endedMs: 9, samples: [], events: [changed] })).toBe(5);
  expect(beganMs({ startedMs: 0, endedMs: 9, samples: [], events: [] })).toBe(0);
});
