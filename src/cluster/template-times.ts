// When pod templates were last seen to be new: controllers keep each one in a ReplicaSet or a ControllerRevision of its own.

import { createdAt, type TimedMetadata } from '../workload/change-times.ts';
import { type JsonObject, objectAt, objectsAt } from '../workload/json.ts';
import { type Api, ApiError } from './client/api.ts';
import { pagesOf } from './client/pages.ts';
import { type ApiResource, collectionOf } from './client/resources.ts';

const apps = (resource: string): ApiResource => ({ group: 'apps', version: 'v1', resource });

export const templateHistories: readonly ApiResource[] = [apps('replicasets'), apps('controllerrevisions')];

const pageSize = 500;

/**
 * By the uid of the workload, the creation of the youngest of them, in milliseconds since 1970: the template of now is from then, or later.
 * undefined where they may not be listed. @throws ApiError
 */
export async function templateTimes(api: Api, namespace: string): Promise<ReadonlyMap<string, number> | undefined> {
  const youngest = new Map<string, number>();
  for (const kind of templateHistories) {
    try {
      const collection = { path: collectionOf(kind, namespace), pageSize, metadataOnly: true } as const;
      for await (const items of pagesOf(api, collection)) for (const item of items) note(youngest, item);
    } catch (error) {
      if (error instanceof ApiError && error.code === 403) return undefined;
      throw error;
    }
  }
  return youngest;
}

function note(youngest: Map<string, number>, item: JsonObject): void {
  const metadata = objectAt(item, 'metadata');
  const created = createdAt(metadata as TimedMetadata) ?? 0;
  for (const { uid } of objectsAt(metadata, 'ownerReferences'))
    if (typeof uid === 'string') youngest.set(uid, Math.max(created, youngest.get(uid) ?? 0));
}
