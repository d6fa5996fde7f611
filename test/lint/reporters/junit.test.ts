// JUnit XML: what fails, what is left out, and text that stays text.

import { describe, expect, it } from 'vitest';
import { junitOutput } from '../../../src/lint/reporters/junit.ts';
import { finding, nastyReport, reported, reportOptions, workload } from '../../support/reported.ts';

const junit = (report: Parameters<typeof junitOutput>[0], failOn: 'error' | 'warning' | 'note' | 'never' = 'warning') =>
  [...junitOutput(report, reportOptions({ failOn }))].join('');

describe('JUnit', () => {
  const [error, warning, note] = (['error', 'warning', 'note'] as const).map((severity) =>
    finding({ severity, message: `a ${severity}`, line: 3, column: 5 }),
  ) as [ReturnType<typeof finding>, ReturnType<typeof finding>, ReturnType<typeof finding>];
  const files = reported(
    [
      workload('bad', { file: 'a.yaml', diagnostics: [error, warning, note] }),
      workload('warned', { file: 'a.yaml', diagnostics: [warning] }),
      workload('good', { file: './b.yaml' }),
      workload('off', { file: 'b.yaml', diagnostics: [], skipped: 'an annotation says so' }),
    ],
    {
      problems: [{ file: 'c.yaml', line: 1, column: 2, message: 'no YAML' }],
      notJudged: [
        {
          object: { kind: 'Pod', namespace: 'shop', name: 'p' },
          apiVersion: 'v1',
          reason: 'it has no owner',
          file: 'b.yaml',
        },
      ],
    },
  );

  it('has a suite for each file, a case for each workload, and the findings that fail the command as failures', () => {
    expect(junit(files)).toMatchInlineSnapshot(`
      "<?xml version="1.0" encoding="UTF-8"?>
      <testsuites name="hitless check">
        <testsuite name="input" tests="1" failures="0" errors="1" skipped="0">
          <testcase classname="hitless.input" name="c.yaml"><error message="no YAML" type="unreadable">c.yaml:1:2: no YAML</error></testcase>
        </testsuite>
        <testsuite name="a.yaml" tests="2" failures="2" errors="0" skipped="0">
          <testcase classname="hitless.shop" name="Deployment shop/bad"><failure message="1 error, 1 warning" type="finding">a.yaml:3:5: error pre-stop-sleep: a error
      a.yaml:3:5: warning pre-stop-sleep: a warning</failure><system-out>a.yaml:3:5: note pre-stop-sleep: a note</system-out></testcase>
          <testcase classname="hitless.shop" name="Deployment shop/warned"><failure message="1 warning" type="finding">a.yaml:3:5: warning pre-stop-sleep: a warning</failure></testcase>
        </testsuite>
        <testsuite name="b.yaml" tests="3" failures="0" errors="0" skipped="2">
          <testcase classname="hitless.shop" name="Deployment shop/good"></testcase>
          <testcase classname="hitless.shop" name="Deployment shop/off"><skipped message="an annotation says so"/></testcase>
          <testcase classname="hitless.shop" name="Pod shop/p"><skipped message="not judged: it has no owner"/></testcase>
        </testsuite>
      </testsuites>
      "
    `);
  });

  it('fails what the exit code fails', () => {
    const failures = (failOn: Parameters<typeof junit>[1]) => junit(files, failOn).match(/<failure/g)?.length ?? 0;
    expect([failures('error'), failures('warning'), failures('never')]).toEqual([1, 2, 0]);
    expect(junit(files, 'never')).toContain('a.yaml:3:5: error pre-stop-sleep: a error');
  });

  it('of a cluster has a suite for each namespace', () => {
    const text = junit(reported([workload('bad', { diagnostics: [error] })]));
    expect(text).toContain('<testsuite name="shop" tests="1" failures="1" errors="0" skipped="0">');
    expect(text).toContain('>error pre-stop-sleep: a error</failure>');
  });

  it('keeps strings of files and clusters within their elements', () => {
    const text = junit(nastyReport());
    const tags = new Set(Array.from(text.matchAll(/<\/?([\w-]+)/g), ([, name]) => name));
    expect(tags).toEqual(new Set(['testsuites', 'testsuite', 'testcase', 'error', 'failure', 'system-out', 'skipped']));
    // biome-ignore lint/suspicious/noControlCharactersInRegex: XML forbids them.
    expect(text).not.toMatch(/[\u0000-\u0008\u000b-\u001f\ud800-\udfff\ufffe\uffff]|\]\]>/);
  });
});
