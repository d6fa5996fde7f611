// What the webhook missed while it was away: workloads whose pod template was written when the webhook should have written into it, and
// which lack what it would have written. A workload that waits for its first template change since its namespace opted in is not a miss, nor
// is one that lacks only what a later policy, Service or annotation asks for. In doubt it is none: its findings are reported anyway.

import { annotationOf } from '../../admission/read-record.ts';
import { templateEdits } from '../../admission/would-write.ts';
import type { Api } from '../../cluster/client/api.ts';
import { templateTimes } from '../../cluster/template-times.ts';
import type { ClusterState } from '../../cluster-state/cluster-state.ts';
import type { ObjectReference } from '../../lint/object-reference.ts';
import type { Edit } from '../../rules/finding.ts';
import { changedAt, createdAt, type TimedMetadata } from '../../workload/change-times.ts';
import type { Workload } from '../../workload/workload.ts';
import type { Changes } from './changes.ts';

/** A workload that was written without the webhook. */
export interface Miss {
  readonly uid: string;
  readonly object: ObjectReference;
  /** From when its pod template is, in milliseconds since 1970. */
  readonly writtenMs: number;
  /** What the webhook would have written. */
  readonly edits: readonly Edit[];
}

export interface MissOptions {
  readonly api: Api;
  readonly state: ClusterState;
  readonly changes: Changes;
  /** What was written before is not judged, in milliseconds since 1970. */
  readonly settledMs: (namespace: string) => number;
  /** As an earlier scan recorded them: by uid from when the template is, in seconds since 1970. */
  readonly known: Readonly<Record<string, number>>;
  /** The namespace's templates cannot be dated, and only new workloads are compared. */
  readonly onUndated: () => void;
}

export interface MissSearch {
  /** Of a workload for which the webhook is called in mode enforce. @throws ApiError */
  readonly look: (workload: Workload) => Promise<Miss | undefined>;
}

/** Between a write and what follows from it. */
const marginMs = 10_000;
/** A controller may be late with the ReplicaSet of a new template. */
const lateMs = 60_000;

export function createMissSearch(options: MissOptions): MissSearch {
  const { api, state, onUndated } = options;
  const dated = new Map<string, Promise<ReadonlyMap<string, number> | undefined>>();
  const timesIn = (namespace: string) => {
    const known = dated.get(namespace) ?? templateTimes(api, namespace);
    dated.set(namespace, known);
    return known;
  };
  return {
    look: async (workload) => {
      const edits = templateEdits(workload, state);
      const { namespace = '', name = '', uid, ...metadata } = workload.metadata as TimedMetadata & Workload['metadata'];
      const createdMs = createdAt(metadata);
      if (edits.length === 0 || typeof uid !== 'string' || createdMs === undefined) return undefined;
      const times = await timesIn(namespace);
      if (times === undefined) onUndated();
      const writtenMs = Math.max(createdMs, times?.get(uid) ?? 0);
      const isKnown = options.known[uid] === Math.floor(writtenMs / 1000);
      const missed = isKnown ? edits : editsAt(writtenMs, { workload, edits, changedMs: changedAt(metadata) }, options);
      const object = { kind: workload.kind, namespace, name };
      return missed.length === 0 ? undefined : { uid, object, writtenMs, edits: missed };
    },
  };
}

interface Pending {
  readonly workload: Workload;
  readonly edits: readonly Edit[];
  readonly changedMs: number | undefined;
}

/** Those that the webhook would surely have written at that moment. */
function editsAt(writtenMs: number, { workload, edits, changedMs }: Pending, options: MissOptions): readonly Edit[] {
  const { state, changes, settledMs } = options;
  const { namespace = '' } = workload.metadata;
  if (changedMs === undefined || writtenMs <= settledMs(namespace)) return [];
  // It was there when the object was created; what is lacking came after it, as from another webhook.
  if (annotationOf(workload) !== undefined && isNew(workload, writtenMs)) return [];
  // Later changes may have been of what it asks for in its annotations; a ReplicaSet alone may have been made anew.
  if (changedMs > writtenMs + marginMs || changedMs < writtenMs - lateMs) return [];
  const before = writtenMs - marginMs;
  if (changes.surroundingsChanged(namespace) <= before) return edits;
  const then = new Set(templateEdits(workload, changes.stateBefore(state, before)).map(keyOf));
  return edits.filter((edit) => then.has(keyOf(edit)));
}

function isNew({ metadata }: Workload, writtenMs: number): boolean {
  return writtenMs - (createdAt(metadata as TimedMetadata) ?? 0) <= marginMs;
}

function keyOf({ rule, path }: Edit): string {
  return `${rule} ${path}`;
}
