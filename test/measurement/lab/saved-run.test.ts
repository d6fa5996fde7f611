// The file of --resume: nothing that was measured is lost, and nothing is added up that was measured in another way.

import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { openSavedRun, type SavedMeasurement } from '../../../src/measurement/lab/saved-run.ts';

const folder = mkdtempSync(join(tmpdir(), 'hitless-saved-run-'));
afterAll(() => rmSync(folder, { recursive: true }));

const identity = { command: 'hitless lab --rows all', measuredWith: { hitless: '0.1.0', Kubernetes: 'v1.37.1' } };
let files = 0;
const newFile = () => join(folder, `run-${files++}.jsonl`);

function measurement(row: string, lost: number): SavedMeasurement {
  const lanes = [{ lane: 'get-new' as const, sent: 10, lost, outcomes: {}, latency: { p50: 1, p99: 2, max: 3 } }];
  const schedulingError = { p99: 0, max: 0 };
  const rollout = { startedMs: 0, durationMs: 10, lanes, causes: {}, longestGapMs: 0, schedulingError };
  return { row, elapsedSeconds: 7, by: 'plan', rollout, lags: [] };
}

/** A file with two measurements. */
function written(): string {
  const file = newFile();
  const saved = openSavedRun(file, identity);
  saved.add(measurement('all drains ×2', 0));
  saved.add(measurement('all ends ×2', 3));
  return file;
}

describe('a saved run', () => {
  it('is begun where there is no file, with nothing measured', () => {
    const file = newFile();
    expect(openSavedRun(file, identity).measurements).toEqual([]);
    expect(openSavedRun(file, identity).measurements).toEqual([]);
  });

  it('goes on with all that was measured, and keeps when it began', () => {
    const file = written();
    const again = openSavedRun(file, identity);
    expect(again.measurements).toEqual([measurement('all drains ×2', 0), measurement('all ends ×2', 3)]);
    again.add(measurement('all drains ×2', 1));
    const last = openSavedRun(file, identity);
    expect(last.measurements).toHaveLength(3);
    expect(last.startedAt).toBe(again.startedAt);
  });

  it('is whole after a crash at any byte', () => {
    const text = readFileSync(written(), 'utf8');
    const file = newFile();
    for (let length = 0; length <= text.length; length++) {
      writeFileSync(file, text.slice(0, length));
      const whole = text.slice(0, length).split('\n').length - 1;
      const saved = openSavedRun(file, identity);
      expect(saved.measurements, `${length} bytes`).toHaveLength(Math.max(0, whole - 1));
      saved.add(measurement('all drains ×2', 9));
      expect(openSavedRun(file, identity).measurements.at(-1)?.rollout.lanes[0]?.lost).toBe(9);
    }
  });
});

describe('it is refused', () => {
  it.each([
    ['another command', { ...identity, command: 'hitless lab --rows nothing' }, /it was "hitless lab --rows all", and/],
    [
      'another version',
      { ...identity, measuredWith: { hitless: '0.2.0', Kubernetes: 'v1.37.1' } },
      /was measured with hitless 0\.1\.0, and this is 0\.2\.0: begin another file/,
    ],
  ])('for %s, and stays as it is', (_, other, sentence) => {
    const file = written();
    const before = readFileSync(file, 'utf8');
    expect(() => openSavedRun(file, other)).toThrow(sentence);
    expect(readFileSync(file, 'utf8')).toBe(before);
  });

  it.each([
    'apiVersion: v1\n',
    'no end of line',
    '{"format":"hitless.dev/lab/v1alpha1"}\n',
    '{}',
    '\n\n{"a":1}\n',
  ])('when it is something else: %j, and stays as it is', (text) => {
    const file = newFile();
    writeFileSync(file, text);
    expect(() => openSavedRun(file, identity)).toThrow('is not a file that --resume of this version wrote');
    expect(readFileSync(file, 'utf8')).toBe(text);
  });

  it.each(['not JSON', '{"row":"all"}', 'null', '[]'])('with the number of a line that is none: %j', (line) => {
    const file = written();
    appendFileSync(file, `${line}\n`);
    expect(() => openSavedRun(file, identity)).toThrow('line 4: this is not a measurement');
  });

  it('when two runs write to it at the same time', () => {
    const file = written();
    const [one, two] = [openSavedRun(file, identity), openSavedRun(file, identity)];
    one.add(measurement('all drains ×2', 0));
    expect(() => two.add(measurement('all drains ×2', 0))).toThrow('was written by another program in the meantime');
  });

  it('where it cannot be written', () => {
    const file = join(folder, 'nowhere', 'run.jsonl');
    expect(() => openSavedRun(file, identity)).toThrow(/run\.jsonl cannot be written: ENOENT/);
    expect(existsSync(file)).toBe(false);
    expect(() => openSavedRun(folder, identity)).toThrow('cannot be read: EISDIR');
  });
});
