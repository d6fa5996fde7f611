// hitless in the cluster of KUBECONFIG, as its users have it: by helm, from the image.

import { setTimeout as pause } from 'node:timers/promises';
import { findAccess } from '../../../src/cluster/client/access.ts';
import { type Api, createApi } from '../../../src/cluster/client/api.ts';
import { chart } from '../helm.ts';
import { helm, kubectl, must, needCluster } from './kubectl.ts';

export const home = 'hitless-system';
const crds = ['clusterrolloutpolicies.hitless.dev', 'rolloutpolicies.hitless.dev'];

/** On every node already, or where nodes can pull it. */
export const image = process.env.HITLESS_IMAGE ?? 'localhost/hitless:test';
export const pullPolicy = process.env.HITLESS_IMAGE_PULL_POLICY ?? 'Never';
const colon = image.lastIndexOf(':');

/** @throws when there is no cluster, or hitless is in it already. */
export async function install(...args: readonly string[]): Promise<void> {
  needCluster();
  if ((await kubectl(['get', 'crd', ...crds])).code === 0)
    throw new Error('this cluster has hitless already, and this test installs and removes it: take another cluster');
  const which = [`image.repository=${image.slice(0, colon)}`, `image.tag=${image.slice(colon + 1)}`];
  const sets = [...which, `image.pullPolicy=${pullPolicy}`].flatMap((set) => ['--set', set]);
  await must(helm(['install', 'hitless', chart, '-n', home, '--create-namespace', ...sets, ...args]));
  await rolledOut();
}

export async function upgrade(...args: readonly string[]): Promise<void> {
  await must(helm(['upgrade', 'hitless', chart, '-n', home, '--reuse-values', ...args]));
  await rolledOut();
}

/** Everything that a test may have left, kinds and namespaces as well. */
export async function remove(...namespaces: readonly string[]): Promise<void> {
  const all = [home, ...namespaces];
  await Promise.all(all.map(endPods));
  // Without asking: what a test left in Deployments goes with their namespaces.
  await helm(['uninstall', 'hitless', '-n', home, '--no-hooks']);
  await kubectl(['delete', 'crd', ...crds, '--ignore-not-found']);
  await kubectl(['delete', 'namespace', ...all, '--ignore-not-found', '--timeout=90s']);
}

/** At once: nobody is served any more, and sleeps and grace periods would be most of the time that these tests take. */
async function endPods(namespace: string): Promise<void> {
  const everything = ['--all', '-n', namespace];
  // Who would make them anew goes first, and leaves them where they are.
  await kubectl(['delete', 'deployments', ...everything, '--cascade=orphan']);
  await kubectl(['delete', 'replicasets', ...everything, '--cascade=orphan']);
  await kubectl(['delete', 'pods', ...everything, '--grace-period=1', '--timeout=60s']);
}

/** New pods are ready; old ones may still be leaving. */
export async function rolledOut(withinSeconds = 120): Promise<void> {
  const why = () => kubectl(['logs', '-n', home, 'deployment/hitless', '--tail=20']);
  const done = await kubectl(['rollout', 'status', 'deployment/hitless', '-n', home, `--timeout=${withinSeconds}s`]);
  if (done.code !== 0) throw new Error(`${done.err}${done.out}${(await why()).out}`);
}

/** After the rollout until no old pod is left: the last of them goes long after the last new one is ready. */
export async function settled(): Promise<void> {
  await rolledOut(60);
  await until(async () => (await allPods()).every(({ metadata }) => metadata.deletionTimestamp === undefined));
}

/** @throws when it is not so in time: two of them in a row fit into a test, whose load would go on under the next one otherwise. */
export async function until(right: () => Promise<boolean>, withinMs = 50_000): Promise<void> {
  const began = performance.now();
  while (!(await right())) {
    if (performance.now() - began > withinMs) throw new Error(`not within ${withinMs} ms`);
    await pause(200);
  }
}

export async function connect(): Promise<Api> {
  return createApi(await findAccess({ kubeconfig: process.env.KUBECONFIG }));
}

export interface Pod {
  readonly metadata: { readonly name: string; readonly deletionTimestamp?: string };
  readonly spec: { readonly nodeName: string };
}

/** What every process of every replica tells of itself: each has a port of its own for that. */
export async function scrapes(): Promise<readonly string[]> {
  const names = (await replicas()).flatMap(({ metadata: { name } }) => [`${name}:8080`, `${name}:8081`]);
  const path = (name: string) => `/api/v1/namespaces/${home}/pods/http:${name}/proxy/metrics`;
  return Promise.all(names.map((name) => must(kubectl(['get', '--raw', path(name)]))));
}

/** Those that are not on their way out. */
export async function replicas(): Promise<readonly Pod[]> {
  return (await allPods()).filter(({ metadata }) => metadata.deletionTimestamp === undefined);
}

export async function allPods(): Promise<readonly Pod[]> {
  const labels = 'app.kubernetes.io/name=hitless';
  return JSON.parse(await must(kubectl(['get', 'pods', '-n', home, '-l', labels, '-o', 'json']))).items;
}

export async function createNamespace(name: string, mode?: 'enforce' | 'audit'): Promise<void> {
  const labels = mode === undefined ? {} : { 'hitless.dev/mode': mode };
  const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } };
  await must(kubectl(['create', '-f', '-'], JSON.stringify(namespace)));
}
