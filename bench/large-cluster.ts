// `node bench/large-cluster.ts`: what a large cluster costs `hitless serve --cluster`. Needs KUBECONFIG of a disposable cluster:
// creates 10,000 Namespaces, 20,000 Services, 1,000 policies, 20,000 autoscalers and 20,000 claims in it, once. Then it starts the
// compiled webhook as a pod would, with the token of a service account with minimal permissions, without the kinds around workloads and
// with them, and measures memory, time until ready, and how soon a changed policy counts. Best without the controllers of autoscalers and
// claims (--controllers=*,-horizontal-pod-autoscaler-controller,-persistentvolume-binder-controller). Linux only, as root: it reads /proc, and mounts the token where a pod has it, in a mount namespace of its own.
//
// Usage: node bench/large-cluster.ts [NAMESPACES] [ROUNDS]

import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { findAccess } from '../src/cluster/client/access.ts';
import { type Api, createApi } from '../src/cluster/client/api.ts';
import { optionalKinds } from '../src/settings/optional-kinds.ts';
import { clusterEnvironment } from '../src/settings/settings.ts';
import { callPlain, type Running, review, stop } from '../test/support/process.ts';
import { type PodFiles, podFiles, startAsPod } from './as-pod.ts';
import {
  autoscalerCalled,
  claimCalled,
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
  const inTurn = (index: number) => [`web-${index % 2}`, nameOf(Math.floor(index / 2))] as const;
  await createMany(api, namespaces * 2, { make: (index) => autoscalerCalled(...inTurn(index)) });
  await createMany(api, namespaces * 2, { make: (index) => claimCalled(...inTurn(index)) });
  await createMany(api, namespaces / 20, {
    make: (index) => policyCalled('own', nameOf(index * 20), { preStopSleep: { seconds: 7 } }),
  });
}

/** By the object that `fill` creates last. */
async function isFilled(api: Api): Promise<boolean> {
  const { path } = policyCalled('own', nameOf(namespaces - 20), {});
  const own = await api.json({ path: `${path}/own` }).catch(() => undefined);
  return own !== undefined;
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

interface Variant {
  /** The young generation of V8 grows to 48 MiB without a limit, and the first lists make it. */
  readonly nodeFlags: readonly string[];
  readonly flags: readonly string[];
}

const alone = [`--ignore-kinds=${optionalKinds.join(',')}`];
const variants: readonly Variant[] = [
  { nodeFlags: [], flags: [] },
  { nodeFlags: ['--max-semi-space-size=4'], flags: [] },
  { nodeFlags: ['--max-semi-space-size=4'], flags: alone },
];

async function measure(api: Api, files: PodFiles, { nodeFlags, flags }: Variant): Promise<void> {
  const began = performance.now();
  const pod = await startAsPod(files, nodeFlags, flags);
  await untilReady(pod);
  const readyMs = performance.now() - began;
  const [readyMiB, cpuSeconds] = [pod.memoryMiB('VmRSS'), pod.cpuSeconds()];
  const synced = await pod.line('the first lists are complete');
  const changes: number[] = [];
  for (let round = 0; round < 10; round += 1) changes.push(await changeMs(api, pod, 11 + (round % 2)));
  await sleep(5000);
  const figures = [
    `${nodeFlags.join(' ') || 'no flags'}${flags.length > 0 ? ', kinds around workloads left out' : ''}: ready ${seconds(readyMs)} after its start with ${cpuSeconds.toFixed(1)} s of CPU, lists ${synced.seconds} s`,
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
if (!(await isFilled(api))) await fill(api);
await create(api, policyCalled('measured', nameOf(0), { preStopSleep: { action: 'fill', seconds: 9 } }));
console.log(`filled in ${seconds(performance.now() - began)}`);
const files = await podFiles(access);
for (let round = 0; round < rounds; round += 1) for (const variant of variants) await measure(api, files, variant);
