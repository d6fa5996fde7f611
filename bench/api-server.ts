// What a write of a Deployment takes at a real API server: without a webhook, with an in-tree MutatingAdmissionPolicy, with the hand-written
// webhook, with hitless. Each has a namespace of its own, so that the writes can take turns, one after the other, while nothing else changes.
// Needs KUBECONFIG of a disposable cluster whose API server reaches 127.0.0.1 of this process; creates objects there, and removes all but the definitions and the node.

import { setTimeout as sleep } from 'node:timers/promises';
import { findAccess } from '../src/cluster/client/access.ts';
import { type Api, createApi } from '../src/cluster/client/api.ts';
import { clusterEnvironment } from '../src/settings/settings.ts';
import {
  createNamespaces,
  createPolicy,
  createWebhook,
  removeAll,
  type Variant,
  variants,
} from './admission-objects.ts';
import { clusterPolicyCalled, crdPath, create, looseDefinition } from './objects.ts';
import { type Bench, openBench, type Server } from './processes.ts';
import { type Times, timesTable } from './write-times.ts';
import { openWriter, operations, type Writer } from './writes.ts';

const warmedAfter = 2000;
const samples = 300;

/** A sentence; undefined: the part can run. */
export function whyNoApiServer(): string | undefined {
  if (process.env.KUBECONFIG) return undefined;
  return 'skipped: it needs KUBECONFIG of a disposable cluster whose API server reaches 127.0.0.1 of this process';
}

export async function apiServer(): Promise<string> {
  const access = await findAccess(clusterEnvironment());
  const api = createApi(access);
  const writer = await openWriter(access);
  const bench = await openBench(['--cluster']);
  const servers: Server[] = [];
  try {
    await prepare(api);
    for (const name of ['hand-written', 'hitless'] as const) servers.push(await startWebhook(bench, api, name));
    await untilAllPatch(writer);
    for (const variant of variants) await writer.store(variant);
    const fresh = await measure(writer, samples);
    await measure(writer, Math.max(0, Math.ceil((warmedAfter - samples * operations.length) / operations.length)));
    const warm = await measure(writer, samples);
    return [
      `Freshly started: the first ${samples} rounds of one write of each kind\n\n${timesTable(fresh)}`,
      `After ${warmedAfter.toLocaleString('en')} calls of each webhook\n\n${timesTable(warm)}`,
    ].join('\n\n');
  } finally {
    writer.close();
    await removeAll(api);
    await Promise.all(servers.map((server) => server.stop()));
    await bench.close();
  }
}

async function prepare(api: Api): Promise<void> {
  for (const kind of ['ClusterRolloutPolicy', 'RolloutPolicy'] as const)
    await create(api, { path: crdPath, body: looseDefinition(kind) });
  await sleep(3000);
  await create(api, clusterPolicyCalled('default', { preStopSleep: { seconds: 10 } }));
  // Of this version the sleep action depends.
  const status = { nodeInfo: { kubeletVersion: 'v1.37.1' } };
  await create(api, { path: '/api/v1/nodes', body: { metadata: { name: 'hitless-bench' }, status } });
  await createNamespaces(api);
  await createPolicy(api);
}

async function startWebhook(bench: Bench, api: Api, name: 'hand-written' | 'hitless'): Promise<Server> {
  const server = await bench.start(name);
  await createWebhook(api, server, bench.ca);
  return server;
}

/** Configurations count some time after they are written. */
async function untilAllPatch(writer: Writer): Promise<void> {
  for (const variant of variants.filter((one) => one !== 'none')) {
    let [isPatched, failure] = [false, ''];
    for (let attempt = 0; attempt < 60 && !isPatched; attempt += 1) {
      await sleep(500);
      try {
        const { object } = await writer.write(variant, 'create');
        isPatched = object.spec.template.spec.containers.every(({ lifecycle }) => sleepIn(lifecycle) === 10);
        failure = JSON.stringify(object.spec.template.spec.containers.map(({ lifecycle }) => lifecycle ?? null));
      } catch (error) {
        failure = String(error);
      }
    }
    if (!isPatched) throw new Error(`${variant} does not patch a Deployment as it should: ${failure}`);
  }
}

function sleepIn(lifecycle: unknown): number | undefined {
  const { preStop } = (lifecycle ?? {}) as { readonly preStop?: { readonly sleep?: { readonly seconds?: number } } };
  return preStop?.sleep?.seconds;
}

/** Milliseconds of `rounds` writes of each kind in each namespace; every round begins with another namespace. */
async function measure(writer: Writer, rounds: number): Promise<Times> {
  const none = (): Record<Variant, number[]> => ({ none: [], policy: [], 'hand-written': [], hitless: [] });
  const times: Times = { create: none(), 'create-complies': none(), update: none() };
  for (let round = 0; round < rounds; round += 1) {
    for (const operation of operations) {
      for (let turn = 0; turn < variants.length; turn += 1) {
        const variant = variants[(round + turn) % variants.length] ?? 'none';
        times[operation][variant].push((await writer.write(variant, operation)).milliseconds);
      }
    }
  }
  return times;
}
