// Reading inputs from a real folder.

import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readTexts } from '../../src/files/read.ts';

let folder = '';
const at = (name: string) => join(folder, name);
const stdin = async () => Buffer.from('from: stdin\n');
const names = async (...paths: string[]) =>
  (await readTexts(paths, stdin)).texts.map(({ file }) => file.replace(`${folder}/`, ''));

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'hitless-read-'));
  for (const name of ['b/deep', '.git', 'node_modules/x']) mkdirSync(at(name), { recursive: true });
  for (const name of [
    'c.yaml',
    'a.yml',
    'B.JSON',
    'b/deep/d.yaml',
    'notes.txt',
    '.hidden.yaml',
    '.git/x.yaml',
    'node_modules/x/y.yaml',
  ])
    writeFileSync(at(name), `name: ${name}\n`);
  writeFileSync(at('marked.yaml'), '\uFEFFa: 1\n');
  symlinkSync('..', at('b/up'));
  symlinkSync('c.yaml', at('link.yaml'));
  symlinkSync('nowhere', at('dangling.txt'));
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('inputs', () => {
  it('of a folder are its manifests, sorted, without hidden ones and those of packages, each once', async () => {
    const { texts, problems } = await readTexts([folder], stdin);
    expect(texts.map(({ file }) => file)).toEqual(
      ['B.JSON', 'a.yml', 'b/deep/d.yaml', 'c.yaml', 'marked.yaml'].map(at),
    );
    expect(problems).toEqual([]);
  });

  it('that are named are read whatever their name', async () => {
    expect(await names(at('notes.txt'), at('.hidden.yaml'))).toEqual(['notes.txt', '.hidden.yaml']);
  });

  it('that are named twice are read once', async () => {
    expect(await names(at('c.yaml'), at('link.yaml'), folder, '-', '-')).toEqual([
      'c.yaml',
      'B.JSON',
      'a.yml',
      'b/deep/d.yaml',
      'marked.yaml',
      'stdin',
    ]);
  });

  it('keep their byte order mark, which belongs to the file', async () => {
    const { texts } = await readTexts([at('marked.yaml')], stdin);
    expect(texts[0]?.text).toBe('\uFEFFa: 1\n');
  });

  it('that do not exist are problems, and the others are read', async () => {
    const { texts, problems } = await readTexts([at('nowhere.yaml'), '-'], stdin);
    expect(texts).toEqual([{ file: 'stdin', text: 'from: stdin\n', onDisk: false, named: true }]);
    expect(problems).toEqual([{ file: at('nowhere.yaml'), message: 'no such file or folder' }]);
  });

  it('of a folder are ordinary files: a pipe there is a problem and is not waited for', async () => {
    const pipes = at('b/deep/pipes');
    mkdirSync(pipes);
    spawnSync('mkfifo', [join(pipes, 'pipe.yaml')]);
    writeFileSync(join(pipes, 'e.yaml'), 'name: e\n');
    const { texts, problems } = await readTexts([pipes], stdin);
    expect(texts.map(({ text }) => text)).toEqual(['name: e\n']);
    expect(problems).toEqual([
      { file: join(pipes, 'pipe.yaml'), message: expect.stringContaining('not a regular file') },
    ]);
    spawn('sh', ['-c', `echo written > ${join(pipes, 'pipe.yaml')}`]);
    expect((await readTexts([join(pipes, 'pipe.yaml')], stdin)).texts).toMatchObject([{ text: 'written\n' }]);
    rmSync(pipes, { recursive: true });
  });

  it('without a name are problems that say so', async () => {
    expect((await readTexts([''], stdin)).problems).toEqual([{ file: '""', message: 'a file name must not be empty' }]);
  });

  it('that are no UTF-8 are problems', async () => {
    const { texts, problems } = await readTexts(['-'], async () => Uint8Array.of(0xff, 0xfe, 0x61));
    expect(texts).toEqual([]);
    expect(problems).toEqual([{ file: 'stdin', message: 'not UTF-8 text; save it as UTF-8' }]);
  });
});
