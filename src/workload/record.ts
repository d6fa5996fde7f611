// The record of our past injections, kept in the Deployment's own annotation hitless.dev/injected (never in the template: that
// would roll the pods). JSON: field path by container name → the value we wrote; under "was" the author's value where we
// raised one.

import { isEditable } from './edit.ts';
import { isObject, type Json } from './json.ts';

export interface InjectionRecord {
  readonly set: Readonly<Record<string, Json>>;
  /** The author's own values under those of `set` that we raised. */
  readonly was: Readonly<Record<string, Json>>;
}

export const emptyRecord: InjectionRecord = { set: {}, was: {} };

/** The entries of `record` at `paths`. */
export function only({ set, was }: InjectionRecord, paths: readonly string[]): InjectionRecord {
  const wanted = new Set(paths);
  const keep = (fields: Readonly<Record<string, Json>>) =>
    Object.fromEntries(Object.entries(fields).filter(([path]) => wanted.has(path)));
  return { set: keep(set), was: keep(was) };
}

/** Both; of an entry that both have, the second's. */
export function merge(a: InjectionRecord, b: InjectionRecord): InjectionRecord {
  const was = Object.entries(a.was).filter(([path]) => b.set[path] === undefined);
  return { set: { ...a.set, ...b.set }, was: { ...Object.fromEntries(was), ...b.was } };
}

/** What the annotation says; only paths that we may edit count. Undefined when it is no record at all. */
export function parseRecord(annotation: string | undefined): InjectionRecord | undefined {
  if (annotation === undefined) return emptyRecord;
  try {
    const { was, ...set } = JSON.parse(annotation) as Record<string, Json>;
    const record = { set: editableOnly(set), was: isObject(was) ? editableOnly(was as Record<string, Json>) : {} };
    return Object.keys(record.set).length === 0 ? undefined : record;
  } catch {
    return undefined;
  }
}

/** The annotation's text, or undefined for an empty record. The same record always gives the same text. */
export function formatRecord({ set, was }: InjectionRecord): string | undefined {
  if (Object.keys(set).length === 0) return undefined;
  return JSON.stringify(Object.keys(was).length === 0 ? sorted(set) : { ...sorted(set), was: sorted(was) });
}

function editableOnly(fields: Readonly<Record<string, Json>>): Record<string, Json> {
  return Object.fromEntries(Object.entries(fields).filter(([path]) => isEditable(path)));
}

function sorted(fields: Readonly<Record<string, Json>>): Record<string, Json> {
  return Object.fromEntries(Object.entries(fields).sort(([a], [b]) => (a < b ? -1 : 1)));
}
