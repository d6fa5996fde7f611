// Replicas of the real process, called by a real API server as by a Service, with the rights of the chart: started, called and looked at.

import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import type { Lifetimes } from '../../../src/certificates/next-step.ts';
import { findAccess } from '../../../src/cluster/client/access.ts';
import { type Api, createApi } from '../../../src/cluster/client/api.ts';
import {
  clusterAddress,
  emptySecret,
  endReplica,
  isReady,
  kubeconfigFor,
  manifests,
  type Replica,
  relay,
  type Start,
  servedLeaf,
  startReplica,
} from '../certificates/real.ts';
import { kubectl, must, needCluster } from './kubectl.ts';

/** Of this file alone: several files of tests run in one process, and the namespace of the last one takes its time to go. */
export const name = `hitless-certs-${randomUUID().slice(0, 8)}`;
export const namespace = name;
export const replicas: Replica[] = [];
const ending: (() => unknown)[] = [];
export let api: Api;
export let kubeconfig = '';
let loading = new AbortController();
export let toApiServer: Awaited<ReturnType<typeof relay>>;

/** Before the tests of a file and after them. */
export function openReplicas(): void {
  beforeAll(async () => {
    needCluster();
    api = createApi(await findAccess({ kubeconfig: process.env.KUBECONFIG }));
    const address = await clusterAddress();
    const target = { host: address.url.hostname.replace(/[[\]]/g, ''), port: Number(address.url.port || 443) };
    toApiServer = await relay(() => [target]);
    const front = await relay(() => replicas.map(({ port }) => ({ host: '127.0.0.1', port })));
    ending.push(toApiServer.close, front.close);
    const objects = manifests({ namespace, name, port: front.port });
    ending.push(() => kubectl(['delete', 'mutatingwebhookconfiguration,clusterrole,clusterrolebinding', name]));
    ending.push(() => kubectl(['delete', 'namespace', namespace, '--wait=false']));
    await must(kubectl(['create', '-f', '-'], JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects })));
    const token = (await must(kubectl(['create', 'token', name, '-n', namespace, '--duration=2h']))).trim();
    kubeconfig = await kubeconfigFor(address, toApiServer.port, token);
  }, 60_000);

  afterEach(async () => {
    stopLoad();
    const outputs = replicas.map(({ output }) => output()).join('\n');
    await Promise.all(replicas.splice(0).map((one) => endReplica(one)));
    // Whatever happened, no key of the Secret got into a log.
    const { data = {} } = await readSecret().catch((): Partial<SecretObject> => ({}));
    for (const key of ['tls.key', 'ca.key', 'next-ca.key']) {
      const [, line = 'PRIVATE KEY'] = Buffer.from(data[key] ?? '', 'base64')
        .toString()
        .split('\n');
      expect(outputs).not.toContain(line);
    }
    expect(outputs).not.toContain('PRIVATE KEY');
    await refill();
    await resetBundles('');
  }, 60_000);

  afterAll(async () => {
    for (const end of ending.splice(0).reverse()) await end();
  }, 60_000);
}

export interface SecretObject {
  readonly metadata: { readonly resourceVersion: string; readonly uid: string };
  readonly data?: Record<string, string>;
}

export const secretPath = `/api/v1/namespaces/${namespace}/secrets/${name}`;
export const configurationPath = `/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations/${name}`;

export async function readSecret(): Promise<SecretObject> {
  return (await api.json({ path: secretPath })) as unknown as SecretObject;
}

export async function textOf(key: string): Promise<string> {
  return Buffer.from((await readSecret()).data?.[key] ?? '', 'base64').toString();
}

/** As after `helm install`: empty. */
export async function refill(): Promise<void> {
  await must(kubectl(['delete', 'secret', name, '-n', namespace, '--ignore-not-found']));
  await must(kubectl(['create', '-f', '-'], JSON.stringify(emptySecret({ namespace, name }))));
}

interface Entry {
  readonly name: string;
  readonly clientConfig: { readonly caBundle?: string; readonly url: string };
}

export async function entries(): Promise<readonly Entry[]> {
  return ((await api.json({ path: configurationPath })) as unknown as { webhooks: Entry[] }).webhooks;
}

export async function bundles(): Promise<readonly string[]> {
  return (await entries()).map(({ clientConfig }) => Buffer.from(clientConfig.caBundle ?? '', 'base64').toString());
}

export const countIn = (bundle: string) => bundle.split('BEGIN CERTIFICATE').length - 1;

export async function resetBundles(caBundle: string): Promise<void> {
  const body = [0, 1].map((index) => ({
    op: 'add',
    path: `/webhooks/${index}/clientConfig/caBundle`,
    value: caBundle,
  }));
  await api.json({ path: configurationPath, method: 'PATCH', contentType: 'application/json-patch+json', body });
}

export async function start(count: number, lifetimes?: Lifetimes, access = kubeconfig): Promise<void> {
  await startAs(Array.from({ length: count }, () => ({ ...(lifetimes && { lifetimes }), kubeconfig: access })));
}

/** One replica for each of these, and waits until all of them are ready. */
export async function startAs(ones: readonly Partial<Start>[]): Promise<void> {
  const usual = { secret: `${namespace}/${name}`, configuration: name };
  const started = ones.map((one) => startReplica({ ...usual, kubeconfig, ...one }));
  replicas.push(...(await Promise.all(started)));
  await until(async () => (await Promise.all(replicas.map(isReady))).every(Boolean), 60_000);
}

export async function until(right: () => Promise<boolean>, withinMs: number): Promise<number> {
  const began = performance.now();
  while (!(await right())) {
    const ms = performance.now() - began;
    if (ms > withinMs) throw new Error(`not within ${withinMs} ms\n${replicas[0]?.output().slice(-3000)}`);
    await sleep(50);
  }
  return performance.now() - began;
}

const deployment = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { generateName: 'web-', namespace },
  spec: {
    selector: { matchLabels: { app: 'web' } },
    template: {
      metadata: { labels: { app: 'web' } },
      spec: { containers: [{ name: 'web', image: 'web', ports: [{ containerPort: 80 }] }] },
    },
  },
};

/** A create on trial, that both entries must allow. Gives why it failed. */
export async function admission(): Promise<string | undefined> {
  const path = `/apis/apps/v1/namespaces/${namespace}/deployments`;
  try {
    const created = await api.json({ path, query: { dryRun: 'All' }, method: 'POST', body: deployment });
    return JSON.stringify(created).includes('"preStop"') ? undefined : 'not patched';
  } catch (error) {
    return (error as Error).message;
  }
}

/** Ends every load that goes on. */
export function stopLoad(): void {
  loading.abort();
  loading = new AbortController();
}

/** Calls so many times a second, without waiting for the answers, until `stopLoad`. */
export async function load(perSecond: number, call: () => Promise<string | undefined>) {
  const { signal } = loading;
  const failures: string[] = [];
  const calls: Promise<unknown>[] = [];
  const began = performance.now();
  while (!signal.aborted) {
    while (calls.length < ((performance.now() - began) / 1000) * perSecond) {
      calls.push(
        call().then((failure) => {
          if (failure !== undefined) failures.push(`${new Date().toISOString()} ${failure}`);
        }),
      );
    }
    await sleep(5);
  }
  await Promise.all(calls);
  return { calls: calls.length, failures };
}

let bearableRate = Number.POSITIVE_INFINITY;
const slowestRate = 3;

/**
 * Calls a second: as many as wanted, fewer on a machine that does not answer those in time while nothing happens. Found once for a file, with
 * replicas that are ready. @throws when it cannot keep up with a few.
 */
export async function bearable(wanted: number): Promise<number> {
  if (bearableRate !== Number.POSITIVE_INFINITY) return Math.min(wanted, bearableRate);
  for (let rate = wanted; rate >= slowestRate; rate = Math.floor(rate / 2)) {
    const calling = load(rate, async () => {
      const began = performance.now();
      return (await admission()) ?? (performance.now() - began > 1000 ? 'slow' : undefined);
    });
    await sleep(2000);
    stopLoad();
    const { failures } = await calling;
    if (failures.length === 0) {
      bearableRate = rate;
      return rate;
    }
    process.stdout.write(`${rate} admissions a second are too many here: ${failures[0]}\n`);
  }
  throw new Error(`not even ${slowestRate} admissions a second are answered in time while nothing happens`);
}

/** A new connection to one of the replicas, judged by the caBundle as it stands: the strictest API server of all. */
export function handshake(): () => Promise<string | undefined> {
  let turn = 0;
  return async () => {
    const [bundle = ''] = await bundles();
    const replica = replicas[turn++ % replicas.length] as Replica;
    return servedLeaf(replica, bundle).then(
      () => undefined,
      (error: Error) => `replica at ${replica.port}: ${error.message}`,
    );
  };
}

export async function leaves(): Promise<ReadonlySet<string>> {
  return new Set(await Promise.all(replicas.map((one) => servedLeaf(one))));
}
