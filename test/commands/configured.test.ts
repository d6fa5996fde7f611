// What the commands take from .hitless.yaml, found or named, and that the command line wins.

import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { writeFiles } from '../support/files.ts';
import { hitless } from '../support/hitless.ts';

const web = readFileSync('test/cli/fix-shows-a-diff/web.yaml', 'utf8');
const policy = `apiVersion: hitless.dev/v1alpha1
kind: ClusterRolloutPolicy
metadata: {name: all}
spec: {preStopSleep: {seconds: 7}, readinessProbe: {action: "off"}}
`;
let folder = '';
const at = (name: string) => join(folder, name);

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hitless-configured-'));
  writeFiles(folder, { 'deploy/web.yaml': web, 'policies/policy.yaml': policy });
});
afterEach(() => rmSync(folder, { recursive: true }));

/** With this configuration. */
function run(configuration: string, command: string, ...flags: readonly string[]) {
  writeFiles(folder, { 'ci/hitless.yaml': configuration });
  return hitless([command, at('deploy'), '--config', at('ci/hitless.yaml'), ...flags]);
}

describe('check', () => {
  it('takes the policies, and --policy in their place', async () => {
    const configuration = 'policies: ../policies';
    const { out } = await run(configuration, 'check');
    expect(out).toContain('sleep 7 s first');
    expect(out).not.toContain('readinessProbe');
    writeFiles(folder, { 'other.yaml': policy.replace('7', '9') });
    expect((await run(configuration, 'check', '--policy', at('other.yaml'))).out).toContain('sleep 9 s first');
    expect((await run('policies: nowhere', 'check')).err).toContain('ci/nowhere: no such file or folder');
  });

  it('takes the namespace, and -n in its place', async () => {
    writeFiles(folder, { 'deploy/web.yaml': web.replaceAll('  namespace: shop\n', '') });
    expect((await run('namespace: team', 'check')).out).toContain('Deployment team/web');
    expect((await run('namespace: team', 'check', '-n', 'own')).out).toContain('Deployment own/web');
  });

  it('takes failOn, and --fail-on in its place, even where that says the default', async () => {
    expect(await run('failOn: never', 'check')).toMatchObject({ code: 0 });
    expect(await run('failOn: never', 'check', '--fail-on', 'warning')).toMatchObject({ code: 1 });
  });

  it('takes the baseline, and --baseline or --no-baseline in its place', async () => {
    await hitless(['baseline', at('deploy'), '-o', at('b.json')]);
    writeFiles(folder, { 'empty.json': '{"format":"hitless.dev/baseline/v1","findings":[]}' });
    expect(await run('baseline: ../b.json', 'check')).toMatchObject({ code: 0, err: '' });
    expect(await run('baseline: ../b.json', 'check', '--baseline', at('empty.json'))).toMatchObject({ code: 1 });
    expect(await run('baseline: ../b.json', 'check', '--no-baseline')).toMatchObject({ code: 1 });
    expect(await run('baseline: c.json', 'check')).toMatchObject({
      code: 2,
      err: expect.stringContaining('ci/c.json: no such file: hitless baseline writes one'),
    });
  });

  it('reads nothing that ignoredPaths match, not even where it is named, and says which of the named', async () => {
    writeFiles(folder, { 'deploy/vendor/api.yaml': web.replaceAll('web', 'api'), 'deploy/x.gen.yaml': 'a: [' });
    const configuration = "ignoredPaths: ['/other', vendor/, '*.gen.yaml']";
    writeFiles(folder, { '.hitless.yaml': configuration });
    const check = (...names: readonly string[]) =>
      hitless(['check', '--config', at('.hitless.yaml'), ...names.map(at)]);
    expect((await check('deploy')).out).toContain('1 Deployment in 1 file:');
    expect((await check('deploy')).err).toBe('');
    const { code, err } = await check('deploy/vendor/api.yaml', 'deploy/vendor');
    expect(code).toBe(0);
    expect(err).toContain(
      `not read, because ignoredPaths of the configuration says so: ${at('deploy/vendor/api.yaml')}, ${at('deploy/vendor')}\n`,
    );
  });

  it('accepts what an entry of ignores names', async () => {
    const entry = (changes: string) => `ignores: [{ namespace: sh*, reason: not ours, ${changes} }]`;
    const all = await run(entry('name: web'), 'check', '--output', 'json');
    expect(JSON.parse(all.out)).toMatchObject({ findings: [], notices: [] });
    expect(all.code).toBe(0);
    const one = JSON.parse((await run(entry('rule: pre-stop-sleep'), 'check', '--output', 'json')).out);
    expect(one.findings).toMatchObject([{ rule: 'readiness-probe' }]);
  });

  it('with --no-config is as without a file', async () => {
    writeFiles(folder, { '.hitless.yaml': 'x: y' });
    expect(await hitless(['check', '--no-config', at('deploy')])).toMatchObject({ code: 1, err: '' });
  });
});

it('mistakes in the configuration are exit code 2 of every command that takes it, and nothing is read', async () => {
  for (const command of ['check', 'fix', 'explain', 'baseline']) {
    const { code, out, err } = await run('failOn: x\npolices: y\n', command);
    expect([command, code, out]).toEqual([command, 2, '']);
    expect(err.split('\n').map((line) => line.replace(/.*hitless\.yaml/, ''))).toEqual([
      ':1:1: failOn: found "x"; allowed: error, warning, note or never',
      ':2:1: polices: found an unknown key; allowed: policies, namespace, failOn, outputs, baseline, ignoredPaths, ignores; did you mean policies?',
      '',
    ]);
  }
});

it('fix edits nothing that is accepted, and what a baseline holds all the same', async () => {
  await hitless(['baseline', at('deploy'), '-o', at('b.json')]);
  const { out } = await run('baseline: ../b.json\nignores: [{ rule: pre-stop-sleep, reason: the proxy waits }]', 'fix');
  expect(out).toContain('readinessProbe:');
  expect(out).not.toContain('preStop:');
});

it('explain takes the policies, and of a cluster says that a configuration is for files', async () => {
  expect((await run('policies: ../policies', 'explain')).out).toContain('ClusterRolloutPolicy all');
  expect(await hitless(['explain', 'deployment/web', '--no-config'])).toMatchObject({
    code: 2,
    err: 'hitless explain: --no-config is for files and cannot be used with a workload of a cluster\n',
  });
});

it('baseline writes the file that the configuration names', async () => {
  const { out } = await run('baseline: ../b.json', 'baseline');
  expect(out).toContain('b.json: 2 findings in');
});

it('the configuration is found from a folder below, whose paths stay its own', () => {
  mkdirSync(at('.git'));
  mkdirSync(at('deploy/a'));
  writeFiles(folder, { '.hitless.yaml': 'policies: policies\nfailOn: never\n' });
  const cli = resolve('src/cli.ts');
  const { status, stdout } = spawnSync(process.execPath, [cli, 'check', '..'], {
    cwd: at('deploy/a'),
    encoding: 'utf8',
  });
  expect(status).toBe(0);
  expect(stdout).toContain('sleep 7 s first');
});
