// `check --since` on a real repository: what is judged, what is only around it, and what git cannot answer.

import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { hitless } from '../support/hitless.ts';

const root = realpathSync(mkdtempSync(join(tmpdir(), 'hitless-since-')));
const outside = realpathSync(mkdtempSync(join(tmpdir(), 'hitless-no-repository-')));

function git(...args: readonly string[]): void {
  const identity = ['-c', 'user.name=test', '-c', 'user.email=test@example.com', '-c', 'commit.gpgsign=false'];
  const env = { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_SYSTEM: '/dev/null' };
  execFileSync('git', ['-C', root, ...identity, ...args], { env });
}

function write(file: string, text: string): void {
  mkdirSync(dirname(join(root, file)), { recursive: true });
  writeFileSync(join(root, file), text);
}

function deployment(name: string, image = 1): string {
  return `apiVersion: apps/v1
kind: Deployment
metadata: {name: ${name}, namespace: shop}
spec:
  replicas: 3
  selector: {matchLabels: {app: ${name}}}
  template:
    metadata: {labels: {app: ${name}}}
    spec:
      containers: [{name: ${name}, image: "${name}:${image}", ports: [{containerPort: 8080}]}]
`;
}

const service = (name: string, port: number) =>
  `apiVersion: v1\nkind: Service\nmetadata: {name: ${name}, namespace: shop}\nspec: {selector: {app: ${name}}, ports: [{port: ${port}, targetPort: 8080}]}\n`;

interface Report {
  readonly findings: readonly { readonly object: { readonly name: string }; readonly message: string }[];
  readonly summary: { readonly deployments: number; readonly untouched?: number };
}

async function judged(...args: readonly string[]) {
  const { out, err, code } = await hitless(['check', root, '--output', 'json', ...args]);
  const { findings, summary } = JSON.parse(out) as Report;
  return { names: [...new Set(findings.map(({ object }) => object.name))], summary, findings, err, code };
}

beforeAll(() => {
  git('init', '--quiet', '--initial-branch=main');
  for (const name of ['changed', 'same', 'moved', 'removed']) write(`${name}.yaml`, deployment(name));
  write('services/same.yaml', service('same', 80));
  write('services/changed.yaml', service('changed', 80));
  write('.gitignore', 'ignored.yaml\n');
  git('add', '.');
  git('commit', '--quiet', '-m', 'first');
  git('tag', 'first');
  write('changed.yaml', deployment('changed', 2));
  write('services/same.yaml', service('same', 81));
  mkdirSync(join(root, 'deeper'));
  renameSync(join(root, 'moved.yaml'), join(root, 'deeper/moved here.yaml'));
  rmSync(join(root, 'removed.yaml'));
  git('add', '.');
  git('commit', '--quiet', '-m', 'second');
  git('tag', 'second');
});

afterAll(() => {
  for (const folder of [root, outside]) rmSync(folder, { recursive: true });
});

describe('check --since', () => {
  it('judges what was changed and what was renamed, and says how many were not', async () => {
    const { names, summary, code } = await judged('--since', 'first');
    expect(names).toEqual(['changed', 'moved']);
    expect(summary).toMatchObject({ deployments: 2, untouched: 1 });
    expect(code).toBe(1);
    const { out } = await hitless(['check', root, '--since', 'first']);
    expect(out.trimEnd().split('\n').at(-1)).toBe('1 workload in other files was not judged.');
  });

  it('takes what did not change for surroundings', async () => {
    const { findings } = await judged('--since', 'first');
    const ofChanged = findings.filter(({ object }) => object.name === 'changed').map(({ message }) => message);
    expect(ofChanged.join('\n')).toContain('port 8080, which a Service sends traffic to');
  });

  it('judges nothing because of a neighbour that changed', async () => {
    const { names } = await judged('--since', 'first');
    expect(names).not.toContain('same');
  });

  it.each([
    ['first..second', ['changed', 'moved']],
    ['first...second', ['changed', 'moved']],
    ['second~1', ['changed', 'moved']],
    ['second..second', []],
  ])('takes %s as git diff does', async (range, expected) => {
    expect((await judged('--since', range)).names).toEqual(expected);
  });

  it('counts only what is not in a baseline, and takes nothing for gone that it did not judge', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'hitless-since-baseline-'));
    const baseline = join(folder, 'baseline.json');
    await hitless(['baseline', root, '-o', baseline]);
    expect(await judged('--since', 'first', '--baseline', baseline)).toMatchObject({ names: [], code: 0, err: '' });
    rmSync(folder, { recursive: true });
  });

  it('is no failure where nothing was touched', async () => {
    const { code, err, summary } = await judged('--since', 'HEAD', '--require-input');
    expect({ code, err, summary }).toMatchObject({ code: 0, err: '', summary: { deployments: 0, untouched: 3 } });
  });

  it('judges what is not committed or not even known to git, but nothing that git ignores', async () => {
    write('new/untracked.yaml', deployment('untracked'));
    write('ignored.yaml', deployment('ignored'));
    write('same.yaml', deployment('same', 3));
    expect((await judged('--since', 'HEAD')).names).toEqual(['untracked', 'same']);
    git('checkout', '--quiet', '--', 'same.yaml');
    rmSync(join(root, 'new'), { recursive: true });
    rmSync(join(root, 'ignored.yaml'));
  });

  it('finds a file that is reached by a link', async () => {
    const link = join(outside, 'link');
    symlinkSync(root, link);
    const { out } = await hitless(['check', link, '--since', 'first', '--output', 'json']);
    expect((JSON.parse(out) as Report).summary).toMatchObject({ deployments: 2, untouched: 1 });
    rmSync(link);
  });

  it('asks the repository of the files, whichever one a hook says has called it', async () => {
    for (const name of ['GIT_DIR', 'GIT_WORK_TREE', 'GIT_COMMON_DIR']) vi.stubEnv(name, outside);
    vi.stubEnv('GIT_PREFIX', 'services/');
    expect((await judged('--since', 'first')).names).toEqual(['changed', 'moved']);
    vi.unstubAllEnvs();
  });

  it.each([
    ['an unknown revision', ['--since', 'nowhere'], 'git cannot compare with nowhere in '],
    ['what looks like an option', ['--since=--output=/tmp/hitless-written'], 'git cannot compare with --output=/tmp'],
    ['an empty revision', ['--since', ''], 'the revision is empty'],
    ['a range without its beginning', ['--since', '...HEAD'], 'the range ...HEAD has no revision before its dots'],
  ])('reports %s, and judges nothing', async (_, args, message) => {
    const { code, out, err } = await hitless(['check', root, ...args]);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain(`hitless check: --since: ${message}`);
  });

  it('reports what is in no repository, standard input, and a missing git', async () => {
    const plain = await hitless(['check', outside, '--since', 'HEAD']);
    expect(plain).toMatchObject({ code: 2, out: '', err: expect.stringContaining('git finds no repository for ') });
    const stdin = await hitless(['check', '-', '--since', 'HEAD'], deployment('web'));
    expect(stdin).toMatchObject({ code: 2, out: '', err: expect.stringContaining('standard input has no revisions') });
    vi.stubEnv('PATH', outside);
    const missing = await hitless(['check', root, '--since', 'HEAD']);
    vi.unstubAllEnvs();
    expect(missing).toEqual({ code: 2, out: '', err: 'hitless check: --since: git is not on the PATH\n' });
  });

  it('and --render exclude each other', async () => {
    const { code, err } = await hitless(['check', root, '--since', 'HEAD', '--render']);
    expect(code).toBe(2);
    expect(err).toContain("cannot be used with option '--render'");
  });
});
