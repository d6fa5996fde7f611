import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import { load as loadCommand } from '../../../src/commands/load/load.ts';
import { startAgent } from '../../../src/measurement/load/agent.ts';
import { unpack } from '../../../src/measurement/load/recorder.ts';
import { ampleMs, endsOf, http, listening, pause } from '../../support/load.ts';

async function given(mostSamples?: number) {
  const agent = await startAgent({ port: 0, host: '127.0.0.1', ...(mostSamples !== undefined && { mostSamples }) });
  onTestFinished(agent.close);
  const ask = async (method: string, path: string, body?: unknown) => {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    const answer = await fetch(`http://127.0.0.1:${agent.port}${path}`, { method, body: text ?? null });
    return { status: answer.status, body: (await answer.json()) as Readonly<Record<string, unknown>> };
  };
  const url = `http://${await http((_, response) => response.setHeader('x-hitless-pod', 'web-1').end())}/`;
  const settings = { lanes: [{ lane: 'get-new', url, rate: 100 }], timeoutMs: ampleMs, retries: 0, connections: 1 };
  return { agent, ask, settings };
}

it('sends what it is told, gives the samples meanwhile and after, and starts again from none', async () => {
  const { ask, settings } = await given();
  expect(await ask('GET', '/healthz')).toEqual({ status: 200, body: { running: false, samples: 0, dropped: 0 } });
  expect((await ask('POST', '/start', settings)).status).toBe(200);
  await sleep(150);
  await expect.poll(async () => unpack((await ask('GET', '/samples')).body).length).toBeGreaterThan(2);
  const { status, body } = await ask('POST', '/stop');
  const samples = unpack((await ask('GET', '/samples?x=y')).body);
  expect({ status, body }).toEqual({ status: 200, body: { samples: samples.length, dropped: 0 } });
  expect(endsOf(samples)).toEqual(['ok 200']);
  expect(samples.every(({ pod, lane }) => pod === 'web-1' && lane === 'get-new')).toBe(true);
  expect((await ask('POST', '/start', settings)).status).toBe(200);
  expect(unpack((await ask('GET', '/samples')).body).length).toBeLessThan(samples.length);
});

it('hands samples over in parts, none of them lost or given twice', async () => {
  const { ask, settings } = await given();
  await ask('POST', '/start', settings);
  const take = async (n: number) => (await ask('GET', `/samples?take=${n}`)).body;
  await expect.poll(async () => (await ask('GET', '/healthz')).body.samples).toBeGreaterThan(2);
  const first = await take(1);
  expect(first.taken).toBe(1);
  expect(unpack(first).length).toBeGreaterThan(2);
  // Its answer got lost on the way.
  expect(await take(1)).toEqual(first);
  expect(await ask('GET', '/samples?take=3')).toEqual({ status: 409, body: { error: 'take 3 does not follow 1' } });
  await sleep(50);
  await ask('POST', '/stop');
  const parts = [first, await take(2), await take(3)].map(unpack);
  expect(parts[1]?.length).toBeGreaterThan(0);
  expect(parts[2]).toEqual([]);
  const due = parts.flat().map(({ dueMs }) => dueMs);
  const steps = due.slice(1).map((ms, i) => ms - (due[i] ?? 0));
  // One every 1/rate seconds: nothing is missing, and nothing is there twice.
  const stepMs = 1000 / (settings.lanes[0]?.rate ?? 0);
  expect(Math.min(...steps)).toBeGreaterThan(stepMs / 2);
  expect(Math.max(...steps)).toBeLessThan(stepMs * 1.5);
  await ask('POST', '/start', settings);
  expect((await take(1)).taken).toBe(1);
});

it('counts how long nobody has asked for anything; a probe does not ask', async () => {
  const { agent, ask } = await given();
  await ask('GET', '/clock');
  await sleep(100);
  await ask('GET', '/healthz');
  expect(agent.quietMs()).toBeGreaterThan(90);
  const askedMs = performance.now();
  await ask('GET', '/clock');
  expect(agent.quietMs()).toBeLessThanOrEqual(performance.now() - askedMs);
});

it('its clock is the clock of the samples', async () => {
  const { ask } = await given();
  const before = performance.timeOrigin + performance.now();
  const nowMs = Number((await ask('GET', '/clock')).body.nowMs);
  expect(nowMs).toBeGreaterThan(before);
  expect(nowMs).toBeLessThan(performance.timeOrigin + performance.now());
});

it('refuses what it cannot do, and says why', async () => {
  const { ask, settings } = await given();
  expect(await ask('POST', '/start', { ...settings, retries: -1 })).toEqual({
    status: 400,
    body: { mistakes: ['retries must be a whole number from 0 to 10, found -1'] },
  });
  const noJson = { status: 400, body: { mistakes: ['the body must be JSON of at most 1 MiB'] } };
  expect(await ask('POST', '/start', '{')).toEqual(noJson);
  expect(await ask('POST', '/start', `"${'x'.repeat(2 << 20)}"`)).toEqual(noJson);
  expect((await ask('GET', '/nothing')).status).toBe(404);
  expect((await ask('GET', '/stop')).status).toBe(404);
  await ask('POST', '/start', settings);
  expect((await ask('POST', '/start', settings)).status).toBe(409);
  expect((await ask('POST', '/stop')).status).toBe(200);
  expect((await ask('POST', '/stop')).status).toBe(200);
});

it('keeps so many samples and no more, and says so', async () => {
  const { ask, settings } = await given(5);
  await ask('POST', '/start', settings);
  await sleep(200);
  const { samples, dropped } = (await ask('POST', '/stop')).body;
  expect(samples).toBe(5);
  expect(dropped).toBeGreaterThan(3);
  expect((await ask('GET', '/samples')).body.dropped).toBe(dropped);
});

it('leaves no load behind that was still being asked for when it closed', async () => {
  let requests = 0;
  const url = `http://${await http((_, response) => {
    requests += 1;
    response.end();
  })}/`;
  const { agent, settings } = await given();
  const body = JSON.stringify({ ...settings, lanes: [{ lane: 'get-new', url, rate: 1000 }] });
  const asking = connect(agent.port, '127.0.0.1');
  asking.write(`POST /start HTTP/1.1\r\nhost: x\r\ncontent-length: ${body.length}\r\n\r\n${body.slice(0, 20)}`);
  await once(asking, 'connect');
  await pause();
  const closed = agent.close();
  asking.end(body.slice(20));
  expect(String((await once(asking, 'data'))[0])).toMatch(/^HTTP\/1.1 200 /);
  await closed;
  const atEnd = requests;
  await sleep(100);
  expect(requests).toBe(atEnd);
});

const program = `
  import { load } from ${JSON.stringify(new URL('../../../src/commands/load/load.ts', import.meta.url).href)};
  process.exitCode = await load({ port: 0 }, { out: (text) => process.stdout.write(text), err: (text) => process.stderr.write(text) });`;

it('as a process: all lanes at once, and it ends by itself, with what is under way, at SIGTERM', async () => {
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const [line] = (await once(child.stdout.setEncoding('utf8'), 'data')) as [string];
  const port = /listening on port (\d+)/.exec(line)?.[1];
  const address = await http((_, response) => setTimeout(() => response.end(), 100));
  const lanes = [
    ...['get-new', 'post-new', 'get-kept', 'post-kept'].map((lane) => ({ lane, url: `http://${address}/`, rate: 20 })),
    { lane: 'websocket', url: `ws://${address}/`, rate: 20 },
    ...['grpc-unary', 'grpc-stream'].map((lane) => ({ lane, url: `grpc://${address}`, rate: 20 })),
  ];
  const body = JSON.stringify({ lanes, timeoutMs: 1000, retries: 0, connections: 2 });
  const started = await fetch(`http://127.0.0.1:${port}/start`, { method: 'POST', body });
  expect(started.status).toBe(200);
  await sleep(300);
  child.kill('SIGTERM');
  expect(await once(child, 'exit')).toEqual([0, null]);
});

it('says when it cannot listen', async () => {
  const taken = Number((await listening(createServer())).split(':')[1]);
  const lines: string[] = [];
  // The same address as the one that is taken: all addresses of a port can be free besides.
  const blocked = await startAgent({ port: taken, host: '127.0.0.1' }).catch((error: Error) => error.message);
  expect(blocked).toMatch(/EADDRINUSE/);
  expect(await loadCommand({ port: 70_000 }, { out: () => undefined, err: (text) => lines.push(text) })).toBe(2);
  expect(lines.join('')).toMatch(/^hitless load: cannot listen on port 70000: /);
});
