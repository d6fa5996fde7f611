import { expect, it } from 'vitest';
import { junitReport } from '../../../src/measurement/report/junit.ts';
import { labResult } from '../../support/report/lab-result.ts';
import { nastyLab, nastyVerify } from '../../support/report/nasty.ts';
import { verifyReport } from '../../support/report/verify-report.ts';

function casesOf(xml: string): readonly string[] {
  return Array.from(xml.matchAll(/<testcase [^>]*?(?:\/>|>.*?<\/testcase>)/gs), ([one]) => one);
}

it('verify has a case for each rollout; one that lost too much fails with its causes', () => {
  const xml = junitReport(verifyReport());
  const [broken, ...whole] = casesOf(xml);
  expect(whole).toHaveLength(2);
  expect(broken).toMatch(
    /<failure message="\d+ of 10,500 requests lost, 0 allowed: endpoint lag \d+, pod not ready \d+, .*" type="lost"\/>/,
  );
  expect(broken).toContain('classname="hitless.verify.shop.web" name="rollout 1" time="15"');
  for (const one of whole) expect(one).not.toContain('<failure');
  expect(xml).toContain('<testsuites tests="3" failures="1" errors="0" skipped="0">');
  expect(xml).toContain('timestamp="2026-11-22T13:00:00.000Z"');
});

it('a rollout that lost no more than is allowed passes', () => {
  expect(junitReport({ ...verifyReport(), maxLost: 500 })).not.toContain('<failure');
});

it('the lab has a case for each row; only the row that hitless promises can fail', () => {
  const result = labResult();
  expect(casesOf(junitReport(result))).toHaveLength(12);
  expect(junitReport(result)).not.toContain('<failure');
  const rows = result.rows.map((row) => ({ ...row, lost: row.lost + 1, causes: { killed: 1 } }));
  const failed = casesOf(junitReport({ ...result, rows })).filter((one) => one.includes('<failure'));
  expect(failed).toHaveLength(1);
  expect(failed[0]).toContain('all of hitless, application drains, 2 replicas');
  expect(failed[0]).toContain('message="1 of 210,000 requests lost: pod killed 1"');
});

it('a row that was not measured is skipped, and why is an error', () => {
  const result = labResult();
  const rows = result.rows.map((row) => ({ ...row, rollouts: [], lost: 0 }));
  const xml = junitReport({ ...result, rows, failures: ['no node is ready'] });
  expect(xml).toContain('tests="13" failures="0" errors="1" skipped="12"');
  expect(xml).toContain('<error message="no node is ready" type="not-measured"/>');
});

it('names from a cluster stay text', () => {
  for (const xml of [junitReport(nastyLab(labResult())), junitReport(nastyVerify(verifyReport()))]) {
    expect(xml).not.toMatch(/<script|<img|<!--/);
    expect(xml).toContain('&lt;script');
    for (const hidden of ['\u0000', '\u0007', '\u202e', '\ud800']) expect(xml).not.toContain(hidden);
  }
});

it('the same result gives the same bytes', () => {
  expect(junitReport(labResult())).toBe(junitReport(labResult()));
});
