// What stands around a manifest, and how it is found in a tree of files.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { writeFiles } from '../support/files.ts';
import { hitless } from '../support/hitless.ts';

let folder = '';
const at = (name: string) => join(folder, name);

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hitless-inputs-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const write = (files: Readonly<Record<string, string>>) => writeFiles(folder, files);

const deployment = (name = 'web') => `apiVersion: apps/v1
kind: Deployment
metadata: {name: ${name}}
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
const node = `apiVersion: v1
kind: Node
metadata: {name: old}
status: {nodeInfo: {kubeletVersion: v1.29.0}}
`;

describe('a Node', () => {
  it('among the inputs is an example of somebody, and says nothing', async () => {
    write({ 'web.yaml': deployment(), 'node.yaml': node });
    expect((await hitless(['fix', folder])).out).toContain('sleep:');
  });

  it('given with --policy says how old nodes are', async () => {
    write({ 'in/web.yaml': deployment(), 'given/node.yaml': node });
    const { out, err } = await hitless(['fix', at('in'), '--policy', at('given')]);
    expect(err).not.toContain('contains no RolloutPolicy');
    expect(out).not.toContain('sleep:');
  });
});

describe('what is null', () => {
  it('in labels, annotations and selectors is an empty value, as the API server stores it', async () => {
    const service =
      'apiVersion: v1\nkind: Service\nmetadata: {name: web, labels: {a: }}\nspec: {selector: {app: web, y: }, ports: [{port: 80, targetPort: 8080}]}\n';
    write({
      'web.yaml': deployment()
        .replaceAll('{app: web}', '{app: web, y: }')
        .replace('{name: web}', '{name: web, labels: , annotations: {b: }}'),
      'service.yaml': service,
    });
    const { code, out, err } = await hitless(['check', folder]);
    expect([code, err]).toEqual([1, '']);
    expect(out).toContain('which a Service sends traffic to');
  });
});

describe('a kind', () => {
  it('of another API group is another kind', async () => {
    const knative = `apiVersion: serving.knative.dev/v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{port: 80, targetPort: 8080}]}
`;
    write({ 'web.yaml': `${deployment()}---\n${knative}` });
    expect((await hitless(['check', folder])).out).not.toContain('which a Service sends traffic to');
  });

  it('in a misspelt group is still meant', async () => {
    write({ 'web.yaml': deployment().replace('apps/v1', 'app/v1') });
    expect((await hitless(['check', folder])).out).toContain('apiVersion "app/v1" has no Deployment: write apps/v1');
  });
});

describe('a folder', () => {
  it('that is hidden is named, and read where it is named itself', async () => {
    write({ '.argo/web.yaml': deployment(), '.git/x.yaml': deployment(), '.idea/x.txt': '' });
    expect((await hitless(['check', folder])).err).toContain(
      `hitless: hidden folders are not read unless they are named: ${at('.argo')}\n`,
    );
    expect((await hitless(['check', at('.argo')])).out).toContain('1 Deployment in 1 file');
  });

  it('with text that is no manifest has no problem, but a file that is named has', async () => {
    write({ 'ci.yml': 'jobs: [\n', 'config.yaml': 'kind: ConfigMap\ndata: [\n', 'web.yaml': deployment() });
    expect(await hitless(['check', folder, '--fail-on', 'never'])).toMatchObject({ code: 0 });
    expect(await hitless(['check', at('ci.yml'), '--fail-on', 'never'])).toMatchObject({ code: 2 });
    write({ 'api.yaml': `${deployment('api')}   x: 1\n` });
    expect(await hitless(['check', folder, '--fail-on', 'never'])).toMatchObject({
      code: 2,
      err: expect.stringContaining(`${at('api.yaml')}:`),
    });
  });

  it('with a broken kustomization is a problem, because its patches are not known', async () => {
    write({ 'kustomization.yaml': 'patches: [\n', 'web.yaml': deployment() });
    expect(await hitless(['fix', folder])).toMatchObject({ code: 2 });
  });

  it('with braces in texts of other languages has no template', async () => {
    const noted = deployment().replace('{name: web}', '{name: web, annotations: {vault: "{{ secret }}"}}');
    write({ 'web.yaml': noted.replace('image: web:1', 'image: web:1\n          args: ["{{ x }}"]') });
    const { out, err } = await hitless(['check', folder]);
    expect([out.includes('1 Deployment in 1 file'), err]).toEqual([true, '']);
  });
});

describe('a kustomization', () => {
  const overlay = (patch: string) =>
    `resources: [../base]\npatches:\n- patch: |-\n    ${patch.replaceAll('\n', '\n    ')}\n`;
  const patched = (spec: string) =>
    overlay(`apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: ${spec}`);
  const fixed = async (kustomization: string, name = 'kustomization.yaml') => {
    write({ 'base/web.yaml': deployment(), 'base/kustomization.yml': 'resources: [web.yaml]\n' });
    write({ [`prod/${name}`]: kustomization });
    const { out } = await hitless(['fix', folder]);
    return ['maxUnavailable', 'preStop'].filter((field) => out.includes(`${field}`));
  };

  it.each([
    ['that patches nothing', 'resources: [../base]\n', ['maxUnavailable', 'preStop']],
    ['with a type', patched('{strategy: {type: Recreate}}'), ['preStop']],
    ['with a grace period', patched('{template: {spec: {terminationGracePeriodSeconds: 5}}}'), ['maxUnavailable']],
    [
      'with a hook',
      patched('{template: {spec: {containers: [{name: web, lifecycle: {preStop: null}}]}}}'),
      ['maxUnavailable'],
    ],
    [
      'with another hook',
      patched('{template: {spec: {containers: [{name: web, lifecycle: {postStart: null}}]}}}'),
      ['maxUnavailable', 'preStop'],
    ],
    [
      'with another container',
      patched('{template: {spec: {containers: [{name: side, lifecycle: {preStop: null}}]}}}'),
      ['maxUnavailable', 'preStop'],
    ],
    [
      'that deletes the object',
      overlay('apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\n$patch: delete'),
      ['maxUnavailable', 'preStop'],
    ],
    [
      'that replaces the object',
      overlay('apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\n$patch: replace\nspec: {}'),
      [],
    ],
    [
      'for another object',
      patched('{strategy: {type: Recreate}}').replace('name: web', 'name: api'),
      ['maxUnavailable', 'preStop'],
    ],
    [
      'with a JSON patch for all',
      'resources: [../base]\npatches:\n- target: {kind: Deployment}\n  patch: |-\n    [{"op": "add", "path": "/spec/strategy", "value": {"type": "Recreate"}}]\n',
      ['preStop'],
    ],
    [
      'with a JSON patch of old',
      'bases: [../base]\npatchesJson6902:\n- target: {group: apps, version: v1, kind: Deployment, name: web}\n  patch: |-\n    - {op: add, path: /spec/template/spec/containers/0/lifecycle, value: {}}\n',
      ['maxUnavailable'],
    ],
    [
      'with a replacement',
      'resources: [../base]\nreplacements:\n- source: {kind: ConfigMap, name: a}\n  targets:\n  - select: {kind: Deployment}\n    fieldPaths: [spec.template.spec.terminationGracePeriodSeconds]\n',
      ['maxUnavailable'],
    ],
    [
      'that belongs to Flux',
      `apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\n${patched('{strategy: {type: Recreate}}')}`,
      ['maxUnavailable', 'preStop'],
    ],
  ])('%s leaves to be written: %#', async (_, kustomization, expected) => {
    expect(await fixed(kustomization)).toEqual(expected);
  });

  it('has three names', async () => {
    for (const name of ['kustomization.yml', 'Kustomization'])
      expect(await fixed(patched('{strategy: {type: Recreate}}'), name)).toEqual(['preStop']);
  });

  it('knows objects by the names that others gave them', async () => {
    write({ 'mid/kustomization.yaml': 'namePrefix: my-\nresources: [../base]\n' });
    const top = patched('{strategy: {type: Recreate}}')
      .replace('../base', '../mid')
      .replace('name: web', 'name: my-web');
    expect(await fixed(top)).toEqual(['preStop']);
  });

  it('patches in files that hold no objects', async () => {
    write({ 'prod/patch.yaml': deployment().replace('replicas: 5', 'strategy: {type: Recreate}') });
    expect(await fixed('resources: [../base]\npatchesStrategicMerge: [patch.yaml]\n')).toEqual(['preStop']);
    expect((await hitless(['check', folder])).out).toContain('1 Deployment in 4 files');
  });
});
