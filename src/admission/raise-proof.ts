// Whether the author has written the very value to which we once raised theirs: then it is no longer ours to take back.

import { applyEntries, entryOwns, updateEntries } from '../workload/apply-entries.ts';
import { recordAnnotation } from '../workload/editable-fields.ts';
import { digestOf, parseRecord, sameFields } from '../workload/injection-record.ts';
import { equal, type JsonObject } from '../workload/json.ts';
import type { Deployment } from '../workload/workload.ts';
import { annotationOf, isAsStored, isFresh, type Stored } from './read-record.ts';

export interface Raise {
  readonly received: Deployment;
  readonly stored: Stored | undefined;
  /** The name under which the client writes. */
  readonly fieldManager: string | undefined;
}

/**
 * Tells for a path that we raised whether a server-side apply has now written our value there. The apply's entry owns the path in
 * both cases, so it proves something only in the request of that apply, and only before our own answer stands in the object.
 */
export function raiseProof(raise: Raise): (path: string) => boolean {
  let proof: ((path: string) => boolean) | undefined;
  // Few objects hold a value that was raised.
  return (path) => {
    proof ??= proofOf(raise);
    return proof(path);
  };
}

function proofOf({ received, stored, fieldManager }: Raise): (path: string) => boolean {
  if (stored === undefined || isAnswered(received, stored)) return () => false;
  // The API server gives an entry a new time where its apply changed a value, and the first one none where it did not.
  const before = new Map(applyEntries(stored.object).map(({ manager, time }) => [manager, time]));
  const moved = ({ manager, time }: JsonObject) => before.get(manager) !== time;
  // Nor does such an apply take a field from anybody: a request that does so has moved fields from one entry to another.
  const keepsOwners = equal(updateEntries(received), updateEntries(stored.object));
  const isCaller = ({ manager }: JsonObject) => keepsOwners && manager === fieldManager && !updates(received, manager);
  const ownedBy = (path: string, is: (entry: JsonObject) => boolean) =>
    applyEntries(received).some((entry) => entryOwns(entry, path) && is(entry));
  // An apply that changes no value wrote what is stored.
  if (sameContent(received, stored.object)) return (path) => ownedBy(path, (entry) => isCaller(entry) && !moved(entry));
  // An entry that only lost fields to another manager keeps its time.
  return (path) => ownedBy(path, (entry) => moved(entry) || isCaller(entry));
}

/** True when an earlier call for this request wrote the annotation: it is neither the stored one nor one that a client brought. */
function isAnswered(received: Deployment, stored: Stored): boolean {
  const text = annotationOf(received);
  const record = text === undefined || isAsStored(received, stored) ? undefined : parseRecord(text);
  return record !== undefined && (isFresh(record, stored) || sameFields(record, stored.claimed));
}

/** A digest of what the author wants, less the replicas: an autoscaler’s change would give another record to the same request. */
export function digestOfAuthor({ metadata, spec }: Deployment): string {
  const annotations = Object.entries(metadata.annotations ?? {}).filter(([name]) => !leftOut.includes(name));
  const { replicas: _, ...rest } = spec;
  // The API server stores no 0 there, but a raised value is taken back to the 0 that was written.
  const { minReadySeconds, ...others } = rest;
  return digestOf(JSON.stringify([metadata.labels, annotations, minReadySeconds === 0 ? others : rest]));
}

// Ours, and the Deployment controller's.
const leftOut = [recordAnnotation, 'deployment.kubernetes.io/revision'];

/** Replicas aside, as in the digest: then the record of an earlier call for this request would be the stored one too. */
function sameContent(a: Deployment, b: Deployment): boolean {
  const content = ({ metadata: { labels, annotations }, spec: { replicas: _, ...rest } }: Deployment) => [
    labels,
    annotations,
    rest,
  ];
  return equal(content(a) as never, content(b) as never);
}

/** True when `manager` also writes in other ways than by server-side apply, so that its name alone does not tell which one this is. */
function updates({ metadata }: Deployment, manager: string | undefined): boolean {
  return (metadata.managedFields ?? []).some(
    (entry) => entry.manager === manager && entry.operation === 'Update' && entry.subresource === undefined,
  );
}
