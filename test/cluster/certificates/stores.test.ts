// The stores over HTTP, and the real process, against a few lines that answer as an API server does.

import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { bundleStore } from '../../../src/cluster/certificates/ca-bundle-store.ts';
import { secretStore } from '../../../src/cluster/certificates/secret-store.ts';
import { createApi } from '../../../src/cluster/client/api.ts';
import { kubeconfig } from '../../support/kubeconfig.ts';
import { eventually } from '../../support/pair.ts';
import { callPlain, spawnServe, stop } from '../../support/process.ts';

// biome-ignore lint/suspicious/noExplicitAny: objects of any shape are the subject here
type Any = any;

const ending: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ending.splice(0).reverse()) await end();
});

const secretPath = '/api/v1/namespaces/here/secrets/tls';
const hookPath = '/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations/hooks';

/** `date`: what its clock says. */
async function apiServer(date = new Date()) {
  let version = 1;
  const labels = { 'hitless.dev/certificates': 'self-made' };
  const objects = new Map<string, Any>([
    [secretPath, { metadata: { resourceVersion: '1', labels } }],
    [
      hookPath,
      {
        metadata: { resourceVersion: '1' },
        webhooks: ['enforce.hitless.dev', 'audit.hitless.dev', 'other'].map(entry),
      },
    ],
  ]);
  const patches: Any[] = [];
  const patch = (object: Any, type: string, body: Any) => {
    patches.push({ type, body });
    if (body.metadata.resourceVersion !== object.metadata.resourceVersion) return 409;
    object.metadata.resourceVersion = `${++version}`;
    if (body.metadata.annotations) delete object.metadata.annotations;
    if (body.data) object.data = Object.fromEntries(Object.entries(body.data).filter(([, value]) => value !== null));
    for (const one of body.webhooks ?? []) {
      const found = object.webhooks.find((hook: Any) => hook.name === one.name);
      Object.assign(found.clientConfig, one.clientConfig);
    }
    return 200;
  };
  const server = createServer(async (request, response) => {
    const object = objects.get(request.url ?? '');
    const body = await json(request);
    let code = object === undefined ? 404 : 200;
    if (object && request.method === 'PATCH') code = patch(object, request.headers['content-type'] ?? '', body);
    response
      .writeHead(code, { date: date.toUTCString() })
      .end(JSON.stringify(code === 200 ? object : { message: 'no' }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  ending.push(() => server.close());
  const url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  const api = createApi({ server: url, origin: 'test', options: async () => ({}) });
  return {
    url,
    objects,
    patches,
    secrets: secretStore(api, { namespace: 'here', name: 'tls' }),
    bundles: bundleStore(api, 'hooks'),
  };
}

const entry = (name: string) => ({ name, clientConfig: { url: 'https://127.0.0.1:1/', caBundle: '' } });

async function json(request: IncomingMessage): Promise<Any> {
  let text = '';
  for await (const chunk of request) text += chunk;
  return text === '' ? undefined : JSON.parse(text);
}

test('the time is the one of the API server, who judges by it, also when the Secret is not there', async () => {
  const date = new Date('2040-05-06T07:08:09Z');
  const { secrets, objects } = await apiServer(date);
  expect((await secrets.read()).now).toEqual(date);
  objects.delete(secretPath);
  expect(await secrets.read()).toEqual({ secret: undefined, now: date });
});

test('a write to the Secret names the version that was read, and takes out what is not in it any more', async () => {
  const { secrets, objects, patches } = await apiServer();
  objects.get(secretPath).metadata.annotations = { 'hitless.dev/rotate': 'ca' };
  expect((await secrets.read()).secret).toEqual({ version: '1', ours: true, data: {}, rotationRequest: 'ca' });
  expect(await secrets.replace('1', { 'tls.crt': 'ä', 'next-ca.key': 'n' })).toBe(true);
  expect(await secrets.replace('1', { 'tls.crt': 'late' })).toBe(false);
  const { secret } = await secrets.read();
  expect(secret).toEqual({ version: '2', ours: true, data: { 'tls.crt': 'ä', 'next-ca.key': 'n' } });
  expect(patches[0]).toMatchObject({ type: 'application/merge-patch+json', body: { data: { 'old-ca-until': null } } });
});

test('a write to the webhook configuration holds the caBundles of our entries and nothing else', async () => {
  const { bundles, patches } = await apiServer();
  const read = await bundles.read();
  expect(read?.entries.map(({ name }) => name)).toEqual(['enforce.hitless.dev', 'audit.hitless.dev']);
  expect(await bundles.write('1', [{ name: 'audit.hitless.dev', caBundle: 'x' }])).toBe(true);
  expect(await bundles.write('1', [{ name: 'audit.hitless.dev', caBundle: 'y' }])).toBe(false);
  expect(patches[0]).toEqual({
    type: 'application/strategic-merge-patch+json',
    body: {
      metadata: { resourceVersion: '1' },
      webhooks: [{ name: 'audit.hitless.dev', clientConfig: { caBundle: 'eA==' } }],
    },
  });
});

async function serveWith(url: URL) {
  const file = await kubeconfig({ fake: url.href });
  const listen = ['--listen', '127.0.0.1:0', '--plain-listen', '127.0.0.1:0'];
  const own = ['--tls-secret', 'here/tls', '--tls-names', 'localhost', '--webhook-configuration', 'hooks'];
  const running = spawnServe([...listen, ...own], { KUBECONFIG: file });
  ending.push(() => stop(running));
  const plainPort = Number(String((await running.line('listening')).plain).replace(/.*:/, ''));
  return { running, ready: () => callPlain({ plainPort }, '/readyz') };
}

test('the process makes its certificates, listens, and is ready when they are trusted', async () => {
  const { url, objects } = await apiServer();
  const { ready } = await serveWith(url);
  expect((await eventually(ready, ({ status }) => status === 200, 10_000)).status).toBe(200);
  const [enforce, audit, other] = objects.get(hookPath).webhooks;
  expect(enforce.clientConfig.caBundle).toBe(objects.get(secretPath).data['ca.crt']);
  expect(audit.clientConfig).toEqual(enforce.clientConfig);
  expect(other.clientConfig.caBundle).toBe('');
});

test('without an API server the process listens, lives, and says what it waits for', async () => {
  const { running, ready } = await serveWith(new URL('http://127.0.0.1:1'));
  expect(await ready()).toMatchObject({
    status: 503,
    body: expect.stringMatching(/no certificate yet .*ECONNREFUSED/),
  });
  expect(running.child.exitCode).toBeNull();
});
