// Several outputs in one run, into files and to standard output, and what is said where that cannot be.

import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { run } from '../../src/commands/program.ts';
import { parseOutput } from '../../src/lint/reporters/outputs.ts';
import { writeFiles } from '../support/files.ts';
import { hitless } from '../support/hitless.ts';
import { terminal } from '../support/terminal.ts';

const web = 'test/cli/fix-shows-a-diff/web.yaml';
const folder = mkdtempSync(join(tmpdir(), 'hitless-outputs-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('check --output', () => {
  it('writes one output to standard output and others into files, each as if it were alone', async () => {
    const [json, sarif] = [join(folder, 'one.json'), join(folder, 'one.sarif')];
    const { code, out, err } = await hitless([
      'check',
      web,
      '-o',
      'text',
      '-o',
      `json=${json}`,
      '-o',
      `sarif=${sarif}`,
    ]);
    expect({ code, out }).toMatchObject({ code: 1, out: (await hitless(['check', web])).out });
    expect(err).toBe(`hitless check: written: ${json}\nhitless check: written: ${sarif}\n`);
    for (const [format, file] of [
      ['json', json],
      ['sarif', sarif],
    ] as const)
      expect(readFileSync(file, 'utf8')).toBe((await hitless(['check', web, '-o', format])).out);
  });

  it('prints nothing where everything goes into files, and replaces what was there', async () => {
    const file = join(folder, 'a=b.json');
    await hitless(['check', web, 'test/cli/fix-stays-in-braces', '-o', `json=${file}`]);
    const { code, out } = await hitless(['check', web, '-o', `json=${file}`]);
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(JSON.parse(readFileSync(file, 'utf8')).summary.files).toBe(1);
  });

  it('into a file neither colours nor breaks lines at the width of the terminal', async () => {
    const file = join(folder, 'plain.txt');
    const { io, said } = terminal({ colour: { out: true, err: false }, width: 60 });
    await run(['check', web, '-o', `text=${file}`, '-o', 'text'], io);
    expect(said.out).toContain('\u001b[');
    expect(readFileSync(file, 'utf8')).toBe((await hitless(['check', web])).out);
  });

  it.each([
    ['text', 'json', 'only one output can go to standard output, not text and json: write the others to files'],
    ['sarif', 'sarif=-', 'only one output can go to standard output, not sarif and sarif'],
    ['json=./same', 'sarif=same', 'two outputs go to same: name another file for one of them'],
    ['text', `json=${web}`, `${web} is an input, and is not overwritten: name another file for the output`],
    ['text', 'json=nowhere/x.json', 'nowhere/x.json cannot be written: '],
    ['text', 'json=docs', 'docs cannot be written: it is a folder'],
  ])('%s and %s: says so before any work', async (one, other, message) => {
    const { code, out, err } = await hitless(['check', web, '-o', one, '-o', other]);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain(`hitless check: ${message}`);
    expect(err.match(/\n/g)).toHaveLength(1);
  });

  it.each([
    ['a manifest below a folder', 'deploy/api/web.yaml'],
    ['a link to one', 'link.yaml'],
    ['a policy', 'policies/p.yaml'],
    ['the configuration', 'hitless.yaml'],
    ['the baseline', 'baseline.json'],
  ])('does not overwrite %s', async (_, name) => {
    const place = mkdtempSync(join(folder, 'inputs-'));
    writeFiles(place, {
      'deploy/api/web.yaml': readFileSync(web, 'utf8'),
      'policies/p.yaml': '',
      'hitless.yaml': `policies: policies/\nbaseline: baseline.json\noutputs: [{format: json, file: ${name}}]\n`,
      'baseline.json': '',
    });
    symlinkSync('deploy/api/web.yaml', join(place, 'link.yaml'));
    const before = readFileSync(join(place, name), 'utf8');
    const { code, err } = await hitless(['check', join(place, 'deploy'), '--config', join(place, 'hitless.yaml')]);
    expect([code, err]).toEqual([2, expect.stringContaining(`${name} is an input, and is not overwritten`)]);
    expect(readFileSync(join(place, name), 'utf8')).toBe(before);
  });

  it('does not overwrite a file of --only', async () => {
    const place = mkdtempSync(join(folder, 'only-'));
    const file = join(place, 'web.json');
    writeFiles(place, { 'web.json': '{}' });
    const { code, err } = await hitless(['check', place, '--only', file, '-o', `json=${file}`]);
    expect([code, err]).toEqual([2, expect.stringContaining(`${file} is an input, and is not overwritten`)]);
    expect(readFileSync(file, 'utf8')).toBe('{}');
  });

  it('does not write through a link among the manifests, or twice into one file that is not there yet', async () => {
    const place = mkdtempSync(join(folder, 'links-'));
    writeFiles(place, { 'deploy/api.yaml': '', 'shared/web.yaml': readFileSync(web, 'utf8') });
    symlinkSync('../shared/web.yaml', join(place, 'deploy/web.yaml'));
    symlinkSync('../shared', join(place, 'deploy/more'));
    for (const name of ['deploy/web.yaml', 'deploy/more/web.yaml']) {
      const { code, err } = await hitless(['check', join(place, 'deploy'), '-o', `json=${join(place, name)}`]);
      expect([code, err]).toEqual([2, expect.stringContaining(`${name} is an input, and is not overwritten`)]);
    }
    const outputs = ['shared/new', 'deploy/more/new'].flatMap((name) => ['-o', `json=${join(place, name)}`]);
    const { code, err } = await hitless(['check', web, ...outputs]);
    expect([code, err]).toEqual([2, expect.stringContaining('two outputs go to ')]);
  });

  it('leaves a report in JSON among the manifests', async () => {
    const place = mkdtempSync(join(folder, 'report-'));
    writeFiles(place, { 'web.yaml': readFileSync(web, 'utf8') });
    const args = ['check', place, '-o', `json=${join(place, 'report.json')}`];
    expect((await hitless(args)).code).toBe(1);
    expect((await hitless(args)).code).toBe(1);
  });

  it('names the formats where one is unknown, and asks for the file where only "=" is there', async () => {
    const unknown = await hitless(['check', web, '-o', 'xml=x']);
    expect(unknown).toMatchObject({ code: 2, out: '' });
    expect(unknown.err).toMatch(/argument 'xml=x' is invalid\. Allowed are text, json, sarif, .*as in sarif=FILE\.\n$/);
    expect((await hitless(['check', web, '-o', 'json='])).err).toContain('Name a file after json=.');
  });

  it('a file that fails at the end is exit code 2, and the other outputs are there', async () => {
    const file = join(folder, 'becomes-a-folder');
    // The file is in order at the first look; then standard input is read, and a folder is in its place.
    const { io, said } = terminal({
      stdin: async () => {
        mkdirSync(file);
        return readFileSync('test/cli/check-says-so-when-all-is-well/good.yaml');
      },
    });
    expect(await run(['check', '-', '-o', `json=${file}`, '-o', 'text'], io)).toBe(2);
    expect(said.err).toContain(`${file} cannot be written: `);
    expect(said.out).toContain('nothing found');
  });
});

it('a file may hold "=", and "-" is standard output', () => {
  expect(parseOutput('json=a=b')).toEqual({ output: { format: 'json', file: 'a=b' } });
  expect(parseOutput('json=-')).toEqual({ output: { format: 'json' } });
  expect(parseOutput('JSON')).toHaveProperty('mistake');
});
