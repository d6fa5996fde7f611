// Which record counts: the one that is stored with the object, or one that came with this request.

import { recordAnnotation } from '../names.ts';
import { applyEntries, isUnowned, updateEntries } from '../workload/apply-entries.ts';
import type { Evidence } from '../workload/authorship.ts';
import { fieldTypeErrors } from '../workload/field-types.ts';
import {
  emptyRecord,
  type InjectionRecord,
  mergeRecords,
  parseRecord,
  recordAt,
} from '../workload/injection-record.ts';
import { heldPaths, injectedPaths, notBuiltUpon, removeInjections } from '../workload/injections.ts';
import { equal, type JsonObject, own } from '../workload/json.ts';
import type { WorkloadKind } from '../workload/kinds/kind.ts';
import type { Workload } from '../workload/workload.ts';

/** The stored object, with what its annotation says. */
export interface StoredWorkload {
  readonly object: Workload;
  /** The record in its annotation, whether or not the object still holds the fields. */
  readonly claimed: InjectionRecord;
  /** The part of `claimed` that the object still holds. */
  readonly record: InjectionRecord;
  /** The paths of `record`, except those of probes that the author has built upon. */
  readonly ours: readonly string[];
}

export type RecordOrigin = 'known' | 'fresh' | 'undone';

export interface RecordRead {
  readonly record: InjectionRecord;
  /** fresh: an earlier call for the same request wrote it. undone: it came back together with an older template. */
  readonly origin: RecordOrigin;
  /** One sentence for each record that was ignored. */
  readonly mistakes: readonly string[];
}

const recordPath = `metadata.annotations[${recordAnnotation}]`;

export function annotationOf({ metadata }: Workload): string | undefined {
  return own(metadata.annotations, recordAnnotation) as string | undefined;
}

export function readStored(kind: WorkloadKind, object: Workload): StoredWorkload {
  const parsed = parseRecord(kind, annotationOf(object)) ?? emptyRecord;
  const record = isSound(kind, object, parsed) ? parsed : emptyRecord;
  // A field that the stored object no longer holds belongs to the author for good, even if our value is written there later.
  const held = heldPaths(object, record);
  return {
    object,
    claimed: record,
    record: recordAt(record, held),
    ours: notBuiltUpon(object, { kind, record, held }),
  };
}

/** True while the annotation is the stored one: neither the client nor an earlier call for this request has changed it. */
export function isAsStored(received: Workload, stored: StoredWorkload | undefined): stored is StoredWorkload {
  return stored !== undefined && annotationOf(received) === annotationOf(stored.object);
}

export interface RecordWrite {
  readonly kind: WorkloadKind;
  readonly received: Workload;
  readonly stored: StoredWorkload | undefined;
  readonly evidence: Evidence;
  /** The client's field manager, if it gives one. */
  readonly fieldManager: string | undefined;
}

/**
 * What counts as injected into the object received. Another record than the stored one is believed where an earlier call for the
 * same request wrote it, where there is no stored one, and where `rollout undo` brought it back with its template. Any other
 * is a copy in a manifest, and may describe a different object.
 */
export function readRecord(write: RecordWrite): RecordRead {
  const { kind, received, stored } = write;
  const text = annotationOf(received);
  const known = { record: stored?.record ?? emptyRecord, origin: 'known', mistakes: [] } as const;
  if (text === undefined) return isEmptied(write) ? { record: emptyRecord, origin: 'fresh', mistakes: [] } : known;
  if (isAsStored(received, stored)) return { ...known, record: fitting(write, stored) };
  const brought = parseRecord(kind, text);
  if (brought === undefined || !isSound(kind, received, brought))
    return text === emptyText ? known : { ...known, mistakes: [unreadable] };
  if (stored === undefined || isFresh(brought, stored)) return { record: brought, origin: 'fresh', mistakes: [] };
  if (!isUndo(write, stored, brought)) return known;
  return { record: { ...brought, ...templateRecord(kind, brought, known.record) }, origin: 'undone', mistakes: [] };
}

/** True when an earlier call for the same request has removed the record: a server-side apply leaves fields without an owner alone. */
function isEmptied({ received, stored, evidence, fieldManager }: RecordWrite): boolean {
  if (stored === undefined || annotationOf(stored.object) === undefined) return false;
  // The entry of an apply lists the fields of its manifest.
  if (evidence.applied(recordPath)) return true;
  const isCaller = ({ manager }: JsonObject) => manager === fieldManager;
  return (
    applyEntries(received).some(isCaller) &&
    !updateEntries(received).some(isCaller) &&
    isUnowned(stored.object, recordPath)
  );
}

const unreadable = `the annotation ${recordAnnotation} is not a record that hitless wrote for this object, so it is ignored: do not copy or edit it`;

/** `kubectl rollout undo` writes without a field manager, and the template that it brings back holds every field of its record. */
function isUndo(
  { kind, received, evidence, fieldManager }: RecordWrite,
  stored: StoredWorkload,
  brought: InjectionRecord,
): boolean {
  if (fieldManager !== undefined || isInManifest(evidence)) return false;
  return !equal(kind.templateOf(received), kind.templateOf(stored.object)) && fits(kind, received, brought);
}

function isInManifest({ applied, lastApplied }: Evidence): boolean {
  return applied(recordPath) || lastApplied(recordPath) !== undefined;
}

/** True when the template holds every field that `record` lists in it. */
function fits(kind: WorkloadKind, received: Workload, record: InjectionRecord): boolean {
  const held = new Set(heldPaths(received, record));
  return Object.keys(record.set).every((path) => !kind.inTemplate(path) || held.has(path));
}

const emptyText = '{}';

/** The stored record, and all of its claims where an undo brings back the template that it was made for. */
function fitting(
  { kind, received, fieldManager }: RecordWrite,
  { object, claimed, record }: StoredWorkload,
): InjectionRecord {
  // A client with a field manager writes values of its own.
  if (fieldManager !== undefined) return record;
  const inside = Object.keys(claimed.set).filter(kind.inTemplate);
  const isStale = inside.some((path) => record.set[path] === undefined);
  if (!isStale || equal(kind.templateOf(received), kind.templateOf(object))) return record;
  if (!fits(kind, received, claimed)) return record;
  return mergeRecords(record, recordAt(claimed, inside));
}

/** True when an earlier call for the same request wrote the record. */
export function isFresh({ over }: InjectionRecord, { object }: StoredWorkload): boolean {
  return over !== undefined && over === object.metadata.resourceVersion;
}

/** `rollout undo` brings back neither strategy nor minReadySeconds: what its record says about them describes an older object. */
function templateRecord(
  kind: WorkloadKind,
  brought: InjectionRecord,
  known: InjectionRecord,
): Pick<InjectionRecord, 'set' | 'authorValues'> {
  const inside = Object.keys(brought.set).filter(kind.inTemplate);
  const outside = Object.keys(known.set).filter((path) => !kind.inTemplate(path));
  const { set, authorValues: was } = mergeRecords(recordAt(known, outside), recordAt(brought, inside));
  return { set, authorValues: was };
}

/** A record edited by hand could put a value of the wrong type into the author's document. */
function isSound(kind: WorkloadKind, object: Workload, record: InjectionRecord): boolean {
  if (Object.keys(record.authorValues).length === 0) return true;
  return (
    fieldTypeErrors(kind, removeInjections(kind, object, { record, paths: injectedPaths(kind, object, record) }))
      .length === 0
  );
}
