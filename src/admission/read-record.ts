// Which record counts: the one that is stored with the object, or one that came with this request.

import type { Evidence } from '../workload/authorship.ts';
import type { Deployment } from '../workload/deployment.ts';
import { inTemplate, recordAnnotation } from '../workload/edit.ts';
import { equal, own } from '../workload/json.ts';
import { ourPaths, takeOut } from '../workload/ours.ts';
import { emptyRecord, type InjectionRecord, merge, only, parseRecord } from '../workload/record.ts';
import { shapeMistakes } from '../workload/shape.ts';

/** The object that is stored, read as it stands. */
export interface Stored {
  readonly object: Deployment;
  /** What its annotation says, whether the object still holds it or not. */
  readonly claimed: InjectionRecord;
  readonly record: InjectionRecord;
  /** The paths of `record`: each holds our value. */
  readonly ours: readonly string[];
}

export type Origin = 'known' | 'fresh' | 'undone';

export interface RecordRead {
  readonly record: InjectionRecord;
  /** fresh: an earlier call for this very request wrote it. undone: it came back together with an older template. */
  readonly origin: Origin;
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
  return { object, claimed: record, record: only(record, ours), ours };
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
  if (text === undefined) return { record: known, origin: 'known', mistakes: [] };
  if (isAsStored(received, stored)) return { record: fitting(received, stored), origin: 'known', mistakes: [] };
  const brought = parseRecord(text);
  if (brought === undefined || !isSound(received, brought)) {
    const mistake = `the annotation ${recordAnnotation} is not a record that hitless wrote, so it is ignored: do not edit it`;
    return { record: known, origin: 'known', mistakes: text === emptyText ? [] : [mistake] };
  }
  if (stored === undefined || isFresh(brought, stored)) return { record: brought, origin: 'fresh', mistakes: [] };
  // An apply merges its old record into the object of today, which still holds what the stored record knows.
  if (isExported(text, evidence))
    return { record: merge(brought, only(known, ourPaths(received, known))), origin: 'known', mistakes: [] };
  return { record: { ...brought, ...templateOf(brought, known) }, origin: 'undone', mistakes: [] };
}

const emptyText = '{}';

/** The stored record; all that it claims where the template comes back that it was made for, with a text that is stored already. */
function fitting(received: Deployment, { object, claimed, record }: Stored): InjectionRecord {
  const inside = Object.keys(claimed.set).filter(inTemplate);
  const fits = () => {
    const held = new Set(ourPaths(received, claimed));
    return inside.every((path) => held.has(path));
  };
  const isStale = inside.some((path) => record.set[path] === undefined);
  if (!isStale || equal(received.spec.template, object.spec.template) || !fits()) return record;
  return merge(record, only(claimed, inside));
}

/** True when an earlier call for this very request has written the record. */
function isFresh({ over }: InjectionRecord, { object }: Stored): boolean {
  return over !== undefined && over === object.metadata.resourceVersion;
}

/** `rollout undo` brings back neither strategy nor minReadySeconds: what its record says about them is about an older object. */
function templateOf(brought: InjectionRecord, known: InjectionRecord): Pick<InjectionRecord, 'set' | 'was'> {
  const inside = Object.keys(brought.set).filter(inTemplate);
  const outside = Object.keys(known.set).filter((path) => !inTemplate(path));
  const { set, was } = merge(only(known, outside), only(brought, inside));
  return { set, was };
}

/** True when an author's manifest holds the record. */
function isExported(text: string, { applied, lastApplied }: Evidence): boolean {
  // Where last-applied holds another text, an earlier call for this request has written this one.
  return applied(recordPath) || lastApplied(recordPath) === text;
}

/** A record edited by hand could put a value of the wrong type into the author's document. */
function isSound(object: Deployment, record: InjectionRecord): boolean {
  if (Object.keys(record.was).length === 0) return true;
  return shapeMistakes(takeOut(object, record, ourPaths(object, record))).length === 0;
}
