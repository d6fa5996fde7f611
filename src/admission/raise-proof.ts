// Whether the author has written the very value to which we once raised theirs: then it is no longer ours to take back.

import { applyEntries, entryOwns } from '../workload/apply-entries.ts';
import { recordAnnotation } from '../workload/editable-fields.ts';
import { digestOf } from '../workload/injection-record.ts';
import { equal, type JsonObject } from '../workload/json.ts';
import type { WorkloadKind } from '../workload/kinds/kind.ts';
import { removeAt } from '../workload/path.ts';
import type { Workload } from '../workload/workload.ts';
import { isAsStored, type Stored } from './read-record.ts';

export interface Raise {
  readonly kind: WorkloadKind;
  readonly received: Workload;
  /** `received` with the author's older values wherever ours stand. */
  readonly stripped: Workload;
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

function proofOf({ kind, received, stripped, stored, fieldManager }: Raise): (path: string) => boolean {
  if (!isAsStored(received, stored)) return () => false;
  // The API server gives an entry a new time where its apply changed a value, and the first one none where it did not.
  const before = new Map(applyEntries(stored.object).map(({ manager, time }) => [manager, time]));
  const moved = ({ manager, time }: JsonObject) => before.get(manager) !== time;
  const isCaller = ({ manager }: JsonObject) => manager === fieldManager && !updates(received, manager);
  const ownedBy = (path: string, is: (entry: JsonObject) => boolean) =>
    applyEntries(received).some((entry) => entryOwns(entry, path) && is(entry));
  // An apply that changes no value wrote what is stored.
  if (sameContent(received, stored.object)) return (path) => ownedBy(path, (entry) => isCaller(entry) && !moved(entry));
  // After a first call for this request the record would be made for this very document.
  if (stored.record.madeFor === digestOfAuthor(kind, stripped)) return () => false;
  // An entry that only lost fields to another manager keeps its time.
  return (path) => ownedBy(path, (entry) => moved(entry) || isCaller(entry));
}

/** A digest of what the author wants, less the replicas: an autoscaler’s change would give another record to the same request. */
export function digestOfAuthor({ replicas }: WorkloadKind, author: Workload): string {
  const { metadata, spec } = replicas === undefined ? author : removeAt(author, replicas.path);
  const annotations = Object.entries(metadata.annotations ?? {}).filter(([name]) => !leftOut.includes(name));
  return digestOf(JSON.stringify([metadata.labels, annotations, spec]));
}

// Ours, and the Deployment controller's.
const leftOut = [recordAnnotation, 'deployment.kubernetes.io/revision'];

function sameContent(a: Workload, b: Workload): boolean {
  const content = ({ metadata: { labels, annotations }, spec }: Workload) => [labels, annotations, spec];
  return equal(content(a) as never, content(b) as never);
}

/** True when `manager` also writes in other ways than by server-side apply, so that its name alone does not tell which one this is. */
function updates({ metadata }: Workload, manager: string | undefined): boolean {
  return (metadata.managedFields ?? []).some(
    (entry) => entry.manager === manager && entry.operation === 'Update' && entry.subresource === undefined,
  );
}
