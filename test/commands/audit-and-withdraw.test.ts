// `hitless audit` and `hitless withdraw` against a server that answers as an API server does: which one they ask, and what they
// say of namespaces that no webhook is called for.

import { mkdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { run } from '../../src/commands/program.ts';
import type { JsonObject } from '../../src/workload/json.ts';
import type { Deployment } from '../../src/workload/workload.ts';
import { create } from '../support/api-server.ts';
import { temporaryFolder } from '../support/pair.ts';
import { write } from '../support/webhook.ts';

const ending: (() => void)[] = [];
afterEach(() => {
  for (const end of ending.splice(0)) end();
});

type Answers = Readonly<Record<string, readonly JsonObject[] | JsonObject | number>>;

/** A list, an object or an error code for each path; `cut` breaks the connection of the request of that number. */
async function apiServer(answers: Answers, cut?: (method: string, path: string) => boolean) {
  const server = createServer((request, response) => {
    const path = (request.url ?? '').replace(/\?.*/, '');
    if (cut?.(request.method ?? '', path)) {
      request.socket.destroy();
      return;
    }
    const answer = answers[path] ?? 404;
    const code = typeof answer === 'number' ? answer : 200;
    const list = { metadata: {}, items: answer };
    const body = typeof answer === 'number' ? { message: `said ${code}` } : Array.isArray(answer) ? list : answer;
    response.writeHead(code, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  ending.push(() => server.close().closeAllConnections());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** A kubeconfig with a context for each server, the first one current. */
async function kubeconfig(servers: Readonly<Record<string, string>>): Promise<string> {
  const names = Object.keys(servers);
  const file = join(await temporaryFolder(), 'config');
  const text = {
    'current-context': names[0],
    clusters: names.map((name) => ({ name, cluster: { server: servers[name], 'insecure-skip-tls-verify': true } })),
    users: [{ name: 'me', user: {} }],
    contexts: names.map((name) => ({ name, context: { cluster: name, user: 'me' } })),
  };
  await writeFile(file, JSON.stringify(text));
  return file;
}

async function hitless(...args: readonly string[]) {
  const written = { out: '', err: '' };
  const add = (stream: 'out' | 'err') => (text: string) => {
    written[stream] += text;
  };
  const terminal = { out: add('out'), err: add('err'), colour: { out: false, err: false } };
  const code = await run(args, { ...terminal, stdin: async () => new Uint8Array() });
  return { code, ...written };
}

function namespace(name: string, mode?: string): JsonObject {
  return { metadata: { name, ...(mode !== undefined && { labels: { 'hitless.dev/mode': mode } }) } };
}

/** As the webhook left it. */
function injected(home: string, name: string): Deployment {
  const labels = { app: name };
  const container = { name: 'web', image: 'web:1', livenessProbe: { tcpSocket: { port: 8080 } } };
  const template = { metadata: { labels }, spec: { containers: [container] } };
  const metadata = { name, namespace: home };
  const object = create({ metadata, spec: { selector: { matchLabels: labels }, template } });
  const written = write({ object, mode: 'enforce' }).object;
  expect(written.metadata.annotations).toHaveProperty('hitless.dev/injected');
  return { ...written, metadata: { ...written.metadata, resourceVersion: '1' } };
}

const webhooks = '/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations';
const deployments = '/apis/apps/v1/deployments';

function configuration(...excluded: readonly string[]): JsonObject {
  const entry = (mode: string) => ({
    name: `${mode}.hitless.dev`,
    namespaceSelector: {
      matchExpressions: [
        { key: 'hitless.dev/mode', operator: 'In', values: [mode] },
        { key: 'kubernetes.io/metadata.name', operator: 'NotIn', values: excluded },
      ],
    },
  });
  return { metadata: { name: 'any' }, webhooks: [entry('enforce'), entry('audit')] };
}

/** A cluster with hitless in it, and nothing else. */
function cluster(more: Answers = {}): Answers {
  const policies = '/apis/hitless.dev/v1alpha1';
  const empty = [
    '/api/v1/services',
    '/api/v1/nodes',
    `${policies}/clusterrolloutpolicies`,
    `${policies}/rolloutpolicies`,
  ];
  const lists = Object.fromEntries([...empty, deployments].map((path) => [path, []]));
  return { ...lists, '/api/v1/namespaces': [namespace('shop', 'enforce')], [webhooks]: [configuration('hs')], ...more };
}

/** What is asked for one namespace. */
function alone(name: string, mode: string | undefined, own: readonly Deployment[]): Answers {
  return {
    [`/api/v1/namespaces/${name}`]: namespace(name, mode),
    [`/api/v1/namespaces/${name}/services`]: [],
    [`/apis/hitless.dev/v1alpha1/namespaces/${name}/rolloutpolicies`]: [],
    [`/apis/apps/v1/namespaces/${name}/deployments`]: own as unknown as JsonObject[],
  };
}

describe('the cluster that is asked', () => {
  it('is the one of --kubeconfig, and of --context in it', async () => {
    const servers = { one: await apiServer(cluster()), two: await apiServer(cluster({ [deployments]: 500 })) };
    const file = await kubeconfig(servers);
    expect(await hitless('audit', '--kubeconfig', file)).toMatchObject({ code: 0, err: '' });
    const other = await hitless('audit', '--kubeconfig', file, '--context', 'two');
    expect(other).toMatchObject({
      code: 2,
      err: `hitless audit: the API server at ${servers.two} refused the request (500): said 500\n`,
    });
    const withdraw = await hitless('withdraw', '-A', '--kubeconfig', file, '--context', 'two');
    expect(withdraw.err).toContain('refused the request (500)');
  });

  it.each(['audit', 'withdraw'])('is named in a sentence where it cannot be found: %s', async (command) => {
    const file = await kubeconfig({ one: 'http://127.0.0.1:1', two: 'http://127.0.0.1:1' });
    const ask = (...args: string[]) => hitless(command, '-n', 'shop', ...args);
    const wrong = await ask('--kubeconfig', file, '--context', 'three');
    expect(wrong).toEqual({
      code: 2,
      out: '',
      err: `hitless ${command}: there is no context three: kubeconfig ${file} has one, two\n`,
    });
    expect((await ask('--kubeconfig', '/nowhere/config')).err).toMatch(
      `hitless ${command}: kubeconfig /nowhere/config cannot be read: ENOENT`,
    );
    expect((await ask('--kubeconfig', file)).err).toMatch(
      /API server at http:\/\/127\.0\.0\.1:1 does not answer: connect/,
    );
  });

  it('is not known without a current context, and the sentence says which there are', async () => {
    const folder = await temporaryFolder();
    await mkdir(folder, { recursive: true });
    const file = join(folder, 'config');
    const contexts = [{ name: 'one', context: { cluster: 'gone', user: 'me' } }];
    await writeFile(file, JSON.stringify({ clusters: [], users: [], contexts }));
    expect((await hitless('audit', '--kubeconfig', file)).err).toContain(
      `no current context is set, so the cluster is unknown: kubeconfig ${file} has one\n`,
    );
    expect((await hitless('audit', '--kubeconfig', file, '--context', 'one')).err).toContain(
      `context one of kubeconfig ${file} names a cluster that is not in it\n`,
    );
  });
});

describe('audit points out', () => {
  const both = [namespace('shop', 'enforce'), namespace('old')];
  const held = [injected('shop', 'web'), injected('old', 'web'), injected('old', 'api')] as unknown as JsonObject[];

  it('what is left behind where no webhook is called any more', async () => {
    const answers = cluster({ '/api/v1/namespaces': both, [deployments]: held });
    const file = await kubeconfig({ one: await apiServer(answers) });
    const text = await hitless('audit', '--kubeconfig', file);
    expect(text).toMatchObject({ code: 1, err: '' });
    expect(text.out).toContain('1 Deployment in 1 namespace: ');
    expect(text.out).toContain('2 Deployments with injections where the webhook is not called\n  old  web, api\n');
    expect(text.out).toContain('hitless withdraw -n old --now\n');
    expect(await hitless('audit', '--kubeconfig', file, '--fail-on', 'error')).toMatchObject({ code: 0 });
    const { summary, leftovers } = JSON.parse((await hitless('audit', '--kubeconfig', file, '-o', 'json')).out);
    expect(summary).toMatchObject({ namespaces: 1, deployments: 1, leftovers: 2 });
    expect(leftovers).toEqual(
      ['web', 'api'].map((name) => ({ object: { kind: 'Deployment', namespace: 'old', name } })),
    );
  });

  it('that no webhook is installed, and all that is left behind then', async () => {
    const answers = cluster({ '/api/v1/namespaces': both, [deployments]: held, [webhooks]: [] });
    const file = await kubeconfig({ one: await apiServer(answers) });
    const { out, err } = await hitless('audit', '--kubeconfig', file);
    expect(err).toBe(
      'hitless audit: the hitless webhook is not installed in this cluster: labels have no effect, and nothing is patched\n',
    );
    expect(out).toContain('3 Deployments with injections');
    expect(out).toContain('1 Deployment in 1 namespace: ');
  });

  it('a namespace whose label has no effect, because the webhook leaves it out', async () => {
    const answers = cluster({ '/api/v1/namespaces': [namespace('hs', 'enforce')] });
    const file = await kubeconfig({ one: await apiServer({ ...answers, ...alone('hs', 'enforce', []) }) });
    const sentence =
      'hitless audit: namespace hs is labelled, but the webhook configuration excludes it: nothing is patched\n';
    expect(await hitless('audit', '--kubeconfig', file)).toEqual({ code: 0, out: '', err: sentence });
    expect((await hitless('audit', '-n', 'hs', '--kubeconfig', file)).err).toBe(sentence);
  });

  it('nothing of the kind where nobody lets it look', async () => {
    const answers = cluster({ '/api/v1/namespaces': both, [deployments]: held.slice(0, 1), [webhooks]: 403 });
    const file = await kubeconfig({ one: await apiServer(answers) });
    const { out, err } = await hitless('audit', '--kubeconfig', file);
    expect({ err, found: /injections where/.test(out) }).toEqual({ err: '', found: false });
  });
});

describe('withdraw with the next rollout', () => {
  const held = [injected('shop', 'web'), injected('shop', 'api')];
  const refused = async (mode: string | undefined, hooks: readonly JsonObject[]) => {
    const answers = { ...alone('shop', mode, held), [webhooks]: hooks };
    const file = await kubeconfig({ one: await apiServer(answers) });
    return hitless('withdraw', '-n', 'shop', '--kubeconfig', file);
  };

  it.each([
    [
      'that no webhook is installed',
      'enforce',
      [],
      /^shop\/web {2}refused {4}the hitless webhook is not installed in this cluster, so/,
    ],
    [
      'that the webhook leaves the namespace out',
      'enforce',
      [configuration('shop')],
      /the webhook configuration excludes this namespace/,
    ],
    [
      'that the namespace is not opted in',
      undefined,
      [configuration()],
      /the namespace is not opted in, .* first label the namespace/,
    ],
  ])('says once %s, and refuses', async (_, mode, hooks, said) => {
    const { code, out } = await refused(mode, hooks);
    expect(code).toBe(1);
    expect(out).toMatch(said);
    expect(out).toContain('use --now');
    expect(out).toMatch(/\nshop\/api {2}refused {4}as above\n2 Deployments with injections: 2 refused\.\n/);
  });
});

it('withdraw --now names the first of many that it would roll, and how many more', async () => {
  const held = Array.from({ length: 12 }, (_, index) => injected('shop', `web-${index}`));
  const file = await kubeconfig({ one: await apiServer({ ...alone('shop', 'audit', held), [webhooks]: [] }) });
  const { code, err } = await hitless('withdraw', '-n', 'shop', '--now', '--kubeconfig', file);
  expect(code).toBe(1);
  expect(err).toMatch(
    /the pods of 12 Deployments will be replaced: shop\/web-0, .*, shop\/web-9 and 2 more\. There is/,
  );
});

it('withdraw tells what it did before the API server went away', async () => {
  const held = [injected('shop', 'web'), injected('shop', 'api')];
  const own = '/apis/apps/v1/namespaces/shop/deployments';
  const bare = {
    ...held[0],
    metadata: { name: 'web', namespace: 'shop', resourceVersion: '2' },
  } as unknown as JsonObject;
  const answers = { ...alone('shop', 'audit', held), [webhooks]: [configuration()], [`${own}/web`]: bare };
  const away = (method: string, path: string) => method === 'PATCH' && path === `${own}/api`;
  const file = await kubeconfig({ one: await apiServer(answers, away) });
  const { code, out, err } = await hitless('withdraw', '-n', 'shop', '--kubeconfig', file);
  expect(code).toBe(2);
  expect(out).toMatch(/^shop\/web {2}waiting .*\n1 Deployment with injections: 1 waiting/);
  expect(err).toMatch(
    /^hitless withdraw: stopped after 1 of 2 Deployments; run it again for the rest\nhitless withdraw: the API server at \S+ does not answer: /,
  );
});
