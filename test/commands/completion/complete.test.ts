// What could stand at the end of a command line, as the scripts of the shells and kubectl are told.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { programTable } from '../../../src/commands/program.ts';
import { hitless } from '../../support/hitless.ts';
import { kubeconfig } from '../../support/kubeconfig.ts';
import { apiServer } from '../../support/live-command.ts';

/** Words without their descriptions, and the directive. */
async function completed(...words: readonly string[]) {
  const { code, out, err } = await hitless(['__complete', ...words]);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  const lines = out.trimEnd().split('\n');
  return { words: lines.slice(0, -1).map((line) => line.replace(/\t.*/, '')), directive: lines.at(-1) };
}

const nothingElse = ':4';

describe('completion', () => {
  it.each<[string[], string[], string]>([
    [['chec'], ['check'], nothingElse],
    [['ver'], ['verify', 'version'], nothingElse],
    [['--color', 'always', '-q', 'chec'], ['check'], nothingElse],
    [['--color=never', 'chec'], ['check'], nothingElse],
    [['--color', 'a'], ['auto', 'always'], nothingElse],
    [['help', 'stat'], ['status'], nothingElse],
    [['completion', ''], ['bash', 'zsh', 'fish'], nothingElse],
    [['completion', 'bash', ''], [], nothingElse],
    [['check', '--outp'], ['--output'], nothingElse],
    [['check', '--quie'], ['--quiet'], nothingElse],
    [['explain', '-o', ''], ['text', 'json'], nothingElse],
    [['explain', '--output', 'j'], ['json'], nothingElse],
    [['explain', '--output=j'], ['--output=json'], nothingElse],
    [['explain', '--no-such-option=j'], [], nothingElse],
    [['serve', '--log-level', 'e'], ['error'], nothingElse],
  ])('of %j gives %j', async (line, words, directive) => {
    expect(await completed(...line)).toEqual({ words, directive });
  });

  it('leaves names of files and folders to the shell', async () => {
    expect(await completed('check', 'dep')).toEqual({ words: [], directive: ':0' });
    expect(await completed('check', 'a.yaml', '')).toEqual({ words: [], directive: ':0' });
    expect(await completed('check', '--policy', '')).toEqual({ words: [], directive: ':0' });
    expect(await completed('check', '--policy=')).toEqual({ words: [], directive: ':0' });
    expect(await completed('serve', '--objects', '')).toEqual({ words: [], directive: ':16' });
    expect(await completed('verify', 'deployment/web', '--', 'mak')).toEqual({ words: [], directive: ':0' });
  });

  it('goes on with a list, without what is in it', async () => {
    const { words, directive } = await completed('status', '--skip', 'webhook,');
    expect(words).toContain('webhook,pods');
    expect(words).not.toContain('webhook,webhook');
    expect(directive).toBe(':6');
    expect((await completed('serve', '--ignore-kinds', 'Ingress,Gate')).words).toEqual(['Ingress,Gateway']);
    expect((await completed('lab', '--traffic=get-')).words).toEqual(['--traffic=get-new', '--traffic=get-kept']);
  });

  it('describes each word in one line', async () => {
    const { out } = await hitless(['__complete', 'check', '--']);
    for (const line of out.trimEnd().split('\n').slice(0, -1)) expect(line).toMatch(/^--[\w-]+\t[^\t\n]{1,72}$/);
  });

  it('offers every command and option that help shows, and none that it hides', async () => {
    const program = programTable();
    expect((await completed('')).words).toEqual(program.commands.map(({ name }) => name));
    for (const { name, options } of program.commands)
      expect((await completed(name, '--')).words).toEqual(expect.arrayContaining(options.map(({ long }) => long)));
    expect((await completed('audit', '--al')).words).toEqual(['--all-namespaces']);
    expect((await completed('test-')).words).toEqual([]);
  });
});

describe('names of a cluster', () => {
  function temporary(text: string): string {
    const folder = mkdtempSync(join(tmpdir(), 'hitless-completion-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const file = join(folder, 'config');
    writeFileSync(file, text);
    return file;
  }

  it('come from the kubeconfig that the command line names', async () => {
    const file = temporary('contexts:\n- name: arn:aws:eks:1:cluster/a\n- name: test\n- name: "not plain"\n');
    const { words } = await completed('audit', '--kubeconfig', file, '--context', '');
    expect(words).toEqual(['arn:aws:eks:1:cluster/a', 'test']);
  });

  it('are none where there is no kubeconfig, or one that cannot be read', async () => {
    const none = { words: [], directive: nothingElse };
    expect(await completed('audit', '--kubeconfig', 'nowhere', '--context', '')).toEqual(none);
    const broken = temporary('contexts: {');
    expect(await completed('audit', '--kubeconfig', broken, '--context', '')).toEqual(none);
    expect(await completed('audit', '--kubeconfig', broken, '-n', '')).toEqual(none);
  });

  it('come from the API server', async () => {
    const named = (name: string) => ({ metadata: { name } });
    const server = await apiServer({
      '/api/v1/namespaces': [named('shop'), named('web')],
      '/apis/apps/v1/namespaces/shop/deployments': [named('cart'), named('checkout')],
    });
    const file = await kubeconfig({ any: server });
    const line = ['explain', '--kubeconfig', file, '-n'];
    expect((await completed(...line, 's')).words).toEqual(['shop']);
    expect((await completed(...line, 'shop', 'statef')).words).toEqual(['statefulset/']);
    const workloads = await completed(...line, 'shop', 'deploy/c');
    expect(workloads).toEqual({ words: ['deploy/cart', 'deploy/checkout'], directive: ':0' });
    expect((await completed(...line, 'other', 'deploy/c')).words).toEqual([]);
  });

  it('are not asked for where a namespace is one of files', async () => {
    expect(await completed('check', '--namespace', '')).toEqual({ words: [], directive: nothingElse });
  });
});
