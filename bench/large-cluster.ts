// `node bench/large-cluster.ts`: what a large cluster costs `hitless serve --cluster`. Needs KUBECONFIG of a disposable cluster:
// creates 10,000 Namespaces, 20,000 Services and 1,000 policies in it, once. Then it starts the compiled webhook as a pod would, with
// the token of a service account with minimal permissions, and measures memory, time until ready, and how soon a changed policy counts.
// Linux only, as root: it reads /proc, and mounts the token where a pod has it, in a mount namespace of its own.
//
// Usage: node bench/large-cluster.ts [NAMESPACES] [ROUNDS]

import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { findAccess } from '../src/cluster/client/access.ts';
import { type Api, createApi } from '../src/cluster/client/api.ts';
import { clusterEnvironment } from '../src/settings/settings.ts';
import { callPlain, type Running, review, stop } from '../test/support/process.ts';
import { type PodFiles, podFiles, startAsPod } from './as-pod.ts';
import {
  clusterPolicyCalled,
  crdPath,
  create,
  createMany,
  looseDefinition,
  namespaceCalled,
  policyCalled,
  policyPath,
  serviceCalled,
} from './objects.ts';

const [namespaces = 10_000, rounds = 3] = process.argv.slice(2).map(Number);
const nameOf = (index: number) => `tenant-${String(index).padStart(5, '0')}`;
const probe = `${policyPath}/namespaces/${nameOf(0)}/rolloutpolicies/measured`;

async function fill(api: Api): Promise<void> {
  for (const kind of ['ClusterRolloutPolicy', 'RolloutPolicy'] as const)
    await create(api, { path: crdPath, body: looseDefinition(kind) });
  await sleep(3000);
  await createMany(api, namespaces, { make: (index) => namespaceCalled(nameOf(index)) });
  await createMany(api, namespaces * 2, {
    make: (index) => serviceCalled(`web-${index % 2}`, nameOf(Math.floor(index / 2))),
  });
  await createMany(api, namespaces / 20, {
    make: (index) =>
      clusterPolicyCalled(`policy-${index}`, {
        priority: index % 7,
        namespaceSelector: { matchLabels: { team: `team-${String(index % 100).padStart(2, '0')}` } },
        preStopSleep: { action: 'fill', seconds: 5 + (index % 20) },
      }),
  });
  await createMany(api, namespaces / 20, {
    make: (index) => policyCalled('own', nameOf(index * 20), { preStopSleep: { seconds: 7 } }),
  });
}

async function untilReady(server: Running): Promise<void> {
  while ((await callPlain(server, '/readyz')).status !== 200) await sleep(20);
}

const template = readFileSync(new URL('../test/server/reviews/01-kubectl-create.json', import.meta.url), 'utf8');
const body = JSON.stringify(
  JSON.parse(template, (key, value) => (key === 'namespace' && typeof value === 'string' ? nameOf(0) : value)),
);

/** The seconds of sleep that the answer patches in. */
async function sleepIn(server: Running): Promise<number> {
  const { response } = JSON.parse((await review(server, body)).body);
  const [, seconds] = /"sleep":\{"seconds":(\d+)/.exec(Buffer.from(response.patch ?? '', 'base64').toString()) ?? [];
  return Number(seconds);
}

async function changeMs(api: Api, server: Running, seconds: number): Promise<number> {
  const spec = { preStopSleep: { action: 'fill', seconds } };
  await api.json({ method: 'PATCH', path: probe, body: { spec }, contentType: 'application/merge-patch+json' });
  const began = performance.now();
  while ((await sleepIn(server)) !== seconds) await sleep(5);
  return performance.now() - began;
}

/** The young generation of V8 grows to 48 MiB otherwise, and the first lists make it. */
const variants = [[], ['--max-semi-space-size=8'], ['--max-semi-space-size=4']];

async function measure(api: Api, files: PodFiles, nodeFlags: readonly string[]): Promise<void> {
  const began = performance.now();
  const pod = await startAsPod(files, nodeFlags);
  await untilReady(pod);
  const readyMs = performance.now() - began;
  const readyMiB = pod.memoryMiB('VmRSS');
  const synced = await pod.line('the first list of every kind is complete');
  const changes: number[] = [];
  for (let round = 0; round < 10; round += 1) changes.push(await changeMs(api, pod, 11 + (round % 2)));
  await sleep(5000);
  const figures = [
    `${nodeFlags.join(' ') || 'no flags'}: ready ${seconds(readyMs)} after its start, lists ${synced.seconds} s`,
    `memory ${readyMiB.toFixed(0)} MiB when ready, ${pod.memoryMiB('VmRSS').toFixed(0)} MiB then, ${pod.memoryMiB('VmHWM').toFixed(0)} MiB at most`,
    `a changed policy counts after ${Math.min(...changes).toFixed(0)} to ${Math.max(...changes).toFixed(0)} ms`,
  ];
  console.log(figures.join('; '));
  await stop(pod);
}

const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`;

const access = await findAccess(clusterEnvironment());
const api = createApi(access);
const began = performance.now();
await fill(api);
await create(api, policyCalled('measured', nameOf(0), { preStopSleep: { action: 'fill', seconds: 9 } }));
console.log(`filled in ${seconds(performance.now() - began)}`);
const files = await podFiles(access);
for (let round = 0; round < rounds; round += 1) for (const nodeFlags of variants) await measure(api, files, nodeFlags);
