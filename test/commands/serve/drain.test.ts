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

async function started({ flags = [], ...options }: StartOptions = {}): Promise<Running> {
  // A machine that is busy with other tests is no overload here, and may need a while for what is done before the end.
  const patient = ['--max-event-loop-delay-ms', '60000', '--drain-seconds', '60'];
  const server = await start({ flags: [...patient, ...flags], ...options });
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

/** Four callers on kept connections, before SIGTERM and for as long after it as a Service takes to forget an endpoint. */
async function calledAcross(server: Running) {
  const agent = keptConnections(4);
  const answers: { readonly close: boolean; readonly lost: boolean; readonly at: number }[] = [];
  let calling = true;
  const caller = async () => {
    while (calling) {
      const answer = await review(server, create, { agent }).catch(() => undefined);
      const close = answer?.headers.connection === 'close';
      answers.push({ close, lost: answer?.status !== 200, at: performance.now() });
      await sleep(5);
    }
  };
  const callers = [caller(), caller(), caller(), caller()];
  await eventually(
    () => answers.length,
    (count) => count > 20,
  );
  const before = answers.slice();
  const signalled = performance.now();
  server.child.kill('SIGTERM');
  await sleep(1500);
  const lastTen = await eventually(
    () => answers.slice(-10),
    (ten) => ten.every(({ close }) => close),
  );
  calling = false;
  await Promise.all(callers);
  agent.destroy();
  const times = [signalled, ...answers.map(({ at }) => at).filter((at) => at > signalled)];
  const gaps = times.slice(1).map((at, index) => at - (times[index] ?? 0));
  return { before, lastTen, lost: answers.filter(({ lost }) => lost).length, longestGapMs: Math.max(...gaps) };
}

test.concurrent('callers on kept connections lose no call across SIGTERM, and are asked to close', async () => {
  let server = await started();
  let called = await calledAcross(server);
  // After two seconds without a call it ends, rightly: a machine that stood still for half of them proves nothing.
  for (let attempt = 1; called.longestGapMs > 1000 && attempt < 5; attempt += 1) {
    server = await started();
    called = await calledAcross(server);
  }
  expect(called.lost).toBe(0);
  expect(called.before.length).toBeGreaterThan(20);
  expect(called.before.filter(({ close }) => close)).toEqual([]);
  expect(called.lastTen.filter(({ close }) => !close)).toEqual([]);
  expect(await server.ended).toBe(0);
});

test.concurrent('/readyz says no from the first moment and /livez yes, while calls are answered on new connections', async () => {
  const server = await started();
  // Probes do not count as calls: without one in flight it ends after two quiet seconds.
  const { status, finish } = slowCall(server);
  await eventually(
    () => inFlight(server),
    (count) => count === '1',
  );
  server.child.kill('SIGTERM');
  const ready = await eventually(
    () => callPlain(server, '/readyz'),
    ({ status }) => status === 503,
  );
  expect(ready).toMatchObject({ status: 503, body: 'not ready: shutting down\n' });
  expect((await callPlain(server, '/livez')).status).toBe(200);
  expect((await review(server, create)).status).toBe(200);
  finish();
  expect(await status).toBe(200);
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
  expect(performance.now() - began).toBeLessThan(40_000);
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
  server.child.kill(signal);
  expect(await server.ended).toBe(code);
  expect(server.lines().at(-1)).toMatchObject({ signal, message: 'second signal, exiting immediately' });
});

test.concurrent('every answered call has its line in the log when the process has ended', async () => {
  const server = await started({ flags: ['--drain-seconds', '0'] });
  // On connections of their own, 200 handshakes at once may take longer on a busy machine than the server gives them.
  const agent = keptConnections(20);
  await Promise.all(Array.from({ length: 200 }, () => review(server, create, { agent })));
  server.child.kill('SIGTERM');
  await server.ended;
  agent.destroy();
  expect(server.lines().filter(({ message }) => message.startsWith('admission review'))).toHaveLength(200);
});
