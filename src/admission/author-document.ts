// The author's document: the object received, minus what we injected earlier.

import { type Ownership, ownershipOf } from '../workload/adoption.ts';
import { probeHandlers } from '../workload/api-defaults.ts';
import { type Evidence, evidenceOf, writtenIn } from '../workload/authorship.ts';
import { emptyRecord, type InjectionRecord, mergeRecords, recordAt } from '../workload/injection-record.ts';
import { heldPaths, injectedPaths, removeInjections } from '../workload/injections.ts';
import { equal } from '../workload/json.ts';
import type { WorkloadKind } from '../workload/kinds/kind.ts';
import { parentPath, setAll } from '../workload/path.ts';
import type { Workload } from '../workload/workload.ts';
import { keepDoubtfulProbes } from './brought-back.ts';
import { type Comparison, frozenRecord, isFrozen } from './frozen-template.ts';
import { raiseProof } from './raise-proof.ts';
import { isAsStored, readRecord, readStored, type StoredWorkload } from './read-record.ts';
import { shareTemplate } from './shared-template.ts';

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
  readonly stored?: StoredWorkload;
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
  const stored = oldObject && readStored(kind, shareTemplate(kind, oldObject, received));
  // Once an earlier call for this request has written its record, the values no longer show what the client wrote.
  const evidence = evidenceOf(received, isAsStored(received, stored) ? stored.object : undefined);
  const { record, origin, mistakes } = readRecord({ kind, received, stored, evidence, fieldManager });
  // To decide whether the template changed, only values count: an author who adopts our value changes nothing.
  const earlier = origin === 'fresh' ? adoptedEarlier(received, record, stored) : emptyRecord;
  const compared = earlier === emptyRecord ? record : mergeRecords(earlier, record);
  const equalValues = injectedPaths(kind, received, compared);
  const stripped = removeInjections(kind, received, { record: compared, paths: equalValues });
  const wroteRaised = raiseProof({ kind, received, stored, fieldManager });
  const claimed = origin === 'known' ? stored?.claimed : undefined;
  const isProvable = provable(kind, stored, { origin, record, evidence });
  const proven = ownershipOf(received, record, { kind, evidence, wroteRaised, claimed, isProvable });
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
  stored: StoredWorkload | undefined,
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
  stored: StoredWorkload | undefined,
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
