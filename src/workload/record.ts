// The record of our past injections, kept in the Deployment's own annotation hitless.dev/injected (never in the template: that
// would roll the pods). JSON: field path by container name → the value we wrote; under "was" the author's value where we
// raised one. A recorded field whose value still equals the record is ours and can be taken out; any other is the author's.

import {
  apiDefault,
  handlersOf,
  probeDefaults,
  probeHandlers,
  probeNumbers,
  sameOnceDefaulted,
} from './api-defaults.ts';
import type { Evidence } from './authorship.ts';
import type { Deployment, Probe } from './deployment.ts';
import { isEditable } from './edit.ts';
import { isObject, type Json } from './json.ts';
import { getAt, removeAt, setAt } from './path.ts';

export interface InjectionRecord {
  readonly set: Readonly<Record<string, Json>>;
  /** The author's own values under those of `set` that we raised. */
  readonly was: Readonly<Record<string, Json>>;
}

export const emptyRecord: InjectionRecord = { set: {}, was: {} };

/** The entries of `record` at `paths`. */
export function only({ set, was }: InjectionRecord, paths: readonly string[]): InjectionRecord {
  const keep = (fields: Readonly<Record<string, Json>>) =>
    Object.fromEntries(Object.entries(fields).filter(([path]) => paths.includes(path)));
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

/** The paths of `record` that still hold our value in `object`. With `evidence`, those that the author has since written too are left to the author. */
export function ourPaths(object: Deployment, record: InjectionRecord, evidence?: Evidence): readonly string[] {
  return Object.keys(record.set).filter(
    (path) =>
      sameOnceDefaulted(path, record.set[path], getAt(object, path)) &&
      !(evidence !== undefined && isAdopted(path, record, evidence)),
  );
}

/** `object` with the author's values, or the API's defaults, back at `paths`. */
export function takeOut(object: Deployment, record: InjectionRecord, paths: readonly string[]): Deployment {
  const restored = paths.reduce((document, path) => restore(document, path, record.was[path]), object);
  return paths.filter((path) => isProbeHandler(path)).reduce(dropBareProbe, restored);
}

/** Under `was`, an Apply entry may stand for the author's older value, so only the value in last-applied proves. */
function isAdopted(path: string, { set, was }: InjectionRecord, evidence: Evidence): boolean {
  const value = set[path];
  if (was[path] === undefined && leaves(path, value).every(evidence.applied)) return true;
  return sameOnceDefaulted(path, evidence.lastApplied(path), value);
}

/** The fields in a handler that somebody has to write; of a number the field itself. */
function leaves(path: string, value: Json | undefined): readonly string[] {
  if (!isObject(value)) return [path];
  const { scheme: _scheme, service: _service, ...written } = value;
  return Object.keys(written).map((field) => `${path}.${field}`);
}

function restore(document: Deployment, path: string, was: Json | undefined): Deployment {
  if (was !== undefined) return setAt(document, path, was);
  const value = apiDefault(path);
  // The API server stores neither minReadySeconds 0 nor initialDelaySeconds 0.
  return value === undefined || value === 0 ? removeAt(document, path) : setAt(document, path, value);
}

function isProbeHandler(path: string): boolean {
  return probeHandlers.some((handler) => path.endsWith(`.readinessProbe.${handler}`));
}

/** A probe of which only the API's default numbers are left was ours altogether. */
function dropBareProbe(document: Deployment, path: string): Deployment {
  const probePath = path.slice(0, path.lastIndexOf('.'));
  const probe = getAt(document, probePath) as Probe | undefined;
  if (probe === undefined || handlersOf(probeHandlers, probe).length > 0) return document;
  const bare = Object.keys(probe).every((key) => probeNumbers.some((n) => n === key && probe[n] === probeDefaults[n]));
  return bare ? removeAt(document, probePath) : document;
}

function editableOnly(fields: Readonly<Record<string, Json>>): Record<string, Json> {
  return Object.fromEntries(Object.entries(fields).filter(([path]) => isEditable(path)));
}

function sorted(fields: Readonly<Record<string, Json>>): Record<string, Json> {
  return Object.fromEntries(Object.entries(fields).sort(([a], [b]) => (a < b ? -1 : 1)));
}
