// What is kept of many measurements, and what is made of it.

import { describe, expect, it } from 'vitest';
import { collect } from '../../../src/measurement/lab/collect.ts';
import type { LabMeasurement } from '../../../src/measurement/lab/measure.ts';
import type { LabRow } from '../../../src/measurement/lab/result.ts';
import { rowsOf } from '../../../src/measurement/lab/rows.ts';
import type { LabSettings } from '../../../src/measurement/lab/settings.ts';
import type { Sample } from '../../../src/measurement/load/sample.ts';
import type { RolloutEvent } from '../../../src/measurement/rollout/event.ts';
import { labSettings } from '../../support/lab/fake-cluster.ts';

const rows = rowsOf({ fixes: ['nothing', 'only/pre-stop-sleep', 'all'], drains: [false, true], replicas: [2] });
const span = { startedAt: '2026-11-30T09:00:00.000Z', durationSeconds: 60 };
const about = { kubernetes: 'v1.37.1', command: 'hitless lab', ...span };
const rowOf = (fixes: string, drains: boolean): LabRow => {
  const row = rows.find((one) => one.fixes === fixes && one.drains === drains);
  if (row === undefined) throw new Error(fixes);
  return row;
};

function sample(dueMs: number, outcome: Sample['outcome']): Sample {
  return { lane: 'get-new', dueMs, sentMs: dueMs, endMs: dueMs + 1, connection: 'new', outcome };
}

/** Ten requests, `lost` of them refused; one pod leaves at 1,000 and got its last connection `lagMs` later. */
function measured(lost: number, { lagMs = 300, startedMs = 0, sleepMs = 10_000 } = {}): LabMeasurement {
  const samples = Array.from({ length: 10 }, (_, i) => sample(startedMs + i, i < lost ? 'refused' : 'ok'));
  const events: RolloutEvent[] = [{ kind: 'pod', pod: 'old', what: 'deleting', atMs: 1000 }];
  const lines = [{ listening: 1 }, { connections: [900, 1000 + lagMs] }, { sigterm: 1000 + sleepMs }, { exit: 20_000 }];
  return {
    measurement: { startedMs, endedMs: startedMs + 10, samples, events },
    by: 'plan',
    logs: new Map([['old', lines]]),
  };
}

function collected(changes: Partial<LabSettings> = {}) {
  return collect(labSettings({ rows, ...changes }));
}

describe('the time lines', () => {
  it('are of the worst rollout, without a fix and with all of them', () => {
    const all = collected();
    for (const [lost, startedMs] of [
      [2, 100],
      [7, 200],
      [7, 300],
      [1, 400],
    ] as const) {
      for (const row of rows) all.add(row, measured(lost, { startedMs }));
    }
    const { timelines } = all.result(about);
    expect(timelines.map(({ fixes, drains, measurement }) => [fixes, drains, measurement.startedMs])).toEqual([
      ['nothing', false, 200],
      ['all', true, 200],
    ]);
  });

  it('are there also when nothing is lost', () => {
    const all = collected();
    all.add(rowOf('all', true), measured(0));
    expect(all.result(about).timelines).toHaveLength(1);
  });
});

describe('the result', () => {
  it('counts each measurement once, in the order of the matrix, with the rows that have none', () => {
    const all = collected();
    all.add(rowOf('all', true), measured(0));
    expect(all.add(rowOf('nothing', false), measured(3)).rollout.lanes).toMatchObject([{ sent: 10, lost: 3 }]);
    all.add(rowOf('nothing', false), measured(1));
    const { rows: results, failures } = all.result(about);
    expect(results.map(({ sent, lost, rollouts, by }) => [sent, lost, rollouts.length, by])).toEqual([
      [20, 4, 2, 'plan'],
      [0, 0, 0, 'nobody'],
      [0, 0, 0, 'nobody'],
      [0, 0, 0, 'nobody'],
      [0, 0, 0, 'nobody'],
      [10, 0, 1, 'plan'],
    ]);
    expect(results[0]?.causes).toEqual({ unexplained: 4 });
    expect(failures).toEqual([
      expect.stringContaining('no sleep can be recommended: the lag was measured on 3 terminating pods'),
    ]);
  });

  it('says what could not be measured', () => {
    const all = collected({ target: 'http://shop/' });
    all.fail('nothing ends ×2, rollout 1: the pods did not start');
    expect(all.result(about).failures).toEqual(['nothing ends ×2, rollout 1: the pods did not start']);
  });
});

it('a sleep is not missed where nothing was rolled out', () => {
  const leaving = rows.map((row) => ({ ...row, leave: 'crash' as const }));
  const all = collected({ rows: leaving });
  all.add(leaving[0] ?? rowOf('all', true), measured(1));
  expect(all.result(about).failures).toEqual([]);
});

describe('the lag', () => {
  const many = (changes: Partial<LabSettings>, ...each: readonly LabMeasurement[]) => {
    const all = collected(changes);
    for (const one of each) all.add(rowOf('all', true), one);
    return all.result(about);
  };
  const twelve = Array.from({ length: 12 }, (_, i) => measured(0, { lagMs: 100 * i }));

  it('is that of all pods, and a sleep follows', () => {
    const { lag, recommendation } = many({}, ...twelve);
    expect(lag).toMatchObject({ pods: 12, max: 1100 });
    expect(recommendation?.sleepSeconds).toBe(3);
  });

  it('recommends no less than what pods saw that stopped while connections came', () => {
    const cut = measured(0, { lagMs: 9900 });
    expect(many({}, ...twelve, cut).recommendation?.sleepSeconds).toBeGreaterThanOrEqual(10);
  });

  it.each([
    ['without new connections', { lanes: ['get-kept', 'websocket'] }],
    ['with too few of them', { rate: 9 }],
    ['by a load from here', { target: 'http://shop/' }],
  ] as const)('is not measured %s', (_how, changes) => {
    const { lag, recommendation } = many(changes, ...twelve);
    expect([lag, recommendation]).toEqual([undefined, undefined]);
  });
});
