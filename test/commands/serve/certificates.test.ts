// `hitless serve --tls-secret` as a process, with an API server played by a few lines that does not do what it should.

import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { fakeApiServer } from '../../support/fake-api-server.ts';
import { kubeconfig } from '../../support/kubeconfig.ts';
import { eventually } from '../../support/pair.ts';
import { spawnServe, stop } from '../../support/process.ts';

const secret = '/api/v1/namespaces/here/secrets/tls';
const ending: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const end of ending.splice(0).reverse()) await end();
});

async function given() {
  const server = await fakeApiServer();
  ending.push(() => server.stop());
  const file = await kubeconfig({ fake: server.url });
  const own = ['--tls-secret', 'here/tls', '--tls-names', 'a.svc', '--webhook-configuration', 'hooks'];
  const listen = ['--listen', '127.0.0.1:0', '--plain-listen', '127.0.0.1:0', '--drain-seconds', '1'];
  const running = spawnServe([...own, ...listen], { KUBECONFIG: file });
  ending.push(() => stop(running));
  const asked = () => server.seen.filter(({ path }) => path === secret).length;
  return { server, running, asked };
}

/** Never silent either, so that its client does not give up. */
function neverEnding(_request: unknown, response: ServerResponse) {
  const timer = setInterval(() => response.write(' '), 100);
  response.once('close', () => clearInterval(timer));
}

test('looks that fail again and again for one reason are all counted and logged once', async () => {
  const { running, asked } = await given();
  const { plain } = await running.line('listening');
  await eventually(asked, (count) => count >= 4, 60_000);
  await sleep(300);
  const failed = running.lines().filter(({ message }) => message.includes('certificate management failed'));
  expect(failed).toHaveLength(1);
  expect(failed[0]?.reason).toContain('the Secret here/tls does not exist and cannot be created: 404');
  const metrics = await (await fetch(`http://${plain}/metrics`)).text();
  expect(Number(/^hitless_certificate_failures_total (\d+)$/m.exec(metrics)?.[1])).toBeGreaterThanOrEqual(3);
});

test('an API server that takes a question and never ends its answer does not keep the process from ending', async () => {
  const { server, running, asked } = await given();
  await running.line('listening');
  server.next(secret, neverEnding);
  const before = asked();
  await eventually(asked, (count) => count > before, 60_000);
  running.child.kill('SIGTERM');
  expect(await running.ended).toBe(0);
  expect(running.lines().at(-1)?.message).toBe('all calls answered, exiting');
});
