// Whether the author has since written the exact value to which we raised theirs: then it is no longer ours to lower again.

import { recordAnnotation } from '../names.ts';
import { applyEntries, entryOwns, updateEntries } from '../workload/apply-entries.ts';
import { digestOf, parseRecord, sameFields } from '../workload/injection-record.ts';
import { equal, type JsonObject } from '../workload/json.ts';
import type { WorkloadKind } from '../workload/kinds/kind.ts';
import { managedFieldsOf } from '../workload/managed-fields.ts';
import { getAt, removeAt } from '../workload/path.ts';
import type { Workload } from '../workload/workload.ts';
import { annotationOf, isAsStored, isFresh, type StoredWorkload } from './read-record.ts';

export interface Raise {
  readonly kind: WorkloadKind;
  readonly received: Workload;
  readonly stored: StoredWorkload | undefined;
  /** The client's field manager. */
  readonly fieldManager: string | undefined;
}

/**
 * For a path that we raised: whether a server-side apply has now written our value there. The apply's entry owns the path in
 * both cases, so it proves something only in the request of that apply, and only before our own response is in the object.
 */
export function raiseProof(raise: Raise): (path: string) => boolean {
  let proof: ((path: string) => boolean) | undefined;
  // Few objects hold a value that was raised.
  return (path) => {
    proof ??= proofOf(raise);
    return proof(path);
  };
}

function proofOf({ kind, received, stored, fieldManager }: Raise): (path: string) => boolean {
  if (stored === undefined || isAnswered(kind, received, stored)) return () => false;
  // The API server gives an entry a new time where its apply changed a value; a first apply that changes none gets no time.
  const before = new Map(applyEntries(stored.object).map(({ manager, time }) => [manager, time]));
  const moved = ({ manager, time }: JsonObject) => before.get(manager) !== time;
  // Such an apply does not take fields from other managers either: a request that does has moved fields between entries.
  const keepsOwners = equal(updateEntries(received), updateEntries(stored.object));
  const isCaller = ({ manager }: JsonObject) => keepsOwners && manager === fieldManager && !updates(received, manager);
  const ownedBy = (path: string, is: (entry: JsonObject) => boolean) =>
    applyEntries(received).some((entry) => entryOwns(entry, path) && is(entry));
  // An apply that changes no value wrote the stored values.
  if (sameContent(received, stored.object)) return (path) => ownedBy(path, (entry) => isCaller(entry) && !moved(entry));
  // An entry that only lost fields to another manager keeps its time.
  return (path) => ownedBy(path, (entry) => moved(entry) || isCaller(entry));
}

/** True when an earlier call for this request wrote the annotation: it is neither the stored one nor one that a client brought. */
function isAnswered(kind: WorkloadKind, received: Workload, stored: StoredWorkload): boolean {
  const text = annotationOf(received);
  const record = text === undefined || isAsStored(received, stored) ? undefined : parseRecord(kind, text);
  return record !== undefined && (isFresh(record, stored) || sameFields(record, stored.claimed));
}

/** A digest of the author's document without the replicas: an autoscaler's change would give the same request another record. */
export function digestOfAuthor(kind: WorkloadKind, author: Workload): string {
  const { metadata, spec } = withoutZero(kind, withoutReplicas(kind, author));
  const annotations = Object.entries(metadata.annotations ?? {}).filter(([name]) => !leftOut.includes(name));
  return digestOf(JSON.stringify([metadata.labels, annotations, spec]));
}

/** The API server stores no minReadySeconds of 0, but a raised value is lowered to the 0 that was written. */
function withoutZero({ minReadySeconds }: WorkloadKind, workload: Workload): Workload {
  if (minReadySeconds === undefined || getAt(workload, minReadySeconds.path) !== 0) return workload;
  return removeAt(workload, minReadySeconds.path);
}

function withoutReplicas({ replicas }: WorkloadKind, workload: Workload): Workload {
  return replicas === undefined ? workload : removeAt(workload, replicas.path);
}

// Ours, and the Deployment controller's.
const leftOut = [recordAnnotation, 'deployment.kubernetes.io/revision'];

function sameContent(a: Workload, b: Workload): boolean {
  const content = ({ metadata: { labels, annotations }, spec }: Workload) => [labels, annotations, spec];
  return equal(content(a) as never, content(b) as never);
}

/** True when `manager` also writes in other ways than by server-side apply, so that its name alone does not tell the two apart. */
function updates({ metadata }: Workload, manager: string | undefined): boolean {
  return managedFieldsOf(metadata).some(
    (entry) => entry.manager === manager && entry.operation === 'Update' && entry.subresource === undefined,
  );
}
