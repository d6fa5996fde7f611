// Which record counts: the one that is stored with the object, or one that came with this request.

import { applyEntries, entryOwns } from '../workload/apply-entries.ts';
import { type Evidence, evidenceOf } from '../workload/authorship.ts';
import type { Deployment } from '../workload/deployment.ts';
import { inTemplate, recordAnnotation } from '../workload/edit.ts';
import { equal, own } from '../workload/json.ts';
import { ourPaths, takeOut } from '../workload/ours.ts';
import { getAt } from '../workload/path.ts';
import { emptyRecord, type InjectionRecord, merge, only, parseRecord } from '../workload/record.ts';
import { shapeMistakes } from '../workload/shape.ts';

/** The object that is stored, read as it stands. */
export interface Stored {
  readonly object: Deployment;
  readonly record: InjectionRecord;
  /** The paths of `record`: each holds our value. */
  readonly ours: readonly string[];
}

export interface RecordRead {
  readonly record: InjectionRecord;
  /** A sentence each about records that were ignored. */
  readonly mistakes: readonly string[];
}

const recordPath = `metadata.annotations[${recordAnnotation}]`;

export function annotationOf({ metadata }: Deployment): string | undefined {
  return own(metadata.annotations, recordAnnotation) as string | undefined;
}

export function readStored(object: Deployment): Stored {
  const parsed = parseRecord(annotationOf(object)) ?? emptyRecord;
  const record = isSound(object, parsed) ? parsed : emptyRecord;
  const ours = ourPaths(object, record);
  // An entry that the stored object no longer holds is the author's for good, even if our value is written there later.
  return { object, record: only(record, ours), ours };
}

/** True while the annotation is the stored one: neither the client nor an earlier call for this request has changed it. */
export function isAsStored(received: Deployment, stored: Stored | undefined): stored is Stored {
  return stored !== undefined && annotationOf(received) === annotationOf(stored.object);
}

/**
 * What counts as injected into `received`. Another record than the stored one comes from an earlier call for the same request, from
 * `rollout undo`, which brings back that of its revision, from a client that writes back what it read, or from a manifest that was
 * exported; a client that sends only its own fields brings none at all.
 */
export function readRecord(received: Deployment, evidence: Evidence, stored: Stored | undefined): RecordRead {
  const text = annotationOf(received);
  const known = stored?.record ?? emptyRecord;
  if (text === undefined || isAsStored(received, stored)) return { record: known, mistakes: [] };
  const brought = parseRecord(text);
  if (brought === undefined || !isSound(received, brought)) {
    const mistake = `the annotation ${recordAnnotation} is not a record that hitless wrote, so it is ignored: do not edit it`;
    return { record: known, mistakes: text === emptyText ? [] : [mistake] };
  }
  if (stored === undefined) return { record: brought, mistakes: [] };
  // An apply merges its old record into the object of today, which still holds what the stored record knows.
  if (isExported(text, evidence))
    return { record: merge(brought, only(known, ourPaths(received, known))), mistakes: [] };
  const unchanged = untouchedPaths({ received, evidence, stored }, Object.keys({ ...known.set, ...brought.set }));
  const changed = Object.keys(brought.set).filter((path) => !unchanged.includes(path));
  return { record: { ...brought, ...fieldsOf(merge(only(known, unchanged), only(brought, changed))) }, mistakes: [] };
}

const emptyText = '{}';

function fieldsOf({ set, was }: InjectionRecord): Pick<InjectionRecord, 'set' | 'was'> {
  return { set, was };
}

/** True when an author's manifest holds the record. */
function isExported(text: string, { applied, lastApplied }: Evidence): boolean {
  // Where last-applied holds another text, an earlier call for this request has written this one.
  return applied(recordPath) || lastApplied(recordPath) === text;
}

interface Comparison {
  readonly received: Deployment;
  readonly evidence: Evidence;
  readonly stored: Stored;
}

/**
 * Those of `paths` that this request leaves alone although it brings another template and another record: `rollout undo` brings
 * back neither strategy nor minReadySeconds, and what its record says about them is about an older object.
 */
function untouchedPaths({ received, evidence, stored }: Comparison, paths: readonly string[]): readonly string[] {
  if (equal(received.spec.template, stored.object.spec.template)) return [];
  const before = evidenceOf(stored.object);
  return paths.filter(
    (path) =>
      !inTemplate(path) &&
      equal(getAt(received, path), getAt(stored.object, path)) &&
      equal(evidence.lastApplied(path), before.lastApplied(path)) &&
      !isAppliedAnew(path, received, stored.object),
  );
}

/** True when a server-side apply has written the field in this request, or given it up. */
function isAppliedAnew(path: string, received: Deployment, old: Deployment): boolean {
  const owners = (object: Deployment) => applyEntries(object).filter((entry) => entryOwns(entry, path));
  return !equal(owners(received), owners(old));
}

/** A record edited by hand could put a value of the wrong type into the author's document. */
function isSound(object: Deployment, record: InjectionRecord): boolean {
  if (Object.keys(record.was).length === 0) return true;
  return shapeMistakes(takeOut(object, record, ourPaths(object, record))).length === 0;
}
