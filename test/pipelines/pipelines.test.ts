// docs/pipelines.md over a repository of 100 manifests: adopted with what is there, closed to what is new, broken, mended; in each of the
// pipelines.

import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRepository, manifest, type Repository } from '../support/pipelines/repository.ts';
import {
  action,
  checkoutOnPath,
  component,
  documented,
  type Ended,
  hooks,
  job,
  run,
} from '../support/pipelines/steps.ts';

const folder = mkdtempSync(join(tmpdir(), 'hitless-pipelines-'));
const temporary = join(folder, 'temporary');
const PATH = `${checkoutOnPath(folder)}:${process.env.PATH}`;
let repository: Repository;

beforeAll(() => {
  mkdirSync(join(temporary, 'hitless'), { recursive: true });
  mkdirSync(join(folder, 'repository'));
  repository = createRepository(join(folder, 'repository'));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const inRepository = (name: string) => readFileSync(join(repository.folder, name), 'utf8');
const git = Object.fromEntries(
  ['AUTHOR', 'COMMITTER'].flatMap((who) => [
    [`GIT_${who}_NAME`, 'test'],
    [`GIT_${who}_EMAIL`, 'test@example.com'],
  ]),
);
const sh = (script: string) =>
  run(script, { program: ['sh'], folder: repository.folder, environment: { PATH, ...git } });

/** The values of inputs by the variables that name them. */
function given(variables: object, defaults: Readonly<Record<string, { default?: string }>>, inputs: Inputs) {
  const pairs = Object.entries(variables).map(([variable, text]) => {
    const name = /inputs\.([\w-]+)/.exec(text.value ?? text)?.[1] ?? '';
    return [variable, inputs[name] ?? defaults[name]?.default ?? ''];
  });
  return Object.fromEntries(pairs) as Readonly<Record<string, string>>;
}

type Inputs = Readonly<Record<string, string>>;

/** The last step of the action, with what GitHub gives it. */
function runAction(inputs: Inputs = {}): Ended & { readonly outputs: string; readonly summary: string } {
  const { env, run: script } = action.runs.steps.at(-1);
  const files = { GITHUB_OUTPUT: join(temporary, 'outputs'), GITHUB_STEP_SUMMARY: join(temporary, 'summary') };
  for (const file of Object.values(files)) writeFileSync(file, '');
  const environment = { PATH, RUNNER_TEMP: temporary, ...files, ...given(env, action.inputs, inputs) };
  const program = ['bash', '--noprofile', '--norc', '-eo', 'pipefail'];
  const ended = run(script, { program, folder: repository.folder, environment });
  return {
    ...ended,
    outputs: readFileSync(files.GITHUB_OUTPUT, 'utf8'),
    summary: readFileSync(files.GITHUB_STEP_SUMMARY, 'utf8'),
  };
}

/** The scripts of the GitLab job, without the one that installs hitless. */
function runJob(inputs: Inputs = {}): Ended {
  const environment = { PATH, ...given(job.variables, component.inputs, inputs) };
  return run(job.script.slice(1).join('\n'), { program: ['sh', '-e'], folder: repository.folder, environment });
}

/** As pre-commit does: the names of files behind the entry. */
function runHook(id: string, files: readonly string[]): Ended {
  const { entry } = hooks.find((hook) => hook.id === id);
  return sh(`${entry} ${files.map((file) => `'${file}'`).join(' ')}`);
}

const everyFile = () => sh("git ls-files -- '*.yaml' '*.json'").out.trim().split('\n');
const fresh = 'teams/shop/new.yaml';
const passes = () => {
  expect(runAction()).toMatchObject({ code: 0, outputs: 'exit-code=0\nsarif=\n' });
  expect(runJob()).toMatchObject({ code: 0 });
  expect(runHook('hitless-check', everyFile())).toMatchObject({ code: 0 });
};

describe('a repository with hundreds of findings', () => {
  it('fails everywhere at first', () => {
    const { code, out, outputs, summary } = runAction();
    expect({ code, outputs }).toEqual({ code: 1, outputs: 'exit-code=1\nsarif=\n' });
    expect(out.match(/^::warning/gm)?.length).toBeGreaterThan(150);
    expect(summary).toContain('pre-stop-sleep');
    expect(runJob().code).toBe(1);
    expect(runHook('hitless-check', everyFile()).code).toBe(1);
  });

  it('is adopted by the commands of the page, and passes everywhere', () => {
    expect(sh(documented('1. Adopt'))).toMatchObject({ code: 0 });
    passes();
  });

  it('stays adopted when a manifest moves and other lines of it change', () => {
    repository.remove('teams/shop/shop-1.yaml');
    repository.write({ 'teams/shop/web/shop-1.yaml': `# moved\n\n${manifest('shop-1', 'shop', 'shop-1:2')}` });
    repository.commit('move');
    passes();
  });

  it('is closed to what is new: that is named everywhere, and nothing else', () => {
    repository.write({ [fresh]: manifest('new', 'shop') });
    const { code, out, summary } = runAction({ sarif: 'hitless.sarif' });
    expect(code).toBe(1);
    expect(new Set(Array.from(out.matchAll(/^::(?:warning|error) file=([^,]+)/gm), ([, file]) => file))).toEqual(
      new Set([fresh]),
    );
    expect(summary).toContain(fresh);
    expect(JSON.parse(inRepository('hitless.sarif')).version).toBe('2.1.0');
    const gitlab = runJob();
    expect(gitlab.code).toBe(1);
    const quality: readonly { location: { path: string } }[] = JSON.parse(inRepository('hitless-code-quality.json'));
    expect(new Set(quality.map(({ location }) => location.path))).toEqual(new Set([fresh]));
    expect(inRepository('hitless-junit.xml')).toContain(fresh);
    const hook = runHook('hitless-check', [fresh]);
    expect(hook).toMatchObject({ code: 1, out: expect.stringContaining(fresh) });
  });

  it('lets a commit through that touches other files', () => {
    expect(runHook('hitless-check', ['teams/chat/chat-1.yaml', '.hitless.yaml']).code).toBe(0);
  });

  it('judges with the Service of a file that is not in the commit', () => {
    const [deployment = '', service = ''] = manifest('split', 'shop').split('---\n');
    repository.write({ 'teams/shop/split.yaml': deployment, 'services/split.yaml': service });
    expect(runHook('hitless-check', ['teams/shop/split.yaml']).out).toContain('readiness-probe');
    repository.remove('teams/shop/split.yaml');
    repository.remove('services/split.yaml');
  });

  it('is mended by the hook that fixes, and passes again', () => {
    expect(runHook('hitless-fix', [fresh])).toMatchObject({ code: 0 });
    expect(inRepository(fresh)).toContain('preStop');
    repository.commit('a new workload');
    passes();
  });

  it('gets rid of its baseline by the commands of the page', () => {
    const before = inRepository('.hitless-baseline.json').split('\n').length;
    expect(sh(documented('4. Mend'))).toMatchObject({ code: 0 });
    expect(inRepository('.hitless-baseline.json').split('\n').length).toBeLessThan(before);
    passes();
    sh('hitless fix . --write');
    expect(sh('hitless check . --no-baseline').code).toBe(0);
  });
});

describe('the inputs', () => {
  it('are lines, and never part of the script', () => {
    const odd = 'odd "$(touch broken)" `touch broken`; touch broken.yaml';
    repository.write({ [odd]: manifest('odd', 'shop'), 'policies/a b.yaml': policy });
    const inputs = { paths: `${odd}\n\nteams/mail\n`, policy: 'policies/a b.yaml', 'fail-on': 'never' };
    for (const ended of [runAction(inputs), runJob(inputs)]) {
      expect(ended).toMatchObject({ code: 0 });
      expect(ended.out).toContain('odd');
    }
    const names = sh('ls').out.split('\n');
    for (const made of ['broken', 'broken.yaml']) expect(names).not.toContain(made);
  });

  it('that name no file end with exit code 2, and the outputs say so', () => {
    expect(runAction({ paths: 'nowhere' })).toMatchObject({ code: 2, outputs: 'exit-code=2\nsarif=\n' });
    expect(runJob({ paths: '--help' }).code).toBe(2);
  });
});

const policy =
  'apiVersion: hitless.dev/v1alpha1\nkind: ClusterRolloutPolicy\nmetadata: {name: all}\nspec: {preStopSleep: {seconds: 7}}\n';
