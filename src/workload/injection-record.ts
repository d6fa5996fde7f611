// The record of our past injections, kept in the workload's own annotation hitless.dev/injected (never in the template, which
// would roll the pods). JSON: field path by container name → the value we wrote; under "was", the author's value where we
// raised one; "for", "despite" and "over" describe the author's side at that time, see InjectionRecord.

import { hash } from 'node:crypto';
import { isEditable } from './editable-fields.ts';
import { equal, isDeeperThan, isObject, type Json } from './json.ts';
import type { WorkloadKind } from './kinds/kind.ts';

export interface InjectionRecord {
  readonly set: Readonly<Record<string, Json>>;
  /** The author's own values under those of `set` that we raised. */
  readonly authorValues: Readonly<Record<string, Json>>;
  /**
   * A digest of the author's document, if a value was raised. Within one request it distinguishes our own fresh record from the
   * stored one: the API server may call twice, and the second time the raised value has replaced the author's.
   */
  readonly madeFor?: string;
  /**
   * A digest of a last-applied-configuration that holds fields of this record, although they were gone from the object when we
   * wrote them: `kubectl edit` leaves such a manifest behind. Until it changes, it proves nothing about them.
   */
  readonly despite?: string;
  /**
   * The resourceVersion of the stored object over which this record was written, where that object held another record. It shows a
   * later call for the same request that this record is fresh, and was not brought back by a client.
   */
  readonly over?: string;
}

export const emptyRecord: InjectionRecord = { set: {}, authorValues: {} };

export function holdsNothing({ set }: InjectionRecord): boolean {
  for (const _path in set) return false;
  return true;
}

/** The entries of `record` at `paths`. */
export function recordAt(record: InjectionRecord, paths: readonly string[]): InjectionRecord {
  const wanted = new Set(paths);
  const keep = (fields: Readonly<Record<string, Json>>) =>
    Object.fromEntries(Object.entries(fields).filter(([path]) => wanted.has(path)));
  return { ...record, set: keep(record.set), authorValues: keep(record.authorValues) };
}

/** Both records; where both have an entry or a digest, that of `b`. */
export function mergeRecords(a: InjectionRecord, b: InjectionRecord): InjectionRecord {
  const was = Object.entries(a.authorValues).filter(([path]) => b.set[path] === undefined);
  return { ...a, ...b, set: { ...a.set, ...b.set }, authorValues: { ...Object.fromEntries(was), ...b.authorValues } };
}

/** True when both hold the same fields with the same values. */
export function sameFields(a: InjectionRecord, b: InjectionRecord): boolean {
  return equal(a.set, b.set) && equal(a.authorValues, b.authorValues);
}

// kubernetes/apimachinery pkg/api/validation/objectmeta.go, TotalAnnotationSizeLimitB: a longer one was never stored.
const longestText = 256 * 1024;
// More than any accepted workload has paths; each costs some microseconds in every decision.
const mostFields = 5_000;
// A probe's handler has headers, which are a list of objects.
const deepestValue = 20;

/** The record in the annotation, limited to paths that we may edit. Undefined when it is not a record at all. */
export function parseRecord(kind: WorkloadKind, annotation: string | undefined): InjectionRecord | undefined {
  if (annotation === undefined) return emptyRecord;
  if (annotation.length > longestText) return undefined;
  try {
    const { was, for: madeFor, despite, over, ...set } = JSON.parse(annotation) as Record<string, Json>;
    if (Object.keys(set).length > mostFields || isDeeperThan({ set, was }, deepestValue)) return undefined;
    const record = {
      set: editableOnly(kind, set),
      authorValues: isObject(was) ? editableOnly(kind, was as Record<string, Json>) : {},
      ...(typeof madeFor === 'string' && { madeFor }),
      ...(typeof despite === 'string' && { despite }),
      ...(typeof over === 'string' && { over }),
    };
    return Object.keys(record.set).length === 0 ? undefined : record;
  } catch {
    return undefined;
  }
}

/** The annotation's value, or undefined for an empty record. The same record always gives the same string. */
export function formatRecord({ set, authorValues: was, madeFor, despite, over }: InjectionRecord): string | undefined {
  const fields = membersOf(set);
  if (fields.length === 0) return undefined;
  const raised = membersOf(was);
  if (raised.length > 0) fields.push(`"was":{${raised.join()}}`);
  if (madeFor !== undefined) fields.push(member('for', madeFor));
  if (despite !== undefined) fields.push(member('despite', despite));
  if (over !== undefined) fields.push(member('over', over));
  return `{${fields.join()}}`;
}

/** Short, because it only has to differ. */
export function digestOf(text: string): string {
  return hash('sha1', text, 'base64url').slice(0, 8);
}

function editableOnly(kind: WorkloadKind, fields: Readonly<Record<string, Json>>): Record<string, Json> {
  return Object.fromEntries(Object.entries(fields).filter(([path]) => isEditable(kind, path)));
}

/** As JSON, in the order of their names. */
function membersOf(fields: Readonly<Record<string, Json>>): string[] {
  return Object.keys(fields)
    .sort()
    .map((name) => member(name, fields[name] as Json));
}

function member(name: string, value: Json): string {
  return `${JSON.stringify(name)}:${JSON.stringify(value)}`;
}
