// The end of the process: nobody who calls is left without an answer.

import { readFileSync } from 'node:fs';
import { request } from 'node:https';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, expect, test } from 'vitest';
import { eventually } from '../../support/pair.ts';
import {
  callPlain,
  keptConnections,
  type Running,
  review,
  type StartOptions,
  start,
  stop,
} from '../../support/process.ts';

const create = readFileSync(new URL('../../server/reviews/01-kubectl-create.json', import.meta.url), 'utf8');

const running: Running[] = [];
// Not after each: the tests wait most of their time, and run at once.
afterAll(async () => {
  for (const server of running) await stop(server);
});

async function started(options?: StartOptions): Promise<Running> {
  const server = await start(options);
  running.push(server);
  return server;
}

/** A call whose body is not complete until `finish`. */
function slowCall({ port, ca }: Running) {
  const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(create) };
  const call = request({ host: '127.0.0.1', port, ca, method: 'POST', path: '/mutate/enforce', headers, agent: false });
  const status = new Promise<number>((resolve, reject) => {
    call.once('error', reject).once('response', (response) => resolve(response.resume().statusCode ?? 0));
  });
  status.catch(() => undefined);
  call.write(create.slice(0, 500));
  return { status, finish: () => call.end(create.slice(500)) };
}

const inFlight = async (server: Running) =>
  /^hitless_requests_in_flight (\d+)/m.exec((await callPlain(server, '/metrics')).body)?.[1];

test.concurrent(
  'callers on kept connections lose no call across SIGTERM, and are asked to close',
  { timeout: 30_000 },
  async () => {
    const server = await started();
    const agent = keptConnections(4);
    const closes: (string | undefined)[] = [];
    let calling = true;
    let lost = 0;
    const caller = async () => {
      while (calling) {
        const answer = await review(server, create, { agent }).catch(() => undefined);
        if (answer?.status !== 200) lost += 1;
        else closes.push(String(answer.headers.connection));
        await sleep(5);
      }
    };
    const callers = [caller(), caller(), caller(), caller()];
    while (closes.length <= 20) await sleep(10);
    const before = closes.length;
    server.child.kill('SIGTERM');
    await sleep(1500); // as long as a Service takes to forget an endpoint
    calling = false;
    await Promise.all(callers);
    expect(lost).toBe(0);
    expect(before).toBeGreaterThan(20);
    expect(closes.slice(0, before)).not.toContain('close');
    expect(new Set(closes.slice(-10))).toEqual(new Set(['close']));
    expect(await server.ended).toBe(0);
    agent.destroy();
  },
);

test.concurrent('/readyz says no from the first moment and /livez yes, while calls are answered on new connections', async () => {
  const server = await started();
  server.child.kill('SIGTERM');
  const ready = await eventually(
    () => callPlain(server, '/readyz'),
    ({ status }) => status === 503,
  );
  expect(ready).toMatchObject({ status: 503, body: 'not ready: shutting down\n' });
  expect((await callPlain(server, '/livez')).status).toBe(200);
  expect((await review(server, create)).status).toBe(200);
  expect(await server.ended).toBe(0);
});

test.concurrent('SIGINT ends in order too, in about two quiet seconds, though probes and idle connections go on', async () => {
  const server = await started();
  const agent = keptConnections();
  await review(server, create, { agent });
  const began = performance.now();
  server.child.kill('SIGINT');
  const probes = setInterval(() => void callPlain(server, '/livez').catch(() => undefined), 100);
  expect(await server.ended).toBe(0);
  clearInterval(probes);
  expect(performance.now() - began).toBeGreaterThan(1500);
  expect(performance.now() - began).toBeLessThan(6000);
  agent.destroy();
});

test.concurrent('a call whose body is still on its way gets its answer', async () => {
  const server = await started();
  const { status, finish } = slowCall(server);
  await eventually(
    () => inFlight(server),
    (count) => count === '1',
  );
  server.child.kill('SIGTERM');
  await sleep(3000); // quiet for long but for this one
  finish();
  expect(await status).toBe(200);
  expect(await server.ended).toBe(0);
});

test.concurrent('at the end of the drain time what hangs is cut off, and the exit code says so', async () => {
  const server = await started({ flags: ['--drain-seconds', '1'] });
  const { status } = slowCall(server);
  await eventually(
    () => inFlight(server),
    (count) => count === '1',
  );
  server.child.kill('SIGTERM');
  expect(await server.ended).toBe(1);
  await expect(status).rejects.toThrow();
  expect(server.lines()).toContainEqual(expect.objectContaining({ level: 'error', cutOff: 1, drainSeconds: 1 }));
});

test.concurrent.each([
  ['SIGTERM', 143],
  ['SIGINT', 130],
] as const)('a second signal, %s, ends at once', async (signal, code) => {
  const server = await started();
  slowCall(server);
  await eventually(
    () => inFlight(server),
    (count) => count === '1',
  );
  server.child.kill('SIGTERM');
  await eventually(
    () => callPlain(server, '/readyz'),
    ({ status }) => status === 503,
  );
  const began = performance.now();
  server.child.kill(signal);
  expect(await server.ended).toBe(code);
  expect(performance.now() - began).toBeLessThan(2000);
  expect(server.lines().at(-1)).toMatchObject({ signal, message: 'second signal, exiting immediately' });
});

test.concurrent('every answered call has its line in the log when the process has ended', async () => {
  const server = await started({ flags: ['--drain-seconds', '0'] });
  await Promise.all(Array.from({ length: 200 }, () => review(server, create)));
  server.child.kill('SIGTERM');
  await server.ended;
  // On a busy machine some are refused, for the event loop lags.
  expect(server.lines().filter(({ message }) => message.startsWith('admission review'))).toHaveLength(200);
});
