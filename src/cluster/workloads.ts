// Workloads as the API server has them: listed page by page, and written with a JSON Patch that holds only for the version read.

import { isObject, type JsonObject } from '../workload/json.ts';
import type { WorkloadKind } from '../workload/kinds/kind.ts';
import { workloadKinds } from '../workload/kinds/kinds.ts';
import type { NamespacedName } from '../workload/kubernetes.ts';
import { setAt } from '../workload/path.ts';
import type { Workload } from '../workload/workload.ts';
import { type Api, ApiError } from './client/api.ts';
import { pagesOf } from './client/pages.ts';
import { collectionOf, groupPath, pathOf } from './client/resources.ts';

// A workload is 5 to 20 kB long, half of it managedFields.
const pageSize = 200;

/** Of one namespace, or of all, in the API server's order. @throws ApiError */
export async function* workloadsIn(
  api: Api,
  kind: WorkloadKind,
  namespace?: string,
): AsyncGenerator<Workload, void, undefined> {
  const path = collectionOf(kind, namespace);
  for await (const items of pagesOf(api, { path, pageSize })) yield* items.map((item) => listedWorkload(kind, item));
}

/** A list leaves out the kind of its items. */
export function listedWorkload({ apiVersion, kind }: WorkloadKind, item: JsonObject): Workload {
  return { apiVersion, kind, ...item } as Workload;
}

/** A kind that may not be listed, in the API server's words. */
export interface UnreadKind {
  readonly kind: WorkloadKind;
  readonly code: number;
  readonly reason: string;
}

export interface WorkloadListing {
  readonly namespace?: string | undefined;
  /** Absent: every kind. */
  readonly kinds?: readonly WorkloadKind[];
  /** The workloads of kinds that were listed before, which are not listed again. */
  readonly listed?: ReadonlyMap<WorkloadKind, readonly Workload[]>;
  /** For every kind but the first, without which there is nothing to say. */
  readonly onUnread: (unread: UnreadKind) => void;
}

/** One kind after the other; a kind that is not installed has none. @throws ApiError */
export async function* allWorkloads(api: Api, listing: WorkloadListing): AsyncGenerator<Workload, void, undefined> {
  const { namespace, kinds = workloadKinds(), listed, onUnread } = listing;
  for (const kind of kinds) {
    try {
      yield* listed?.get(kind) ?? workloadsIn(api, kind, namespace);
    } catch (error) {
      if (!(error instanceof ApiError) || kind === kinds[0]) throw error;
      if (await isMissing(api, kind, error)) continue;
      if (error.code !== 403) throw error;
      onUnread({ kind, code: error.code, reason: error.message });
    }
  }
}

/** Permissions are checked first, so that a kind may be forbidden although it is not installed. */
async function isMissing(api: Api, kind: WorkloadKind, { code }: ApiError): Promise<boolean> {
  if (code !== 403) return code === 404;
  try {
    const { resources } = await api.json({ path: groupPath(kind) });
    return !(Array.isArray(resources) && resources.some((one) => isObject(one) && one.name === kind.resource));
  } catch (error) {
    return error instanceof ApiError && error.code === 404;
  }
}

/** A workload, without its parts. */
export interface WorkloadRef extends NamespacedName {
  readonly kind: WorkloadKind;
}

/** @throws ApiError, of code 404 where there is none. */
export async function readWorkload(api: Api, ref: WorkloadRef): Promise<Workload> {
  return (await api.json({ path: pathOf(ref) })) as Workload;
}

export interface Patch {
  /** The version that the operations were made for. */
  readonly resourceVersion: string;
  readonly operations: readonly JsonObject[];
  /** As managedFields will name the writer. */
  readonly manager: string;
  /** Validated and answered, but not stored. */
  readonly dryRun: boolean;
}

/** Gives what was stored. @throws ApiError, of code 409 when the workload has changed since it was read. */
export async function patchWorkload(api: Api, ref: WorkloadRef, patch: Patch): Promise<Workload> {
  const { resourceVersion, operations, manager, dryRun } = patch;
  const stored = await api.json({
    path: pathOf(ref),
    query: { fieldManager: manager, ...(dryRun && { dryRun: 'All' }) },
    method: 'PATCH',
    contentType: 'application/json-patch+json',
    // A failed test operation is a 422; another version in the object is what the API server calls a conflict.
    body: [{ op: 'replace', path: '/metadata/resourceVersion', value: resourceVersion }, ...operations],
  });
  return stored as Workload;
}

/**
 * Gives up what a patch by `manager` made it own: a field that it left at a default or gave back would be a conflict in the
 * author's next server-side apply. Changes nothing else. @throws ApiError
 */
export async function disown(api: Api, ref: WorkloadRef, stored: Workload, manager: string): Promise<void> {
  const { managedFields = [], resourceVersion } = stored.metadata;
  const others = managedFields.filter((entry) => entry.manager !== manager);
  // An empty list would not mean that the fields have no owner.
  if (others.length === 0 || others.length === managedFields.length) return;
  const operations = [{ op: 'replace', path: '/metadata/managedFields', value: others }];
  const patch = { resourceVersion: `${resourceVersion}`, operations, manager, dryRun: false };
  await patchWorkload(api, ref, patch);
}

/**
 * Causes a rollout as `kubectl rollout restart` does: by an annotation of the pod template. `at` must differ from the last time by a
 * second. @throws ApiError
 */
export async function restartWorkload(api: Api, ref: WorkloadRef, at: Date): Promise<void> {
  const restartedAt = `${at.toISOString().slice(0, 19)}Z`;
  await api.json({
    path: pathOf(ref),
    query: { fieldManager: 'hitless' },
    method: 'PATCH',
    // Of an annotation the strategic merge makes the same, but only for kinds that are built in.
    contentType: 'application/merge-patch+json',
    body: setAt({}, `${ref.kind.template}.metadata.annotations[kubectl.kubernetes.io/restartedAt]`, restartedAt),
  });
}
