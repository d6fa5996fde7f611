// Whether the load does what an open model promises; on a machine that other tests keep busy as well.

import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { expect, it, onTestFinished } from 'vitest';
import { httpClient } from '../../../src/measurement/load/http.ts';
import { startLoad } from '../../../src/measurement/load/load.ts';
import { latencyOf, schedulingErrorOf } from '../../../src/measurement/load/percentiles.ts';
import type { Sample } from '../../../src/measurement/load/sample.ts';
import { keepTime } from '../../../src/measurement/load/schedule.ts';
import { block, clientOf, endsOf, http, samplesOf, until } from '../../support/load.ts';

/**
 * A server with a thread of its own: it answers while we are busy, after `answerMs`. `stallMs` long it does nothing, once, after
 * `afterMs`. `received` counts the requests, `answered` what it has given to the system.
 */
async function elsewhere({ answerMs = 0, afterMs = 0, stallMs = 0 } = {}) {
  const program = `
    const { createServer } = require('node:http');
    const { parentPort, workerData } = require('node:worker_threads');
    const server = createServer((request, response) => {
      Atomics.add(workerData, 1, 1);
      response.on('finish', () => Atomics.add(workerData, 0, 1));
      setTimeout(() => response.end('all'), ${answerMs});
    });
    server.listen(0, '127.0.0.1', () => parentPort.postMessage(server.address().port));
    server.once('request', () => setTimeout(() => {
      const end = performance.now() + ${stallMs};
      while (performance.now() < end);
    }, ${afterMs}));`;
  const counts = new Int32Array(new SharedArrayBuffer(8));
  const worker = new Worker(program, { eval: true, workerData: counts });
  onTestFinished(() => void worker.terminate());
  const port = await new Promise<number>((resolve) => worker.once('message', resolve));
  return {
    url: `http://127.0.0.1:${port}/`,
    answered: () => Atomics.load(counts, 0),
    received: () => Atomics.load(counts, 1),
  };
}

/** How long this thread could have worked and had no processor; 0 where the system does not tell. */
function starvedMs(): number {
  try {
    return Number(readFileSync('/proc/thread-self/schedstat', 'utf8').split(' ')[1]) / 1e6;
  } catch {
    return 0;
  }
}

it('sends as often as it was told, counted from one start, and never later than the next', async () => {
  const due: { readonly beat: number; readonly dueMs: number; readonly atMs: number }[] = [];
  const tell = (beat: number) => (dueMs: number) =>
    void due.push({ beat, dueMs, atMs: performance.timeOrigin + performance.now() });
  const rates = [100, 37, 0.5, 700];
  const began = performance.now();
  const schedule = keepTime(rates.map((rate, beat) => ({ rate, send: tell(beat) })));
  const running = performance.now();
  await sleep(3000);
  const least = (performance.now() - running) / 1000;
  schedule.stop();
  const most = (performance.now() - began) / 1000;
  for (const [beat, rate] of rates.entries()) {
    const times = due.filter((one) => one.beat === beat).map(({ dueMs }) => dueMs);
    expect(times.length, `${rate} a second`).toBeGreaterThan(rate * least - 1);
    expect(times.length, `${rate} a second`).toBeLessThan(rate * most + 1);
    for (const [i, dueMs] of times.entries()) expect(dueMs - (times[0] ?? 0)).toBeCloseTo((i * 1000) / rate, 2);
  }
  expect(due.every(({ dueMs, atMs }) => atMs >= dueMs)).toBe(true);
  expect(due.every(({ dueMs }, i) => dueMs >= (due[i - 1]?.dueMs ?? 0))).toBe(true);
});

it('does not let two lanes of the same rate fall together', () => {
  const due: number[][] = [[], []];
  const schedule = keepTime(due.map((times) => ({ rate: 100, send: (dueMs: number) => void times.push(dueMs) })));
  block(50);
  schedule.stop();
  const [first = 0, second = 0] = due.map(([dueMs]) => dueMs);
  expect(second - first).toBeCloseTo(5, 2);
});

it('after a stop nothing is sent, and what was due until then is', async () => {
  let sent = 0;
  const schedule = keepTime([{ rate: 1000, send: () => void sent++ }]);
  block(100);
  schedule.stop();
  const atStop = sent;
  expect(atStop).toBeGreaterThanOrEqual(100);
  await sleep(50);
  schedule.stop();
  expect(sent).toBe(atStop);
});

it('a busy event loop of our own shows as late sending and as latency, and nothing is left out', async () => {
  const { url } = await elsewhere();
  const samples: Sample[] = [];
  const settings = { timeoutMs: 5000, retries: 0, connections: 1 };
  const load = startLoad({ lanes: [{ lane: 'get-new', url, rate: 100 }], ...settings }, (one) => samples.push(one));
  await sleep(300);
  block(300);
  await sleep(300);
  await load.stop();
  expect(samples.length).toBeGreaterThanOrEqual(90);
  expect(schedulingErrorOf(samples).max).toBeGreaterThan(280);
  expect(latencyOf(samples).max).toBeGreaterThan(280);
  // 30 requests were due meanwhile, half of them more than 150 ms before the end.
  expect(samples.filter(({ dueMs, sentMs }) => sentMs - dueMs > 150).length).toBeGreaterThanOrEqual(13);
});

it('a server that stalls for a second has a 99th percentile of a second: no omission is coordinated with it', async () => {
  const { url } = await elsewhere({ afterMs: 300, stallMs: 1000 });
  const samples = await samplesOf({ lane: 'get-new', url, rate: 100, forMs: 2000, timeoutMs: 5000 });
  expect(endsOf(samples)).toEqual(['ok 200']);
  expect(latencyOf(samples).p99).toBeGreaterThan(950);
  expect(samples.filter(({ dueMs, endMs }) => endMs - dueMs > 500).length).toBeGreaterThanOrEqual(48);
});

it('an answer that came while we were busy is no timeout', async () => {
  const { url, answered, received } = await elsewhere({ answerMs: 100 });
  const timeoutMs = 3000;
  const client = clientOf(httpClient, { lane: 'get-new', url });
  const sentMs = performance.now();
  const attempt = client.send(timeoutMs);
  await until(() => received() === 1);
  // From here Node.js looks at timers before it looks at sockets.
  setImmediate(() => {
    block(sentMs + timeoutMs + 100 - performance.now());
    for (let i = 0; i < 10_000 && answered() === 0; i++) block(1);
  });
  expect(await attempt).toEqual({ connection: 'new', outcome: 'ok', status: 200 });
});

it('2,000 a second', { retry: 2 }, async () => {
  const { url } = await elsewhere();
  const starved = starvedMs();
  const samples = await samplesOf({
    lane: 'get-kept',
    url,
    rate: 2000,
    forMs: 1500,
    connections: 8,
    timeoutMs: 10_000,
  });
  const first = samples[0]?.dueMs ?? 0;
  const last = samples.at(-1)?.dueMs ?? 0;
  expect(endsOf(samples)).toEqual(['ok 200']);
  expect(samples.length).toBeGreaterThanOrEqual(2990);
  expect(samples.length - 1).toBe(Math.round((last - first) * 2));
  // Our own fault is what is beyond the time in which others had the processors.
  expect(schedulingErrorOf(samples).p50).toBeLessThan(100 + starvedMs() - starved);
});

it('stopping waits for what is under way, as long as the timeout lets it', async () => {
  const address = await http((_, response) => setTimeout(() => response.end(), 300));
  const samples = await samplesOf({ lane: 'get-new', url: `http://${address}/`, forMs: 50 });
  expect(endsOf(samples)).toEqual(['ok 200']);
  const stalled = await http(() => undefined);
  const lost = await samplesOf({ lane: 'get-new', url: `http://${stalled}/`, forMs: 50, timeoutMs: 200 });
  expect(endsOf(lost)).toEqual(['timeout no answer']);
});
