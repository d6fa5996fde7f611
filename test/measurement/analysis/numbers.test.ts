// Counts, intervals, the lag and what is recommended from it, against values known from elsewhere.

import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { advise, type Rolled } from '../../../src/measurement/analysis/advise.ts';
import { countRollout, totalsOf } from '../../../src/measurement/analysis/count.ts';
import { lagDistribution, podLags } from '../../../src/measurement/analysis/lag.ts';
import { causes, type RolloutResult } from '../../../src/measurement/analysis/measurement.ts';
import { fewestPods, recommend } from '../../../src/measurement/analysis/recommend.ts';
import { meanInterval } from '../../../src/measurement/analysis/statistics.ts';
import type { TestAppLog } from '../../../src/measurement/analysis/test-app-log.ts';
import type { Sample } from '../../../src/measurement/load/sample.ts';
import type { Traffic } from '../../../src/measurement/traffic.ts';
import { builtInSpec } from '../../../src/policy/sections.ts';
import { readPolicy } from '../../../src/policy/validation/validate.ts';
import { deployment as kind } from '../../../src/workload/kinds/deployment.ts';

function sample(lane: Traffic, dueMs: number, changes: Partial<Sample> = {}): Sample {
  return { lane, dueMs, sentMs: dueMs + 1, endMs: dueMs + 5, connection: 'new', outcome: 'ok', ...changes };
}

describe('a rollout counted', () => {
  const samples = [
    ...[0, 10, 20].map((ms) => sample('get-new', ms)),
    sample('get-new', 30, { outcome: 'refused' }),
    sample('get-new', 40, { outcome: 'timeout', endMs: 5040 }),
    sample('get-new', 50, { sentMs: 58, endMs: 90 }),
    sample('get-kept', 0),
    sample('get-kept', 90),
  ];
  const result = countRollout({ startedMs: 0, endedMs: 100, samples, events: [] });

  it('has the outcomes of each lane, in the order of lanes', () => {
    expect(result.lanes.map(({ lane, sent, lost, outcomes }) => ({ lane, sent, lost, outcomes }))).toEqual([
      { lane: 'get-new', sent: 6, lost: 2, outcomes: { ok: 4, refused: 1, timeout: 1 } },
      { lane: 'get-kept', sent: 2, lost: 0, outcomes: { ok: 2 } },
    ]);
  });

  it('counts latency from due, of what was answered alone', () => {
    expect(result.lanes[0]?.latency).toEqual({ p50: 5, p99: 40, max: 40 });
  });

  it('has the gap from one answer to the next with losses between, not the pauses of another lane', () => {
    expect(result.longestGapMs).toBe(90 - 25);
  });

  it('has no gap when nothing is lost', () => {
    expect(countRollout({ startedMs: 0, endedMs: 1e6, samples: [sample('get-new', 5)], events: [] }).longestGapMs).toBe(
      0,
    );
  });

  it('has the whole time as gap when nothing was answered', () => {
    const all = [sample('get-new', 5, { outcome: 'refused' })];
    expect(countRollout({ startedMs: 0, endedMs: 700, samples: all, events: [] }).longestGapMs).toBe(700);
  });

  it('tells how late we ourselves sent', () => {
    expect(result.schedulingError).toEqual({ p99: 8, max: 8 });
  });

  it('has a cause for each loss', () => {
    expect(result.causes).toEqual({ unexplained: 2 });
  });
});

describe('several rollouts together', () => {
  const rollout = (lost: number, longestGapMs: number): RolloutResult => ({
    startedMs: 0,
    durationMs: 1,
    lanes: [{ lane: 'get-new', sent: 100, lost, outcomes: {}, latency: { p50: 0, p99: 0, max: 0 } }],
    causes: lost === 0 ? {} : { 'endpoint-lag': lost - 1, 'not-ready': 1 },
    longestGapMs,
    schedulingError: { p99: 0, max: 0 },
  });

  it('are summed by lane and cause, with the longest gap of all', () => {
    const sum = totalsOf([rollout(3, 20), rollout(5, 50), rollout(0, 0)]);
    expect(sum).toMatchObject({ sent: 300, lost: 8, longestGapMs: 50, causes: { 'endpoint-lag': 6, 'not-ready': 2 } });
    expect(sum.lanes).toEqual([{ lane: 'get-new', sent: 300, lost: 8 }]);
    expect(sum.perRollout.mean).toBeCloseTo(8 / 3);
  });

  it('are nothing when there is none', () => {
    expect(totalsOf([])).toMatchObject({ sent: 0, lost: 0, longestGapMs: 0, perRollout: { mean: 0, low: 0, high: 0 } });
  });
});

describe('the interval of a mean', () => {
  it('of none lost in 20 rollouts reaches to 3/20: the rule of three', () => {
    expect(meanInterval(Array(20).fill(0))).toEqual({ mean: 0, low: 0, high: 0.15 });
  });

  it('agrees with the normal approximation where that holds', () => {
    const counts = Array.from({ length: 200 }, (_, i) => (i * 37) % 100);
    const deviation = Math.sqrt(counts.reduce((sum, x) => sum + (x - 49.5) ** 2, 0) / 200);
    const { mean, low, high } = meanInterval(counts);
    expect(mean).toBeCloseTo(49.5);
    expect(Math.abs(low - (49.5 - (1.96 * deviation) / Math.sqrt(200)))).toBeLessThan(0.4);
    expect(Math.abs(high - (49.5 + (1.96 * deviation) / Math.sqrt(200)))).toBeLessThan(0.4);
  });

  it('covers the true mean in about 95 of 100 repetitions', () => {
    // Losses of a rollout: mostly few, sometimes many. Mean 4.
    let state = 7;
    const random = () => {
      state = (state * 48_271) % 2_147_483_647;
      return state / 2_147_483_647;
    };
    const covered = Array.from({ length: 300 }, () => {
      const { low, high } = meanInterval(Array.from({ length: 30 }, () => -4 * Math.log(1 - random())));
      return low <= 4 && 4 <= high;
    }).filter(Boolean).length;
    expect(covered / 300).toBeGreaterThan(0.88);
    expect(covered / 300).toBeLessThan(0.99);
  });

  it('is the same each time', () => {
    expect(meanInterval([1, 0, 7, 3])).toEqual(meanInterval([1, 0, 7, 3]));
  });

  it('of one rollout is that of a Poisson count: 4.80 to 18.39 for 10 lost', () => {
    const { low, high } = meanInterval([10]);
    expect(low).toBeCloseTo(4.8, 1);
    expect(high).toBeCloseTo(18.39, 1);
    expect(meanInterval([1]).low).toBeGreaterThanOrEqual(0);
  });

  it('of equal counts is no certainty: 8.4 to 24.7 for 15 lost in 3 rollouts', () => {
    const { low, high } = meanInterval([5, 5, 5]);
    expect(low * 3).toBeCloseTo(8.4, 1);
    expect(high * 3).toBeCloseTo(24.74, 1);
  });
});

describe('the lag', () => {
  const deleting = (pod: string, atMs: number) => ({ kind: 'pod', pod, what: 'deleting', atMs }) as const;
  const log = (pod: string, connectionsMs: readonly number[], sigtermMs?: number): TestAppLog => ({
    pod,
    connectionsMs,
    ...(sigtermMs !== undefined && { sigtermMs }),
  });

  it('of a pod is from its deletion to its last new connection, 0 where none came after it', () => {
    const events = [deleting('a', 1000), deleting('b', 1000), deleting('stranger', 1000)];
    const lags = podLags(events, [log('a', [500, 1200, 1340], 6000), log('b', [900], 6000), log('stays', [5000])]);
    expect(lags).toEqual([
      { pod: 'a', lagMs: 340, cutShort: false },
      { pod: 'b', lagMs: 0, cutShort: false },
    ]);
  });

  it('of a pod that stopped to listen while connections came tells nothing of the network', () => {
    const lags = podLags([deleting('a', 1000), deleting('b', 1000)], [log('a', [1040], 1050), log('b', [900], 1050)]);
    expect(lags.map(({ cutShort }) => cutShort)).toEqual([true, true]);
    expect(lagDistribution(lags)).toBeUndefined();
  });

  it('of a pod whose log has no end is not known', () => {
    expect(podLags([deleting('a', 1000)], [log('a', [1040])])[0]?.cutShort).toBe(true);
  });

  it('of a pod that serves on after SIGTERM is known: it listened until it closed', () => {
    const serving = { ...log('a', [500, 1200], 1050), closedMs: 9000, exitMs: 9100 };
    expect(podLags([deleting('a', 1000)], [serving])).toEqual([{ pod: 'a', lagMs: 200, cutShort: false }]);
    const closing = { ...serving, closedMs: 1300 };
    expect(podLags([deleting('a', 1000)], [closing])[0]?.cutShort).toBe(true);
  });

  it('is a distribution by nearest rank', () => {
    const lags = Array.from({ length: 100 }, (_, i) => ({ pod: `${i}`, lagMs: 100 - i, cutShort: false }));
    const lag = lagDistribution([...lags, { pod: 'x', lagMs: 9999, cutShort: true }]);
    expect(lag).toMatchObject({ pods: 100, p50: 50, p99: 99, max: 100, cutShortMax: 9999 });
    expect(lag?.values.at(0)).toBe(1);
  });
});

describe('the recommended sleep', () => {
  const lag = (max: number, pods = 40) => ({ pods, p50: max / 2, p99: max, max, values: [] });

  it.each([
    { max: 0, seconds: 3 },
    { max: 1100, seconds: 3 },
    { max: 2000, seconds: 3 },
    { max: 2001, seconds: 4 },
    { max: 4000, seconds: 6 },
    { max: 20_000, seconds: 30 },
  ])('for a slowest pod of $max ms is $seconds s', ({ max, seconds }) => {
    const found = recommend(lag(max));
    if (found.kind !== 'sleep') throw new Error(found.why);
    expect(found.sleepSeconds).toBe(seconds);
    expect(found.sleepSeconds * 1000).toBeGreaterThan(max);
    expect(found.why).toContain(`${(max / 1000).toFixed(2)} s`);
  });

  it('is never less than what a pod that was cut short has seen', () => {
    const found = recommend({ ...lag(500), cutShortMax: 8000 });
    if (found.kind !== 'sleep') throw new Error(found.why);
    expect(found.sleepSeconds).toBe(12);
    expect(found.why).toContain('longer --sleep');
    expect(recommend({ ...lag(4000), cutShortMax: 3000 })).toEqual(recommend(lag(4000)));
  });

  it('comes as a policy that hitless takes', () => {
    const found = recommend(lag(4000));
    if (found.kind !== 'sleep') throw new Error(found.why);
    const { document, mistakes } = readPolicy(parse(found.policy));
    expect(mistakes).toEqual([]);
    expect(document?.spec).toEqual({ preStopSleep: { seconds: 6, minimumSeconds: 3 } });
    expect(document?.kind).toBe('RolloutPolicy');
  });

  it('says for which path and from how many pods it was measured, and is for no whole cluster', () => {
    for (const given of [lag(4000), { ...lag(500), cutShortMax: 8000 }]) {
      const found = recommend(given, 'from afar, through a gateway');
      if (found.kind !== 'sleep') throw new Error(found.why);
      expect(found.why).toMatch(
        /\b40 (terminating pods|others)\b.*one path only, from afar, through a gateway: other paths/,
      );
      expect(found.policy).toMatch(/^# .*40 .*from afar.*\n# For a namespace .*-n NAMESPACE/);
      expect(found.policy).not.toContain('Cluster');
    }
  });

  it('is none while too few pods were measured', () => {
    expect(recommend(undefined)).toMatchObject({ kind: 'unknown' });
    expect(recommend(lag(100, 1))).toMatchObject({
      kind: 'unknown',
      why: expect.stringContaining('measured on 1 terminating pod,'),
    });
    expect(recommend(lag(100, fewestPods - 1))).toMatchObject({ kind: 'unknown' });
    expect(recommend(lag(100, fewestPods))).toMatchObject({ kind: 'sleep' });
  });
});

describe('advice', () => {
  const rolled = (container: object = {}, spec: object = {}): Rolled => ({
    kind,
    workload: {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'web' },
      spec: { replicas: 2, ...spec, template: { spec: { containers: [{ name: 'web', ...container }] } } },
    },
  });
  const text = (cause: (typeof causes)[number], situation: object = {}) =>
    advise({ causes: { [cause]: 7 }, ...situation })[0]?.text ?? '';

  it('exists for every cause, with what was lost, the most frequent first', () => {
    const all = advise({ causes: Object.fromEntries(causes.map((cause, i) => [cause, i + 1])) });
    expect(all.map(({ cause }) => cause)).toEqual(causes.toReversed());
    expect(all.map(({ lost }) => lost)).toEqual([8, 7, 6, 5, 4, 3, 2, 1]);
    for (const one of all) expect(one.text).toMatch(/^[A-Z].*\.$/s);
  });

  it('is silent about what did not happen', () => expect(advise({ causes: { killed: 0 } })).toEqual([]));

  it('asks for a sleep that covers the lag that was seen', () => {
    expect(text('endpoint-lag', { rolled: rolled(), lagSeconds: 3 })).toContain(
      'preStop sleep of 5 s (there is none now)',
    );
    const sleeps = { lifecycle: { preStop: { sleep: { seconds: 5 } } } };
    expect(text('endpoint-lag', { rolled: rolled(sleeps), lagSeconds: 6 })).toContain('of 9 s instead of 5 s');
    expect(text('endpoint-lag', { rolled: rolled(sleeps), lagSeconds: 1 })).toContain('of 10 s instead of 5 s');
  });

  it('begins with the built-in policy where nothing was measured', () => {
    const { preStopSleep, terminationGracePeriod } = builtInSpec();
    const seconds = Number(preStopSleep.seconds);
    expect(text('endpoint-lag')).toContain(`a preStop sleep of ${seconds} s;`);
    const whole = seconds + terminationGracePeriod.drainSeconds;
    expect(text('killed')).toContain(`at least ${whole} (${seconds} s of sleep`);
  });

  it('knows whether there is a probe', () => {
    expect(text('not-ready', { rolled: rolled() })).toContain('Give container web a readinessProbe');
    expect(text('not-ready', { rolled: rolled({ readinessProbe: { tcpSocket: { port: 1 } } }) })).toContain(
      'passes too early',
    );
  });

  it('names the strategy as it is', () => {
    const strategy = { rollingUpdate: { maxUnavailable: 1, maxSurge: 0 } };
    expect(text('no-endpoint', { rolled: rolled({}, { replicas: 1, strategy }) })).toContain(
      '(now 1 and 0 with 1 replica)',
    );
    expect(text('no-endpoint', { rolled: rolled({}, { strategy: { type: 'Recreate' } }) })).toContain('RollingUpdate');
  });

  it('asks for a grace period of sleep and drain', () => {
    const sleeps = { lifecycle: { preStop: { sleep: { seconds: 5 } } } };
    expect(text('killed', { rolled: rolled(sleeps), longestSeconds: 30 })).toContain(
      'at least 65 (5 s of sleep and 60 s to finish) instead of 30',
    );
    expect(text('killed', { rolled: rolled(sleeps), longestSeconds: 0.1 })).toContain(
      'of 30 is enough unless requests take longer than 25 s',
    );
  });
});
