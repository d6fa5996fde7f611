// The author's document: the object received, minus what we injected earlier.

import { type Ownership, ownershipOf } from '../workload/adoption.ts';
import { sameOnceDefaulted } from '../workload/api-defaults.ts';
import { type Evidence, evidenceOf, writtenIn } from '../workload/authorship.ts';
import { emptyRecord, type InjectionRecord, merge, only } from '../workload/injection-record.ts';
import { heldPaths, isProbeHandler, ourPaths, takeOut } from '../workload/injections.ts';
import { equal, type JsonObject } from '../workload/json.ts';
import type { WorkloadKind } from '../workload/kinds/kind.ts';
import { getAt, parentPath, setAll } from '../workload/path.ts';
import type { Container, PodTemplate, Workload } from '../workload/workload.ts';
import { raiseProof } from './raise-proof.ts';
import { type Origin, readRecord, readStored, type Stored } from './read-record.ts';

export interface Recovered extends Ownership {
  readonly kind: WorkloadKind;
  readonly received: Workload;
  readonly author: Workload;
  readonly evidence: Evidence;
  /** Whether the author wrote what stands at a path of `author`. */
  readonly written: (path: string) => boolean;
  /** What counts as injected into the object received. */
  readonly record: InjectionRecord;
  /** On UPDATE: the stored object with its record. */
  readonly stored?: Stored;
  /** True when the author's template is the stored one: then nothing of ours may change it, because that starts a rollout. */
  readonly frozen: boolean;
  /** Where it is frozen: the record of what the stored template holds. */
  readonly frozenRecord?: InjectionRecord;
  /** A sentence each about records that were ignored. */
  readonly mistakes: readonly string[];
}

export interface Origins {
  readonly kind: WorkloadKind;
  /** On UPDATE: the object that is stored. */
  readonly oldObject?: Workload | undefined;
  /** The name under which the client writes, from the request's options. */
  readonly fieldManager?: string | undefined;
}

export function recover(received: Workload, { kind, oldObject, fieldManager }: Origins): Recovered {
  const stored = oldObject && readStored(kind, oldObject);
  const evidence = evidenceOf(received);
  const { record, origin, mistakes } = readRecord({ kind, received, stored, evidence, fieldManager });
  // For the question whether the template changed only values count: an author who adopts our value changes nothing.
  const earlier = origin === 'fresh' ? adoptedEarlier(received, record, stored) : emptyRecord;
  const compared = earlier === emptyRecord ? record : merge(earlier, record);
  const equalValues = ourPaths(received, compared);
  const stripped = takeOut(kind, received, { record: compared, paths: equalValues });
  const wroteRaised = raiseProof({ kind, received, stripped, stored, fieldManager });
  const claimed = origin === 'known' ? stored?.claimed : undefined;
  const isProvable = provable(kind, stored, { origin, evidence });
  const own = ownershipOf(received, record, { evidence, wroteRaised, claimed, isProvable });
  const ownership = earlier === emptyRecord ? own : { ...own, adopted: [...own.adopted, ...Object.keys(earlier.set)] };
  const author = equal(ownership.ours, equalValues)
    ? stripped
    : takeOut(kind, received, { record, paths: ownership.ours });
  const whole = setAll(author, ownership.leftovers);
  const written = writtenIn({ kind, workload: whole }, evidence);
  const frozen = stored !== undefined && isFrozen({ kind, received, record, stripped, written, stored, ownership });
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

/** What an earlier call for this request has left out of its record, because the author has written it: it still equals what is stored. */
function adoptedEarlier(received: Workload, record: InjectionRecord, stored: Stored | undefined): InjectionRecord {
  if (stored === undefined) return emptyRecord;
  const held = heldPaths(received, stored.record);
  return only(
    stored.record,
    held.filter((path) => !Object.hasOwn(record.set, path)),
  );
}

/**
 * Of a record that an earlier call wrote all adoptions are known. Into a template that `rollout undo` brought back only a server-side
 * apply reaches, which still owns what has its value; and a handler without its port is nobody's.
 */
function provable(
  kind: WorkloadKind,
  stored: Stored | undefined,
  { origin, evidence }: { readonly origin: Origin; readonly evidence: Evidence },
): (path: string) => boolean {
  if (origin === 'fresh' && stored !== undefined) return () => false;
  if (origin !== 'undone') return () => true;
  return (path) => !kind.inTemplate(path) || evidence.applied(isProbeHandler(path) ? `${path}.port` : path);
}

interface Comparison {
  readonly kind: WorkloadKind;
  readonly received: Workload;
  readonly record: InjectionRecord;
  readonly stripped: Workload;
  readonly written: (path: string) => boolean;
  readonly stored: Stored;
  readonly ownership: Ownership;
}

function isFrozen({ kind, received, record: counted, stripped, written, stored, ownership }: Comparison): boolean {
  const { object, record, ours } = stored;
  if (isReshaped(received, ownership, stored)) return false;
  // In a later call for the same request the record may have lost what the author has taken over, which changes no value.
  if (equal(kind.templateOf(received), kind.templateOf(object)) && isWithin(kind, counted, record)) return true;
  const before = takeOut(kind, object, { record, paths: ours });
  if (!equal(tidy(kind.templateOf(stripped)), tidy(kind.templateOf(before)))) return false;
  // The API's default, now with a proof that somebody wrote it: that is a change that was asked for.
  const demands = (path: string) =>
    kind.inTemplate(path) &&
    record.was[path] === undefined &&
    !sameOnceDefaulted(path, record.set[path], getAt(received, path)) &&
    written(path);
  return !ours.some(demands);
}

const byApplies = { wroteRaised: () => false, isProvable: () => true };

/** True when `record` claims no more of the template than `stored` does. */
function isWithin(kind: WorkloadKind, { set }: InjectionRecord, stored: InjectionRecord): boolean {
  return Object.keys(set).every((path) => !kind.inTemplate(path) || equal(set[path], stored.set[path]));
}

/** True when the author has taken a probe's handler over in this request, and what we wrote in it or beside it goes, or has gone. */
function isReshaped(
  received: Workload,
  { strays, adopted, leftovers }: Ownership,
  { object, record }: Stored,
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

/** An empty lifecycle or preStop means nothing, but with our hook in it, it goes when the hook is taken out. */
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
  readonly stored: Stored;
}

/** The record of the stored template, less what the author has taken over since. */
function frozenRecord(
  { kind, received, record, ownership, evidence, stored }: Frozen,
  origin: Origin,
): InjectionRecord {
  const inside = stored.ours.filter(kind.inTemplate);
  const unchanged = equal(kind.templateOf(received), kind.templateOf(stored.object));
  // What an earlier call for this request has left out of its record was the author's then.
  if (origin === 'fresh' && unchanged) return only(record, inside);
  const { adopted, leftovers } =
    origin === 'fresh' ? ownershipOf(received, stored.record, { evidence, ...byApplies }) : ownership;
  // A handler that holds members of ours stays in the record until they can go.
  const untidy = new Set(leftovers.map(({ path }) => parentPath(path)));
  const taken = new Set(adopted.filter((path) => !untidy.has(path)));
  return only(
    stored.record,
    inside.filter((path) => !taken.has(path)),
  );
}
