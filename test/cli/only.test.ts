// `--only` of check and fix: what is judged or edited, and what is only around it.

import { mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { writeFiles } from '../support/files.ts';
import { hitless } from '../support/hitless.ts';
import { manifest } from '../support/pipelines/repository.ts';

const root = realpathSync(mkdtempSync(join(tmpdir(), 'hitless-only-')));
const at = (name: string) => join(root, name);
const read = (name: string) => readFileSync(at(name), 'utf8');

beforeAll(() => {
  const [web = '', service = ''] = manifest('web', 'shop').split('---\n');
  writeFiles(root, {
    'deploy/web.yaml': web,
    'services/web.yaml': service,
    'deploy/other.yaml': manifest('other', 'shop'),
    '.hidden/secret.yaml': manifest('hidden', 'shop'),
  });
  symlinkSync(at('deploy/web.yaml'), at('link.yaml'));
});
afterAll(() => rmSync(root, { recursive: true }));

async function judged(...only: readonly string[]) {
  const { out, code } = await hitless(['check', root, '--output', 'json', '--only', ...only.map(at)]);
  const { findings, summary } = JSON.parse(out);
  return {
    names: new Set(findings.map(({ object }: { object: { name: string } }) => object.name)),
    findings,
    summary,
    code,
  };
}

it('judges the named file with the Service of another one, and counts the others', async () => {
  const { names, findings, summary, code } = await judged('deploy/web.yaml');
  expect(names).toEqual(new Set(['web']));
  expect(findings.map(({ rule }: { rule: string }) => rule)).toContain('readiness-probe');
  expect(summary.untouched).toBe(1);
  expect(code).toBe(1);
});

it('judges everything in a folder, files of hidden folders, and a file by its link', async () => {
  expect((await judged('deploy')).names).toEqual(new Set(['web', 'other']));
  expect((await judged('.hidden/secret.yaml', 'link.yaml')).names).toEqual(new Set(['hidden', 'web']));
});

it('finds nothing in files without workloads', async () => {
  expect(await judged('services/web.yaml')).toMatchObject({ names: new Set(), code: 0 });
});

it.each(['check', 'fix'])('of %s names a file that is not there, and reads nothing', async (command) => {
  const { code, out, err } = await hitless([command, root, '--only', at('deploy/web.yaml'), at('gone.yaml')]);
  expect({ code, out, err }).toEqual({
    code: 2,
    out: '',
    err: `hitless ${command}: --only: no such file or folder: ${at('gone.yaml')}\n`,
  });
});

it.each([['--since', 'HEAD'], ['--render']])('cannot be combined with %s', async (...flags) => {
  const { code, err } = await hitless(['check', root, ...flags, '--only', at('deploy')]);
  expect(code).toBe(2);
  expect(err).toContain('--only');
});

it('of fix edits the named file as with all of them, and no other one', async () => {
  const before = read('deploy/other.yaml');
  const { code, err } = await hitless(['fix', root, '--write', '--only', at('deploy/web.yaml')]);
  expect({ code, err }).toMatchObject({
    code: 0,
    err: expect.stringContaining('1 Deployment of 1 in 1 file changed.'),
  });
  expect(read('deploy/web.yaml')).toContain('tcpSocket');
  expect(read('deploy/other.yaml')).toBe(before);
});
