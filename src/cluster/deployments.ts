// Deployments as the API server has them: listed page by page, and written with a JSON Patch that holds only for the version read.

import type { JsonObject } from '../workload/json.ts';
import type { NamespacedName } from '../workload/kubernetes.ts';
import type { Deployment } from '../workload/workload.ts';
import type { Api } from './client/api.ts';
import { pagesOf } from './client/pages.ts';
import { apiResources, collectionOf, pathOf } from './client/resources.ts';

const kind = apiResources.deployments;
// A Deployment is 5 to 20 kB long, half of it managedFields.
const pageSize = 200;

/** Of one namespace, or of all, in the API server's order. @throws ApiError */
export async function* deploymentsIn(api: Api, namespace?: string): AsyncGenerator<Deployment, void, undefined> {
  const path = collectionOf(kind, namespace);
  // A list leaves out the kind of its items.
  const whole = (item: JsonObject) => ({ apiVersion: 'apps/v1', kind: 'Deployment', ...item }) as Deployment;
  for await (const items of pagesOf(api, { path, pageSize })) yield* items.map(whole);
}

/** @throws ApiError, of code 404 where there is none. */
export async function readDeployment(api: Api, address: NamespacedName): Promise<Deployment> {
  return (await api.json({ path: pathOf({ kind, ...address }) })) as Deployment;
}

export interface Patch {
  /** The version that the operations were made for. */
  readonly resourceVersion: string;
  readonly operations: readonly JsonObject[];
  /** As managedFields will name the writer. */
  readonly manager: string;
  /** Asked, answered, and not stored. */
  readonly dryRun: boolean;
}

/** Gives what was stored. @throws ApiError, of code 409 when the Deployment has changed since it was read. */
export async function patchDeployment(api: Api, address: NamespacedName, patch: Patch): Promise<Deployment> {
  const { resourceVersion, operations, manager, dryRun } = patch;
  const stored = await api.json({
    path: pathOf({ kind, ...address }),
    query: { fieldManager: manager, ...(dryRun && { dryRun: 'All' }) },
    method: 'PATCH',
    contentType: 'application/json-patch+json',
    // A failed test operation is a 422; another version in the object is what the API server calls a conflict.
    body: [{ op: 'replace', path: '/metadata/resourceVersion', value: resourceVersion }, ...operations],
  });
  return stored as Deployment;
}

/** Causes a rollout as `kubectl rollout restart` does: by an annotation of the pod template. `at` must differ from the last time by a second. @throws ApiError */
export async function restartDeployment(api: Api, address: NamespacedName, at: Date): Promise<void> {
  const restartedAt = `${at.toISOString().slice(0, 19)}Z`;
  await api.json({
    path: pathOf({ kind, ...address }),
    query: { fieldManager: 'hitless' },
    method: 'PATCH',
    contentType: 'application/strategic-merge-patch+json',
    body: { spec: { template: { metadata: { annotations: { 'kubectl.kubernetes.io/restartedAt': restartedAt } } } } },
  });
}

/**
 * Gives up what a patch by `manager` made it own: a field that it left at a default or gave back would be a conflict in the
 * author's next server-side apply. Changes nothing else. @throws ApiError
 */
export async function disown(api: Api, address: NamespacedName, stored: Deployment, manager: string): Promise<void> {
  const { managedFields = [], resourceVersion } = stored.metadata;
  const others = managedFields.filter((entry) => entry.manager !== manager);
  // An empty list would not mean that nobody owns anything.
  if (others.length === 0 || others.length === managedFields.length) return;
  const operations = [{ op: 'replace', path: '/metadata/managedFields', value: others }];
  await patchDeployment(api, address, { resourceVersion: `${resourceVersion}`, operations, manager, dryRun: false });
}
