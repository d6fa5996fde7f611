// What the experiment does in the cluster: objects in and out, and their state.

import { type Api, ApiError } from '../../cluster/client/api.ts';
import { collectionOf as workloadsIn } from '../../cluster/client/workload-paths.ts';
import { type JsonObject, objectAt, objectsAt } from '../../workload/json.ts';
import { kindMeant } from '../../workload/kinds/kinds.ts';

const collections: Readonly<Record<string, (namespace: string) => string>> = {
  Namespace: () => '/api/v1/namespaces',
  Pod: (namespace) => `/api/v1/namespaces/${namespace}/pods`,
  Service: (namespace) => `/api/v1/namespaces/${namespace}/services`,
  RolloutPolicy: (namespace) => `/apis/hitless.dev/v1alpha1/namespaces/${namespace}/rolloutpolicies`,
};

function collectionOf(object: JsonObject): string {
  const kind = kindMeant(object);
  if (kind !== undefined) return workloadsIn(kind, `${metaOf(object).namespace}`);
  const collection = collections[`${object.kind}`];
  if (collection === undefined) throw new Error(`no collection of kind ${object.kind}`);
  return collection(`${metaOf(object).namespace}`);
}

export function metaOf(object: JsonObject): JsonObject {
  return objectAt(object, 'metadata');
}

/** Gives what was stored, or would be. @throws ApiError */
export function create(api: Api, object: JsonObject, dryRun = false): Promise<JsonObject> {
  const query = dryRun ? { dryRun: 'All' } : {};
  return api.json({ path: collectionOf(object), method: 'POST', body: object, query });
}

/** @throws ApiError */
export function read(api: Api, object: JsonObject): Promise<JsonObject> {
  return api.json({ path: `${collectionOf(object)}/${metaOf(object).name}` });
}

/** Its dependents go in the background; what is gone already is gone. @throws ApiError */
export async function remove(api: Api, object: JsonObject): Promise<void> {
  try {
    const path = `${collectionOf(object)}/${metaOf(object).name}`;
    await api.json({ path, method: 'DELETE', body: { propagationPolicy: 'Background' } });
  } catch (error) {
    if (!(error instanceof ApiError && error.code === 404)) throw error;
  }
}

/** @throws ApiError */
export async function podsOf(api: Api, namespace: string, app: string): Promise<readonly JsonObject[]> {
  const path = `/api/v1/namespaces/${namespace}/pods`;
  return objectsAt(await api.json({ path, query: { labelSelector: `app=${app}` } }), 'items');
}

/** Makes an object of any kind in `namespace`: the API server says where its kind lives. @throws ApiError, or Error for a kind it does not know. */
export async function createAny(api: Api, object: JsonObject, namespace: string): Promise<void> {
  const { apiVersion, kind } = object;
  const group = apiVersion === 'v1' ? '/api/v1' : `/apis/${apiVersion}`;
  const found = (await kindsOf(api, group)).find(
    (one) => one.kind === kind && one.namespaced === true && !`${one.name}`.includes('/'),
  );
  if (found === undefined)
    throw new Error(`${apiVersion} ${kind} is no kind that lives in a namespace of this cluster`);
  const body = { ...object, metadata: { ...metaOf(object), namespace } };
  await api.json({ path: `${group}/namespaces/${namespace}/${found.name}`, method: 'POST', body });
}

/** None where the cluster does not know the group. */
async function kindsOf(api: Api, group: string): Promise<readonly JsonObject[]> {
  try {
    return objectsAt(await api.json({ path: group }), 'resources');
  } catch (error) {
    if (error instanceof ApiError && error.code === 404) return [];
    throw error;
  }
}
