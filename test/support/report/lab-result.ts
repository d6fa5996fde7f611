// A result of the lab as it could be, made by a generator with a seed: the same at every call.

import type { Cause, Measurement, RolloutResult, TrafficCount } from '../../../src/measurement/analysis/measurement.ts';
import type { LabResult, Lag, RowResult } from '../../../src/measurement/lab/result.ts';
import type { RequestOutcome, Sample } from '../../../src/measurement/load/sample.ts';
import type { RolloutEvent } from '../../../src/measurement/rollout/event.ts';
import { trafficKinds as everyLane, type Traffic } from '../../../src/measurement/traffic.ts';

/** Numbers in [0, 1) that follow from the seed (a linear congruence, good enough to look at). */
export function dice(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

const startedMs = Date.UTC(2026, 10, 22, 13, 0, 0);

interface Scenario {
  readonly seed: number;
  /** preStop sleep, seconds; 0 for none. */
  readonly sleep: number;
  readonly lanes: readonly Traffic[];
  /** Requests a second of each kind of traffic. */
  readonly rate: number;
  readonly seconds: number;
}

/** One rollout of two replicas: the first change after 3 s; without a sleep requests are lost where the old pods go. */
export function measurement({ seed, sleep, lanes, rate, seconds }: Scenario): Measurement {
  const roll = dice(seed);
  const gaps = sleep > 0 ? [] : [5.1, 7.4].map((from) => ({ from, to: from + 0.9 }));
  const samples: Sample[] = [];
  for (let n = 0; n < rate * seconds; n += 1) {
    for (const [at, lane] of lanes.entries())
      samples.push(sample(lane, (n + at / lanes.length) / rate, { roll, gaps }));
  }
  return { startedMs, endedMs: startedMs + seconds * 1000, samples, events: events(sleep) };
}

function sample(
  lane: Traffic,
  seconds: number,
  {
    roll,
    gaps,
  }: { readonly roll: () => number; readonly gaps: readonly { readonly from: number; readonly to: number }[] },
): Sample {
  const dueMs = startedMs + seconds * 1000;
  const latency = Math.exp(1.1 + 0.5 * (roll() + roll() + roll() - 1.5)) * (roll() > 0.995 ? 12 : 1);
  const inGap = gaps.some(({ from, to }) => seconds >= from && seconds < to) && roll() < 0.45;
  const outcome: RequestOutcome = inGap ? lossOf(lane, roll()) : 'ok';
  const took = outcome === 'timeout' ? 2000 : latency * (outcome === 'refused' ? 0.3 : 1);
  return {
    lane,
    dueMs,
    sentMs: dueMs + roll(),
    endMs: dueMs + took,
    connection: lane.endsWith('new') ? 'new' : 'reused',
    outcome,
    ...(outcome === 'ok'
      ? { status: 200, pod: `web-6f7d9c-${seconds < 6 ? 'x2x9k' : 'qq7lm'}` }
      : { detail: details[outcome] ?? '' }),
  };
}

const details: Partial<Record<RequestOutcome, string>> = {
  refused: 'ECONNREFUSED',
  timeout: 'no answer after 2 s',
  'reset-sent': 'ECONNRESET',
};

function lossOf(lane: Traffic, thrown: number): RequestOutcome {
  if (!lane.endsWith('new')) return 'reset-sent';
  return thrown < 0.7 ? 'refused' : 'timeout';
}

function events(sleep: number): readonly RolloutEvent[] {
  const at = (seconds: number) => startedMs + seconds * 1000;
  const pod = (name: string, what: Extract<RolloutEvent, { kind: 'pod' }>['what'], seconds: number): RolloutEvent => {
    return { kind: 'pod', pod: `web-${name}`, what, atMs: at(seconds) };
  };
  const endpoint = (
    name: string,
    what: Extract<RolloutEvent, { kind: 'endpoint' }>['what'],
    seconds: number,
  ): RolloutEvent => {
    return { kind: 'endpoint', pod: `web-${name}`, slice: 'web-abcde', what, atMs: at(seconds) };
  };
  const old = (name: string, end: number) => [
    pod(name, 'ready', 0),
    endpoint(name, 'ready', 0),
    pod(name, 'deleting', end),
    endpoint(name, 'terminating', end + 0.02),
    ...(sleep > 0 ? [pod(name, 'sleep-end', end + sleep)] : []),
    pod(name, 'stopped', end + sleep + 0.4),
    endpoint(name, 'removed', end + sleep + 0.5),
    pod(name, 'gone', end + sleep + 1.1),
  ];
  const fresh = (name: string, start: number) => [
    pod(name, 'created', start),
    pod(name, 'started', start + 0.8),
    pod(name, 'ready', start + 1.6),
    endpoint(name, 'ready', start + 1.62),
  ];
  const all: readonly RolloutEvent[] = [
    { kind: 'workload', what: 'changed', atMs: at(3) },
    { kind: 'workload', what: 'progressing', atMs: at(4), detail: '1 of 2 new pods are available' },
    { kind: 'workload', what: 'complete', atMs: at(7.6), detail: '2 of 2 new pods are available' },
    ...old('6f7d9c-x2x9k', 5),
    ...old('6f7d9c-8hj2w', 7.3),
    ...fresh('7c5b8d-qq7lm', 3.3),
    ...fresh('7c5b8d-zz41p', 5.6),
  ];
  return all.toSorted((one, other) => one.atMs - other.atMs);
}

interface Recipe {
  readonly fixes: string;
  readonly title: string;
  /** Losses per rollout when the application exits at once; by cause. */
  readonly causes: Partial<Record<Cause, number>>;
}

const recipes: readonly Recipe[] = [
  {
    fixes: 'nothing',
    title: 'nothing fixed',
    causes: { 'not-ready': 31, 'endpoint-lag': 28, 'no-endpoint': 4, 'closed-connection': 9, killed: 3 },
  },
  {
    fixes: 'only/rolling-update',
    title: 'surge 1, unavailable 0 only',
    causes: { 'not-ready': 36, 'endpoint-lag': 24, 'closed-connection': 9, killed: 3 },
  },
  {
    fixes: 'only/readiness-probe',
    title: 'readiness probe only',
    causes: { 'endpoint-lag': 29, 'closed-connection': 8, killed: 2 },
  },
  {
    fixes: 'only/pre-stop-sleep',
    title: 'preStop sleep only',
    causes: { 'not-ready': 17, 'closed-connection': 6, unexplained: 1 },
  },
  {
    fixes: 'without/pre-stop-sleep',
    title: 'all but the preStop sleep',
    causes: { 'endpoint-lag': 27, 'closed-connection': 9, killed: 3 },
  },
  { fixes: 'all', title: 'all of hitless', causes: { 'closed-connection': 6 } },
];

function row({ fixes, title, causes }: Recipe, drains: boolean, roll: () => number): RowResult {
  const own = Object.entries(causes).filter(
    ([cause]) => !drains || (cause !== 'closed-connection' && cause !== 'killed'),
  );
  const rollouts = Array.from({ length: 20 }, () => rollout(own as [Cause, number][], roll));
  const losses = rollouts.map(({ lanes }) => lanes.reduce((sum, { lost }) => sum + lost, 0));
  const lost = losses.reduce((sum, one) => sum + one, 0);
  const average = lost / rollouts.length;
  const spread = Math.sqrt(losses.reduce((sum, one) => sum + (one - average) ** 2, 0) / 19);
  const half = (2.093 * spread) / Math.sqrt(rollouts.length);
  return {
    fixes,
    title,
    drains,
    replicas: 2,
    by: fixes === 'nothing' ? 'nobody' : 'plan',
    rollouts,
    sent: rollouts.reduce((sum, { lanes }) => sum + lanes.reduce((all, { sent }) => all + sent, 0), 0),
    lost,
    lanes: everyLane.map((lane, at) => ({
      lane,
      sent: 30_000,
      lost: rollouts.reduce((sum, one) => sum + (one.lanes[at]?.lost ?? 0), 0),
    })),
    perRollout: { mean: average, low: Math.max(0, average - half), high: average + half },
    longestGapMs: lost === 0 ? 0 : Math.round(400 + 900 * roll()),
    causes: sumOf(rollouts.map((one) => one.causes)),
  };
}

function rollout(causes: readonly [Cause, number][], roll: () => number): RolloutResult {
  const counts = causes.map(([cause, usual]) => [cause, Math.round(usual * (0.5 + roll()))] as const);
  const lost = counts.reduce((sum, [, one]) => sum + one, 0);
  const lanes = everyLane.map((lane, at): TrafficCount => {
    const part = Math.floor(lost / everyLane.length) + (at < lost % everyLane.length ? 1 : 0);
    return {
      lane,
      sent: 1500,
      lost: part,
      outcomes: { ok: 1500 - part, refused: part },
      latency: { p50: 2.4, p99: 9.1, max: 31 },
    };
  });
  return {
    startedMs,
    durationMs: 15_000,
    lanes,
    causes: Object.fromEntries(counts.filter(([, one]) => one > 0)),
    longestGapMs: lost === 0 ? 0 : 700,
    schedulingError: { p99: 0.9, max: 4.2 },
  };
}

function sumOf(all: readonly Partial<Record<Cause, number>>[]): Partial<Record<Cause, number>> {
  const sum: Partial<Record<Cause, number>> = {};
  for (const [cause, one] of all.flatMap((part) => Object.entries(part) as [Cause, number][]))
    sum[cause] = (sum[cause] ?? 0) + one;
  return sum;
}

function lag(roll: () => number): Lag {
  const values = Array.from({ length: 160 }, () =>
    Math.round(60 + 900 * roll() ** 2 + (roll() > 0.97 ? 500 : 0)),
  ).toSorted((a, b) => a - b);
  const at = (share: number) => values[Math.min(values.length - 1, Math.floor(share * values.length))] ?? 0;
  return { pods: values.length, p50: at(0.5), p99: at(0.99), max: values.at(-1) ?? 0, values };
}

/** Twelve rows, two time lines with 6,000 samples each. */
export function labResult(): LabResult {
  const roll = dice(7);
  const rows = recipes.flatMap((recipe) => [false, true].map((drains) => row(recipe, drains, roll)));
  const scene = { lanes: ['get-new', 'post-new', 'get-kept', 'websocket'] as const, rate: 75, seconds: 20 };
  const lineOf = (fixes: string, title: string, sleep: number) => {
    return { fixes, title, drains: true, replicas: 2, measurement: measurement({ ...scene, seed: sleep + 1, sleep }) };
  };
  return {
    format: 'hitless.dev/lab/v1alpha1',
    versions: { hitless: '0.1.0', kubernetes: 'v1.37.1', node: 'v24.21.0' },
    command: 'hitless lab --rollouts 20 --rate 100 --replicas 2',
    startedAt: '2026-11-22T13:00:00.000Z',
    durationSeconds: 5321,
    rate: 100,
    rows,
    lag: lag(roll),
    recommendation: {
      sleepSeconds: 3,
      why: 'of 160 leaving pods the slowest got its last new connection 1.37 s after it was marked, and with 1.00 s of margin that makes 3 s',
      policy: `apiVersion: hitless.dev/v1alpha1
kind: RolloutPolicy
metadata:
  name: measured
spec:
  preStopSleep:
    action: fill
    seconds: 3
`,
    },
    timelines: [lineOf('nothing', 'nothing fixed', 0), lineOf('all', 'all of hitless', 5)],
    failures: [],
  };
}
