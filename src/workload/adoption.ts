// Past injections that the author has written since: such a field is the author's from then on, and the values that only we wrote
// in it or beside it are removed.

import { coversOnceDefaulted, handlersOf, probeHandlers, probeNumbers, sameOnceDefaulted } from './api-defaults.ts';
import type { Evidence } from './authorship.ts';
import { digestOf, holdsNothing, type InjectionRecord } from './injection-record.ts';
import { heldPaths, isProbeHandler, notBuiltUpon } from './injections.ts';
import { equal } from './json.ts';
import type { WorkloadKind } from './kinds/kind.ts';
import { leftoversOf } from './leftovers.ts';
import { type FieldChange, getAt, parentPath } from './path.ts';
import type { Probe, Workload } from './workload.ts';

export interface Ownership {
  /** The paths of the record that hold our value and are still ours. */
  readonly ours: readonly string[];
  /** The paths of the record that hold our value and are the author's now. */
  readonly adopted: readonly string[];
  /** The paths of `ours` that are numbers beside a handler of the author's. */
  readonly strays: readonly string[];
  /** Changes that remove our members of a handler that is the author's now: an apply merges maps, so they are still there. */
  readonly leftovers: readonly FieldChange[];
}

export interface Claims {
  readonly kind: WorkloadKind;
  readonly evidence: Evidence;
  /** True when the author is known to have written the value that we raised at `path`. */
  readonly wroteRaised: (path: string) => boolean;
  /** The injections that the stored object once held: some members of a handler that the author has replaced may still be there. */
  readonly claimed?: InjectionRecord | undefined;
  /** False for a path where the record describes exactly the received object: then older manifests prove nothing. */
  readonly isProvable: (path: string) => boolean;
}

export function ownershipOf(object: Workload, record: InjectionRecord, claims: Claims): Ownership {
  const claimed = claims.claimed ?? record;
  if (holdsNothing(record) && holdsNothing(claimed)) return { ours: [], adopted: [], strays: [], leftovers: [] };
  const held = heldPaths(object, record);
  const adopted = held.filter((path) => isAdopted(object, record, path, claims));
  const taken = new Set(adopted);
  const rest = notBuiltUpon(object, { kind: claims.kind, record, held: held.filter((path) => !taken.has(path)) });
  const { evidence } = claims;
  const restSet = new Set(rest);
  const ours = rest.filter((path) => !isUndecided(object, record, { path, ours: restSet, evidence }));
  const strays = ours.filter((path) => isBesideAnother(object, path, restSet));
  return { ours, adopted, strays, leftovers: leftoversOf(claims.kind, object, { claimed, ours: restSet, evidence }) };
}

/** True when last-applied is known to be out of date, so that it proves nothing about the fields that it holds. */
export function isStale({ despite }: InjectionRecord, { manifestText }: Evidence): boolean {
  return despite !== undefined && manifestText !== undefined && despite === digestOf(manifestText);
}

/** True when the last client-side apply says that the field at `path` is the author's. */
export function isLastApplied(
  path: string,
  { set, authorValues: was }: InjectionRecord,
  { lastApplied }: Evidence,
): boolean {
  const written = lastApplied(path);
  // Some members of a handler may have been written by others: it is the author's only as a whole.
  if (isProbeHandler(path) && was[path] === undefined) return coversOnceDefaulted(path, written, set[path]);
  return sameOnceDefaulted(path, written, set[path]);
}

/** For a raised value, an Apply entry may refer to the author's older value. */
function isAdopted(
  object: Workload,
  record: InjectionRecord,
  path: string,
  { evidence, wroteRaised, isProvable }: Claims,
): boolean {
  if (!isProvable(path)) return false;
  const isApplied = () => evidence.applied(path) && !isBesideOurs(object, record, path, evidence);
  if (record.authorValues[path] === undefined ? isApplied() : wroteRaised(path)) return true;
  if (!isLastApplied(path, record, evidence)) return false;
  if (!isStale(record, evidence)) return true;
  return isBesideApplied(object, record, path, evidence) || isBesideReplaced(object, record, path, evidence);
}

/**
 * True for a probe's number whose handler is still ours. `rollout undo` to our probe leaves a number that equals the author's own to
 * their apply; if we gave up the handler for it, their next apply of another handler would be refused.
 */
function isBesideOurs(object: Workload, { set }: InjectionRecord, path: string, evidence: Evidence): boolean {
  const handlers = handlersBeside(object, path);
  if (handlers === undefined) return false;
  return handlers.every((at) => sameOnceDefaulted(at, set[at], getAt(object, at)) && !speaksOf(at, evidence));
}

/** True for a probe's number whose handler, which we did not write, is that of last-applied: it was applied again since. */
function isBesideApplied(object: Workload, { set }: InjectionRecord, path: string, { lastApplied }: Evidence): boolean {
  const handlers = handlersBeside(object, path) ?? [];
  return handlers.some((at) => set[at] === undefined && sameOnceDefaulted(at, lastApplied(at), getAt(object, at)));
}

/** True in a probe with a number that replaces ours and is that of last-applied: it was applied again since. */
function isBesideReplaced(
  object: Workload,
  { set }: InjectionRecord,
  path: string,
  { lastApplied }: Evidence,
): boolean {
  const probePath = parentPath(path);
  if (!probePath.endsWith('.readinessProbe')) return false;
  return probeNumbers.some((number) => {
    const at = `${probePath}.${number}`;
    const found = getAt(object, at);
    return set[at] !== undefined && found !== undefined && !equal(set[at], found) && equal(lastApplied(at), found);
  });
}

interface Known {
  readonly ours: ReadonlySet<string>;
  readonly evidence: Evidence;
}

interface Numbers extends Known {
  readonly path: string;
}

/**
 * A number beside a handler that is not ours, where nothing shows who wrote what in this probe. It stays: if a Helm 3 chart
 * contains it and we removed it, the next upgrade would put it back, with a rollout.
 */
function isUndecided(object: Workload, { set }: InjectionRecord, { path, ours, evidence }: Numbers): boolean {
  const probePath = parentPath(path);
  if (!isBesideAnother(object, path, ours) || speaksOf(probePath, evidence)) return false;
  // Once its handler is no longer recorded, the number's owner has been decided.
  return probeHandlers.some((handler) => set[`${probePath}.${handler}`] !== undefined);
}

/** True for a probe's number beside a handler that is not ours. */
function isBesideAnother(object: Workload, path: string, ours: ReadonlySet<string>): boolean {
  const handlers = handlersBeside(object, path) ?? [];
  return handlers.some((at) => !ours.has(at));
}

/** The paths of the handlers beside a probe's number; undefined where `path` is not one. */
function handlersBeside(object: Workload, path: string): readonly string[] | undefined {
  const probePath = parentPath(path);
  if (!probePath.endsWith('.readinessProbe') || isProbeHandler(path)) return undefined;
  const handlers = handlersOf(probeHandlers, getAt(object, probePath) as Probe | undefined);
  return handlers.map((handler) => `${probePath}.${handler}`);
}

function speaksOf(path: string, { applied, lastApplied }: Evidence): boolean {
  return applied(path) || lastApplied(path) !== undefined;
}
