// `check --render`, with a program of ours in the place of kustomize, and with the real one where there is one.

import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { writeFiles } from '../support/files.ts';
import { hitless } from '../support/hitless.ts';

let folder = '';
const { PATH } = process.env;
const at = (name: string) => join(folder, name);

const web = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replicas: 5
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
        - name: web
          image: web:1
          ports: [{containerPort: 8080}]
`;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hitless-render-test-'));
  writeFiles(folder, {
    'base/kustomization.yaml': 'resources: [web.yaml]\n',
    'base/web.yaml': `# the web\n${web}`,
    'prod/kustomization.yaml':
      'namePrefix: prod-\nresources: [../base]\npatches:\n- patch: |-\n    apiVersion: apps/v1\n    kind: Deployment\n    metadata: {name: web}\n    spec: {strategy: {rollingUpdate: {maxUnavailable: 0}}}\n',
    'plain/api.yaml': web.replace('name: web', 'name: api'),
  });
});
afterEach(() => {
  process.env.PATH = PATH;
  rmSync(folder, { recursive: true });
});

/** A program called kustomize, alone on the PATH but for the one that runs it. */
function stub(script: string): void {
  mkdirSync(at('bin'), { recursive: true });
  writeFileSync(at('bin/kustomize'), `#!${process.execPath}\n${script}\n`);
  chmodSync(at('bin/kustomize'), 0o755);
  process.env.PATH = at('bin');
}

const rendered = JSON.stringify(web.replace('name: web\nspec', 'name: prod-web\nspec'));

describe('check --render', () => {
  it('judges what is rendered in place of the files, at the lines of the files', async () => {
    stub(`process.stdout.write(${rendered})`);
    const { code, out, err } = await hitless(['check', '--render', folder]);
    expect(code).toBe(1);
    expect(out).toContain(`${at('base/web.yaml')}\n  Deployment default/prod-web, rendered from `);
    expect(out).toMatch(/^ {4}6:1 +warning {2}rolling-update/m);
    expect(out).toContain(`${at('plain/api.yaml')}\n  Deployment default/api\n`);
    expect(out).toContain('2 Deployments in 4 files');
    expect(err).toBe('');
  });

  it('counts only what is not in a baseline, whatever it is rendered from', async () => {
    stub(`process.stdout.write(${rendered})`);
    const baseline = at('baseline.json');
    expect(await hitless(['baseline', '--render', at('prod'), '-o', baseline])).toMatchObject({ code: 0 });
    renameSync(at('prod'), at('live'));
    const check = () => hitless(['check', '--render', at('live'), at('plain'), '--baseline', baseline]);
    expect((await check()).out).not.toContain('prod-web');
    expect((await check()).out).toContain('Deployment default/api\n');
    stub(`process.stdout.write(${rendered}.replace('replicas: 5', 'replicas: 5\\n  minReadySeconds: 700'))`);
    expect(await check()).toMatchObject({ code: 1, out: expect.stringContaining('minReadySeconds') });
  });

  it('finds the file by the origin that kustomize writes', async () => {
    writeFileSync(at('base/web.yaml'), `${web}---\n${web.replace('name: web', 'name: web-b')}`);
    stub(`
      const { readFileSync } = require('node:fs');
      const base = /"(.*)"/.exec(readFileSync(process.argv[3] + '/kustomization.yaml', 'utf8'))[1];
      const text = ${rendered}.replace('name: prod-web', 'name: prod-web-b\\n  annotations: {config.kubernetes.io/origin: "path: ' + base + '/../base/web.yaml"}');
      process.stdout.write(text)`);
    const { out } = await hitless(['check', '--render', at('prod')]);
    expect(out).toContain('base/web.yaml\n  Deployment default/prod-web-b, rendered from ');
    expect(out).toMatch(/^ {4}20:1 +warning {2}rolling-update/m);
  });

  it('names the kustomization for what comes from no file', async () => {
    stub(`process.stdout.write(${rendered}.replace('prod-web', 'generated'))`);
    expect((await hitless(['check', '--render', at('prod')])).out).toContain(
      `${at('prod/kustomization.yaml')}\n  Deploy`,
    );
  });

  it.each([
    [
      'fails',
      'process.stderr.write("E1 x\\nError: no such patch\\n"); process.exit(1)',
      /kustomize failed: .*Error: no such patch/,
    ],
    [
      'writes what is no YAML',
      'process.stdout.write("kind: [\\n")',
      /what was rendered cannot be read: not valid YAML/,
    ],
  ])('says so where kustomize %s', async (_, script, message) => {
    stub(script);
    const { code, err } = await hitless(['check', '--render', at('prod')]);
    expect([code, err.match(message) !== null]).toEqual([2, true]);
    expect(err).toContain('Render it yourself: `kustomize build ');
  });

  it('says so where there is neither kustomize nor kubectl', async () => {
    process.env.PATH = at('nowhere');
    const { code, err } = await hitless(['check', '--render', at('prod')]);
    expect([code, err.includes('neither kustomize nor kubectl is on the PATH')]).toEqual([2, true]);
  });

  it('runs nothing for what is on another machine, and keeps the program from the network', async () => {
    stub(
      `process.stderr.write(['HTTPS_PROXY', 'GIT_ALLOW_PROTOCOL'].map((name) => process.env[name]).join()); process.exit(1)`,
    );
    expect((await hitless(['check', '--render', at('prod')])).err).toContain('http://127.0.0.1:9,none');
    writeFileSync(at('base/kustomization.yaml'), 'resources: ["https://example.com/web.yaml"]\n');
    expect((await hitless(['check', '--render', at('prod')])).err).toContain('it builds on something remote');
  });

  it('leaves nothing behind', async () => {
    const wrappers = () => readdirSync(tmpdir()).filter((name) => /^hitless-render-(?!test-)/.test(name));
    const before = wrappers();
    stub('process.exit(1)');
    await hitless(['check', '--render', at('prod')]);
    expect(wrappers().filter((name) => !before.includes(name))).toEqual([]);
  });

  it('says so where there is nothing to render', async () => {
    const { err } = await hitless(['check', '--render', at('plain')]);
    expect(err).toContain('there is no kustomization among the inputs to render');
  });

  it('works with the real program', async ({ skip }) => {
    const real = ['kustomize', 'kubectl'].find((name) => hasProgram(name));
    if (real === undefined) skip('neither kustomize nor kubectl is installed here');
    const { out, err } = await hitless(['check', '--render', at('prod')]);
    expect(err).toBe('');
    expect(out).toContain('base/web.yaml\n  Deployment default/prod-web, rendered from ');
    // The overlay sets it.
    expect(out).not.toContain('rolling-update');
  });
});

function hasProgram(name: string): boolean {
  return (PATH ?? '')
    .split(delimiter)
    .some((place) => spawnSync(join(place, name), ['version', '--client']).status === 0);
}
