// What changes under a running process: certificates, the cluster state; and how it starts and says no.

import { readFileSync } from 'node:fs';
import { mkdir, rename, symlink, writeFile } from 'node:fs/promises';
import { request } from 'node:https';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { afterAll, describe, expect, test } from 'vitest';
import { eventually, pairNamed, temporaryFolder, writePair } from '../../support/pair.ts';
import {
  call,
  callPlain,
  keptConnections,
  type Running,
  review,
  type StartOptions,
  spawnServe,
  start,
  stop,
} from '../../support/process.ts';

const create = readFileSync(new URL('../../server/reviews/01-kubectl-create.json', import.meta.url), 'utf8');

const running: Pick<Running, 'child' | 'ended'>[] = [];
// Not after each: the tests wait most of their time, and run at once.
afterAll(async () => {
  for (const server of running) await stop(server);
});

async function started(options?: StartOptions): Promise<Running> {
  const server = await start(options);
  running.push(server);
  return server;
}

/** The names in the certificate that a new connection gets. */
function served({ port }: Running): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port, rejectUnauthorized: false }, () => {
      resolve(String(socket.getPeerCertificate().subjectaltname));
      socket.end();
    });
    socket.once('error', reject);
  });
}

describe.concurrent('a new certificate', () => {
  test('written over, then renamed into place, is served to the next connection; open ones go on', async () => {
    const server = await started();
    const agent = keptConnections();
    await review(server, create, { agent });
    await writePair(server.folder, await pairNamed('second.test'));
    expect(
      await eventually(
        () => served(server),
        (names) => names.includes('second.test'),
      ),
    ).toContain('second.test');
    const fresh = await temporaryFolder();
    await writePair(fresh, await pairNamed('third.test'));
    for (const name of ['tls.crt', 'tls.key']) await rename(join(fresh, name), join(server.folder, name));
    expect(
      await eventually(
        () => served(server),
        (names) => names.includes('third.test'),
      ),
    ).toContain('third.test');
    expect((await review(server, create, { agent })).status).toBe(200);
    agent.destroy();
  });

  test('behind a swapped symbolic link is served', async () => {
    const mount = await temporaryFolder();
    const pair = await pairNamed('first.test');
    for (const name of ['first.test', 'second.test']) {
      await mkdir(join(mount, `..${name}`));
      await writePair(join(mount, `..${name}`), await pairNamed(name));
    }
    await symlink('..first.test', join(mount, '..data'));
    for (const name of ['tls.crt', 'tls.key']) await symlink(join('..data', name), join(mount, name));
    const files = { folder: mount, cert: join(mount, 'tls.crt'), key: join(mount, 'tls.key'), ca: pair.ca };
    const server = await started({ files });
    expect(await served(server)).toContain('first.test');
    await symlink('..second.test', join(mount, '..data_tmp'));
    await rename(join(mount, '..data_tmp'), join(mount, '..data'));
    expect(
      await eventually(
        () => served(server),
        (names) => names.includes('second.test'),
      ),
    ).toContain('second.test');
  });

  test('that is broken is refused, told and counted, and the old one is served on', async () => {
    const server = await started();
    await writeFile(join(server.folder, 'tls.crt'), 'broken');
    const told = () => server.lines().find(({ level }) => level === 'error');
    expect(await eventually(told, (line) => line !== undefined)).toMatchObject({
      message: 'the new certificate cannot be used, the current one stays in use',
      reason: expect.stringContaining('tls.crt'),
    });
    expect(await served(server)).toContain('first.test');
    expect((await review(server, create)).status).toBe(200);
    expect((await callPlain(server, '/metrics')).body).toContain('hitless_certificate_reloads_total{result="kept"} 1');
  });
});

describe.concurrent('overload', () => {
  test('is not what callers make whose bodies are still on their way', async () => {
    const server = await started({ flags: ['--max-in-flight', '1'] });
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(create) };
    const target = {
      host: '127.0.0.1',
      port: server.port,
      ca: server.ca,
      method: 'POST',
      path: '/mutate/enforce',
      headers,
    };
    const first = request({ ...target, agent: false });
    const status = new Promise((resolve) =>
      first.once('response', (response) => resolve(response.resume().statusCode)),
    );
    first.write(create.slice(0, 100));
    await eventually(
      async () => (await callPlain(server, '/metrics')).body,
      (text) => text.includes('hitless_requests_in_flight 1'),
    );
    expect((await review(server, create)).status).toBe(200);
    expect((await call(server, '/livez')).status).toBe(200);
    first.end(create.slice(100));
    expect(await status).toBe(200);
  });
});

describe.concurrent('the cluster state', () => {
  test('is read again when it changes, and decides the next review', async () => {
    const objects = await temporaryFolder();
    const policy = (action: string) =>
      `apiVersion: hitless.dev/v1alpha1\nkind: ClusterRolloutPolicy\nmetadata: {name: all}\nspec:\n  preStopSleep: {action: ${action}}\n  rollingUpdate: {action: ${action}}\n`;
    await writeFile(join(objects, 'policy.yaml'), policy('"off"'));
    const server = await started({ flags: ['--objects', objects] });
    const patched = async () => 'patch' in JSON.parse((await review(server, create)).body).response;
    expect(await patched()).toBe(false);
    await writeFile(join(objects, 'policy.yaml'), policy('fill'));
    expect(await eventually(patched, (is) => is)).toBe(true);
    await writeFile(join(objects, 'policy.yaml'), policy('wrong'));
    const mistake = () => server.lines().find(({ level }) => level === 'error');
    expect(await eventually(mistake, (line) => line !== undefined)).toMatchObject({
      file: join(objects, 'policy.yaml'),
      line: 5,
      message: 'invalid object, its last valid version stays in use',
      reason: expect.stringContaining('preStopSleep.action'),
    });
    expect(await patched()).toBe(true);
    expect((await callPlain(server, '/metrics')).body).toMatch(/^hitless_cluster_invalid_objects 2$/m);
  });
});

describe.concurrent('the start', () => {
  test('without a key pair and with a wrong flag says all of it and exits with 2', async () => {
    const server = spawnServe(['--drain-seconds', 'soon'], { HITLESS_MODE: 'maybe', HITLESS_LOG_LEVLE: 'debug' });
    running.push(server);
    expect(await server.ended).toBe(2);
    expect(server.stderr().trim().split('\n')).toHaveLength(5);
    expect(server.stderr()).toContain('did you mean HITLESS_LOG_LEVEL?');
    expect(server.stderr()).toContain('--drain-seconds must be a whole number from 0 to 3600, found "soon"');
    expect(server.stderr()).toContain('HITLESS_MODE must be one of enforce, audit, found "maybe"');
  });

  test('without its files says all of them and exits with 2', async () => {
    const server = spawnServe(['--tls-cert', '/no/tls.crt', '--tls-key', '/no/tls.key', '--objects', '/no/objects']);
    running.push(server);
    expect(await server.ended).toBe(2);
    expect(server.stderr()).toMatch(/certificate \/no\/tls\.crt cannot be read/);
    expect(server.stderr()).toMatch(/objects folder \/no\/objects cannot be read/);
  });

  test('with a file for the folder says that a folder is wanted', async () => {
    const { cert, key } = await writePair(await temporaryFolder(), await pairNamed('first.test'));
    const server = spawnServe(['--tls-cert', cert, '--tls-key', key, '--objects', cert]);
    running.push(server);
    expect(await server.ended).toBe(2);
    expect(server.stderr()).toContain(`the objects folder ${cert} cannot be read: it is not a folder`);
  });

  test.each([
    '--listen',
    '--plain-listen',
  ])('on an address that is taken (%s) says so and exits with 2', async (flag) => {
    const taken = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => taken.once('listening', resolve));
    const { port } = taken.address() as { port: number };
    const folder = await temporaryFolder();
    const { cert, key } = await writePair(folder, await pairNamed('first.test'));
    const server = spawnServe([
      '--listen',
      '127.0.0.1:0',
      flag,
      `127.0.0.1:${port}`,
      '--tls-cert',
      cert,
      '--tls-key',
      key,
    ]);
    running.push(server);
    expect(await server.ended).toBe(2);
    expect(server.stderr()).toContain(`cannot listen: listen EADDRINUSE: address already in use 127.0.0.1:${port}`);
    taken.close();
  });

  test('by variables alone, in audit, warns of a misspelt one and patches nothing', async () => {
    const server = await started({ environment: { HITLESS_MODE: 'audit', HITLESS_LOG_LEVLE: 'debug' } });
    expect(server.lines()[0]).toMatchObject({
      level: 'warn',
      warning: expect.stringContaining('did you mean HITLESS_LOG_LEVEL?'),
    });
    const { response } = JSON.parse((await review(server, create)).body);
    expect(response.patch).toBeUndefined();
    expect(response.warnings).toContainEqual(expect.stringContaining('would patch'));
  });
});
