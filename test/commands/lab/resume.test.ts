// `lab --resume`: a run in two halves counts as much as one.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { LabOptions } from '../../../src/commands/lab/lab-options.ts';
import { fromTheBegin, resumed } from '../../../src/commands/lab/resume.ts';
import { collect } from '../../../src/measurement/lab/collect.ts';
import type { LabMeasurement } from '../../../src/measurement/lab/measure.ts';
import { rowKey, rowsOf } from '../../../src/measurement/lab/rows.ts';
import type { Sample } from '../../../src/measurement/load/sample.ts';
import { labSettings } from '../../support/lab/fake-cluster.ts';

const folder = mkdtempSync(join(tmpdir(), 'hitless-resume-'));
afterAll(() => rmSync(folder, { recursive: true }));

const rows = rowsOf({ fixes: ['nothing', 'all'], drains: [true], replicas: [2] });
const settings = labSettings({ rows, rollouts: 4 });
const kubernetes = 'v1.37.1';
const options = { through: ['direct'], webhook: true, rows: ['nothing', 'all'], rate: 100 } as unknown as LabOptions;

function measured(lost: number): LabMeasurement {
  const samples = Array.from({ length: 10 }, (_, i): Sample => {
    return {
      lane: 'get-new',
      dueMs: i,
      sentMs: i,
      endMs: i + 1,
      connection: 'new',
      outcome: i < lost ? 'reset-sent' : 'ok',
    };
  });
  const lines = [{ listening: 1 }, { connections: [5, 5 + 100 * lost] }, { sigterm: 10_000 }, { exit: 20_000 }];
  const events = [{ kind: 'pod' as const, pod: 'old', what: 'deleting' as const, atMs: 5 }];
  return { measurement: { startedMs: 0, endedMs: 10, samples, events }, by: 'plan', logs: new Map([['old', lines]]) };
}

/** One run over `losses` of the first row; returns its result. */
function run(file: string | undefined, losses: readonly number[]) {
  const [row] = rows;
  if (row === undefined) throw new Error('no row');
  const collected = collect(settings);
  const { keep, span, done } =
    file === undefined ? fromTheBegin() : resumed(file, { options, settings, kubernetes, collected });
  for (const lost of losses) keep(row, collected.add(row, measured(lost)));
  return { done, result: collected.result({ kubernetes, command: 'hitless lab', ...span() }) };
}

describe('a run in two halves', () => {
  const file = join(folder, 'halves.jsonl');
  const whole = run(undefined, [3, 0, 1, 2]).result;
  const first = run(file, [3, 0]);
  const second = run(file, [1, 2]);

  it('counts as much as one', () => {
    expect(second.result.rows).toEqual(whole.rows);
    expect(second.result.rows[0]).toMatchObject({ sent: 40, lost: 6 });
    expect(second.result.lag).toEqual(whole.lag);
    expect(second.result.recommendation).toEqual(whole.recommendation);
  });

  it('began when the first one did, and knows what is done', () => {
    expect(second.result.startedAt).toBe(first.result.startedAt);
    expect([...first.done]).toEqual([]);
    expect([...second.done]).toEqual([[rowKey(rows[0] as (typeof rows)[0]), 2]]);
  });
});

describe('other flags', () => {
  it('that do not change what is measured may differ', () => {
    const file = join(folder, 'same.jsonl');
    const open = (changes: object) =>
      resumed(file, { options: { ...options, ...changes }, settings, kubernetes, collected: collect(settings) });
    open({ rollouts: 3, json: 'a.json', kubeconfig: '/here' });
    expect(() => open({ rollouts: 500, parallel: 2, namespace: 'lab', report: 'b.html' })).not.toThrow();
    expect(() => open({ rate: 50 })).toThrow(
      /it was "hitless lab .*--rate 100", and this is "hitless lab .*--rate 50"/,
    );
  });

  it('and a webhook that came in between is told', () => {
    const file = join(folder, 'webhook.jsonl');
    const open = (webhook: boolean) =>
      resumed(file, { options, settings: { ...settings, webhook }, kubernetes, collected: collect(settings) });
    open(false);
    expect(() => open(true)).toThrow('with the fixes of the row all by this program, and this is the webhook');
  });
});
