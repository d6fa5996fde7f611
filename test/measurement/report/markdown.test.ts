import { describe, expect, it } from 'vitest';
import type { RowResult } from '../../../src/measurement/lab/result.ts';
import { htmlReport } from '../../../src/measurement/report/html/html.ts';
import { kindsMarkdown, leavingMarkdown, markdownTable } from '../../../src/measurement/report/markdown.ts';
import { labResult } from '../../support/report/lab-result.ts';

const result = labResult();

it('a line for each row, a column for each kind of traffic', () => {
  const lines = markdownTable(result).split('\n');
  expect(lines).toHaveLength(12 + 2 + 1);
  expect(lines[0]).toBe(
    '| what is set | GET, new connections | POST, new connections | GET, kept connections | POST, kept connections | WebSocket messages | gRPC calls | gRPC stream messages | together |',
  );
  expect(lines[1]).toBe(`| --- |${' ---: |'.repeat(8)}`);
  expect(lines[2]).toMatch(/^\| nothing fixed, application exits at once \| 218 of 30,000 \|.*\| 1,469 of 210,000 \|$/);
  expect(lines[13]).toBe(`| all of hitless, application drains |${' **0 of 30,000** |'.repeat(7)} **0 of 210,000** |`);
});

it('what is the same in all rows is not said again', () => {
  const rows = result.rows.filter(({ drains }) => drains);
  expect(markdownTable({ rows })).toContain('| nothing fixed | ');
});

it('a row that was not measured says so', () => {
  const rows = result.rows.slice(0, 1).map((row) => ({ ...row, rollouts: [], lanes: [], sent: 0, lost: 0 }));
  expect(markdownTable({ rows })).toContain('| nothing fixed | not measured |');
});

it('a title cannot end its cell or start a tag', () => {
  const rows = result.rows.slice(0, 1).map((row) => ({ ...row, title: 'a|b\n<b>`c`*d*[e](f)\u202e' }));
  expect(markdownTable({ rows })).toContain('| a\\|b \\<b\\>\\`c\\`\\*d\\*\\[e\\](f)\\\\u202e | ');
});

describe('by kind', () => {
  const [first] = result.rows;
  if (first === undefined) throw new Error('no row');
  const row = (changes: Partial<RowResult>): RowResult => ({
    ...first,
    drains: true,
    replicas: 2,
    sent: 1000,
    lost: 0,
    ...changes,
  });
  const lost = { lost: 40, perRollout: { mean: 2, low: 1, high: 3 } };
  const none = { perRollout: { mean: 0, low: 0, high: 0.2 } };
  const rows = [
    row({ fixes: 'nothing', ...lost }),
    row({ fixes: 'all', ...none }),
    row({ kind: 'statefulset', fixes: 'nothing', replicas: 1, ...lost }),
    row({ kind: 'statefulset', fixes: 'all', replicas: 1, ...lost }),
    row({ kind: 'statefulset', fixes: 'advised', replicas: 1, ...lost }),
    row({ kind: 'daemonset', fixes: 'nothing', replicas: 1, ...lost }),
    row({ kind: 'daemonset', fixes: 'advised', replicas: 1, ...none }),
    row({ kind: 'rollout', fixes: 'nothing', drains: false, ...lost }),
  ];

  it('each kind has its line, and what cannot be 0 says so', () => {
    expect(kindsMarkdown({ rows }).split('\n')).toEqual([
      '| kind | nothing | all of hitless | and the readinessProbe that it asks for |',
      '| --- | ---: | ---: | ---: |',
      '| Deployment, 2 replicas | 40 of 1,000, 2.0 per rollout | **0 of 1,000**, 0 per rollout |  |',
      '| StatefulSet, 1 replica | 40 of 1,000, 2.0 per rollout | 40 of 1,000, 2.0 per rollout | 40 of 1,000, 2.0 per rollout (its floor) |',
      '| DaemonSet, 1 pod on each node | 40 of 1,000, 2.0 per rollout | not measured | **0 of 1,000**, 0 per rollout |',
      '',
      expect.stringContaining('A StatefulSet has no surge'),
      '',
    ]);
  });

  it('the page has the same, and not where only Deployments were measured', () => {
    const page = htmlReport({ ...result, rows });
    for (const words of ['By kind of workload', 'StatefulSet, 1 replica', 'that gap is the least'])
      expect(page).toContain(words);
    expect(htmlReport(result)).not.toContain('By kind of workload');
  });
});

describe('by way to leave', () => {
  const [first] = result.rows;
  if (first === undefined) throw new Error('no row');
  const row = (changes: Partial<RowResult>): RowResult => ({ ...first, replicas: 2, sent: 1000, lost: 0, ...changes });
  const rows = [
    row({ fixes: 'nothing', drains: true, lost: 50 }),
    row({ fixes: 'all', drains: true }),
    row({ leave: 'delete', fixes: 'nothing', drains: false, lost: 40 }),
    row({ leave: 'delete', fixes: 'nothing', drains: true, lost: 30 }),
    row({ leave: 'delete', fixes: 'all', drains: true }),
    row({ leave: 'crash', fixes: 'nothing', drains: true, lost: 20 }),
    row({ leave: 'crash', fixes: 'all', drains: true, lost: 10 }),
    row({ leave: 'drain', fixes: 'all', drains: true, rollouts: [] }),
  ];

  it('each has its line with what hitless can do, and what is not promised is a floor', () => {
    expect(leavingMarkdown({ rows }).split('\n')).toEqual([
      '| way to leave | nothing fixed, application drains | all of hitless, application drains | nothing fixed, application exits at once | what hitless can do |',
      '| --- | ---: | ---: | ---: | --- |',
      expect.stringContaining('| rollout | 50 of 1,000 | **0 of 1,000** | not measured | Pods are replaced'),
      expect.stringContaining('| delete a pod | 30 of 1,000 | **0 of 1,000** | 40 of 1,000 | The pod sleeps'),
      expect.stringContaining('| crash | 20 of 1,000 | 10 of 1,000 (its floor) | not measured | No hook'),
      '',
      expect.stringContaining('A drain cordons'),
      '',
    ]);
  });

  it('the page has the same, counts measurements, and compares only what can be compared', () => {
    const page = htmlReport({ ...result, rows });
    for (const words of ['By way to leave', 'delete a pod', 'of 1,000, its floor', 'Losses per measurement'])
      expect(page).toContain(words);
    expect(page).toContain('With nothing fixed: 120 of 3,000 requests lost.');
    expect(htmlReport(result)).not.toMatch(/By way to leave|measurements/);
  });
});
