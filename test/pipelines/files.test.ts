// action.yml, the GitLab component and the hooks of pre-commit: what their consumers read, and no input that could be a script.

import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { writeFiles } from '../support/files.ts';
import { action, component, hooks, job, run } from '../support/pipelines/steps.ts';

const folder = mkdtempSync(join(tmpdir(), 'hitless-install-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Step {
  readonly run?: string;
  readonly env?: Readonly<Record<string, string>>;
}

const steps: readonly Step[] = action.runs.steps;
const inputsIn = (text: string) => Array.from(text.matchAll(/inputs\.([\w-]+)/g), ([, name]) => name);

describe('the action', () => {
  it('is a composite one whose scripts hold no expression: each input comes as a variable, and each variable is used', () => {
    expect(action.runs.using).toBe('composite');
    for (const { run: script = '', env = {} } of steps) {
      expect(script).not.toContain('${{');
      for (const [name, value] of Object.entries(env)) {
        expect(value).toMatch(/^\$\{\{ inputs\.[\w-]+ \}\}$/);
        expect(script).toContain(`$${name}`);
      }
    }
  });

  it('passes every input that it has, and no other one', () => {
    const used = steps.flatMap(({ env = {} }) => Object.values(env).flatMap(inputsIn));
    expect(used.toSorted()).toEqual(Object.keys(action.inputs).toSorted());
    for (const { description, default: fallback } of Object.values<{ description: string; default: string }>(
      action.inputs,
    ))
      expect([typeof description, typeof fallback]).toEqual(['string', 'string']);
  });

  it('has outputs that its step writes', () => {
    const written = steps.at(-1)?.run ?? '';
    for (const name of Object.keys(action.outputs)) expect(written).toContain(`echo "${name}=`);
  });
});

describe('the component', () => {
  it('passes every input as a variable that is not expanded, or as a plain keyword', () => {
    const used = [
      ...Object.values<{ value: string }>(job.variables).map(({ value }) => value),
      job.stage,
      job.image,
      '$[[ inputs.job-name ]]',
    ];
    expect(used.flatMap(inputsIn).toSorted()).toEqual(Object.keys(component.inputs).toSorted());
    for (const { expand } of Object.values<{ expand: boolean }>(job.variables)) expect(expand).toBe(false);
    for (const line of job.script) expect(line).not.toContain('$[[');
  });

  it('keeps the files that its script writes, also when it fails', () => {
    expect(job.artifacts.when).toBe('always');
    for (const file of Object.values<string>(job.artifacts.reports))
      expect(job.script.join('\n')).toContain(`=${file}`);
  });
});

describe('the hooks', () => {
  it.each(hooks)('$id run a command of the package, in one process, on YAML and JSON', ({ entry, ...hook }) => {
    expect(entry).toMatch(/^hitless (check|fix) /);
    expect(hook).toMatchObject({ language: 'node', require_serial: true, types_or: ['yaml', 'json'] });
  });

  it('take the Node.js that the package is tested with', () => {
    const { packages } = JSON.parse(readFileSync(new URL('../../package-lock.json', import.meta.url), 'utf8'));
    for (const { language_version } of hooks) expect(language_version).toBe(packages['node_modules/node'].version);
  });
});

describe('installing', () => {
  const fake = join(folder, 'package');
  writeFiles(fake, {
    'package.json': '{"name": "hitless", "version": "1.0.0", "bin": {"hitless": "dist/cli.js"}}',
    'package-lock.json':
      '{"name": "hitless", "version": "1.0.0", "lockfileVersion": 3, "packages": {"": {"name": "hitless", "version": "1.0.0"}}}',
    'dist/cli.js': '#!/usr/bin/env node\nconsole.log("installed", ...process.argv.slice(2));\n',
  });
  chmodSync(join(fake, 'dist/cli.js'), 0o755);
  const install = steps.find(({ run: script = '' }) => script.includes('npm'))?.run ?? '';

  it.each([
    ['from a package', { HITLESS_PACKAGE: fake }],
    ['from its own checkout', { HITLESS_PACKAGE: '', GITHUB_ACTION_PATH: fake }],
  ])('%s puts hitless on the PATH of the steps that follow', (how, environment) => {
    const temporary = join(folder, how.replaceAll(' ', '-'));
    mkdirSync(temporary);
    const file = join(temporary, 'path');
    writeFileSync(file, '');
    const shell = { program: ['bash', '-eo', 'pipefail'], folder: temporary };
    const ended = run(install, {
      ...shell,
      environment: { ...environment, RUNNER_TEMP: temporary, GITHUB_PATH: file },
    });
    expect(ended).toMatchObject({ code: 0 });
    const PATH = `${readFileSync(file, 'utf8').trim()}:${process.env.PATH}`;
    expect(run('hitless a "b c"', { ...shell, environment: { PATH } }).out).toBe('installed a b c\n');
  });
});
