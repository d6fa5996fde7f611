// --tls-client-ca and --metrics-token-file in the real process: who may call, who may not, and what changes without a restart.

import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { afterAll, describe, expect, test, vi } from 'vitest';
import { authority, type Client, client } from '../../support/client-certificates.ts';
import { eventually, pairNamed, temporaryFolder, writePair } from '../../support/pair.ts';
import {
  call,
  callPlain,
  keptConnections,
  type Running,
  review,
  spawnServe,
  start,
  stop,
} from '../../support/process.ts';

const create = readFileSync(new URL('../../server/reviews/01-kubectl-create.json', import.meta.url), 'utf8');

// Several processes start at once, on a machine that may be busy.
vi.setConfig({ testTimeout: 90_000, hookTimeout: 90_000 });
const patienceMs = 60_000;

const running: Pick<Running, 'child' | 'ended'>[] = [];
afterAll(async () => {
  for (const server of running) await stop(server);
});

/** A server that wants certificates of an authority of its own. */
async function given(...flags: readonly string[]) {
  const file = join(await temporaryFolder(), 'clients.crt');
  const ca = await authority();
  await writeFile(file, `# API servers\n${ca.cert}`);
  const server = await start({ flags: ['--tls-client-ca', file, ...flags] });
  running.push(server);
  return { server, file, ca };
}

// For tests that change nothing of it.
const usual = given('--metrics-plain-only');
const named = given('--tls-client-names', 'kube-apiserver, hitless.example');

describe('with --tls-client-ca', () => {
  test('a call with a certificate of that authority is answered', async () => {
    const { server, ca } = await usual;
    expect((await review(server, create, await client(ca))).status).toBe(200);
  });

  test.each<{ what: string; with: Client | 'none' | 'a stranger'; says: RegExp }>([
    { what: 'no certificate', with: 'none', says: /this caller has none$/ },
    { what: 'a certificate of another authority', with: 'a stranger', says: /is not valid: / },
    { what: 'one that has expired', with: { days: -1 }, says: /is not valid: CERT_HAS_EXPIRED$/ },
    { what: 'one that is for servers', with: { usage: 'serverAuth' }, says: /is not valid: INVALID_PURPOSE$/ },
  ])('a call with $what gets 401 and the reason, whatever it sends', async ({ with: which, says }) => {
    const { server, ca } = await usual;
    const stranger = which === 'a stranger' ? await client(await authority()) : undefined;
    const pair = which === 'none' ? {} : (stranger ?? (await client(ca, which as Client)));
    for (const path of ['/mutate/enforce', '/mutate/audit'])
      for (const body of [create, '', 'nothing', ' '.repeat(4 * 1024 * 1024)]) {
        const headers = { 'content-type': 'application/json' };
        const { status, body: text } = await call(server, path, { method: 'POST', headers, body, ...pair });
        expect(status).toBe(401);
        expect(JSON.parse(text)).toMatchObject({
          kind: 'Status',
          reason: 'Unauthorized',
          message: expect.stringMatching(says),
        });
      }
  });

  test('probes need no certificate, on either port', async () => {
    const { server } = await usual;
    for (const path of ['/livez', '/readyz']) {
      expect((await call(server, path)).status).toBe(200);
      expect((await callPlain(server, path)).status).toBe(200);
    }
  });

  test.each([
    'TLSv1.2',
    'TLSv1.3',
  ] as const)('a session that began without a certificate opens nothing: %s', async (version) => {
    const { server } = await usual;
    const first = await handshake(server, version);
    const { reused, session } = await handshake(server, version, first.session);
    expect([first.status, (await handshake(server, version, session)).status]).toEqual([401, 401]);
    expect([first.session, reused]).toEqual([expect.anything(), false]);
  });

  test.each<{ subject: string; dnsNames?: string[]; status: number }>([
    { subject: 'CN=kube-apiserver', status: 200 },
    { subject: 'CN=somebody', status: 403 },
    { subject: 'CN=Kube-Apiserver', status: 403 },
    { subject: 'O=kube-apiserver', status: 403 },
    { subject: 'CN=somebody', dnsNames: ['api.example', 'hitless.example'], status: 200 },
    { subject: 'CN=somebody', dnsNames: ['kube-apiserver'], status: 200 },
    { subject: 'CN=somebody', dnsNames: ['*.example'], status: 403 },
    { subject: 'CN=somebody', dnsNames: ['a, DNS:kube-apiserver, b'], status: 403 },
    { subject: 'CN="kube-apiserver,x"', status: 403 },
    { subject: 'CN=x+CN=kube-apiserver', status: 200 },
    { subject: 'O=none', status: 403 },
  ])('and --tls-client-names: $subject $dnsNames gets $status', async ({ status, ...which }) => {
    const { server, ca } = await named;
    const answer = await review(server, create, await client(ca, which));
    expect(answer.status, answer.body).toBe(status);
  });

  test('another authority counts without a restart, and an open connection ends after one more answer', async () => {
    // A server that is too busy ends connections as well.
    const { server, file, ca } = await given('--max-event-loop-delay-ms', '60000');
    const next = await authority('next');
    const agents = [keptConnections(), keptConnections()];
    const old = { ...(await client(ca)), agent: agents[0] as never };
    expect((await review(server, create, old)).headers.connection).toBe('keep-alive');
    await writeFile(file, next.cert);
    const fresh = { ...(await client(next)), agent: agents[1] as never };
    await eventually(
      async () => (await review(server, create, await client(next))).status,
      (status) => status === 200,
      patienceMs,
    );
    const last = await review(server, create, old);
    expect([last.status, last.headers.connection]).toEqual([200, 'close']);
    expect((await review(server, create, old)).status).toBe(401);
    expect((await review(server, create, fresh)).headers.connection).toBe('keep-alive');
    expect((await callPlain(server, '/metrics')).body).toContain(
      'hitless_access_reloads_total{file="client_ca",result="loaded"} 1',
    );
    for (const agent of agents) agent.destroy();
  });

  test('a new pair of the server itself still asks for certificates', async () => {
    const { server, ca } = await usual;
    await writePair(server.folder, await pairNamed('second.test'));
    await eventually(
      () => server.lines().filter(({ message }) => message === 'certificate loaded').length,
      (count) => count >= 2,
      patienceMs,
    );
    const trusted = { ...server, ca: (await pairNamed('second.test')).ca };
    expect((await review(trusted, create)).status).toBe(401);
    expect((await review(trusted, create, await client(ca))).status).toBe(200);
    await writePair(server.folder, await pairNamed('first.test'));
  });

  test('a new file that cannot be used is told, and the one before counts', async () => {
    const { server, file, ca } = await named;
    const told = () => server.lines().filter(({ level }) => level === 'error');
    for (const [index, text] of ['', 'no PEM', '-----BEGIN CERTIFICATE-----\nMIIB'].entries()) {
      await writeFile(file, text);
      const lines = await eventually(told, ({ length }) => length > index, patienceMs);
      expect(lines[index]).toMatchObject({
        message: 'an access file cannot be used, the previous contents stay in effect',
        reason: expect.stringContaining(file),
      });
      expect((await review(server, create, await client(ca))).status).toBe(200);
      expect((await review(server, create)).status).toBe(401);
    }
  });
});

describe('the metrics', () => {
  test('want the token of --metrics-token-file on both ports, and a new one without a restart', async () => {
    const file = join(await temporaryFolder(), 'token');
    await writeFile(file, 'first-token\n');
    const server = await start({ flags: ['--metrics-token-file', file] });
    running.push(server);
    const statuses = async (authorization?: string) => {
      const headers = authorization === undefined ? {} : { authorization };
      const answers = [await call(server, '/metrics', { headers }), await callPlain(server, '/metrics', { headers })];
      return answers.map(({ status }) => status);
    };
    for (const wrong of [
      undefined,
      '',
      'Bearer',
      'Bearer first-toke',
      'Bearer first-token2',
      'Basic first-token',
      'first-token',
    ])
      expect(await statuses(wrong), wrong).toEqual([401, 401]);
    expect((await callPlain(server, '/metrics')).headers['www-authenticate']).toBe('Bearer');
    expect(await statuses('Bearer first-token')).toEqual([200, 200]);
    await writeFile(file, 'second-token');
    await eventually(
      () => statuses('Bearer second-token'),
      ([status]) => status === 200,
      patienceMs,
    );
    expect(await statuses('Bearer first-token')).toEqual([401, 401]);
    expect((await callPlain(server, '/readyz')).status).toBe(200);
  });

  test('are on the plain port alone with --metrics-plain-only, and need no client certificate there', async () => {
    const { server } = await usual;
    expect((await callPlain(server, '/metrics')).status).toBe(200);
    const anyCertificate = { ...server, ca: '' };
    expect((await call(anyCertificate, '/metrics', { rejectUnauthorized: false })).status).toBe(404);
  });
});

test('files that cannot be used to begin with are all named, and the process exits with 2', async () => {
  const folder = await temporaryFolder();
  const { cert, key } = await writePair(folder, await pairNamed('first.test'));
  await writeFile(join(folder, 'token'), 'two words');
  const flags = ['--tls-client-ca', join(folder, 'none.crt'), '--metrics-token-file', join(folder, 'token')];
  const server = spawnServe(['--tls-cert', cert, '--tls-key', key, ...flags]);
  running.push(server);
  expect(await server.ended).toBe(2);
  const missing = `the authorities of --tls-client-ca, ${folder}/none.crt, cannot be used: no such file`;
  expect(server.stderr()).toContain(missing);
  expect(server.stderr()).toContain('it must be one line of printable characters without spaces');
});

interface Handshake {
  readonly reused: boolean;
  readonly session: Buffer | undefined;
  readonly status: number;
}

/** One call without a certificate, in this session where one is given. */
function handshake({ port, ca }: Running, version: 'TLSv1.2' | 'TLSv1.3', session?: Buffer): Promise<Handshake> {
  return new Promise((resolve, reject) => {
    const options = {
      host: '127.0.0.1',
      port,
      ca,
      minVersion: version,
      maxVersion: version,
      ...(session && { session }),
    };
    let [known, text, reused] = [session, '', false];
    const socket = connect(options, () => {
      reused = socket.isSessionReused();
      const head = `POST /mutate/enforce HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nConnection: close\r\n`;
      socket.write(`${head}Content-Length: ${Buffer.byteLength(create)}\r\n\r\n${create}`);
    });
    socket.on('session', (next: Buffer) => {
      known = next;
    });
    socket.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
    });
    socket.once('error', reject);
    socket.once('close', () => resolve({ reused, session: known, status: Number(text.slice(9, 12)) }));
  });
}
