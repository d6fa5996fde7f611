import { createServer } from 'node:http';
import { connect } from 'node:net';
import { expect, test } from 'vitest';
import { drain } from '../../src/server/drain.ts';
import { listen } from '../../src/server/listener.ts';

const quietForAnHour = { inFlight: () => 0, quietMs: () => 3_600_000 };

async function took(action: Promise<unknown>): Promise<number> {
  const began = performance.now();
  await action;
  return performance.now() - began;
}

test('quiet before the drain began does not count, for those who call next have not heard of it', async () => {
  const ms = await took(drain({ traffic: quietForAnHour, servers: [], quietMs: 200, deadlineMs: 600_000 }));
  expect(ms).toBeGreaterThan(190);
  expect(ms).toBeLessThan(60_000);
});

test('a call in flight is waited for until the deadline, and counted then', async () => {
  const busy = { ...quietForAnHour, inFlight: () => 3, quietMs: () => 0 };
  expect(await drain({ traffic: busy, servers: [], quietMs: 10, deadlineMs: 100 })).toBe(3);
});

test('a connection that never says anything does not hold it up', async () => {
  const server = createServer();
  const { port } = await listen(server, { host: '127.0.0.1', port: 0 });
  const silent = connect(port, '127.0.0.1').on('error', () => undefined);
  await new Promise((resolve) => server.once('connection', resolve));
  const closed = new Promise((resolve) => silent.once('close', resolve));
  const ms = await took(drain({ traffic: quietForAnHour, servers: [server], quietMs: 10, deadlineMs: 600_000 }));
  await closed;
  expect(ms).toBeLessThan(60_000);
  expect(server.listening).toBe(false);
});
