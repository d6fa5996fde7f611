// `hitless serve --webhook-configuration` as a process: what its log and metrics say when the configuration goes and comes back.

import { afterEach, expect, test } from 'vitest';
import { resources } from '../../../src/cluster/cache/kinds.ts';
import { apiResources, collectionOf } from '../../../src/cluster/client/resources.ts';
import { fakeApiServer, refuse } from '../../support/fake-api-server.ts';
import { kubeconfig } from '../../support/kubeconfig.ts';
import { eventually } from '../../support/pair.ts';
import { callPlain, type Running, start, stop } from '../../support/process.ts';

const path = collectionOf(apiResources.webhookConfigurations);
const missing = 'the webhook configuration is missing or lacks entries, API servers do not call hitless';
const back = 'the webhook configuration has all of its entries again';
const forbidden =
  'the webhook configuration may not be read, so its disappearance would go unnoticed: allow get and watch in the ClusterRole';

const ending: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const end of ending.splice(0).reverse()) await end();
});

function configuration(...names: readonly string[]) {
  return { metadata: { name: 'hooks' }, webhooks: names.map((name) => ({ name, clientConfig: {} })) };
}

const whole = configuration('enforce.hitless.dev', 'audit.hitless.dev');

async function given(prepare: (server: Awaited<ReturnType<typeof fakeApiServer>>) => void) {
  const server = await fakeApiServer();
  ending.push(() => server.stop());
  server.serve(path, ...Object.values(resources).map((one) => one.path));
  prepare(server);
  const file = await kubeconfig({ fake: server.url });
  const running = await start({
    flags: ['--cluster', '--webhook-configuration', 'hooks'],
    environment: { KUBECONFIG: file },
  });
  ending.push(() => stop(running));
  return { server, running };
}

/** undefined: the series is absent. */
async function gauge(running: Running): Promise<string | undefined> {
  const { body } = await callPlain(running, '/metrics');
  return /^hitless_webhook_configuration_present (\d)$/m.exec(body)?.[1];
}

const until = (running: Running, value: string | undefined) =>
  eventually(
    () => gauge(running),
    (now) => now === value,
    10_000,
  );

function said(running: Running) {
  return running
    .lines()
    .filter(({ message }) => [missing, back, forbidden].includes(message))
    .map(({ message, level, exists, entries }) => ({ message, level, exists, entries }));
}

/** Once there are so many. */
const lines = (running: Running, count: number) =>
  eventually(
    () => said(running),
    (all) => all.length === count,
    10_000,
  );

const both = ['enforce.hitless.dev', 'audit.hitless.dev'];

test('one line when it goes, one when it is back, and the gauge follows; one watch of it at a time', async () => {
  const { server, running } = await given((fake) => fake.put(path, whole));
  await until(running, '1');
  expect(said(running)).toEqual([]);
  server.remove(path, whole);
  await until(running, '0');
  server.put(path, whole);
  await until(running, '1');
  server.put(path, configuration('audit.hitless.dev'));
  await until(running, '0');
  server.put(path, configuration('another.example.com'));
  expect(await lines(running, 4)).toEqual([
    { message: missing, level: 'error', exists: false, entries: both },
    { message: back, level: 'info' },
    { message: missing, level: 'error', exists: true, entries: ['enforce.hitless.dev'] },
    { message: missing, level: 'error', exists: true, entries: both },
  ]);
  expect(server.openWatches(path)).toBe(1);
}, 30_000);

test('it says so when it is missing from the start', async () => {
  const { running } = await given(() => undefined);
  await until(running, '0');
  expect(await lines(running, 1)).toEqual([{ message: missing, level: 'error', exists: false, entries: both }]);
}, 30_000);

test('where it may not be read there is one line and no gauge, until it may', async () => {
  const { server, running } = await given((fake) => {
    fake.put(path, whole);
    fake.forbid(`${path}/hooks`);
    fake.forbid(path);
  });
  await lines(running, 1);
  expect(await gauge(running)).toBe(undefined);
  server.forbid(`${path}/hooks`, 'nothing');
  server.forbid(path, 'nothing');
  await until(running, '1');
  expect((await lines(running, 2)).map(({ message }) => message)).toEqual([forbidden, back]);
}, 30_000);

test('an answer that says nothing about it leaves what was seen last', async () => {
  const { server, running } = await given((fake) => fake.put(path, whole));
  await until(running, '1');
  const reads = () => server.seen.filter((one) => one.path === `${path}/hooks`).length;
  const before = reads();
  for (let time = 0; time < 2; time += 1)
    server.next(`${path}/hooks`, (_request, response) => refuse(response, 500, 'etcd has no leader'));
  server.remove(path, whole);
  await eventually(reads, (count) => count === before + 1, 10_000);
  expect(await gauge(running)).toBe('1');
  await until(running, '0');
  expect(reads()).toBe(before + 3);
  expect((await lines(running, 1)).map(({ message }) => message)).toEqual([missing]);
}, 30_000);
