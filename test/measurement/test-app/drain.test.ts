// A drain under load, as in a rollout: new connections go elsewhere already when SIGTERM comes.

import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import type { TestAppOptions } from '../../../src/commands/test-app/test-app.ts';
import { grpcStreams, grpcUnary, type Manners, service, webSockets } from '../../support/test-app/clients.ts';
import { keptHttp, load, type Place } from '../../support/test-app/load.ts';
import { startPod } from '../../support/test-app/pods.ts';

/** WebSockets and streams of a load. */
const lines = 2;

async function startLoads(place: Place, manners: Manners) {
  const { port, close } = await service(place);
  const loads = [
    load('GET', keptHttp('GET', place)),
    load('POST', keptHttp('POST', place)),
    load('WebSocket', webSockets(place, manners, lines)),
    load('unary', grpcUnary(port)),
    load('stream', grpcStreams(port, manners, lines)),
  ];
  const stop = async () => {
    await Promise.all(loads.map((one) => one.stop()));
    close();
  };
  return { loads, stop };
}

interface Rollouts extends Manners {
  readonly count: number;
  readonly workMs: number;
  readonly onSigterm: TestAppOptions['onSigterm'];
}

/** One pod after the other, each replaced by the next under the same load. */
async function rollOut({ count, workMs, onSigterm, heeds }: Rollouts) {
  // Clients that heed end it early. A drain that is over while this process is kept from sending closes connections that it uses again.
  const options = { workMs, onSigterm, drainMs: heeds ? 10_000 : 3000 };
  let old = await startPod('pod-0', options);
  const place = { port: old.port, grpcPort: old.grpcPort };
  const { loads, stop } = await startLoads(place, { heeds });
  const exits: unknown[] = [];
  for (let n = 1; n <= count; n += 1) {
    const next = await startPod(`pod-${n}`, options);
    Object.assign(place, { port: next.port, grpcPort: next.grpcPort });
    // Nobody connects to the old one any more, which a sleep before SIGTERM stands for; not always at the same point of a request.
    await sleep(100 + n);
    old.kill();
    exits.push(await old.ended);
    old = next;
  }
  await stop();
  old.kill();
  await old.ended;
  return { loads, exits };
}

it.each([
  { count: 20, workMs: 0 },
  { count: 5, workMs: 30 },
])('a drain loses nothing, at the work and number of rollouts %o', { timeout: 600_000 }, async (given) => {
  const { loads, exits } = await rollOut({ ...given, onSigterm: 'drain', heeds: true });
  expect(loads.flatMap(({ lost }) => lost)).toEqual([]);
  expect(exits).toEqual(Array(given.count).fill(0));
  for (const { sent, pods } of loads) {
    expect(sent).toBeGreaterThan(given.count * 20);
    expect(pods.size).toBe(given.count + 1);
  }
});

it('a drain loses at most the message under way of clients that do not heed its word', async () => {
  const count = 5;
  const { loads, exits } = await rollOut({ count, workMs: 0, onSigterm: 'drain', heeds: false });
  for (const { kind, lost } of loads)
    expect(lost.length, lost.join()).toBeLessThanOrEqual(/WebSocket|stream/.test(kind) ? count * lines : 0);
  expect(exits).toEqual(Array(count).fill(0));
});

it('who ends at once loses what is under way, in every kind of traffic', async () => {
  const count = 3;
  const { loads, exits } = await rollOut({ count, workMs: 30, onSigterm: 'end', heeds: true });
  for (const { kind, lost } of loads) expect(lost.length, kind).toBeGreaterThanOrEqual(count);
  expect(exits).toEqual(Array(count).fill(143));
});
