// The test application in a process: what it answers, what it writes, and how each way to leave ends.

import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client, credentials } from '@grpc/grpc-js';
import { service as healthService } from 'grpc-health-check';
import { expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { openEventLog } from '../../../src/measurement/test-app/event-log.ts';
import { openConversations } from '../../../src/measurement/test-app/long-lived.ts';
import { until } from '../../support/load.ts';
import { grpcUnary } from '../../support/test-app/clients.ts';
import { type Pod, startPod, startProcess } from '../../support/test-app/pods.ts';

const at = ({ port }: Pod, path = '/') => `http://127.0.0.1:${port}${path}`;

function requestsOf(pod: Pod): readonly string[] {
  return pod.lines().flatMap(({ requests = [] }) => requests as unknown as string[]);
}

function connectionsOf(pod: Pod): readonly number[] {
  return pod.lines().flatMap(({ connections }) => (connections as number[] | undefined) ?? []);
}

/** The signal has been handled: what comes now finds it draining. */
function untilSigterm(pod: Pod): Promise<void> {
  return until(() => pod.lines().some((line) => 'sigterm' in line));
}

/** Of drains and work that other things must come before, on a busy machine too. Tests wait for their end beside each other. */
const longMs = 6000;

const ask = (path: string) => `GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`;

function connected(port: number) {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => {});
  const closed = once(socket, 'close');
  return { socket, closed };
}

async function watchHealth(port: number) {
  const client = new Client(`127.0.0.1:${port}`, credentials.createInsecure());
  const { path, requestSerialize, responseDeserialize } = healthService.Watch as never as {
    path: string;
    requestSerialize: (request: object) => Buffer;
    responseDeserialize: (bytes: Buffer) => { readonly status: string };
  };
  const seen: string[] = [];
  const call = client.makeServerStreamRequest(path, requestSerialize, responseDeserialize, {});
  call.on('data', ({ status }) => seen.push(status));
  call.on('error', () => {});
  await once(call, 'data');
  return { seen, close: () => client.close() };
}

it('names its pod in every answer', async () => {
  const pod = await startPod('pod-a');
  const get = await fetch(at(pod));
  expect([get.status, get.headers.get('x-hitless-pod'), await get.text()]).toEqual([200, 'pod-a', 'pod-a\n']);
  const post = await fetch(at(pod), { method: 'POST', body: 'as it came' });
  expect([post.status, post.headers.get('x-hitless-pod'), await post.text()]).toEqual([200, 'pod-a', 'as it came']);
  expect((await fetch(at(pod, '/healthz'))).status).toBe(200);
  expect((await fetch(at(pod, '/other'))).status).toBe(404);
  const socket = new WebSocket(`ws://127.0.0.1:${pod.port}/ws`);
  await once(socket, 'open');
  for (const message of ['{"id":7}', 'no json', '3']) {
    socket.send(message);
    const [answer] = await once(socket, 'message');
    const id = message === '{"id":7}' ? 7 : message;
    expect(JSON.parse(String(answer))).toEqual({ id, pod: 'pod-a' });
  }
  socket.terminate();
  const unary = grpcUnary(pod.grpcPort);
  expect(await unary.send()).toBe('pod-a');
  unary.close();
});

it('writes down when connections came that bring load, and none of a probe', async () => {
  const pod = await startPod('pod-a');
  const before = performance.timeOrigin + performance.now();
  await fetch(at(pod, '/healthz'));
  const { socket: silent } = connected(pod.port);
  const { socket: late } = connected(pod.port);
  await once(late, 'connect');
  // To be connected is not to be accepted, but connections are accepted in turn.
  const { socket: probe } = connected(pod.port);
  probe.write(ask('/healthz'));
  await once(probe, 'data');
  const accepted = performance.timeOrigin + performance.now();
  await sleep(300);
  const health = await watchHealth(pod.grpcPort);
  expect(connectionsOf(pod)).toEqual([]);
  late.write(ask('/healthz') + ask('/'));
  late.write(ask('/'));
  const unary = grpcUnary(pod.grpcPort);
  await unary.send();
  await unary.send();
  await until(() => connectionsOf(pod).length >= 2);
  await sleep(200);
  const [first, second, ...more] = connectionsOf(pod).toSorted((a, b) => a - b);
  expect(more).toEqual([]);
  // The clocks of two processes can be that far apart.
  const apartMs = 5;
  expect(first).toBeGreaterThan(before - apartMs);
  expect(first).toBeLessThan(accepted + apartMs);
  expect(second).toBeGreaterThan(accepted + apartMs);
  for (const one of [silent, late, probe]) one.destroy();
  for (const one of [unary, health]) one.close();
});

it('survives a client that breaks off an upgrade to nowhere', async () => {
  const pod = await startPod('pod-a');
  const { socket, closed } = connected(pod.port);
  socket.write('GET /other HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n');
  expect(String((await once(socket, 'data'))[0])).toMatch(/^HTTP\/1.1 404 /);
  socket.resetAndDestroy();
  await closed;
  await sleep(100);
  expect((await fetch(at(pod))).status).toBe(200);
});

it('does not listen before its start-up is over', async () => {
  const pod = await startPod('pod-a', { startUpMs: 1500 });
  expect(pod.startMs).toBeGreaterThanOrEqual(1400);
  const early = startProcess('pod-b', { startUpMs: 10_000 });
  await sleep(500);
  early.child.kill('SIGTERM');
  // A signal before that finds nothing to wait for.
  expect(await early.ended).toSatisfy((code) => code === 143 || code === 'SIGTERM');
});

it('says which port is taken', async () => {
  const pod = await startPod('pod-a');
  const second = startProcess('pod-b', { port: pod.port });
  expect(await second.ended).toBe(2);
  expect(second.output.err).toMatch(new RegExp(`^hitless test-app: cannot listen: .*${pod.port}\n$`));
});

it('ends at once when told so', async () => {
  const pod = await startPod('pod-a', { onSigterm: 'end', workMs: 60_000 });
  const cut = fetch(at(pod)).catch((error: Error) => error);
  await until(() => connectionsOf(pod).length === 1);
  pod.kill();
  expect(await pod.ended).toBe(143);
  expect(await cut).toBeInstanceOf(Error);
  expect(pod.lines().map((line) => Object.keys(line)[0])).toEqual(['listening', 'connections', 'sigterm', 'exit']);
});

it('has its last connections on paper when it exits', () => {
  const lines: string[] = [];
  const journal = openEventLog((line) => void lines.push(line));
  journal.sigterm();
  journal.connection(7);
  journal.connection(8.5);
  journal.request('get-new-1');
  journal.exit();
  expect(lines.slice(1, 2)).toEqual(['{"connections":[7,8.5]}\n']);
  expect(lines.map((line) => Object.keys(JSON.parse(line))[0])).toEqual(['sigterm', 'connections', 'requests', 'exit']);
});

it('writes down the ids of requests, and nothing of those without one', async () => {
  const pod = await startPod('pod-a', { onSigterm: 'end' });
  await fetch(at(pod));
  await fetch(at(pod), { headers: { 'x-request-id': 'get-new-7' } });
  await fetch(at(pod), { method: 'POST', headers: { 'x-request-id': 'post-new-1' } });
  pod.kill();
  await pod.ended;
  expect(requestsOf(pod)).toEqual(['get-new-7', 'post-new-1']);
});

it('closes its listeners when told so, answers what is under way, and waits for a WebSocket until the second signal', async () => {
  const pod = await startPod('pod-a', { onSigterm: 'close', workMs: 1000 });
  const socket = new WebSocket(`ws://127.0.0.1:${pod.port}/ws`);
  await once(socket, 'open');
  const closed = once(socket, 'close');
  const answer = fetch(at(pod));
  await until(() => connectionsOf(pod).length === 2);
  pod.kill();
  await untilSigterm(pod);
  expect((await answer).status).toBe(200);
  await expect(fetch(at(pod))).rejects.toThrow();
  socket.send('{"id":"1"}');
  await once(socket, 'message');
  pod.kill();
  expect(await pod.ended).toBe(143);
  expect((await closed)[0]).toBe(1006);
});

it.concurrent('answers with Connection: close in a drain, also to what was under way', async () => {
  const pod = await startPod('pod-a', { workMs: longMs });
  const agent = new Agent({ keepAlive: true });
  const get = async (path: string) => {
    const headers = { 'x-request-id': path };
    const sent = request({ agent, port: pod.port, host: '127.0.0.1', path, headers }).end();
    const [response] = await once(sent, 'response');
    response.resume();
    await once(response, 'end');
    return [response.headers.connection, sent.reusedSocket];
  };
  // A probe is answered without work.
  expect(await get('/healthz')).toEqual(['keep-alive', false]);
  const underWay = get('/');
  await until(() => requestsOf(pod).includes('/'));
  pod.kill();
  expect(await underWay).toEqual(['close', true]);
  expect(await pod.ended).toBe(0);
});

it.concurrent('waits for a kept connection on which nothing comes until the drain is over, and takes a request until then', async () => {
  const pod = await startPod('pod-a', { drainMs: longMs });
  const idle = connected(pod.port);
  const kept = connected(pod.port);
  const silent = connected(pod.port);
  for (const { socket } of [idle, kept]) {
    socket.write(ask('/'));
    await once(socket, 'data');
  }
  const began = performance.now();
  const closedAfter = [idle, silent].map(({ closed }) => closed.then(() => performance.now() - began));
  pod.kill();
  await untilSigterm(pod);
  await sleep(250);
  kept.socket.write(ask('/'));
  expect(String((await once(kept.socket, 'data'))[0])).toMatch(/^HTTP\/1.1 200 .*\r\nconnection: close\r\n/is);
  await kept.closed;
  for (const ms of await Promise.all(closedAfter)) expect(ms).toBeGreaterThan(longMs - 100);
  expect(await pod.ended).toBe(0);
});

it.concurrent('is not ready in a drain, and neither watchers of that nor silent WebSockets hold it up for ever', async () => {
  const pod = await startPod('pod-a', { drainMs: longMs });
  const health = await watchHealth(pod.grpcPort);
  const probe = connected(pod.port);
  const socket = new WebSocket(`ws://127.0.0.1:${pod.port}/ws`);
  await once(socket, 'open');
  const closed = once(socket, 'close');
  pod.kill();
  await untilSigterm(pod);
  probe.socket.write(ask('/healthz'));
  expect(String((await once(probe.socket, 'data'))[0])).toMatch(/^HTTP\/1.1 503 /);
  const [code, reason] = await closed;
  expect([code, String(reason)]).toEqual([1001, 'draining']);
  expect(await pod.ended).toBe(0);
  expect(health.seen).toEqual(['SERVING', 'NOT_SERVING']);
  health.close();
});

it.concurrent('serves on after SIGTERM when told so, then drains, and writes down when it stopped listening', async () => {
  const pod = await startPod('pod-a', { onSigterm: 'serve', serveOnMs: longMs });
  pod.kill();
  await untilSigterm(pod);
  expect((await fetch(at(pod))).status).toBe(200);
  expect(await pod.ended).toBe(0);
  const { listening, sigterm, closed, exit } = Object.assign({}, ...pod.lines());
  expect(sigterm).toBeGreaterThan(listening);
  expect(closed - sigterm).toBeGreaterThan(longMs - 10);
  expect(exit).toBeGreaterThanOrEqual(closed);
});

it('ends a conversation that begins when the drain is over', async () => {
  const conversations = openConversations();
  await conversations.leave(0);
  const heard: string[] = [];
  const { promise: ended, resolve } = Promise.withResolvers<void>();
  conversations.join({
    sayDraining: () => void heard.push('draining'),
    end: () => {
      heard.push('end');
      resolve();
    },
  });
  await ended;
  expect(heard).toEqual(['draining', 'end']);
});

it('ends a drain at once on the second signal', async () => {
  const pod = await startPod('pod-a', { drainMs: 60_000, workMs: 30_000 });
  const cut = fetch(at(pod)).catch((error: Error) => error);
  await until(() => connectionsOf(pod).length === 1);
  pod.kill();
  await untilSigterm(pod);
  pod.kill();
  expect(await pod.ended).toBe(143);
  await cut;
  const { sigterm, exit } = Object.assign({}, ...pod.lines());
  expect(exit).toBeGreaterThan(sigterm);
});

it('obeys nobody unless it was started to', async () => {
  const pod = await startPod('pod-a');
  for (const what of ['crash', 'kill', 'hang'])
    expect((await fetch(at(pod, `/control/${what}`), { method: 'POST' })).status).toBe(404);
  expect((await fetch(at(pod, '/livez'))).status).toBe(404);
  expect((await fetch(at(pod))).status).toBe(200);
  pod.kill();
  expect(await pod.ended).toBe(0);
});

it.each([
  ['crash', 1],
  ['kill', 'SIGKILL'],
] as const)('ends when it is asked to %s, without a last word', async (what, end) => {
  const pod = await startPod('pod-a', { controls: true });
  expect((await fetch(at(pod, `/control/${what}`))).status).toBe(404);
  const asked = await fetch(at(pod, `/control/${what}`), { method: 'POST' });
  expect([asked.status, await asked.json()]).toEqual([202, {}]);
  expect(await pod.ended).toBe(end);
  expect(pod.lines().filter(({ sigterm, exit }) => sigterm !== undefined || exit !== undefined)).toEqual([]);
});

it('fails its livenessProbe when asked to, and serves on; probes and requests of the lab are not load', async () => {
  const pod = await startPod('pod-a', { controls: true });
  expect((await fetch(at(pod, '/livez'))).status).toBe(200);
  expect((await fetch(at(pod, '/control/hang'), { method: 'POST' })).status).toBe(202);
  expect((await fetch(at(pod, '/livez'))).status).toBe(503);
  expect((await fetch(at(pod, '/healthz'))).status).toBe(200);
  pod.kill();
  expect(await pod.ended).toBe(0);
  expect(connectionsOf(pod)).toEqual([]);
});
