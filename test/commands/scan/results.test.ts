// Findings as the results of a report.

import { describe, expect, it } from 'vitest';
import type { ReportResult } from '../../../src/cluster/reports/report.ts';
import { compareResults, resultsOf, type ScannedWorkload } from '../../../src/commands/scan/results.ts';
import type { JudgedWorkload } from '../../../src/lint/diagnostic.ts';
import { builtInSpec } from '../../../src/policy/sections.ts';
import type { Edit } from '../../../src/rules/finding.ts';
import { preStopSleep } from '../../../src/rules/pre-stop-sleep.ts';
import { rules } from '../../../src/rules/rules.ts';
import type { Workload } from '../../../src/workload/workload.ts';

const object = { kind: 'Deployment', namespace: 'shop', name: 'web' };
const workload = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { namespace: 'shop', name: 'web', uid: 'u1' },
} as unknown as Workload;

function scanned(judged: Partial<JudgedWorkload>, more: Partial<ScannedWorkload> = {}): ScannedWorkload {
  const policy = { kinds: ['Deployment'], spec: builtInSpec(), origins: {} };
  return { workload, judged: { object, diagnostics: [], ...judged }, policy, mode: 'enforce', ...more };
}

const found = (severity: 'error' | 'warning' | 'note', rule = 'pre-stop-sleep') => ({
  rule,
  severity,
  message: `${severity}.`,
  changes: [],
});
const brief = (results: readonly ReportResult[]) =>
  results.filter(({ result }) => result !== 'pass').map(({ policy, result, severity }) => [policy, result, severity]);

describe('the result', () => {
  it('of an error or a warning fails, and advice only warns, as check counts them', () => {
    const diagnostics = [found('error'), found('warning'), found('note')];
    expect(brief(resultsOf(scanned({ diagnostics })))).toEqual([
      ['pre-stop-sleep', 'fail', 'high'],
      ['pre-stop-sleep', 'fail', 'medium'],
      ['pre-stop-sleep', 'warn', 'low'],
    ]);
  });

  it('names its workload, its mode and the edit, and no hidden characters', () => {
    const diagnostics = [{ ...found('warning'), message: 'a\u202Eb', summary: 'preStop sleep of 10 s' }];
    expect(resultsOf(scanned({ diagnostics }))[0]).toEqual({
      policy: 'pre-stop-sleep',
      rule: 'pre-stop-sleep',
      category: 'Rolling updates',
      result: 'fail',
      severity: 'medium',
      scored: true,
      message: 'a\\u202eb',
      resources: [{ apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop', name: 'web', uid: 'u1' }],
      properties: { mode: 'enforce', finding: 'warning', edit: 'preStop sleep of 10 s' },
    });
  });

  it('of a rule that found nothing is a pass, but not of one that is switched off', () => {
    const spec = { ...builtInSpec(), rollingUpdate: { ...builtInSpec().rollingUpdate, action: 'off' as const } };
    const policy = { kinds: ['Deployment'], spec, origins: {} };
    const results = resultsOf(scanned({ diagnostics: [found('note')] }, { policy }));
    const passed = results.filter(({ result }) => result === 'pass').map(({ policy: id }) => id);
    const off = [
      'rolling-update',
      ...rules.filter(({ section }) => section && spec[section].action === 'off').map(({ id }) => id),
    ];
    expect(passed).toEqual(rules.map(({ id }) => id).filter((id) => id !== preStopSleep.id && !off.includes(id)));
  });

  it('of an accepted finding is a skip with the reason, and its rule does not pass', () => {
    const ignored = [
      {
        ...found('warning'),
        ignored: { by: 'annotation' as const, where: 'annotation ignore.hitless.dev/pre-stop-sleep', reason: 'batch' },
      },
    ];
    const results = resultsOf(scanned({ ignored }));
    expect(brief(results)).toEqual([['pre-stop-sleep', 'skip', undefined]]);
    expect(results[0]?.properties).toMatchObject({
      acceptedBy: 'annotation ignore.hitless.dev/pre-stop-sleep',
      reason: 'batch',
    });
    expect(results.filter(({ policy }) => policy === 'pre-stop-sleep')).toHaveLength(1);
  });

  it('of a workload that is left alone is one skip', () => {
    const results = resultsOf(scanned({ skipped: 'an annotation says hitless.dev/mode: off' }));
    expect(results).toMatchObject([
      { policy: 'hitless', result: 'skip', message: 'an annotation says hitless.dev/mode: off' },
    ]);
  });

  it('of a miss says when, what is lacking, and what to do', () => {
    const edit = { rule: 'pre-stop-sleep', summary: 'preStop sleep of 10 s' } as Edit;
    const miss = { uid: 'u1', object, writtenMs: Date.UTC(2026, 0, 2, 3, 4, 5), edits: [edit, edit] };
    expect(resultsOf(scanned({}, { miss }))[0]).toMatchObject({
      policy: 'missed-by-webhook',
      result: 'fail',
      severity: 'high',
      message:
        'the pod template of 2026-01-02T03:04:05Z was written without hitless, which was not called or did not answer, and lacks preStop sleep of 10 s: it gets that with its next change, such as kubectl -n shop rollout restart deployment/web',
      properties: { written: '2026-01-02T03:04:05Z', rules: 'pre-stop-sleep' },
    });
  });
});

it('results are sorted worst first, then by workload and rule, whatever their order was', () => {
  const results = resultsOf(scanned({ diagnostics: [found('note'), found('error'), found('warning')] }));
  const sorted = results.toSorted(compareResults);
  expect(sorted.slice(0, 3).map(({ severity }) => severity)).toEqual(['high', 'medium', 'low']);
  expect(sorted.slice(3).every(({ result }) => result === 'pass')).toBe(true);
  expect(results.toReversed().toSorted(compareResults)).toEqual(sorted);
});
