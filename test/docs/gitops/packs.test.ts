// The files of docs/gitops: each is what its tool reads, and lists every field that hitless may write.

import { execFileSync, spawnSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { driftPaths, gitopsFiles, writtenFields } from '../../../scripts/gitops.ts';
import type { WorkloadKind } from '../../../src/workload/kinds/kind.ts';
import { kindNamed, patchableKinds } from '../../../src/workload/kinds/kinds.ts';
import { hitless, type Settings } from '../../support/cluster/hitless.ts';
import { modelKinds } from '../../support/cluster/kinds/kinds.ts';
import { clientSideApply, serverSideApply } from '../../support/cluster/kubectl.ts';
import { leavesOf } from '../../support/cluster/leaves.ts';
import type { ModelKind } from '../../support/cluster/model-kind.ts';
import { apiServer, type Server } from '../../support/cluster/server.ts';
import { change, manifestOf } from '../../support/histories/fields.ts';
import { seed } from '../../support/seed.ts';

// biome-ignore lint/suspicious/noExplicitAny: JSON of any shape
type Any = any;

const root = new URL('../../../docs/gitops/', import.meta.url);
const read = (name: string) => readFileSync(new URL(name, root), 'utf8');
const documents = (text: string): Any[] => parseAllDocuments(text).map((document) => document.toJS());
const chart = documents(readFileSync(new URL('../../chart/by-default/expected.yaml', import.meta.url), 'utf8'));
const ofKind = (all: readonly Any[], kind: string) => all.find((document) => document?.kind === kind);

it.each(gitopsFiles)('are as the code has them (node scripts/gitops.ts writes them): $file.pathname', ({
  file,
  text,
}) => {
  expect(readFileSync(file, 'utf8')).toBe(text);
});

const kinds: Readonly<Record<string, readonly string[]>> = {
  argocd: ['v1 ConfigMap', 'argoproj.io/v1alpha1 Application'],
  flux: ['v1 Namespace', 'source.toolkit.fluxcd.io/v1 GitRepository', 'helm.toolkit.fluxcd.io/v2 HelmRelease'],
  karmada: ['config.karmada.io/v1alpha1 ResourceInterpreterCustomization'],
};

it.each(globSync('*/*.yaml', { cwd: fileURLToPath(root) }))('%s holds objects of its tool', (name) => {
  const all = parseAllDocuments(read(name));
  expect(all.flatMap(({ errors }) => errors)).toEqual([]);
  for (const { apiVersion, kind, metadata } of documents(read(name))) {
    expect(kinds[name.split('/')[0] as string]).toContain(`${apiVersion} ${kind}`);
    expect(metadata.name).toMatch(/^[a-z-]+$/);
  }
});

it('every file is named in the page, and the page names only files that are there', () => {
  const named = Array.from(
    read('README.md').matchAll(/docs\/gitops\/(\S+\.yaml)|\]\((\w+\/[\w.-]+\.\w+)\)/g),
    (found) => found[1] ?? found[2],
  );
  const pack = globSync('{argocd,flux}/*.yaml', { cwd: fileURLToPath(root) });
  expect([...new Set(named)].toSorted()).toEqual(
    [...pack, 'karmada/deployments.yaml', 'karmada/retain.lua'].toSorted(),
  );
});

describe('installing hitless', () => {
  const [secret, configuration] = ['Secret', 'MutatingWebhookConfiguration'].map((kind) => ofKind(chart, kind));

  it('by Argo CD leaves the caBundles and the data of the Secret that the chart makes to the pods', () => {
    const { spec } = ofKind(documents(read('argocd/hitless.yaml')), 'Application');
    expect(spec.ignoreDifferences.map(({ kind, name }: Any) => [kind, name])).toEqual([
      ['MutatingWebhookConfiguration', configuration.metadata.name],
      ['Secret', secret.metadata.name],
    ]);
    for (const { clientConfig } of configuration.webhooks) expect(clientConfig).not.toHaveProperty('caBundle');
    expect(secret).not.toHaveProperty('data');
  });

  it('by Flux leaves the same, entry by entry', () => {
    const { spec } = ofKind(documents(read('flux/hitless.yaml')), 'HelmRelease');
    const [webhooks, data] = spec.driftDetection.ignore;
    expect(webhooks.paths).toEqual(
      configuration.webhooks.map((_: Any, index: number) => `/webhooks/${index}/clientConfig/caBundle`),
    );
    expect(data).toEqual({ target: { kind: 'Secret' }, paths: ['/data'] });
  });

  it.each([
    ['argocd/hitless.yaml', 'Application', ({ source }: Any) => source.helm.valuesObject],
    ['flux/hitless.yaml', 'HelmRelease', ({ values }: Any) => values],
  ])('by %s sets values that the chart has', (name, kind, valuesIn) => {
    const known = parse(readFileSync(new URL('../../../charts/hitless/values.yaml', import.meta.url), 'utf8'));
    const { image, ...others } = valuesIn(ofKind(documents(read(name)), kind).spec);
    expect(others).toEqual({});
    for (const field of Object.keys(image)) expect(known.image).toHaveProperty(field);
  });
});

const noJq = spawnSync('jq', ['--version']).error === undefined ? '' : ' (skipped: no jq on the PATH)';

/** For each kind objects that hitless patched, and what their author wrote. */
const settings: Settings = { mode: 'enforce' };
const raising: Settings = {
  mode: 'enforce',
  policy: { terminationGracePeriod: { action: 'enforce' }, preStopSleep: { action: 'enforce' } },
};
// An author who opts out, and a record that somebody forged, have tests of their own.
const fields = change.map(({ mode, record, ...others }) => others);
const manifests = fc.sample(fc.tuple(fields, fields, fc.constantFrom(settings, raising)), { numRuns: 150, seed });

interface Written {
  readonly manifest: Any;
  readonly server: Server;
}

function written(model: ModelKind, write: (server: Server, manifest: Any) => unknown): readonly Written[] {
  return manifests.flatMap(([first, then, under]) => {
    const server = apiServer({ model, webhooks: () => [hitless(under, model)] });
    const manifest = manifestOf({ ...first, ...then }, model);
    write(server, manifest);
    return server.exists() ? [{ manifest, server }] : [];
  });
}

const kindOf = ({ apiVersion, kind }: ModelKind) => kindNamed(apiVersion, kind) as WorkloadKind;

describe('Argo CD', () => {
  const data = parse(read('argocd/ignore-differences.yaml')).data as Record<string, string>;

  it('ignores every field that hitless may write, of every kind that it patches, and no other one', () => {
    const key = ({ group, kind }: WorkloadKind) => `resource.customizations.ignoreDifferences.${group}_${kind}`;
    expect(Object.keys(data)).toEqual(patchableKinds().map(key));
    for (const kind of patchableKinds()) {
      const [annotation, ...paths] = parse(data[key(kind)] as string).jqPathExpressions;
      expect(annotation).toBe('.metadata.annotations["hitless.dev/injected"]');
      expect(paths.map((path: string) => path.slice(1).replace('[]?', '[*]'))).toEqual(writtenFields(kind));
    }
  });

  // Argo CD removes the paths from both objects, as del(PATH), and then what is empty: util/argo/normalizers/diff_normalizer.go.
  it.skipIf(noJq !== '').each(modelKinds)(`sees no difference in what hitless wrote into a $kind${noJq}`, (model) => {
    const { jqPathExpressions } = parse(
      data[`resource.customizations.ignoreDifferences.${kindOf(model).group}_${model.kind}`] as string,
    );
    const pairs = written(model, (server, manifest) => server.create(model.decoded(manifest), 'argocd')).map(
      ({ manifest, server }) => [model.decoded(manifest), server.get()],
    );
    const filter = `map(map({spec, metadata: {annotations: .metadata.annotations}}${jqPathExpressions
      .map((path: string) => ` | del(${path})`)
      .join('')} | walk(if type == "object" then with_entries(select(.value | . != {} and . != null)) else . end)))`;
    const out = JSON.parse(
      execFileSync('jq', ['-c', filter], { input: JSON.stringify(pairs), maxBuffer: 2 ** 28 }).toString(),
    );
    expect(out.length).toBeGreaterThan(manifests.length / 2);
    for (const [author, live] of out) expect(leaves(model, live)).toEqual(leaves(model, author));
  });
});

describe.each(
  modelKinds,
)('a tool that asks the API server by a dry run of a server-side apply, about a $kind', (model) => {
  const clients = {
    'server-side apply': (server: Server, manifest: Any) => serverSideApply(server, manifest, { manager: 'tool' }),
    'kubectl apply': (server: Server, manifest: Any) => clientSideApply(server, manifest),
  };
  const differing = (all: readonly Written[]) =>
    all.flatMap(({ manifest, server }) => differences(model, server, manifest));

  it.each(Object.entries(clients))('finds no difference after %s, also in what was raised', (_, write) => {
    expect(differing(written(model, write))).toEqual([]);
  });

  it('finds differences only in what the pack for HelmReleases ignores, after a write that leaves no evidence', () => {
    const found = differing(written(model, (server, manifest) => server.create(manifest, 'tool')));
    const ignored = driftPaths(kindOf(model)).map((path) => path.slice(1).replaceAll('/', '.'));
    expect(found.filter((path) => !ignored.includes(path))).toEqual([]);
  });
});

/** The paths at which the same manifest, applied again, gives another object. */
function differences(model: ModelKind, server: Server, manifest: Any): readonly string[] {
  const [before, back] = [leaves(model, server.get()), server.save()];
  server.apply(manifest, 'tool', { force: true });
  const after = leaves(model, server.get());
  back();
  return [...new Set([...before.keys(), ...after.keys()])].filter((path) => before.get(path) !== after.get(path));
}

/** Without what its own controller takes out of a custom resource when it writes it back: zeros. */
function leaves(model: ModelKind, { spec }: Any): ReadonlyMap<string, string> {
  const all = [...leavesOf(model.type, { spec })].map(([path, value]) => [path, JSON.stringify(value)] as const);
  return new Map(all.filter(([, value]) => value !== '{}' && !(model.custom === true && value === '0')));
}
