// Which API server, and as whom.

import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { delimiter, join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { selfSigned } from '../../../src/certificates/self-signed.ts';
import { findAccess } from '../../../src/cluster/client/access.ts';
import { createApi } from '../../../src/cluster/client/api.ts';
import { temporaryFolder } from '../../support/pair.ts';

const ending: (() => void)[] = [];
afterEach(() => {
  for (const end of ending.splice(0)) end();
});

/** Answers with what the caller showed. */
async function mirror() {
  const pair = await selfSigned(['127.0.0.1']);
  const server = createServer({ cert: pair.cert, key: pair.key }, (request, response) => {
    const { authorization = '' } = request.headers;
    response.end(JSON.stringify({ authorization, path: request.url }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  ending.push(() => server.close().closeAllConnections());
  return { ca: pair.ca, port: String((server.address() as AddressInfo).port) };
}

async function serviceAccount(ca: string, token: string) {
  const folder = await temporaryFolder();
  await writeFile(join(folder, 'ca.crt'), ca);
  await writeFile(join(folder, 'token'), token);
  return folder;
}

describe('a pod', () => {
  test('shows the token of its service account, and a new one as soon as the kubelet wrote it', async () => {
    const { ca, port } = await mirror();
    const folder = await serviceAccount(ca, 'first\n');
    const api = createApi(await findAccess({ serviceHost: '127.0.0.1', servicePort: port }, folder));
    expect(await api.json({ path: '/api' })).toEqual({ authorization: 'Bearer first', path: '/api' });
    await writeFile(join(folder, 'token'), 'second');
    expect(await api.json({ path: '/api' })).toMatchObject({ authorization: 'Bearer second' });
  });

  test('trusts nobody but the cluster', async () => {
    const { port } = await mirror();
    const folder = await serviceAccount((await selfSigned(['127.0.0.1'])).ca, 'secret');
    const api = createApi(await findAccess({ serviceHost: '127.0.0.1', servicePort: port }, folder));
    await expect(api.json({ path: '/api' })).rejects.toThrow(/certificate|signature/);
  });

  test('of an IPv6 cluster finds it', async () => {
    const folder = await serviceAccount('', 'secret');
    const { server } = await findAccess({ serviceHost: 'fd00::1', servicePort: '6443' }, folder);
    expect(server.href).toBe('https://[fd00::1]:6443/');
  });
});

describe('a kubeconfig', () => {
  async function kubeconfig(text: string) {
    const file = join(await temporaryFolder(), 'config');
    await writeFile(file, text);
    const before = process.env.KUBECONFIG;
    process.env.KUBECONFIG = file;
    ending.push(() => {
      process.env.KUBECONFIG = before;
      if (before === undefined) delete process.env.KUBECONFIG;
    });
    return file;
  }
  const config = (ca: string, server: string) =>
    JSON.stringify({
      'current-context': 'here',
      clusters: [
        { name: 'one', cluster: { server, 'certificate-authority-data': Buffer.from(ca).toString('base64') } },
      ],
      users: [{ name: 'me', user: { token: 'mine' } }],
      contexts: [{ name: 'here', context: { cluster: 'one', user: 'me' } }],
    });

  test('counts before the service account, and a path in its address is kept', async () => {
    const { ca, port } = await mirror();
    const file = await kubeconfig(config(ca, `https://127.0.0.1:${port}/clusters/c-1`));
    const folder = await serviceAccount(ca, 'other');
    const access = await findAccess({ kubeconfig: file, serviceHost: '127.0.0.1', servicePort: '1' }, folder);
    const api = createApi(access);
    expect(await api.json({ path: '/api' })).toEqual({ authorization: 'Bearer mine', path: '/clusters/c-1/api' });
  });

  test('that cannot be read, or names no cluster, is a sentence', async () => {
    const missing = join(await temporaryFolder(), 'nothing');
    process.env.KUBECONFIG = missing;
    ending.push(() => delete process.env.KUBECONFIG);
    await expect(findAccess({ kubeconfig: missing })).rejects.toThrow(`KUBECONFIG ${missing} cannot be read`);
    const empty = await kubeconfig('{}');
    await expect(findAccess({ kubeconfig: empty })).rejects.toThrow('no cluster is configured');
  });

  test('with a mistake is not quoted, because a token may stand beside it', async () => {
    const file = await kubeconfig('users:\n- name: me\n  user:\n    token: hunter2\n   wrong: here\n');
    const error: Error = await findAccess({ kubeconfig: file }).then(
      () => new Error('it was read'),
      (one) => one,
    );
    expect(error.message).toMatch(/^KUBECONFIG \S+ cannot be read: .+ \(5:4\)$/);
  });

  test('of several files does not mix credentials of the same name, and says what to do', async () => {
    const [one, two] = [join(await temporaryFolder(), 'one'), join(await temporaryFolder(), 'two')];
    for (const file of [one, two]) await writeFile(file, config('', 'https://127.0.0.1:1'));
    const both = await kubeconfig('');
    process.env.KUBECONFIG = `${one}${delimiter}${two}`;
    await expect(findAccess({ kubeconfig: both })).rejects.toThrow(
      /cannot be read: two of its clusters are named one: rename one of them, or give one file with --kubeconfig$/,
    );
  });
});
