// The file of the configuration: its values, its paths, and every mistake in it with its line.

import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readConfiguration } from '../../../src/lint/configuration/read.ts';
import { outputNames } from '../../../src/lint/reporters/names.ts';
import { either } from '../../../src/policy/fields.ts';
import { writeFiles } from '../../support/files.ts';

const folder = mkdtempSync(join(tmpdir(), 'hitless-configuration-'));

function read(text: string, name = '.hitless.yaml') {
  writeFiles(folder, { [name]: text });
  return readConfiguration(join(folder, name));
}

function configurationIn(text: string) {
  const found = read(text);
  if ('problems' in found) throw new Error(found.problems.map(({ message }) => message).join('\n'));
  return found.configuration;
}

/** With the places in the file. */
function problemsIn(text: string, name?: string): readonly string[] {
  const found = read(text, name);
  if (!('problems' in found)) return [];
  return found.problems.map(({ line, column, message }) => `${line ?? ''}:${column ?? ''} ${message}`);
}

const here = (path: string) => relative('', resolve(folder, path));

describe('a configuration', () => {
  it('has its paths from its own folder, and one item stands for a list of one', () => {
    const { isIgnored, ...others } = configurationIn(`
policies: policies
namespace: shop
failOn: error
outputs: [text, { format: sarif, file: out/hitless.sarif }]
baseline: ci/baseline.json
ignoredPaths: ['vendor/', '*.tmp.yaml', '!keep.tmp.yaml']
ignores:
  - kind: Deployment
    namespace: [vendor, 'team-*']
    name: redis-*
    rule: [readiness-probe, pre-stop-sleep]
    reason: |
      The chart has no probe,
      and we may not edit it.
    until: 2027-06-30
  - { rule: application, reason: not ours }
`);
    expect(others).toEqual({
      file: here('.hitless.yaml'),
      policies: [here('policies')],
      namespace: 'shop',
      failOn: 'error',
      outputs: [{ format: 'text' }, { format: 'sarif', file: here('out/hitless.sarif') }],
      baseline: here('ci/baseline.json'),
      ignores: [
        {
          kind: ['Deployment'],
          namespace: ['vendor', 'team-*'],
          name: ['redis-*'],
          rule: ['readiness-probe', 'pre-stop-sleep'],
          reason: 'The chart has no probe, and we may not edit it.',
          until: '2027-06-30',
          where: `${here('.hitless.yaml')}:9`,
        },
        { rule: ['application'], reason: 'not ours', where: `${here('.hitless.yaml')}:17` },
      ],
    });
    const ignored = ['vendor/a.yaml', 'a/b.tmp.yaml', 'keep.tmp.yaml', 'deploy/web.yaml'].filter((path) =>
      isIgnored?.(here(path), false),
    );
    expect(ignored).toEqual(['vendor/a.yaml', 'a/b.tmp.yaml']);
  });

  it.each(['', '# nothing yet\n', '{}', 'ignores: []'])('may be as empty as %j', (text) => {
    expect(configurationIn(text)).toEqual({ file: here('.hitless.yaml'), ignores: [] });
  });

  it('has all of its mistakes reported at once, each at its line', () => {
    expect(
      problemsIn(`polices: []
failOn: errors
namespace: Shop
outputs:
  - txt
  - format: sarif
    fil: x
  - file: out
baseline: 5
ignoredPaths: ['# a comment', '']
ignores:
  - kind: deployment
    name: web
    rule: pre-stop-sleeps
    until: 2027-02-30
    reasons: x
  - reason: everything
  - name: Web_1
    reason: ' '
failOn: never
`),
    ).toEqual([
      '1:1 polices: found an unknown key; allowed: policies, namespace, failOn, outputs, baseline, ignoredPaths, ignores; did you mean policies?',
      '3:1 namespace: found "Shop"; allowed: at most 63 lower-case letters, digits and "-", with a letter or digit first and last',
      `5:5 outputs[0]: found "txt"; allowed: ${either(outputNames)}; did you mean text?`,
      '7:5 outputs[1].fil: found an unknown key; allowed: format, file; did you mean file?',
      `8:5 outputs[2].format: found nothing; allowed: ${either(outputNames)}`,
      '9:1 baseline: found 5; allowed: a path, relative to the folder of this file',
      '10:16 ignoredPaths[0]: found "# a comment"; allowed: one line as in a .gitignore that is neither empty nor a comment, with ** at most four times',
      '10:31 ignoredPaths[1]: found an empty string; allowed: one line as in a .gitignore that is neither empty nor a comment, with ** at most four times',
      '12:5 ignores[0].kind: found "deployment"; allowed: Deployment, StatefulSet, DaemonSet, Rollout, CloneSet, LeaderWorkerSet or DeploymentConfig; did you mean Deployment?',
      '12:5 ignores[0].reason: found nothing; allowed: a string that says why',
      '14:5 ignores[0].rule: found "pre-stop-sleeps"; allowed: readiness-probe, pre-stop-sleep, termination-grace-period, rolling-update, min-ready-seconds, application or manifest; did you mean pre-stop-sleep?',
      '15:5 ignores[0].until: found "2027-02-30"; allowed: a date, such as 2027-01-31',
      '16:5 ignores[0].reasons: found an unknown key; allowed: kind, namespace, name, rule, reason, until; did you mean reason?',
      '17:5 ignores[1]: found none of kind, namespace, name, rule; allowed: one of them or several',
      '18:5 ignores[2].name: found "Web_1"; allowed: a name of lower-case letters, digits, "-" and ".", in which * stands for any characters',
      '19:5 ignores[2].reason: found " "; allowed: a string that says why',
      '20:1 the key failOn is already in line 2: remove one of the two',
    ]);
  });

  it.each([
    ['a list', '- policies', '1:1 document: found a list; allowed: an object with settings'],
    ['text that is no YAML', 'a: [', /^1:\d+ /],
    ['two documents', 'failOn: error\n---\nfailOn: note\n', '3:1 a second document: the configuration is one'],
    ['a value of another type', 'ignores: all', '1:1 ignores: found "all"; allowed: a list of objects with a reason'],
    [
      'a pattern that takes long for deep paths',
      `ignoredPaths: ["${'**/a/'.repeat(4)}b", "${'**/a/'.repeat(5)}b"]`,
      /^1:41 ignoredPaths\[1\]: .* \*\* at most four times$/,
    ],
    ['no value', 'policies:', '1:1 policies: found nothing; allowed: a path or a list of paths'],
  ])('reports %s', (_, text, expected) => {
    expect(problemsIn(text)).toEqual([typeof expected === 'string' ? expected : expect.stringMatching(expected)]);
  });

  it('of a thousand mistakes reports a hundred, and says how many more there are', () => {
    const problems = problemsIn(`ignores:\n${'  - { rule: x, reason: why }\n'.repeat(1_000)}`);
    expect(problems).toHaveLength(101);
    expect(problems.at(-1)).toBe(': 900 more mistakes');
  });

  it('must have the one name that is looked for, where it is found by its name', () => {
    expect(problemsIn('{}', '.hitless.yml')).toEqual([': its name must be .hitless.yaml: rename it']);
    expect(problemsIn('{}', 'other.yml')).toEqual([]);
  });

  it('that is not there is a problem', () => {
    expect(readConfiguration(join(folder, 'no.yaml'))).toEqual({
      problems: [{ file: here('no.yaml'), message: 'no such file or folder' }],
    });
  });
});
