// hitless in the cluster of KUBECONFIG, as its users have it: by helm, from the image.

import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { findAccess } from '../../src/cluster/access.ts';
import { type Api, createApi } from '../../src/cluster/api.ts';
import { chart } from '../chart/helm.ts';
import { temporaryFolder } from '../support/pair.ts';
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
  await helm(['uninstall', 'hitless', '-n', home]);
  await kubectl(['delete', 'crd', ...crds, '--ignore-not-found']);
  await kubectl(['delete', 'namespace', home, ...namespaces, '--ignore-not-found', '--timeout=90s']);
}

/** New pods are ready; old ones may still be leaving. */
export async function rolledOut(): Promise<void> {
  const why = () => kubectl(['logs', '-n', home, 'deployment/hitless', '--tail=20']);
  const done = await kubectl(['rollout', 'status', 'deployment/hitless', '-n', home, '--timeout=120s']);
  if (done.code !== 0) throw new Error(`${done.err}${done.out}${(await why()).out}`);
}

export async function connect(): Promise<Api> {
  return createApi(await findAccess({ kubeconfig: process.env.KUBECONFIG }));
}

export interface Pod {
  readonly metadata: { readonly name: string; readonly deletionTimestamp?: string };
  readonly spec: { readonly nodeName: string };
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

/** Runs `use` with a chart that holds one object. */
export async function chartOf<T>(object: unknown, use: (folder: string) => Promise<T>): Promise<T> {
  const folder = await temporaryFolder();
  try {
    await writeFile(join(folder, 'Chart.yaml'), 'apiVersion: v2\nname: one\nversion: 1.0.0\n');
    await mkdir(join(folder, 'templates'));
    await writeFile(join(folder, 'templates/object.yaml'), JSON.stringify(object));
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
