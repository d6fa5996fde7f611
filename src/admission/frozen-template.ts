// Whether the author's template is the stored one, so that it must stay as it is, and what of it is ours then.

import { type Ownership, ownershipOf } from '../workload/adoption.ts';
import { sameOnceDefaulted } from '../workload/api-defaults.ts';
import { type Evidence, evidenceOf } from '../workload/authorship.ts';
import { type InjectionRecord, recordAt } from '../workload/injection-record.ts';
import { isProbeHandler, removeInjections } from '../workload/injections.ts';
import { equal } from '../workload/json.ts';
import type { WorkloadKind } from '../workload/kinds/kind.ts';
import { getAt, parentPath, setAll } from '../workload/path.ts';
import type { Workload } from '../workload/workload.ts';
import type { RecordOrigin, StoredWorkload } from './read-record.ts';
import { sameTemplate } from './same-template.ts';

/** What tells whether the author changed the template. */
export interface Comparison {
  readonly kind: WorkloadKind;
  readonly received: Workload;
  readonly record: InjectionRecord;
  readonly origin: RecordOrigin;
  /** `received` without our injections. */
  readonly bare: Workload;
  /** `received` as its author wants it. */
  readonly whole: Workload;
  readonly written: (path: string) => boolean;
  readonly stored: StoredWorkload;
  readonly ownership: Ownership;
}

/** True when the author's template is the stored one. */
export function isFrozen(comparison: Comparison): boolean {
  const { kind, received, record: counted, origin, bare, written, stored, ownership } = comparison;
  const { object, record } = stored;
  if (origin !== 'undone' && isReshaped(kind, received, ownership, stored)) return false;
  // An injected value that was gone from the stored object, and that the author has now written.
  const isBack = (path: string) => kind.inTemplate(path) && !equal(getAt(received, path), getAt(object, path));
  if (ownership.adopted.some(isBack)) return false;
  // In a later call for the same request the record may lack fields that the author has taken over, which changes no value.
  if (equal(kind.templateOf(received), kind.templateOf(object)) && isWithin(kind, counted, record)) return true;
  const before = removeInjections(kind, object, { record, paths: stored.ours });
  const ours = sameTemplate(kind, kind.templateOf(bare), kind.templateOf(before)) ? stored.ours : tidied(comparison);
  if (ours === undefined) return false;
  // The API's default, now with a proof that it was written: that is a requested change.
  const demands = (path: string) =>
    kind.inTemplate(path) &&
    record.authorValues[path] === undefined &&
    !sameOnceDefaulted(path, record.set[path], getAt(received, path)) &&
    written(path);
  return !ours.some(demands);
}

/**
 * Our fields in the stored object by its own proofs, where its author wants the same as the author of `whole`: then an earlier call
 * for the same request has tidied up a probe that the author had taken over before.
 */
function tidied({ kind, whole, stored, origin }: Comparison): readonly string[] | undefined {
  if (origin !== 'fresh') return undefined;
  const { object, record, claimed } = stored;
  const { ours, leftovers } = ownershipOf(object, record, {
    kind,
    evidence: evidenceOf(object),
    claimed,
    ...byApplies,
  });
  const before = setAll(removeInjections(kind, object, { record, paths: ours }), leftovers);
  return sameTemplate(kind, kind.templateOf(whole), kind.templateOf(before)) ? ours : undefined;
}

const byApplies = { wroteRaised: () => false, isProvable: () => true };

/** True when `record` claims no field of the template that `stored` does not. */
function isWithin(kind: WorkloadKind, { set }: InjectionRecord, stored: InjectionRecord): boolean {
  return Object.keys(set).every((path) => !kind.inTemplate(path) || equal(set[path], stored.set[path]));
}

/** True when this request takes over a probe's handler, so that what we wrote in it or beside it is removed, or has been. */
function isReshaped(
  kind: WorkloadKind,
  received: Workload,
  { strays, adopted, leftovers }: Ownership,
  { object, record }: StoredWorkload,
): boolean {
  const isOdd = (handler: string) => {
    const probe = parentPath(handler);
    return (
      leftovers.some(({ path }) => parentPath(path) === handler) ||
      strays.some((path) => parentPath(path) === probe) ||
      !equal(getAt(received, probe), getAt(object, probe))
    );
  };
  const odd = adopted.filter((path) => isProbeHandler(path) && isOdd(path));
  if (odd.length === 0) return false;
  const before = ownershipOf(object, record, { kind, evidence: evidenceOf(object), ...byApplies });
  return odd.some((path) => !before.adopted.includes(path));
}

export interface Frozen {
  readonly kind: WorkloadKind;
  readonly received: Workload;
  readonly record: InjectionRecord;
  readonly ownership: Ownership;
  readonly evidence: Evidence;
  readonly stored: StoredWorkload;
}

/** The record of the stored template, without the fields that the author has taken over since. */
export function frozenRecord(
  { kind, received, record, ownership, evidence, stored }: Frozen,
  origin: RecordOrigin,
): InjectionRecord {
  const inside = stored.ours.filter(kind.inTemplate);
  // A field that an earlier call for this request left out of its record was already the author's.
  if (origin === 'fresh' && equal(kind.templateOf(received), kind.templateOf(stored.object)))
    return recordAt(record, inside);
  const { adopted, leftovers } =
    origin === 'fresh' ? ownershipOf(received, stored.record, { kind, evidence, ...byApplies }) : ownership;
  // A handler that holds injected members stays in the record until they can be removed.
  const untidy = new Set(leftovers.map(({ path }) => parentPath(path)));
  const taken = new Set(adopted.filter((path) => !untidy.has(path)));
  return recordAt(
    stored.record,
    inside.filter((path) => !taken.has(path)),
  );
}
