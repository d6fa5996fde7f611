// A repository with findings is adopted: they are written down, and from then on only what is new counts.

import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { writeFiles } from '../../support/files.ts';
import { hitless } from '../../support/hitless.ts';

const web = readFileSync('test/cli/fix-shows-a-diff/web.yaml', 'utf8');
const named = (name: string) => web.replaceAll('web', name);
let folder = '';
const at = (name: string) => join(folder, name);
const file = () => at('baseline.json');

function link(name: string, target: string): string {
  symlinkSync(target, at(name));
  return at(name);
}

const write = (...flags: readonly string[]) => hitless(['baseline', at('deploy'), '-o', file(), ...flags]);
const check = (...flags: readonly string[]) => hitless(['check', '--baseline', file(), '--output', 'json', ...flags]);

/** Of each finding that counts its object and its rule, and what was told. */
async function counting(...flags: readonly string[]) {
  const { code, out } = await check('--fail-on', 'note', ...flags);
  const { findings, notices } = JSON.parse(out);
  return { code, findings: findings.map(({ object, rule }: Found) => `${object.name} ${rule}`), notices };
}

interface Found {
  readonly object: { readonly name: string };
  readonly rule: string;
}

const entries = () => JSON.parse(readFileSync(file(), 'utf8')).findings;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hitless-baseline-'));
  writeFiles(folder, { 'deploy/web.yaml': web, 'deploy/api.yaml': named('api') });
});
afterEach(() => {
  chmodSync(folder, 0o700);
  rmSync(folder, { recursive: true });
});

describe('a baseline', () => {
  it('accepts what there is, wherever its file and its lines go', async () => {
    expect(await write()).toEqual({
      code: 0,
      out: `${file()}: 4 findings in 2 workloads. With --baseline, hitless check counts only what is new.\n`,
      err: '',
    });
    mkdirSync(at('deploy/shop'));
    renameSync(at('deploy/web.yaml'), at('deploy/shop/frontend.yaml'));
    writeFileSync(at('deploy/api.yaml'), `# moved\n\n---\n${named('api')}`);
    expect(await counting(at('deploy'))).toEqual({ code: 0, findings: [], notices: [] });
  });

  it('lets a new workload, a new finding and another copy of an object count', async () => {
    await write();
    writeFileSync(at('deploy/new.yaml'), named('new'));
    writeFileSync(at('deploy/web.yaml'), web.replace('replicas: 3', 'replicas: 3\n  replicas: 3'));
    expect(await counting(at('deploy'))).toEqual({
      code: 1,
      findings: ['new readiness-probe', 'new pre-stop-sleep', 'web manifest'],
      notices: [],
    });
    writeFileSync(at('deploy/new.yaml'), web);
    writeFileSync(at('deploy/web.yaml'), web);
    expect((await counting(at('deploy'))).findings).toEqual(['web readiness-probe', 'web pre-stop-sleep']);
  });

  it('is told to be pruned where findings are gone, keeps the rest, and gains nothing', async () => {
    await write();
    const before = readFileSync(file(), 'utf8');
    writeFileSync(at('deploy/new.yaml'), named('new'));
    await hitless(['fix', '--write', at('deploy/web.yaml')]);
    const gone = `2 findings of ${file()} are not there any more: \`hitless baseline --prune\` takes them out`;
    expect(await counting(at('deploy'))).toMatchObject({ code: 1, notices: [gone] });
    expect(await write('--prune')).toMatchObject({ code: 0, out: `${file()}: 2 findings taken out, 2 stay\n` });
    expect(before).toContain(`${JSON.stringify(entries()[0])},\n    ${JSON.stringify(entries()[1])}`);
    expect(await counting(at('deploy'))).toMatchObject({ findings: ['new readiness-probe', 'new pre-stop-sleep'] });
    expect(await write('--prune')).toMatchObject({ out: `${file()}: all 2 findings are still there\n` });
    expect(await write()).toMatchObject({ out: `${file()}: 4 findings in 2 workloads: 2 new, 0 gone\n` });
    expect(await write()).toMatchObject({ out: `${file()}: 4 findings in 2 workloads, as before\n` });
  });

  it('says of single files only what is gone from the objects in them', async () => {
    await write();
    expect(await counting(at('deploy/api.yaml'))).toEqual({ code: 0, findings: [], notices: [] });
    await hitless(['fix', '--write', at('deploy')]);
    const { notices } = await counting(at('deploy/api.yaml'));
    expect(notices).toEqual([expect.stringContaining('2 findings of')]);
  });

  it('holds findings of every severity, and none that an annotation accepts', async () => {
    rmSync(at('deploy/api.yaml'));
    const text = web.replace('namespace: shop', 'namespace: shop\n  annotations: {hitless.dev/mode: 5}');
    writeFileSync(at('deploy/web.yaml'), text);
    await write();
    expect(entries()).toEqual([expect.objectContaining({ object: 'Deployment shop/web', rule: 'manifest' })]);
  });
});

describe('hitless baseline', () => {
  it('replaces the file and nothing else, and keeps its mode', async () => {
    await write();
    chmodSync(file(), 0o640);
    writeFileSync(at('deploy/new.yaml'), named('new'));
    await write();
    expect(statSync(file()).mode & 0o777).toBe(0o640);
    expect(readdirSync(folder).toSorted()).toEqual(['baseline.json', 'deploy']);
  });

  it('does not touch a file that is as it should be', async () => {
    await write();
    const { mtimeNs, ino } = statSync(file(), { bigint: true });
    await write();
    await write('--prune');
    expect(statSync(file(), { bigint: true })).toMatchObject({ mtimeNs, ino });
  });

  it('writes nothing where something cannot be read', async () => {
    writeFileSync(at('deploy/broken.yaml'), 'kind: Deployment\nspec: [\n');
    const { code, err } = await write();
    expect(code).toBe(2);
    expect(err).toContain(`nothing is written, because ${file()} would lack findings`);
    expect(readdirSync(folder)).toEqual(['deploy']);
  });

  it('writes nothing where there is nothing to check', async () => {
    mkdirSync(at('empty'));
    expect(await hitless(['baseline', at('empty'), '-o', file()])).toMatchObject({
      code: 0,
      err: 'hitless: no workload in 0 files: nothing to do\n',
    });
    expect(readdirSync(folder).toSorted()).toEqual(['deploy', 'empty']);
  });

  it.each([
    ['a manifest', web, 'it is not a baseline: hitless baseline writes one'],
    ['that of a newer version', '{"format": "hitless.dev/baseline/v2"}', 'it is of a newer version'],
  ])('does not overwrite %s', async (_, text, why) => {
    writeFileSync(file(), text);
    expect(await write()).toMatchObject({ code: 2, err: expect.stringContaining(`${file()}: ${why}`) });
    expect(readFileSync(file(), 'utf8')).toBe(text);
  });

  it.each([
    ['a folder that is not there', () => at('nowhere/b.json'), 'is not written: no such file or folder'],
    ['a folder', () => at('deploy'), 'it is not a regular file'],
    ['a link to itself', () => link('loop', 'loop'), 'its symbolic links form a loop'],
    ['a link that leads nowhere', () => link('dangling', 'nowhere/b.json'), 'no such file or folder'],
    ['a name that is too long', () => at('b'.repeat(300)), 'its name is too long'],
  ])('says why it cannot write into %s', async (_, target, why) => {
    const { code, err } = await hitless(['baseline', at('deploy'), '-o', target()]);
    expect([code, err]).toEqual([2, expect.stringContaining(why)]);
    expect(err.match(/\n/g)).toHaveLength(1);
  });

  it('--prune takes nothing out where no workload is found, which may be the wrong folder', async () => {
    await write();
    const before = readFileSync(file(), 'utf8');
    for (const name of ['web.yaml', 'api.yaml'])
      writeFileSync(at(`deploy/${name}`), 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n');
    const { code, err } = await write('--prune');
    const why = `nothing is taken out of ${file()}, because no workload was found: delete the file if there are none any more\n`;
    expect([code, err]).toEqual([2, expect.stringContaining(`hitless baseline: ${why}`)]);
    expect(readFileSync(file(), 'utf8')).toBe(before);
  });

  it('--prune needs a baseline', async () => {
    expect(await write('--prune')).toMatchObject({
      code: 2,
      err: `${file()}: no such file: hitless baseline writes one\n`,
    });
  });
});

it.each([
  ['is not there', undefined, 'no such file: hitless baseline writes one'],
  ['is broken', '{', 'it is not a baseline: hitless baseline writes one'],
])('hitless check says why where a baseline %s', async (_, text, why) => {
  if (text !== undefined) writeFileSync(file(), text);
  expect(await check(at('deploy'))).toEqual({ code: 2, out: '', err: `${file()}: ${why}\n` });
});
