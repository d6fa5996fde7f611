// `hitless test` on folders as a team keeps them.

import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { hitless } from '../../support/hitless.ts';
import { temporaryFolder } from '../../support/pair.ts';

const web = readFileSync('docs/examples/policy-tests/web/input.yaml', 'utf8');
const sleepOf = (seconds: number | string, name = 'sleep') =>
  `apiVersion: hitless.dev/v1alpha1\nkind: ClusterRolloutPolicy\nmetadata: {name: ${name}}\nspec:\n  preStopSleep: {seconds: ${seconds}}\n`;

let root = '';
const at = (path: string) => join(root, path);
const read = (path: string) => readFileSync(at(path), 'utf8');
const write = (path: string, text: string) => {
  mkdirSync(dirname(at(path)), { recursive: true });
  writeFileSync(at(path), text);
};
/** Paths in what it prints begin in the folder. */
const run = async (...args: readonly string[]) => {
  const { code, out, err } = await hitless(['test', root, ...args]);
  const home = (text: string) => text.replaceAll(new RegExp(`(?<=[ab])${root}/`, 'g'), '/').replaceAll(`${root}/`, '');
  return { code, out: home(out), err: home(err) };
};

beforeEach(async () => {
  root = await temporaryFolder();
  write('web/input.yaml', web);
});

describe('an expectation', () => {
  it('is written by --update, and holds from then on', async () => {
    expect(await run()).toMatchObject({ code: 1, out: expect.stringContaining('--update writes both') });
    expect(await run('--update')).toMatchObject({
      code: 0,
      out: '1 test: 1 passed. 2 files written:\n  web/expected.yaml\n  web/expected.txt\n',
    });
    expect(await run()).toEqual({ code: 0, out: '1 test: 1 passed.\n', err: '' });
    expect(await run('--update')).toMatchObject({ out: '1 test: 1 passed. Nothing to write.\n' });
  });

  it('of the manifests is what fix writes, to the byte', async () => {
    write('web/policy.yaml', sleepOf(7));
    await run('--update');
    const fixed = await hitless(['fix', '--stdout', at('web/input.yaml'), '--policy', at('web/policy.yaml')]);
    expect(read('web/expected.yaml')).toBe(fixed.out);
    expect(fixed.out).toContain('seconds: 7\n');
  });

  it('that differs is shown as a diff, with which git writes what --update writes', async () => {
    await run('--update');
    write('web/policy.yaml', sleepOf(7));
    const { code, out } = await run();
    expect(code).toBe(1);
    expect(out).toContain('FAILED  web\n  expected.yaml differs\n--- a/web/expected.yaml\n');
    expect(out).toMatch(/^-\s+seconds: 10\n\+\s+seconds: 7$/m);
    expect(out).toContain('\n  expected.txt differs\n');
    const patch = out
      .replaceAll('ROOT/', '')
      .replace(/^(?![ +\-@]).*\n/gm, '')
      .replace(/^ {2}expected.*\n/gm, '');
    const applied = spawnSync('git', ['apply', '--unidiff-zero', '-'], { cwd: root, input: patch, encoding: 'utf8' });
    expect(applied).toMatchObject({ status: 0, stderr: '' });
    expect(await run()).toMatchObject({ code: 0 });
  });

  it('of one sort stays the only one', async () => {
    write('web/expected.txt', '');
    expect(await run('--update')).toMatchObject({ code: 0 });
    expect(existsSync(at('web/expected.yaml'))).toBe(false);
    expect(read('web/expected.txt')).toMatch(/^Deployment shop\/web\n {2}warning rolling-update: old pods may go/);
  });

  it('that git checked out with other line ends is the same', async () => {
    await run('--update');
    write('web/expected.txt', read('web/expected.txt').replaceAll('\n', '\r\n'));
    expect(await run()).toMatchObject({ code: 0 });
  });

  it('says what is ignored, by whom and why', async () => {
    const annotations = 'annotations: {ignore.hitless.dev/rolling-update: one pod at a time}';
    write('web/input.yaml', web.replace('metadata:\n', `metadata:\n  ${annotations}\n`));
    await run('--update');
    expect(read('web/expected.txt')).toContain(
      '  ignored rolling-update: old pods may go before new ones are ready: set maxUnavailable 0 (ignored by Deployment annotation ignore.hitless.dev/rolling-update: one pod at a time)\n',
    );
  });

  it('names workloads without findings, those left alone, those only reported and those not judged', async () => {
    const namespace = (name: string) =>
      `apiVersion: v1\nkind: Namespace\nmetadata: {name: ${name}, labels: {hitless.dev/mode: "off"}}\n---\n`;
    const cron = `---\napiVersion: batch/v1\nkind: CronJob\nmetadata: {name: nightly}\nspec: {jobTemplate: {spec: {template: {spec: {containers: [{name: a, image: a}]}}}}}\n`;
    const worker = readFileSync('docs/examples/policy-tests/stateful-sets-are-patched/expected.yaml', 'utf8');
    write('web/input.yaml', `${worker}---\n${web.replaceAll('shop', 'default')}${cron}`);
    write('off/input.yaml', `${namespace('shop')}${web}`);
    write('off/expected.txt', '');
    await run('--update');
    await expect(read('web/expected.txt')).toMatchFileSnapshot(join(import.meta.dirname, 'found.txt'));
    expect(read('off/expected.txt')).toContain('Deployment shop/web: left alone, namespace shop is not opted in');
  });
});

describe('a folder of manifests as input', () => {
  beforeEach(() => {
    rmSync(at('web'), { recursive: true });
    const [deployment = '', service = ''] = web.split('---\n');
    write('two/input/deploy/web.yaml', deployment);
    write('two/input/service.yaml', service);
  });

  it('has a folder of what is expected, file by file', async () => {
    await run('--update');
    expect(read('two/expected/service.yaml')).toBe(read('two/input/service.yaml'));
    expect(read('two/expected/deploy/web.yaml')).toContain('seconds: 10');
    expect(await run()).toMatchObject({ code: 0, out: '1 test: 1 passed.\n' });
  });

  it('fails for a file that is missing there, and for one too many, which --update leaves', async () => {
    await run('--update');
    rmSync(at('two/expected/service.yaml'));
    write('two/expected/old.yaml', 'a: 1\n');
    const { code, out } = await run();
    expect(code).toBe(1);
    expect(out).toContain('expected/service.yaml is not there, but its file is in the input: --update writes it');
    expect(out).toContain('expected/old.yaml is expected of a file that is not in the input: remove it');
    expect(await run('--update')).toMatchObject({ code: 1, out: expect.stringContaining('expected/old.yaml') });
    expect(existsSync(at('two/expected/old.yaml'))).toBe(true);
  });
});

describe('policies', () => {
  it('for all tests give way to those of a test that have their name', async () => {
    write('all.yml', sleepOf(7));
    write('web/policy.yaml', sleepOf(9));
    write('other/input.yaml', web);
    const policy = join(await temporaryFolder(), 'policy.yaml');
    writeFileSync(policy, read('all.yml'));
    rmSync(at('all.yml'));
    expect(await run('--update', '--policy', policy)).toMatchObject({ code: 0 });
    expect(read('web/expected.yaml')).toContain('seconds: 9');
    expect(read('other/expected.yaml')).toContain('seconds: 7');
  });

  it('that are not valid are bad input, with every mistake at once, and do not stop the other tests', async () => {
    write('bad/input.yaml', web);
    write('bad/policy.yaml', sleepOf('soon, minimumSecond: 3'));
    const { code, out, err } = await run('--update');
    expect(code).toBe(2);
    expect(err).toContain('bad/policy.yaml:5:');
    expect(err.match(/^bad\/policy\.yaml:/gm)?.length).toBe(2);
    expect(out).toContain('2 tests: 1 passed, 1 could not be run.');
    expect(existsSync(at('bad/expected.yaml'))).toBe(false);
  });

  it('a Node among them is the version of Kubernetes', async () => {
    const node = `apiVersion: v1\nkind: Node\nmetadata: {name: old}\nstatus: {nodeInfo: {kubeletVersion: v1.29.0}}\n`;
    write('web/policy.yaml', node);
    await run('--update');
    expect(read('web/expected.yaml')).not.toContain('preStop');
  });
});

describe('what is no test', () => {
  it.each([
    [
      'expeted.yaml',
      'web/expeted.yaml: is not a part of a test: these are input.yaml, policy.yaml, expected.yaml and expected.txt; did you mean expected.yaml?',
    ],
    ['expectd.txt', 'did you mean expected.txt?'],
    ['other.yaml', 'web/other.yaml: is not a part of a test'],
    ['input.yml', 'web/input.yml: is there beside input.yaml: remove one of the two'],
    ['expected.json', 'web/expected.json: does not go with input.yaml: what is expected is in expected.yaml'],
  ])('beside an input: %s is bad input', async (name, sentence) => {
    write(`web/${name}`, '{}\n');
    expect(await run('--update')).toEqual({ code: 2, out: '', err: expect.stringContaining(sentence) });
    expect(existsSync(at('web/expected.txt'))).toBe(false);
  });

  it('texts and pictures may lie beside it', async () => {
    for (const name of ['web/README.md', 'web/notes.txt', 'pictures/a.png', '.hidden/b.yaml']) write(name, '');
    expect(await run('--update')).toMatchObject({ code: 0, err: '' });
  });

  it('a folder with expectations and no input is bad input, and so is an empty one', async () => {
    write('lost/expected.yaml', web);
    mkdirSync(at('empty'));
    expect(await run('--update')).toEqual({
      code: 2,
      out: expect.stringContaining('1 test: 1 passed.'),
      err: 'empty: there is no input.yaml in it, so nothing is tested\nlost: there is no input.yaml in it, so nothing is tested\n',
    });
  });

  it('tests can be in folders of folders, also below another test', async () => {
    write('shop/checkout/slow/input.yaml', web);
    write('web/again/input.yaml', web);
    expect(await run('--update')).toMatchObject({ code: 0, out: expect.stringContaining('3 tests: 3 passed.') });
  });

  it('a loop of links and a folder that is named twice count once', async () => {
    symlinkSync(root, at('web/up'));
    await run('--update');
    expect(await run(at('web'), root)).toMatchObject({ code: 0, out: '1 test: 1 passed.\n' });
  });

  it.each([
    ['nowhere', 'nowhere: no such file or folder'],
    ['web/input.yaml', 'web/input.yaml: it is not a folder'],
    ['pictures', 'pictures: there is no test in it: a test is a folder with an input.yaml'],
  ])('%s', async (name, sentence) => {
    write('pictures/a.png', '');
    const { code, out, err } = await hitless(['test', at(name)]);
    expect([code, out, err.replaceAll(`${root}/`, '')]).toEqual([2, '', `${sentence}\n`]);
  });

  it('an input that cannot be read, or has no workload, is bad input', async () => {
    write('broken/input.yaml', 'kind: Deployment\n  a: b: c\n');
    write('none/input.yaml', 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n');
    symlinkSync('nothing', at('web/policy.yaml'));
    const { code, err } = await run();
    expect(code).toBe(2);
    expect(err).toMatch(/^broken\/input\.yaml:1:7: not valid YAML/m);
    expect(err).toContain('none/input.yaml: there is no workload in it, so nothing is tested\n');
    expect(err).toContain('web/policy.yaml: no such file or folder\n');
  });

  it.skipIf(process.getuid?.() === 0)('a folder that may not be read is bad input', async () => {
    mkdirSync(at('closed'), { mode: 0o000 });
    const { code, err } = await run();
    chmodSync(at('closed'), 0o700);
    expect([code, err]).toEqual([2, 'closed: no permission\n']);
  });
});

describe('--junit', () => {
  it('has a case for each test, with the diff of one that fails and the problem of one that cannot be run', async () => {
    await run('--update');
    write('web/policy.yaml', sleepOf(7));
    write('broken/input.yaml', 'kind: Deployment\n  a: b: c\n');
    write('lost/expected.txt', '');
    const file = at('result.xml');
    expect(await run('--junit', file)).toMatchObject({ code: 2 });
    const xml = read('result.xml').replaceAll(root, 'ROOT');
    expect(xml).toContain('<testsuites tests="3" failures="1" errors="2" skipped="0">');
    expect(xml).toContain('classname="hitless.test.ROOT" name="web"');
    expect(xml).toMatch(/<failure message="expected\.yaml differs&#xA;expected\.txt differs" type="not-as-expected">/);
    expect(xml).toMatch(/^\+\s+seconds: 7$/m);
    expect(xml).toContain('name="ROOT/lost"');
  });

  it('that cannot be written is said before anything is run', async () => {
    const { code, out, err } = await run('--update', '--junit', at('nowhere/result.xml'));
    expect([code, out]).toEqual([2, '']);
    expect(err).toMatch(/^hitless test: nowhere\/result\.xml cannot be written: /);
    expect(existsSync(at('web/expected.yaml'))).toBe(false);
  });

  it('does not overwrite a part of a test', async () => {
    const before = read('web/input.yaml');
    const { code, err } = await run('--junit', at('web/input.yaml'));
    expect([code, err]).toEqual([2, expect.stringContaining('is an input, and is not overwritten')]);
    expect(read('web/input.yaml')).toBe(before);
  });
});

it('two runs at once write the same', async () => {
  for (let i = 0; i < 5; i += 1) write(`more/${i}/input.yaml`, web);
  const codes = await Promise.all([run('--update'), run('--update')].map(async (one) => (await one).code));
  expect(codes).not.toContain(1);
  expect(await run()).toMatchObject({ code: 0, out: '6 tests: 6 passed.\n' });
});

it('the tests of a rule of hitless are tests for it as well', async () => {
  const { code, out } = await hitless(['test', 'test/golden/rolling-update']);
  expect([code, out]).toEqual([0, expect.stringMatching(/^\d+ tests: \d+ passed\.\n$/)]);
});
