// What the lab says: while it runs on a terminal and elsewhere, and at its end.

import { describe, expect, it } from 'vitest';
import { labText } from '../../../src/commands/lab/output.ts';
import { progress } from '../../../src/commands/lab/progress.ts';
import type { RolloutResult } from '../../../src/measurement/analysis/measurement.ts';
import type { LabResult } from '../../../src/measurement/lab/result.ts';
import { labSettings } from '../../support/lab/fake-cluster.ts';
import { labResult } from '../../support/report/lab-result.ts';
import { terminal } from '../../support/terminal.ts';

const row = { fixes: 'nothing', title: 'nothing fixed', drains: false, replicas: 2 };
const rollout = (lost: number): RolloutResult => ({
  startedMs: 0,
  durationMs: 15_000,
  lanes: [{ lane: 'get-new', sent: 1500, lost, outcomes: {}, latency: { p50: 1, p99: 2, max: 3 } }],
  causes: {},
  longestGapMs: 0,
  schedulingError: { p99: 1, max: 2 },
});

describe('the progress', () => {
  const settings = labSettings({ rows: [row], rollouts: 3 });
  const heading = '1 row, 3 rollouts each, in namespace lab; the fixes of the row all come from this program\n';

  it('is a line for each measurement where there is no terminal, whatever the other stream is', () => {
    const { io, said } = terminal({ width: 100 });
    const told = progress(settings, io);
    told.done(row, 0, rollout(12));
    told.failed(row, 1, new Error('the pods\u001b[2J did not start'));
    told.done(row, 2, rollout(0));
    told.end();
    expect(said.err.replace(/, \d+ s left/g, ', 5 s left')).toBe(
      `${heading}[1/3, 5 s left] nothing ends ×2, rollout 1: 12 of 1,500 lost\n` +
        '[2/3, 5 s left] nothing ends ×2, rollout 2: not measured: the pods\\u001b[2J did not start\n' +
        '[3/3] nothing ends ×2, rollout 3: 0 of 1,500 lost\n',
    );
  });

  it('is one line on a terminal, which never wraps, is replaced, and gone at the end', () => {
    const { io, said } = terminal({ errWidth: 30 });
    const told = progress(settings, io);
    told.done(row, 0, rollout(12));
    told.done(row, 1, rollout(0));
    told.note('removing namespace lab');
    told.end();
    const drawn = said.err.slice(heading.length).split('\r\u001b[2K');
    expect(drawn).toHaveLength(3);
    expect(drawn[0]).toMatch(/^\[1\/3, .*$/);
    expect(drawn.slice(0, 2).every((line) => line.length === 29)).toBe(true);
    expect(drawn[2]).toBe('removing namespace lab\n');
  });

  it('has colours only where they are wanted', () => {
    const { io, said } = terminal({ colour: { out: false, err: true } });
    progress(settings, io).done(row, 0, rollout(12));
    expect(said.err).toContain('\u001b[31m12 of 1,500 lost\u001b[39m');
  });
});

describe('the text at the end', () => {
  it('has rows, kinds of traffic, the lag, the recommended sleep as a policy, and what is missing', async () => {
    const result: LabResult = {
      ...labResult(),
      failures: [
        'nothing ends ×2, rollout 3: the pods of lab-7 did not start: test-app-1: ErrImagePull: no such image',
      ],
    };
    await expect(labText(result, terminal({ width: 90 }).io)).toMatchFileSnapshot('lab-output.txt');
  });

  it('of a run that measured nothing is why', () => {
    const rows = labResult().rows.map((one) => ({ ...one, rollouts: [], lanes: [], sent: 0, lost: 0 }));
    const { lag: _lag, recommendation: _sleep, ...rest } = labResult();
    const text = labText({ ...rest, rows, failures: ['namespace lab is there already'] }, terminal().io);
    expect(text).toBe('Not measured\n  namespace lab is there already\n');
  });
});
