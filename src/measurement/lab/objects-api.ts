// The API calls of the experiment: creating, removing and reading objects.

import { type Api, ApiError } from '../../cluster/client/api.ts';
import {
  type ApiResource,
  apiResources,
  collectionOf,
  groupOf,
  groupPath,
  pathOf,
} from '../../cluster/client/resources.ts';
import { type JsonObject, objectAt, objectsAt } from '../../workload/json.ts';
import { kindMeant } from '../../workload/kinds/kinds.ts';
import type { NamespacedName } from '../../workload/kubernetes.ts';

const kinds: Readonly<Record<string, ApiResource>> = {
  Namespace: apiResources.namespaces,
  Pod: apiResources.pods,
  Service: apiResources.services,
  RolloutPolicy: apiResources.rolloutPolicies,
  PodDisruptionBudget: apiResources.podDisruptionBudgets,
};

function refOf(object: JsonObject) {
  const kind = kindMeant(object) ?? kinds[`${object.kind}`];
  if (kind === undefined) throw new Error(`the lab does not know the kind ${object.kind}`);
  const { namespace, name } = metaOf(object);
  return { kind, name: `${name}`, ...(namespace !== undefined && { namespace: `${namespace}` }) };
}

export function metaOf(object: JsonObject): JsonObject {
  return objectAt(object, 'metadata');
}

/** Returns what was stored, or would be. @throws ApiError */
export function create(api: Api, object: JsonObject, dryRun = false): Promise<JsonObject> {
  const query = dryRun ? { dryRun: 'All' } : {};
  const { kind, namespace } = refOf(object);
  return api.json({ path: collectionOf(kind, namespace), method: 'POST', body: object, query });
}

/** @throws ApiError */
export function readObject(api: Api, object: JsonObject): Promise<JsonObject> {
  return api.json({ path: pathOf(refOf(object)) });
}

/** Deletes dependents in the background; an object that is already gone is fine. @throws ApiError */
export async function remove(api: Api, object: JsonObject): Promise<void> {
  try {
    const path = pathOf(refOf(object));
    await api.json({ path, method: 'DELETE', body: { propagationPolicy: 'Background' } });
  } catch (error) {
    if (!(error instanceof ApiError && error.code === 404)) throw error;
  }
}

/** The path by which the API server reaches a port of a pod. */
export function podProxy({ namespace, name }: NamespacedName, port: number): string {
  return `${pathOf({ kind: apiResources.pods, namespace, name })}:${port}/proxy`;
}

/** @throws ApiError */
export async function podsOf(api: Api, namespace: string, app: string): Promise<readonly JsonObject[]> {
  const path = collectionOf(apiResources.pods, namespace);
  return objectsAt(await api.json({ path, query: { labelSelector: `app=${app}` } }), 'items');
}

/** Creates an object of any kind in `namespace`; the API server knows the path of its kind. @throws ApiError, or Error for a kind it does not know. */
export async function createAny(api: Api, object: JsonObject, namespace: string): Promise<void> {
  const { apiVersion, kind } = object;
  const group = groupOf(`${apiVersion}`);
  const found = (await kindsOf(api, groupPath(group))).find(
    (one) => one.kind === kind && one.namespaced === true && !`${one.name}`.includes('/'),
  );
  if (found === undefined) throw new Error(`${apiVersion} ${kind} is not a namespaced kind in this cluster`);
  const body = { ...object, metadata: { ...metaOf(object), namespace } };
  await api.json({ path: collectionOf({ ...group, resource: `${found.name}` }, namespace), method: 'POST', body });
}

/** Whether the cluster has this kind. @throws ApiError */
export async function hasKind(api: Api, kind: ApiResource): Promise<boolean> {
  return (await kindsOf(api, groupPath(kind))).some(({ name }) => name === kind.resource);
}

/** None where the cluster does not know the group. */
async function kindsOf(api: Api, path: string): Promise<readonly JsonObject[]> {
  try {
    return objectsAt(await api.json({ path }), 'resources');
  } catch (error) {
    if (error instanceof ApiError && error.code === 404) return [];
    throw error;
  }
}
