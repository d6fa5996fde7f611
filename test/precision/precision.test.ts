// `npm run precision` as a process, over a small corpus.

import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it, vi } from 'vitest';

const script = fileURLToPath(new URL('../../scripts/precision.ts', import.meta.url));
const corpus = fileURLToPath(new URL('corpus', import.meta.url));

// Each call starts a process.
vi.setConfig({ testTimeout: 60_000 });

// No other manifests lie beside it.
const folder = mkdtempSync(join(tmpdir(), 'precision-'));
afterAll(() => rmSync(folder, { recursive: true }));

function precision(...args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, ...args], { cwd: folder, encoding: 'utf8' });
  return { code: status, out: stdout.replaceAll(corpus, 'corpus'), err: stderr };
}

function asJson(...args: readonly string[]) {
  const { out } = precision('--json', ...args, corpus);
  return JSON.parse(out) as {
    readonly inputs: number;
    readonly workloads: number;
    readonly problems: number;
    readonly groups: readonly {
      readonly rule: string;
      readonly severity: string;
      readonly findings: number;
      readonly workloads: number;
      readonly sample: readonly { file: string; object: string; message: string; diff: string; verdict: string }[];
    }[];
  };
}

describe('npm run precision', () => {
  it('prints counts by rule and severity, and a sample with what would be written', () => {
    const { code, out } = precision('--sample', '1', corpus);
    expect(code).toBe(0);
    expect(out).toContain('3 workloads in 4 files of 3 inputs, 1 problem in reading them');
    expect(out).toContain('| `pre-stop-sleep` | error | 1 | 1 |');
    expect(out).toContain('| `pre-stop-sleep` | warning | 2 | 2 |');
    expect(out).toContain('## pre-stop-sleep, warning: 1 of 2 (seed 1)');
    expect(out).toMatch(/corpus\/.*\.yaml:\d+ {2}Deployment default\/web\n {2}container web gets SIGTERM/);
    expect(out).toMatch(/^\+ +preStop:$/m);
  });

  it('judges each file and each folder of the corpus by itself', () => {
    const { groups } = asJson('--sample', '10');
    const probes = groups.filter(({ rule }) => rule === 'readiness-probe').flatMap(({ sample }) => sample);
    expect(probes.map(({ file }) => file)).toEqual(['corpus/shop/deployments.yaml']);
  });

  it('shows of each finding only what itself would write', () => {
    const { groups } = asJson('--sample', '10');
    const sleeps = groups.find(({ rule, severity }) => rule === 'pre-stop-sleep' && severity === 'warning');
    expect(sleeps?.sample).toHaveLength(2);
    for (const { diff } of sleeps?.sample ?? []) expect(diff).not.toContain('readinessProbe');
    const errors = groups.find(({ severity }) => severity === 'error');
    expect(errors?.sample[0]).toMatchObject({ diff: '', verdict: '' });
  });

  it('draws the same sample for the same seed', () => {
    const [first, again, other] = ['1', '1', '2'].map((seed) => asJson('--sample', '1', '--seed', seed).groups);
    expect(again).toEqual(first);
    expect(other).not.toEqual(first);
  });

  it('counts the verdicts written into its result', () => {
    const result = asJson('--sample', '2');
    for (const { sample } of result.groups) for (const one of sample) one.verdict = 'right';
    const sleeps = result.groups.find(({ rule, severity }) => rule === 'pre-stop-sleep' && severity === 'warning');
    if (sleeps?.sample[0] !== undefined) sleeps.sample[0].verdict = 'useless';
    const file = join(folder, 'judged.json');
    writeFileSync(file, JSON.stringify(result));
    const { code, out } = precision('--count', file);
    expect(code).toBe(0);
    expect(out).toContain('| `pre-stop-sleep` | warning | 2 | 2 | 1 | 1 | 0 | 50 % |');
    expect(out).toContain('| `pre-stop-sleep` | error | 1 | 1 | 1 | 0 | 0 | 100 % |');
    if (sleeps?.sample[0] !== undefined) sleeps.sample[0].verdict = 'maybe';
    writeFileSync(file, JSON.stringify(result));
    expect(precision('--count', file)).toMatchObject({ code: 2, err: expect.stringContaining('found maybe') });
  });

  it.each([
    [[], 'there is no ../shared/manifests here: name a folder'],
    [['nowhere'], "'nowhere'"],
    [['--sample', 'many', corpus], '--sample must be a whole number, found many'],
    [['--what', corpus], "Unknown option '--what'"],
    [['--count', script], 'JSON'],
  ])('refuses %j', (args, reason) => {
    const { code, out, err } = precision(...args);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain(reason);
  });
});
