// SARIF 2.1.0: what its consumers insist on.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { FindingsReport } from '../../../src/lint/report.ts';
import type { DetailFlags } from '../../../src/lint/reporters/detail.ts';
import { uriOf } from '../../../src/lint/reporters/location.ts';
import { sarifOutput } from '../../../src/lint/reporters/sarif.ts';
import { auditTopics } from '../../../src/lint/topics.ts';
import { rules as records } from '../../../src/rules/rules.ts';
import { hitless } from '../../support/hitless.ts';
import { finding, nastyReport, reported, reportOptions, workload } from '../../support/reported.ts';
import { complaintsOfGitHub, type SarifRun, sarifLog } from '../../support/sarif.ts';

const folder = mkdtempSync(join(tmpdir(), 'hitless-sarif-'));
afterAll(() => rmSync(folder, { recursive: true }));

function accepted(text: string): SarifRun {
  const log = sarifLog(text);
  expect(complaintsOfGitHub(log)).toEqual([]);
  expect(log.version).toBe('2.1.0');
  return log.runs[0];
}

async function checked(...args: readonly string[]): Promise<SarifRun> {
  const { out } = await hitless(['check', '--output', 'sarif', ...args]);
  return accepted(out);
}

function sarifOf(report: FindingsReport, detail: DetailFlags = {}): string {
  return [...sarifOutput(report, reportOptions({ detail }))].join('');
}

const examples = ['test/cli/mistakes-near-our-fields/all.yaml', 'test/cli/fix-shows-a-diff'];

describe('SARIF of check', () => {
  it('describes every rule, and has a result for each finding, with edits as fixes', async () => {
    const { tool, results } = await checked(...examples);
    expect(tool.driver.rules.map(({ id }) => id)).toEqual([...records.map(({ id }) => id), 'manifest']);
    for (const { help } of tool.driver.rules) expect(help.text).toMatch(/\.$/);
    expect(results.length).toBeGreaterThan(20);
    for (const { level } of results) expect(['error', 'warning', 'note']).toContain(level);
    expect(results.some(({ fixes = [] }) => fixes.length > 0)).toBe(true);
  });

  it('gives each result a fingerprint of its own', async () => {
    const { results } = await checked(...examples);
    const prints = results.map(({ partialFingerprints }) => partialFingerprints['hitless/v2']);
    expect(new Set(prints).size).toBe(prints.length);
  });

  it('has what is ignored as suppressed results, and says of all others that they are not', async () => {
    const { results } = await checked('--show-ignored', 'test/cli/ignored-findings-as-sarif/web.yaml');
    const kinds = results.map(({ suppressions }) => suppressions?.map(({ kind }) => kind).join());
    expect(new Set(kinds)).toEqual(new Set(['', 'inSource']));
  });

  it('has what a baseline holds as suppressed from outside', async () => {
    const web = 'test/cli/fix-shows-a-diff/web.yaml';
    const baseline = join(folder, 'baseline.json');
    await hitless(['baseline', web, '--output', baseline]);
    const { results } = await checked('--baseline', baseline, '--show-ignored', web);
    expect(new Set(results.map(({ suppressions }) => suppressions?.[0]?.kind))).toEqual(new Set(['external']));
    expect((await checked('--baseline', baseline, web)).results).toEqual([]);
  });

  it('says what could not be read, in a run that failed', async () => {
    const { invocations } = await checked('test/cli/broken-files-do-not-stop-the-others');
    expect(invocations[0]?.executionSuccessful).toBe(false);
    expect(invocations[0]?.toolExecutionNotifications.map(({ level }) => level)).toContain('error');
  });
});

describe('SARIF of a report', () => {
  const found = finding({ line: 3, column: 5 });
  const ignored = { by: 'annotation', where: 'annotation x', reason: 'it drains' } as const;

  it('of a cluster names the object where there is no file', () => {
    const leftovers = [
      { ...finding({ rule: 'leftovers' }), object: { kind: 'StatefulSet', namespace: 'shop', name: 'db' } },
    ];
    const all = auditTopics.map(({ id }) => finding({ rule: id }));
    const web = workload('web', { diagnostics: all, ignored: [{ ...finding(), ignored }] });
    const { results, tool } = accepted(sarifOf(reported([web], { leftovers }), { showIgnored: true }));
    expect(tool.driver.rules).toHaveLength(auditTopics.length);
    const uris = results.map(({ locations }) => locations[0]?.physicalLocation.artifactLocation.uri);
    expect(new Set(uris)).toEqual(new Set(['shop/Deployment/web', 'shop/StatefulSet/db']));
  });

  it.each(['check', 'audit'] as const)('of %s has the 25,000 worst, and says how many are left out', (command) => {
    const many = Array.from({ length: 25_100 }, (_, at) =>
      workload(`web-${at}`, {
        ...(command === 'check' && { file: `deploy/web-${at}.yaml` }),
        diagnostics: [{ ...found, severity: at % 2 === 0 ? 'note' : 'error' }],
      }),
    );
    const { results, invocations } = accepted(sarifOf(reported(many)));
    expect(results).toHaveLength(25_000);
    expect(results.filter(({ level }) => level === 'error')).toHaveLength(12_550);
    expect(invocations[0]?.toolExecutionNotifications[0]?.message.text).toMatch(/^100 of 25,100 findings are not in/);
  });

  it.each([
    'with blanks.yaml',
    'a%20b.yaml',
    'a#b.yaml',
    'what?x=1.yaml',
    'größe/한국어 😀.yaml',
    String.raw`C:\deploy\web.yaml`,
    'https:/example.yaml',
    '[a]{b}|^`"<>/..%2f/ /x.yaml',
    "'(a)*!.yaml",
  ])('places a finding of the file %j where that name is read again', (file) => {
    const { results } = accepted(sarifOf(reported([workload('web', { file, diagnostics: [found] })])));
    const { artifactLocation, region } = results[0]?.locations[0]?.physicalLocation ?? {};
    expect(decodeURIComponent(artifactLocation?.uri ?? '')).toBe(file);
    expect(region).toEqual({ startLine: 3, startColumn: 5 });
  });

  it.each([{}, { showIgnored: true }] as const)('is accepted whatever strings hold, with %j', (detail) => {
    const report = nastyReport();
    const { results } = accepted(sarifOf({ ...report, command: 'audit' }, detail));
    expect(results.length).toBeGreaterThan(3);
  });

  it.each([
    ['deploy/a b,c%.yaml', 'deploy/a%20b%2Cc%25.yaml'],
    [resolve('deploy/web.yaml'), 'deploy/web.yaml'],
    ['/somewhere/else.yaml', 'file:///somewhere/else.yaml'],
    ['../up.yaml', '../up.yaml'],
  ])('writes the file %j as %j', (file, uri) => {
    expect(uriOf(file)).toBe(uri);
  });
});
