// `hitless audit --contexts`: many clusters in one result, some of them in trouble.

import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { auditClusters, type ClustersProgress } from '../../src/commands/audit/audit-clusters.ts';
import { chooseContexts } from '../../src/commands/audit/choose-contexts.ts';
import { showClusters } from '../../src/commands/audit/progress.ts';
import { createAcceptance } from '../../src/lint/acceptance/acceptance.ts';
import type { Terminal } from '../../src/terminal/terminal.ts';
import type { JsonObject } from '../../src/workload/json.ts';
import { create } from '../support/api-server.ts';
import { writeFiles } from '../support/files.ts';
import { kubeconfig } from '../support/kubeconfig.ts';
import { cluster, deployments, hitless, namespace } from '../support/live-command.ts';
import { type ClusterSetup, type ClusterTrouble, type Lists, manyClusters } from '../support/many-clusters.ts';
import { temporaryFolder } from '../support/pair.ts';
import { terminal } from '../support/terminal.ts';

const usual = { timeout: 240_000 };

function stored(name: string, home: string): JsonObject {
  const labels = { app: name };
  const containers = [{ name: 'main', image: 'web:1', ports: [{ containerPort: 8080 }] }];
  const metadata = { name, namespace: home, labels, resourceVersion: '1', managedFields: [] };
  const template = { metadata: { labels }, spec: { containers } };
  return create({ metadata, spec: { replicas: 2, selector: { matchLabels: labels }, template } }) as never;
}

const homes = [namespace('shop', 'enforce'), namespace('other')];
const listsWith = (items: readonly JsonObject[]): Lists =>
  cluster({ '/api/v1/namespaces': homes, [deployments]: items, '/apis/argoproj.io/v1alpha1/rollouts': [] }) as Lists;

const nameOf = (at: number) => `prod-${String(at).padStart(3, '0')}`;
const troubles: Readonly<Record<number, ClusterTrouble>> = {
  7: 'refused',
  20: 'refused',
  33: 'forbidden',
  41: 'ending',
  58: 'cut',
  99: 'forbidden',
};
const amount = 100;
const parallel = 5;

describe('a hundred clusters', usual, () => {
  let many: Awaited<ReturnType<typeof manyClusters>>;
  let file = '';
  let told: Awaited<ReturnType<typeof hitless>>;

  beforeAll(async () => {
    const released = Promise.withResolvers<void>();
    const asked = new Set<string>();
    // The first waits until clusters behind it are done.
    const wait = (path: string) => (path === deployments ? released.promise : undefined);
    const setups = Array.from({ length: amount }, (_, at): ClusterSetup => {
      const items = Array.from({ length: at % 3 === 0 ? 150 : 2 }, (_unused, index) =>
        stored(`web-${index}`, index === 0 ? 'other' : 'shop'),
      );
      const trouble = troubles[at];
      return { name: nameOf(at), lists: listsWith(items), ...(trouble && { trouble }), ...(at === 0 && { wait }) };
    });
    many = await manyClusters(setups, (name) => {
      if (asked.add(name).has(nameOf(6))) released.resolve();
    });
    const servers = Object.fromEntries([...many.clusters].reverse().map(([name, { url }]) => [name, url]));
    file = await kubeconfig({ staging: 'http://127.0.0.1:1', ...servers });
    const text = JSON.parse(await readFile(file, 'utf8'));
    text.contexts.push({ name: 'prod-broken', context: { cluster: 'gone', user: 'me' } });
    await writeFile(file, JSON.stringify(text));
    told = await hitless(
      'audit',
      '--kubeconfig',
      file,
      '--contexts',
      'prod-*',
      '--parallel',
      `${parallel}`,
      '-o',
      'json',
    );
  }, usual.timeout);
  afterAll(() => many.stop());

  const names = [...Array.from({ length: amount }, (_, at) => nameOf(at)), 'prod-broken'];
  const failed = [...Object.keys(troubles).map((at) => nameOf(Number(at))), 'prod-broken'];

  it('are in one result, in the order of their names, whichever ends first', () => {
    const { clusters, findings, namespaces, summary, problems } = JSON.parse(told.out);
    expect(clusters.map(({ name }: { name: string }) => name)).toEqual(names);
    const read = clusters.filter((one: { read: boolean }) => one.read).map(({ name }: { name: string }) => name);
    expect(read).toEqual(names.filter((name) => !failed.includes(name)));
    expect(namespaces).toEqual(
      read.map((name: string) => expect.objectContaining({ cluster: name, name: 'shop', mode: 'enforce' })),
    );
    const own = (name: string) =>
      findings.filter(({ object }: { object: { cluster: string } }) => object.cluster === name);
    expect([...new Set(findings.map(({ object }: { object: { cluster: string } }) => object.cluster))]).toEqual(read);
    expect(own(nameOf(3)).length).toBe(own(nameOf(1)).length * 149);
    const many3 = read.filter((name: string) => Number(name.slice(5)) % 3 === 0).length;
    expect(summary).toMatchObject({
      clusters: names.length,
      namespaces: read.length,
      deployments: many3 * 149 + (read.length - many3),
      problems: failed.length,
    });
    expect(problems.map((one: { cluster: string }) => one.cluster)).toEqual(failed);
  });

  it('that fail are named with the reason, stop no other, and make the exit code 2', () => {
    expect(told.code).toBe(2);
    const line = (at: number) => told.err.split('\n').filter((one) => one.startsWith(`hitless audit: ${nameOf(at)}: `));
    const address = String.raw`the API server at http://127\.0\.0\.1:\d+`;
    expect(line(7)).toEqual([expect.stringMatching(new RegExp(`${address} does not answer: connect ECONNREFUSED`))]);
    expect(line(33)).toEqual([
      expect.stringMatching(new RegExp(`${address} does not allow this \\(403\\): no permission`)),
    ]);
    expect(line(41)).toEqual([expect.stringMatching(new RegExp(`${address} does not answer: socket hang up`))]);
    expect(line(58)).toEqual([expect.stringMatching(/ did not return a JSON object: /)]);
    expect(told.err).toContain(
      `prod-broken: context prod-broken of kubeconfig ${file} names a cluster that is not in it\n`,
    );
  });

  it('are each asked once for a list, page by page', () => {
    for (const [name, { asked }] of many.clusters) {
      if (failed.includes(name)) continue;
      const lists = asked.map(({ url }) => url).filter((url) => /[?&]limit=/.test(url));
      const begun = lists.filter((url) => !url.includes('continue=')).map((url) => url.replace(/\?.*/, ''));
      const twice = begun.filter((path, at) => begun.indexOf(path) !== at);
      expect(twice).toEqual([]);
      // Though a Rollout is both a workload and what stands around the Deployment that it has taken over.
      expect(begun).toContain('/apis/argoproj.io/v1alpha1/rollouts');
      const pages = lists.filter((url) => url.startsWith(`${deployments}?`)).length;
      expect(pages).toBe(Number(name.slice(5)) % 3 === 0 ? 2 : 1);
    }
  });

  it('are read at most so many at the same time as --parallel says', () => {
    // Requests that a failure gives up may arrive late.
    const whole = [...many.clusters].filter(([name]) => !failed.includes(name));
    const spans = whole.flatMap(([, { asked }]) => {
      const [first, end] = [asked[0], asked.at(-1)];
      return first === undefined || end === undefined ? [] : [{ from: first.at, to: end.at }];
    });
    const most = Math.max(...spans.map(({ from }) => spans.filter((one) => one.from <= from && from <= one.to).length));
    expect(most).toBeGreaterThan(1);
    expect(most).toBeLessThanOrEqual(parallel);
  });

  it('report their progress', async () => {
    const chosen = await chooseContexts('prod-*', { kubeconfig: file });
    const seen: ClustersProgress[] = [];
    const some = { ...chosen, names: chosen.names.slice(5, 9) };
    const task = { scope: {}, acceptance: createAcceptance({}) };
    const onProgress = (one: ClustersProgress) => seen.push(one);
    await auditClusters({ ...some, parallel: 2, task, requestTimeout: undefined, onProgress });
    expect(Math.max(...seen.map(({ reading }) => reading.length))).toBe(2);
    expect(seen.at(-1)).toEqual({ done: 4, failed: 1, all: 4, reading: [] });
  });

  it('show it at a terminal alone, and not with --quiet', () => {
    const lines: string[] = [];
    const show = (more: Partial<Terminal>) =>
      showClusters(terminal(more).io)({ done: 37, failed: 2, all: 100, reading: ['prod-012', 'prod\u202e-013'] });
    const progress = (text: string) => lines.push(text);
    show({});
    show({ progress, quiet: true });
    expect(lines).toEqual([]);
    show({ progress });
    expect(lines).toEqual([
      'hitless audit: 37 of 100 clusters done, 2 without success: reading prod-012, prod\\u202e-013',
    ]);
  });
});

describe('a few clusters', usual, () => {
  let file = '';
  let many: Awaited<ReturnType<typeof manyClusters>>;
  const lists = listsWith([stored('web', 'shop')]);

  beforeAll(async () => {
    many = await manyClusters([
      { name: 'eu', lists },
      { name: 'us', lists },
      { name: 'void', lists, trouble: 'refused' },
    ]);
    file = await kubeconfig(Object.fromEntries(Array.from(many.clusters, ([name, { url }]) => [name, url])));
  });
  afterAll(() => many.stop());
  const ask = (...flags: readonly string[]) => hitless('audit', '--kubeconfig', file, ...flags);

  it('are grouped in the text, with all of them in numbers at the end', async () => {
    const { code, out, err } = await ask('--contexts', '*');
    expect(code).toBe(2);
    expect(out).toMatch(/^eu\nshop {2}enforce {2}1 warning, .*\n {2}web\n/);
    expect(out).toMatch(/\nus\nshop {2}enforce {2}1 warning, /);
    expect(out).toMatch(/\nvoid\nnot audited: the API server at .* does not answer: connect ECONNREFUSED/);
    expect(out).toMatch(
      /\n2 Deployments in 2 namespaces of 2 clusters: 2 warnings, .*\n1 of 3 clusters could not be audited\.\n$/,
    );
    expect(err).toContain('hitless audit: void: the API server at ');
    const { out: table } = await ask('--contexts', '*', '--summary');
    expect(table).toMatch(
      /\ncluster +namespaces +workloads +errors +warnings +notes\neu +1 +1 +0 +1 +\d\nus .*\nvoid, not audited\n/,
    );
  });

  it('that all fail have no numbers, which would look like a result', async () => {
    const { code, out } = await ask('--contexts', 'void');
    expect(code).toBe(2);
    expect(out).toMatch(/^void\nnot audited: .*\n\n1 of 1 cluster could not be audited\.\n$/);
  });

  it('whose patterns match have the exit code of their findings', async () => {
    expect((await ask('--contexts', '?s')).code).toBe(2);
    expect(await ask('--contexts', 'u*', '--fail-on', 'error')).toMatchObject({ code: 0, err: '' });
    expect(await ask('--contexts', 'u*')).toMatchObject({ code: 1 });
  });

  it('differ in every output, and in fingerprints', async () => {
    const sarif = JSON.parse((await ask('--contexts', '[eu]*', '-o', 'sarif')).out || '{"runs":[]}');
    expect(sarif.runs).toEqual([]);
    const [run] = JSON.parse((await ask('--contexts', '*', '-o', 'sarif')).out).runs;
    const uris = run.results.map(
      (one: { locations: [{ physicalLocation: { artifactLocation: { uri: string } } }] }) =>
        one.locations[0].physicalLocation.artifactLocation.uri,
    );
    expect(new Set(uris)).toEqual(new Set(['eu/shop/Deployment/web', 'us/shop/Deployment/web']));
    const prints = run.results.map(
      (one: { partialFingerprints: Record<string, string> }) => one.partialFingerprints['hitless/v2'],
    );
    expect(new Set(prints).size).toBe(prints.length);
    const issues = JSON.parse((await ask('--contexts', '*', '-o', 'gitlab')).out);
    expect(new Set(issues.map((one: { location: { path: string } }) => one.location.path))).toEqual(
      new Set(['void', 'eu/shop/Deployment/web', 'us/shop/Deployment/web']),
    );
    expect(issues.every((one: { fingerprint: string }) => /^[0-9a-f]{32}$/.test(one.fingerprint))).toBe(true);
    const junit = (await ask('--contexts', '*', '-o', 'junit')).out;
    expect(junit).toContain('<testsuite name="eu/shop"');
    expect(junit).toContain('<testcase classname="hitless.input" name="void">');
    expect((await ask('--contexts', '*', '-o', 'github')).out).toContain('::Deployment shop/web in us: ');
    expect((await ask('--contexts', '*', '-o', 'markdown')).out).toContain('- Deployment shop/web in eu: ');
    expect((await ask('--contexts', '*', '-o', 'html')).out).toContain('<h3>us/shop</h3>');
  });

  it('can have policies tried in all of them', async () => {
    const folder = await temporaryFolder();
    const policy =
      'apiVersion: hitless.dev/v1alpha1\nkind: ClusterRolloutPolicy\nmetadata: { name: a }\nspec: { preStopSleep: { seconds: 20 } }\n';
    writeFiles(folder, { 'a.yaml': policy });
    const { out } = await ask('--contexts', '*', '--policy', join(folder, 'a.yaml'));
    expect(out).toMatch(/\nClusterRolloutPolicy a is added in 2 clusters +2 +2 +2 +0\n/);
    expect(out).toMatch(/\nus\/shop +1 +1 +1 +0\n/);
    const { trial } = JSON.parse((await ask('--contexts', '*', '--policy', join(folder, 'a.yaml'), '-o', 'json')).out);
    expect(trial.policies.map((one: { cluster: string }) => one.cluster)).toEqual(['eu', 'us']);
    expect(trial.workloads.map((one: { object: { cluster: string } }) => one.object.cluster)).toEqual(['eu', 'us']);
  });

  it('that are one and the same are named', async () => {
    const url = many.clusters.get('eu')?.url ?? '';
    const twice = await kubeconfig({ 'eu-admin': url, 'eu-viewer': url });
    const { err } = await hitless('audit', '--kubeconfig', twice, '--contexts', 'eu-*', '--fail-on', 'never');
    expect(err).toContain('the contexts eu-admin and eu-viewer lead to the same API server');
  });

  it('are one word of a command that is advised, whatever their names', async () => {
    const left = stored('old', 'other') as { readonly metadata: JsonObject };
    const metadata = { ...left.metadata, annotations: { 'hitless.dev/injected': '{}' } };
    const behind = await manyClusters([{ name: "eu's a", lists: listsWith([{ ...left, metadata }]) }]);
    const at = await kubeconfig({ "eu's a": behind.clusters.get("eu's a")?.url ?? '' });
    const asked = await Promise.all(
      ['text', 'github'].map((format) => hitless('audit', '--kubeconfig', at, '--contexts', 'eu*', '-o', format)),
    );
    behind.stop();
    for (const { out } of asked)
      expect(out).toContain(String.raw`hitless withdraw --kubeconfig ${at} --context 'eu'\''s a' -n other --now`);
  });

  it('are the same whatever stands before the address, and a password there is in no sentence', async () => {
    const url = many.clusters.get('eu')?.url ?? '';
    const twice = await kubeconfig({ 'eu-1': url, 'eu-2': url.replace('//', '//bob:hunter2@') });
    const { err } = await hitless('audit', '--kubeconfig', twice, '--contexts', 'eu-*', '--fail-on', 'never');
    expect(err).toContain(`the contexts eu-1 and eu-2 lead to the same API server, ${url}: `);
    expect(err).not.toContain('hunter2');
  });

  it('are none where no context matches, and the sentence says which there are', async () => {
    expect(await ask('--contexts', 'prod-*')).toEqual({
      code: 2,
      out: '',
      err: `hitless audit: no context matches prod-*: kubeconfig ${file} has eu, us, void\n`,
    });
  });

  it.each([
    [
      ['--contexts', '*', '--context', 'eu'],
      "option '--contexts <pattern>' cannot be used with option '--context <name>'",
    ],
    [
      ['--contexts', '*', '--server', 'http://a'],
      "option '--contexts <pattern>' cannot be used with option '-s, --server <url>'",
    ],
    [
      ['--contexts', '*', '--cluster', 'eu'],
      "option '--contexts <pattern>' cannot be used with option '--cluster <name>'",
    ],
    [['--parallel', '3'], '--parallel requires --contexts'],
    [['--contexts', '*', '--parallel', '0'], 'Must be a whole number from 1 to 32.'],
  ])('are not asked for by what excludes each other: %o', async (flags, message) => {
    const { code, err } = await ask(...flags);
    expect(code).toBe(2);
    expect(err).toContain(message);
  });
});
