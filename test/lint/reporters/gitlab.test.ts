// GitLab's Code Quality: the fields that it requires of every issue, and what tells two issues apart.

import { describe, expect, it } from 'vitest';
import { gitlabOutput } from '../../../src/lint/reporters/gitlab.ts';
import { finding, nastyReport, reported, workload } from '../../support/reported.ts';

interface Issue {
  readonly description: string;
  readonly check_name: string;
  readonly fingerprint: string;
  readonly severity: string;
  readonly location: { readonly path: string; readonly lines: { readonly begin: number } };
}

const issuesOf = (report: Parameters<typeof gitlabOutput>[0]) =>
  JSON.parse([...gitlabOutput(report)].join('')) as Issue[];

describe('GitLab Code Quality', () => {
  it('has what is required of each issue, the worst first, whatever strings hold', () => {
    const issues = issuesOf(nastyReport());
    expect(issues.map(({ severity }) => severity)).toEqual([
      'blocker',
      'blocker',
      'critical',
      'major',
      'major',
      'info',
    ]);
    for (const { description, check_name, fingerprint, location } of issues) {
      expect(description).not.toBe('');
      expect(check_name).toMatch(/^hitless\/[a-z-]+$/);
      expect(fingerprint).toMatch(/^[0-9a-f]{32}(-\d+)?$/);
      expect(location.path).not.toMatch(/^(\.\/|$)/);
      expect(location.lines.begin).toBeGreaterThan(0);
    }
  });

  it('tells equal findings apart, and keeps the fingerprint of one that moved to another line', () => {
    const at = (line: number) =>
      workload('web', { file: 'web.yaml', diagnostics: [finding({ line }), finding({ line })] });
    const prints = issuesOf(reported([at(3), at(9)])).map(({ fingerprint }) => fingerprint);
    expect(new Set(prints).size).toBe(4);
    const moved = issuesOf(reported([at(30), at(90)])).map(({ fingerprint }) => fingerprint);
    expect(moved).toEqual(prints);
  });

  it('names the object of a cluster in place of a file', () => {
    const [issue] = issuesOf(reported([workload('web', { diagnostics: [finding()] })]));
    expect(issue?.location).toEqual({ path: 'shop/Deployment/web', lines: { begin: 1 } });
  });

  it('is an empty list where nothing is found', () => {
    expect(issuesOf(reported([workload('web')]))).toEqual([]);
  });
});
