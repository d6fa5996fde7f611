// SIGTERM while the process waits for an API server that takes connections and never answers.

import { readFileSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { afterAll, expect, test } from 'vitest';
import { kubeconfig } from '../../support/kubeconfig.ts';
import { eventually } from '../../support/pair.ts';
import { callPlain, type Running, review, spawnServe, start, stop } from '../../support/process.ts';

const ending: (() => Promise<void> | void)[] = [];
afterAll(async () => {
  for (const end of ending) await end();
});

async function silentApiServer() {
  const sockets: Socket[] = [];
  const server = createServer((socket) => sockets.push(socket.on('error', () => undefined))).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  ending.push(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  const { port } = server.address() as { port: number };
  const file = await kubeconfig({ fake: `http://127.0.0.1:${port}` });
  return { environment: { KUBECONFIG: file }, connections: () => sockets.length };
}

const own = ['--tls-secret', 'a/b', '--tls-names', 'a.test', '--webhook-configuration', 'hitless'];

test.each(['SIGTERM', 'SIGINT'] as const)('%s ends it in order before it listens', async (signal) => {
  const { environment, connections } = await silentApiServer();
  const server = spawnServe(['--listen', '127.0.0.1:0', '--cluster', ...own], environment);
  ending.push(() => stop(server));
  await eventually(connections, (count) => count > 0, 15_000);
  const began = performance.now();
  server.child.kill(signal);
  expect(await server.ended).toBe(0);
  // It would have waited 15 s for the API server.
  expect(performance.now() - began).toBeLessThan(8000);
  expect(server.lines().at(-1)).toMatchObject({
    level: 'info',
    signal,
    message: 'shut down before startup finished',
  });
});

test('a second signal ends it at once', async () => {
  const { environment, connections } = await silentApiServer();
  const server = spawnServe(['--listen', '127.0.0.1:0', '--cluster', ...own], environment);
  ending.push(() => stop(server));
  await eventually(connections, (count) => count > 0, 15_000);
  for (const signal of ['SIGTERM', 'SIGINT'] as const) server.child.kill(signal);
  // Both wait together, and are heard in the order of their numbers.
  expect([130, 143]).toContain(await server.ended);
});

const create = readFileSync(new URL('../../server/reviews/01-kubectl-create.json', import.meta.url), 'utf8');

test('a process that listens and has not listed the policies decides nothing, and ends in order', async () => {
  const { environment } = await silentApiServer();
  const server: Running = await start({ flags: ['--cluster'], environment });
  ending.push(() => stop(server));
  const answer = await review(server, create);
  expect(answer).toMatchObject({ status: 503, headers: { 'retry-after': '1', connection: 'close' } });
  expect(JSON.parse(answer.body)).toMatchObject({
    kind: 'Status',
    code: 503,
    message: expect.stringContaining('cannot decide yet: the first list of Namespace is not complete yet'),
  });
  expect((await callPlain(server, '/metrics')).body).toContain(
    'hitless_requests_total{mode="enforce",decision="not_ready"} 1',
  );
  server.child.kill('SIGTERM');
  expect(await server.ended).toBe(0);
});
