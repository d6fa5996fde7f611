// What the object should become: under enforce the author's document with the plan in it, under audit the object as received,
// after an opt-out the author's document. All without past injections that collide with what the author wrote. And what came of
// every edit of the plan and every past injection: log, warnings and audit annotations read it here.

import type { Change, Edit, Finding } from '../rules/finding.ts';
import type { Plan } from '../rules/plan.ts';
import { apiDefault, sameOnceDefaulted } from '../workload/api-defaults.ts';
import { inTemplate } from '../workload/editable-fields.ts';
import { type InjectionRecord, only } from '../workload/injection-record.ts';
import { ourPaths, takeOut } from '../workload/injections.ts';
import type { Json } from '../workload/json.ts';
import { getAt, setAll } from '../workload/path.ts';
import type { Deployment } from '../workload/workload.ts';
import type { Recovered } from './author-document.ts';
import { collisions, dropStrayRollingUpdate } from './collisions.ts';
import { type Draft, type Finished, finish, type Obstacle } from './finish.ts';
import { keepDefaults } from './keep-defaults.ts';
import { effective, type Removal, removalsOf } from './removals.ts';

/** The edits of the plan, each in one list; after an opt-out those that are not there are in none. */
export interface SortedEdits {
  /** The object received fulfils them: an earlier answer wrote them. */
  readonly there: readonly Edit[];
  /** Written by this answer. */
  readonly applied: readonly Edit[];
  /** Would be written under enforce. */
  readonly proposed: readonly Edit[];
  /** Will be written when the author changes the pod template. */
  readonly postponed: readonly Edit[];
  /** Not written, because the annotations have no room for the record. */
  readonly unrecorded: readonly Edit[];
  /** Not written, because the author's own document would be refused without what we wrote earlier: all stays as it is. */
  readonly blocked: readonly Edit[];
}

export interface Desired extends SortedEdits {
  /** What should result. */
  readonly object: Deployment;
  /** Fields of ours that a client dropped, put back so that the pods do not roll; but those of `applied`. */
  readonly restored: readonly string[];
  /** What of ours is taken out, with the reason. */
  readonly withdrawn: readonly Removal[];
}

type Mode = 'enforce' | 'audit' | 'off';
type Fate = keyof SortedEdits;

export function desiredObject(recovered: Recovered, plan: Plan, mode: Mode): Desired {
  return modes[mode](recovered, plan, editsOf(recovered.received, plan.findings));
}

export interface PlannedEdits {
  readonly there: readonly Edit[];
  readonly pending: readonly Edit[];
}

/** The edits among `findings`: those that `object` fulfils already, and the others. */
export function editsOf(object: Deployment, findings: readonly Finding[]): PlannedEdits {
  const there: Edit[] = [];
  const pending: Edit[] = [];
  for (const finding of findings) {
    if (finding.kind === 'edit') (fulfils(object, finding.changes) ? there : pending).push(finding);
  }
  return { there, pending };
}

function fulfils(object: Deployment, changes: readonly Change[]): boolean {
  return changes.every(({ path, value }) => sameOnceDefaulted(path, value, getAt(object, path)));
}

const modes = { enforce: enforced, audit: audited, off: optedOut };

function enforced(recovered: Recovered, plan: Plan, edits: PlannedEdits): Desired {
  const draft = planned(recovered, plan);
  const finished = finish(recovered, draft);
  const fate = (edit: Edit): Fate =>
    finished.obstacle === undefined && isReached(edit, recovered)
      ? 'applied'
      : withheld(edit, recovered, finished.obstacle);
  return told(recovered, { draft, finished }, sort(edits, fate));
}

function audited(recovered: Recovered, plan: Plan, edits: PlannedEdits): Desired {
  const { received, ours, strays, frozen } = recovered;
  const colliding = collisions(received, ours);
  const gone = [...new Set([...colliding.map(({ path }) => path), ...strays])];
  const draft = without(recovered, gone, removalsOf(recovered, gone, 'not-wanted', colliding));
  const finished = finish(recovered, draft);
  // What enforce would come to is asked for only where it would do something.
  const obstacle = edits.pending.length === 0 ? undefined : finish(recovered, planned(recovered, plan)).obstacle;
  // With a frozen template comes back what a client dropped of it, whatever the mode.
  const comesBack = (edit: Edit) =>
    frozen && finished.obstacle === undefined && edit.changes.every(({ path }) => inTemplate(path));
  const fate = (edit: Edit): Fate => {
    if (!isReached(edit, recovered)) return withheld(edit, recovered, obstacle);
    if (comesBack(edit)) return 'applied';
    return obstacle === undefined ? 'proposed' : withheld(edit, recovered, obstacle);
  };
  return told(recovered, { draft, finished }, sort(edits, fate));
}

/** Nothing of ours stays, but in a template that nobody changed, where taking it out would roll the pods. */
function optedOut(recovered: Recovered, _plan: Plan, { there }: PlannedEdits): Desired {
  const gone = recovered.ours.filter((path) => !recovered.frozen || !inTemplate(path));
  const draft = without(recovered, gone, removalsOf(recovered, gone, 'opted-out'));
  return told(recovered, { draft, finished: finish(recovered, draft) }, { ...none, there });
}

/** The author's document with the plan in it. */
function planned(recovered: Recovered, { changes, deployment }: Plan): Draft {
  const { received, ours, evidence } = recovered;
  const kept = dropStrayRollingUpdate(deployment, evidence);
  const body = keepDefaults(received, kept, changes);
  const record = recordOf(recovered, changes);
  const probes = changes.some(({ path }) => path.includes('.readinessProbe.'));
  const rewritten = new Set(changes.map(({ path }) => path));
  const gone = ours.filter((path) => !rewritten.has(path));
  return {
    body,
    // A handler beside numbers of the author's own is his from now on: without it his probe would be refused.
    record: probes ? only(record, ourPaths(body, record)) : record,
    removals: allRemovals(recovered, removalsOf(recovered, gone, 'not-wanted'), kept !== deployment),
  };
}

/** The object received without what is ours at the paths of `gone`, and without our members of handlers that are the author's now. */
function without(recovered: Recovered, gone: readonly string[], removals: readonly Removal[]): Draft {
  const { received, record, ours, leftovers, evidence } = recovered;
  const rest = setAll(takeOut(received, record, gone), leftovers);
  const body = dropStrayRollingUpdate(rest, evidence);
  const taken = new Set(gone);
  const kept = ours.filter((path) => !taken.has(path));
  return { body, record: only(record, kept), removals: allRemovals(recovered, removals, body !== rest) };
}

const strategyPath = 'spec.strategy.rollingUpdate';

/** `removals`, with the rollingUpdate that went as a whole, and our members of handlers that are the author's now. */
function allRemovals(
  { leftovers }: Recovered,
  removals: readonly Removal[],
  droppedStrategy: boolean,
): readonly Removal[] {
  const named = removals.some(({ path }) => path.startsWith(strategyPath));
  return [
    ...removals,
    ...(droppedStrategy && !named ? [{ kind: 'stray-strategy', path: strategyPath } as const] : []),
    ...leftovers.map(({ path }) => ({ kind: 'leftover', path }) as const),
  ];
}

function recordOf({ author, written }: Recovered, changes: readonly Change[]): InjectionRecord {
  const set: Record<string, Json> = {};
  const was: Record<string, Json> = {};
  for (const { path, value } of changes) {
    set[path] = value;
    if (written(path)) was[path] = getAt(author, path) ?? apiDefault(path) ?? null;
  }
  return { set, was };
}

/** True when the edit can come into the object now: a frozen template has what the stored one has. */
function isReached({ changes }: Edit, { frozen, stored }: Recovered): boolean {
  if (!frozen || stored === undefined) return true;
  return fulfils(
    stored.object,
    changes.filter(({ path }) => inTemplate(path)),
  );
}

function withheld({ changes }: Edit, { frozen }: Recovered, obstacle: Obstacle | undefined): Fate {
  if (frozen && changes.some(({ path }) => inTemplate(path))) return 'postponed';
  return obstacle === 'no-room' ? 'unrecorded' : 'blocked';
}

const none: SortedEdits = { there: [], applied: [], proposed: [], postponed: [], unrecorded: [], blocked: [] };

function sort({ there, pending }: PlannedEdits, fate: (edit: Edit) => Fate): SortedEdits {
  return pending.length === 0 ? { ...none, there } : { ...none, there, ...Object.groupBy(pending, fate) };
}

interface Made {
  readonly draft: Draft;
  readonly finished: Finished;
}

function told(recovered: Recovered, { draft, finished }: Made, edits: SortedEdits): Desired {
  const { object, obstacle } = finished;
  if (obstacle !== undefined) return { ...edits, object, restored: [], withdrawn: [] };
  return {
    ...edits,
    object,
    restored: restored(recovered, edits),
    withdrawn: effective(draft.removals, recovered.received, object),
  };
}

/** What comes back with a frozen template, but for what an edit is told of. */
function restored({ stored, received, frozen }: Recovered, { applied }: SortedEdits): readonly string[] {
  if (stored === undefined || !frozen) return [];
  const back = stored.ours.filter(
    (path) => inTemplate(path) && !sameOnceDefaulted(path, stored.record.set[path], getAt(received, path)),
  );
  if (back.length === 0) return back;
  const written = new Set(applied.flatMap(({ changes }) => changes.map(({ path }) => path)));
  return back.filter((path) => !written.has(path));
}
