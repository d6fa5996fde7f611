// The author's document: the object received, minus what we injected earlier.

import { type Ownership, ownershipOf } from '../workload/adoption.ts';
import { probeHandlers, sameOnceDefaulted } from '../workload/api-defaults.ts';
import { type Evidence, evidenceOf, writtenIn } from '../workload/authorship.ts';
import { emptyRecord, type InjectionRecord, mergeRecords, recordAt } from '../workload/injection-record.ts';
import { heldPaths, injectedPaths, isProbeHandler, removeInjections } from '../workload/injections.ts';
import { equal, type JsonObject } from '../workload/json.ts';
import type { WorkloadKind } from '../workload/kinds/kind.ts';
import { getAt, parentPath, setAll } from '../workload/path.ts';
import type { Container, PodTemplate, Workload } from '../workload/workload.ts';
import { keepDoubtfulProbes } from './brought-back.ts';
import { raiseProof } from './raise-proof.ts';
import { isAsStored, type RecordOrigin, readRecord, readStored, type StoredDeployment } from './read-record.ts';

export interface AuthorDocument extends Ownership {
  readonly kind: WorkloadKind;
  readonly received: Workload;
  readonly author: Workload;
  readonly evidence: Evidence;
  /** True when the author wrote the value at a path of `author`. */
  readonly written: (path: string) => boolean;
  /** The injections into the received object. */
  readonly record: InjectionRecord;
  /** On UPDATE: the stored object with its record. */
  readonly stored?: StoredDeployment;
  /** True when the author's template is the stored one: then we must not change it, because that starts a rollout. */
  readonly frozen: boolean;
  /** The record of the stored template, where it is frozen. */
  readonly frozenRecord?: InjectionRecord;
  /** One sentence for each record that was ignored. */
  readonly mistakes: readonly string[];
}

export interface Origins {
  readonly kind: WorkloadKind;
  /** On UPDATE: the stored object. */
  readonly oldObject?: Workload | undefined;
  /** The client's field manager, from the request's options. */
  readonly fieldManager?: string | undefined;
}

export function recoverAuthor(received: Workload, { kind, oldObject, fieldManager }: Origins): AuthorDocument {
  const stored = oldObject && readStored(kind, oldObject);
  // Once an earlier call for this request has written its record, the values no longer show what the client wrote.
  const evidence = evidenceOf(received, isAsStored(received, stored) ? stored.object : undefined);
  const { record, origin, mistakes } = readRecord({ kind, received, stored, evidence, fieldManager });
  // To decide whether the template changed, only values count: an author who adopts our value changes nothing.
  const earlier = origin === 'fresh' ? adoptedEarlier(received, record, stored) : emptyRecord;
  const compared = earlier === emptyRecord ? record : mergeRecords(earlier, record);
  const equalValues = injectedPaths(received, compared);
  const stripped = removeInjections(kind, received, { record: compared, paths: equalValues });
  const wroteRaised = raiseProof({ kind, received, stored, fieldManager });
  const claimed = origin === 'known' ? stored?.claimed : undefined;
  const isProvable = provable(kind, stored, { origin, record, evidence });
  const proven = ownershipOf(received, record, { evidence, wroteRaised, claimed, isProvable });
  const own = origin === 'undone' ? keepDoubtfulProbes(proven, record, evidence) : proven;
  const ownership = earlier === emptyRecord ? own : { ...own, adopted: [...own.adopted, ...Object.keys(earlier.set)] };
  const author = equal(ownership.ours, equalValues)
    ? stripped
    : removeInjections(kind, received, { record, paths: ownership.ours });
  const whole = setAll(author, ownership.leftovers);
  const written = writtenIn({ kind, workload: whole }, evidence);
  // A field that an undo brings back was ours once; if an apply owns it, it has been the author's since.
  const bare = origin === 'undone' ? author : stripped;
  const frozen =
    stored !== undefined && isFrozen({ kind, received, record, origin, bare, whole, written, stored, ownership });
  return {
    ...ownership,
    kind,
    received,
    author: whole,
    evidence,
    written,
    record,
    frozen,
    mistakes,
    ...(stored && { stored }),
    ...(stored &&
      frozen && { frozenRecord: frozenRecord({ kind, received, record, ownership, evidence, stored }, origin) }),
  };
}

/** The fields that an earlier call for this request left out of its record, because the author wrote them: they still equal the stored ones. */
function adoptedEarlier(
  received: Workload,
  record: InjectionRecord,
  stored: StoredDeployment | undefined,
): InjectionRecord {
  if (stored === undefined) return emptyRecord;
  const held = heldPaths(received, stored.record);
  return recordAt(
    stored.record,
    held.filter((path) => !Object.hasOwn(record.set, path)),
  );
}

/**
 * In a record that an earlier call wrote, all adoptions are known. Only a server-side apply reaches into a template that
 * `rollout undo` brought back, and it still owns the fields that have its value. A probe is its only with its handler's port.
 */
function provable(
  kind: WorkloadKind,
  stored: StoredDeployment | undefined,
  { origin, record, evidence }: Pick<Comparison, 'origin' | 'record'> & { readonly evidence: Evidence },
): (path: string) => boolean {
  if (origin === 'fresh' && stored !== undefined) return () => false;
  if (origin !== 'undone') return () => true;
  return (path) => !kind.inTemplate(path) || evidence.applied(witnessOf(path, record));
}

/** The path that an apply must own to have written the field at `path`: in a probe, the port of the handler that we recorded. */
function witnessOf(path: string, { set }: InjectionRecord): string {
  const probePath = parentPath(path);
  if (!probePath.endsWith('.readinessProbe')) return path;
  const handler = probeHandlers.find((name) => set[`${probePath}.${name}`] !== undefined);
  return handler === undefined ? path : `${probePath}.${handler}.port`;
}

interface Comparison {
  readonly kind: WorkloadKind;
  readonly received: Workload;
  readonly record: InjectionRecord;
  readonly origin: RecordOrigin;
  /** `received` without our injections. */
  readonly bare: Workload;
  /** `received` as its author wants it. */
  readonly whole: Workload;
  readonly written: (path: string) => boolean;
  readonly stored: StoredDeployment;
  readonly ownership: Ownership;
}

function isFrozen(comparison: Comparison): boolean {
  const { kind, received, record: counted, origin, bare, written, stored, ownership } = comparison;
  const { object, record } = stored;
  if (origin !== 'undone' && isReshaped(received, ownership, stored)) return false;
  // An injected value that was gone from the stored object, and that the author has now written.
  const isBack = (path: string) => kind.inTemplate(path) && !equal(getAt(received, path), getAt(object, path));
  if (ownership.adopted.some(isBack)) return false;
  // In a later call for the same request the record may lack fields that the author has taken over, which changes no value.
  if (equal(kind.templateOf(received), kind.templateOf(object)) && isWithin(kind, counted, record)) return true;
  const before = removeInjections(kind, object, { record, paths: stored.ours });
  const ours = sameTemplate(kind, bare, before) ? stored.ours : tidied(comparison);
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
  const { ours, leftovers } = ownershipOf(object, record, { evidence: evidenceOf(object), claimed, ...byApplies });
  const before = setAll(removeInjections(kind, object, { record, paths: ours }), leftovers);
  return sameTemplate(kind, whole, before) ? ours : undefined;
}

const byApplies = { wroteRaised: () => false, isProvable: () => true };

/** True when `record` claims no field of the template that `stored` does not. */
function isWithin(kind: WorkloadKind, { set }: InjectionRecord, stored: InjectionRecord): boolean {
  return Object.keys(set).every((path) => !kind.inTemplate(path) || equal(set[path], stored.set[path]));
}

/** True when this request takes over a probe's handler, so that what we wrote in it or beside it is removed, or has been. */
function isReshaped(
  received: Workload,
  { strays, adopted, leftovers }: Ownership,
  { object, record }: StoredDeployment,
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
  const before = ownershipOf(object, record, { evidence: evidenceOf(object), ...byApplies });
  return odd.some((path) => !before.adopted.includes(path));
}

function sameTemplate(kind: WorkloadKind, a: Workload, b: Workload): boolean {
  return equal(tidy(kind.templateOf(a)), tidy(kind.templateOf(b)));
}

/** An empty lifecycle or preStop means nothing, but one that holds our hook is removed together with the hook. */
function tidy(template: PodTemplate): PodTemplate {
  const { containers } = template.spec;
  if (!containers.some(({ lifecycle }) => isEmpty(lifecycle) || isEmpty(lifecycle?.preStop))) return template;
  return { ...template, spec: { ...template.spec, containers: containers.map(withoutEmptyHook) } };
}

function withoutEmptyHook(container: Container): Container {
  const { lifecycle, ...rest } = container;
  if (lifecycle === undefined) return container;
  const { preStop, ...others } = lifecycle;
  const hooks = isEmpty(preStop) ? others : lifecycle;
  return isEmpty(hooks) ? rest : { ...rest, lifecycle: hooks };
}

function isEmpty(hook: JsonObject | undefined): boolean {
  return hook !== undefined && Object.keys(hook).length === 0;
}

interface Frozen {
  readonly kind: WorkloadKind;
  readonly received: Workload;
  readonly record: InjectionRecord;
  readonly ownership: Ownership;
  readonly evidence: Evidence;
  readonly stored: StoredDeployment;
}

/** The record of the stored template, without the fields that the author has taken over since. */
function frozenRecord(
  { kind, received, record, ownership, evidence, stored }: Frozen,
  origin: RecordOrigin,
): InjectionRecord {
  const inside = stored.ours.filter(kind.inTemplate);
  const unchanged = equal(kind.templateOf(received), kind.templateOf(stored.object));
  // A field that an earlier call for this request left out of its record was already the author's.
  if (origin === 'fresh' && unchanged) return recordAt(record, inside);
  const { adopted, leftovers } =
    origin === 'fresh' ? ownershipOf(received, stored.record, { evidence, ...byApplies }) : ownership;
  // A handler that holds injected members stays in the record until they can be removed.
  const untidy = new Set(leftovers.map(({ path }) => parentPath(path)));
  const taken = new Set(adopted.filter((path) => !untidy.has(path)));
  return recordAt(
    stored.record,
    inside.filter((path) => !taken.has(path)),
  );
}
