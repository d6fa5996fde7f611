// Our fields in an object: recorded fields whose value still equals the record. All others are the author's.

import { handlersOf, probeDefaults, probeHandlers, probeNumbers, sameOnceDefaulted } from './api-defaults.ts';
import { isUnowned } from './apply-entries.ts';
import type { InjectionRecord } from './injection-record.ts';
import type { Json } from './json.ts';
import type { WorkloadKind } from './kinds/kind.ts';
import { type FieldChange, getAt, parentPath, setAll } from './path.ts';
import type { Probe, Workload } from './workload.ts';

/** The paths of `record` that still hold our value in `object`, except those of probes that the author has built upon. */
export function injectedPaths(kind: WorkloadKind, object: Workload, record: InjectionRecord): readonly string[] {
  return notBuiltUpon(object, { kind, record, held: heldPaths(object, record) });
}

/** The paths of `record` that still hold our value in `object`. */
export function heldPaths(object: Workload, record: InjectionRecord): readonly string[] {
  return Object.keys(record.set).filter((path) => sameOnceDefaulted(path, record.set[path], getAt(object, path)));
}

export interface HeldFields {
  readonly kind: WorkloadKind;
  readonly record: InjectionRecord;
  /** Those of its paths that hold our value and are still ours. */
  readonly held: readonly string[];
}

/** The paths of `held`, except those of probes that the author has built upon. */
export function notBuiltUpon(object: Workload, { kind, record, held }: HeldFields): readonly string[] {
  const probes = held.filter(isProbeHandler).map(parentPath);
  if (probes.length === 0) return held;
  const ours = new Set(held);
  // Nobody fills in a custom resource: a number in place of ours was written, even where it is the default of pods.
  const isReplaced = (path: string) => kind.custom === true && record.set[path] !== undefined && !ours.has(path);
  const builtUpon = new Set(probes.filter((probe) => isBuiltUpon(object, probe, { ours, isReplaced })));
  return builtUpon.size === 0 ? held : held.filter((path) => !builtUpon.has(parentPath(path)));
}

export interface Injections {
  readonly record: InjectionRecord;
  readonly paths: readonly string[];
}

/** `object` with the author's values, or the API's defaults, restored at `paths`. */
export function removeInjections<W extends Workload>(kind: WorkloadKind, object: W, { record, paths }: Injections): W {
  if (paths.length === 0) return object;
  const restored = setAll(
    object,
    paths.map((path) => restoring(kind, path, record.authorValues[path])),
  );
  const bare = paths
    .filter(isProbeHandler)
    .map(parentPath)
    .filter((probe) => isBare(restored, probe));
  const cleared = bare.map((path) => ({ path, value: undefined }));
  return setAll(restored, [...cleared, ...keptStrategy(kind, object, restored)]);
}

/** The author's choice of a strategy stays, also where our limits were all that was in it. */
function keptStrategy({ strategy }: WorkloadKind, object: Workload, restored: Workload): readonly FieldChange[] {
  if (strategy?.isChoice !== true) return [];
  const path = strategy.rollingUpdate;
  const isLost = getAt(object, path) !== undefined && getAt(restored, path) === undefined;
  return isLost ? [{ path, value: {} }] : [];
}

interface Built {
  readonly ours: ReadonlySet<string>;
  readonly isReplaced: (path: string) => boolean;
}

/** An author who sets their own numbers beside our handler keeps it: without one their probe would be refused. */
function isBuiltUpon(object: Workload, probePath: string, { ours, isReplaced }: Built): boolean {
  const probe = getAt(object, probePath) as Probe;
  const isOurs = (field: string) => ours.has(`${probePath}.${field}`);
  const handlers = handlersOf(probeHandlers, probe);
  if (handlers.some((handler) => !isOurs(handler))) return false;
  return !Object.keys(probe).every(
    (field) => isOurs(field) || (isNobodys(object, probePath, field) && !isReplaced(`${probePath}.${field}`)),
  );
}

/** A probe was entirely ours if only the API's default numbers are left, or numbers that other webhooks wrote beside our handler. */
function isBare(object: Workload, probePath: string): boolean {
  const probe = getAt(object, probePath) as Probe | undefined;
  return probe !== undefined && Object.keys(probe).every((field) => isNobodys(object, probePath, field));
}

/** True for a number of a probe that no author wrote: the API's default, or one that no manager owns, because a webhook wrote it. */
function isNobodys(object: Workload, probePath: string, field: string): boolean {
  const probe = getAt(object, probePath) as Probe;
  if (!probeNumbers.some((number) => number === field)) return false;
  return isDefaultNumber(probe, field) || isUnowned(object, `${probePath}.${field}`);
}

function isDefaultNumber(probe: Probe, field: string): boolean {
  return probeNumbers.some((number) => number === field && probe[number] === probeDefaults[number]);
}

function restoring(kind: WorkloadKind, path: string, was: Json | undefined): FieldChange {
  const { apiDefault, omitted = false } = kind.fieldAt(path) ?? {};
  return { path, value: was ?? (omitted ? undefined : apiDefault) };
}

const probeEndings = probeHandlers.map((handler) => `.readinessProbe.${handler}`);

export function isProbeHandler(path: string): boolean {
  return probeEndings.some((ending) => path.endsWith(ending));
}
