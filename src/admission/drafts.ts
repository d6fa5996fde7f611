// What a mode wants an object to be, before any obstacle: the author's document with the plan in it, or the object received
// without the injections that have to be removed.

import type { Change } from '../rules/finding.ts';
import type { Plan } from '../rules/plan.ts';
import { apiDefault } from '../workload/api-defaults.ts';
import { type InjectionRecord, recordAt } from '../workload/injection-record.ts';
import { injectedPaths, removeInjections } from '../workload/injections.ts';
import type { Json } from '../workload/json.ts';
import { getAt, setAll } from '../workload/path.ts';
import type { Workload } from '../workload/workload.ts';
import type { AuthorDocument } from './author-document.ts';
import { dropStrayRollingUpdate } from './collisions.ts';
import { keepDefaults } from './keep-defaults.ts';

export interface DraftObject {
  readonly body: Workload;
  /** The injections in `body`. */
  readonly record: InjectionRecord;
  /** The injected paths that `body` no longer holds unchanged. */
  readonly taken: readonly string[];
  /** True when a rollingUpdate beside type Recreate was removed. */
  readonly droppedStrategy: boolean;
}

/** The author's document with the plan in it. */
export function draftWithPlan(recovered: AuthorDocument, { changes, workload }: Plan): DraftObject {
  const { kind, ours, evidence } = recovered;
  const kept = dropStrayRollingUpdate(kind, workload, evidence);
  const body = keepDefaults(recovered, kept, changes);
  const record = recordOf(recovered, changes);
  const probes = changes.some(({ path }) => path.includes('.readinessProbe.'));
  return {
    body,
    // A handler beside numbers of the author's own is theirs from now on: without it their probe would be refused.
    record: probes ? recordAt(record, injectedPaths(kind, body, record)) : record,
    taken: notRewritten(ours, changes),
    droppedStrategy: kept !== workload,
  };
}

function notRewritten(paths: readonly string[], changes: readonly Change[]): readonly string[] {
  if (paths.length === 0) return paths;
  const rewritten = new Set(changes.map(({ path }) => path));
  return paths.filter((path) => !rewritten.has(path));
}

/**
 * The object received without our injections at `gone`, and without our members of handlers that are the author's now. `left`: others
 * that stay, and are ours no more.
 */
export function draftWithout(
  recovered: AuthorDocument,
  gone: ReadonlySet<string>,
  left: readonly string[] = [],
): DraftObject {
  const { kind, received, record, ours, leftovers, evidence } = recovered;
  const taken = [...gone];
  const rest = setAll(removeInjections(kind, received, { record, paths: taken }), leftovers);
  const body = dropStrayRollingUpdate(kind, rest, evidence);
  const kept = ours.filter((path) => !gone.has(path) && !left.includes(path));
  return { body, record: recordAt(record, kept), taken, droppedStrategy: body !== rest };
}

function recordOf({ kind, author, written }: AuthorDocument, changes: readonly Change[]): InjectionRecord {
  const set: Record<string, Json> = {};
  const was: Record<string, Json> = {};
  for (const { path, value } of changes) {
    set[path] = value;
    if (written(path)) was[path] = getAt(author, path) ?? apiDefault(kind, path) ?? null;
  }
  return { set, authorValues: was };
}
