// What the object should become: under enforce the author's document with the plan in it, under audit the object as received,
// after an opt-out the author's document. All without past injections that collide with what the author wrote. And what came of
// every edit of the plan and every past injection: log, warnings and audit annotations read it here.

import type { Change, Edit } from '../rules/finding.ts';
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
import { type Draft, finish } from './finish.ts';
import { keepDefaults } from './keep-defaults.ts';
import { type Made, type Reasons, type Removal, removalsOf } from './removals.ts';
import {
  editsOf,
  type Fate,
  isReached,
  type PlannedEdits,
  type SortedEdits,
  sortEdits,
  withheld,
} from './sorted-edits.ts';

export interface Desired extends SortedEdits {
  /** What should result. */
  readonly object: Deployment;
  /** Fields of ours that a client dropped, put back so that the pods do not roll; but those of `applied`. */
  readonly restored: readonly string[];
  /** What of ours is taken out. */
  readonly withdrawn: readonly Removal[];
}

export function desiredObject(recovered: Recovered, plan: Plan, mode: 'enforce' | 'audit' | 'off'): Desired {
  return modes[mode](recovered, plan, editsOf(recovered.received, plan.findings));
}

const modes = { enforce: enforced, audit: audited, off: optedOut };

function enforced(recovered: Recovered, plan: Plan, edits: PlannedEdits): Desired {
  const draft = withPlan(recovered, plan);
  const { object, obstacle } = finish(recovered, draft);
  const fate = (edit: Edit): Fate =>
    obstacle === undefined && isReached(edit, recovered) ? 'applied' : withheld(edit, recovered, obstacle);
  const sorted = sortEdits(edits, fate);
  if (obstacle !== undefined) return untouched(object, sorted);
  return told(recovered, sorted, { draft, object, reasons: { usual: reasonUnder(plan) } });
}

function audited(recovered: Recovered, plan: Plan, edits: PlannedEdits): Desired {
  const { received, ours, strays, frozen } = recovered;
  const colliding = collisions(received, ours);
  const draft = without(recovered, new Set([...colliding.map(({ path }) => path), ...strays]));
  const { object, obstacle } = finish(recovered, draft);
  // What would stand in the way of enforce is asked for only where enforce would do something.
  const wouldBe = edits.pending.length === 0 ? undefined : finish(recovered, withPlan(recovered, plan)).obstacle;
  const fate = (edit: Edit): Fate => {
    if (!isReached(edit, recovered)) return withheld(edit, recovered, wouldBe);
    // With a frozen template comes back what a client dropped of it, whatever the mode.
    if (frozen && obstacle === undefined && edit.changes.every(({ path }) => inTemplate(path))) return 'applied';
    return wouldBe === undefined ? 'proposed' : withheld(edit, recovered, wouldBe);
  };
  const sorted = sortEdits(edits, fate);
  if (obstacle !== undefined) return untouched(object, sorted);
  return told(recovered, sorted, { draft, object, reasons: { usual: reasonUnder(plan), colliding } });
}

/** Nothing of ours stays, but in a template that nobody changed, where taking it out would roll the pods. */
function optedOut(recovered: Recovered, _plan: Plan, edits: PlannedEdits): Desired {
  const gone = recovered.ours.filter((path) => !recovered.frozen || !inTemplate(path));
  const draft = without(recovered, new Set(gone));
  const { object, obstacle } = finish(recovered, draft);
  const sorted = sortEdits(edits);
  if (obstacle !== undefined) return untouched(object, sorted);
  return told(recovered, sorted, { draft, object, reasons: { usual: () => 'opted-out' } });
}

/** The author's document with the plan in it. */
function withPlan(recovered: Recovered, { changes, deployment }: Plan): Draft {
  const { ours, evidence } = recovered;
  const kept = dropStrayRollingUpdate(deployment, evidence);
  const body = keepDefaults(recovered, kept, changes);
  const record = recordOf(recovered, changes);
  const probes = changes.some(({ path }) => path.includes('.readinessProbe.'));
  const rewritten = new Set(changes.map(({ path }) => path));
  return {
    body,
    // A handler beside numbers of the author's own is his from now on: without it his probe would be refused.
    record: probes ? only(record, ourPaths(body, record)) : record,
    taken: ours.filter((path) => !rewritten.has(path)),
    droppedStrategy: kept !== deployment,
  };
}

/** The object received without what is ours at the paths of `gone`, and without our members of handlers that are the author's now. */
function without({ received, record, ours, leftovers, evidence }: Recovered, gone: ReadonlySet<string>): Draft {
  const taken = [...gone];
  const rest = setAll(takeOut(received, record, taken), leftovers);
  const body = dropStrayRollingUpdate(rest, evidence);
  const kept = ours.filter((path) => !gone.has(path));
  return { body, record: only(record, kept), taken, droppedStrategy: body !== rest };
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

/** What the plan has something for goes only where the template is frozen. */
function reasonUnder({ changes }: Plan): Reasons['usual'] {
  let wanted: ReadonlySet<string> | undefined;
  return (path) => {
    wanted ??= new Set(changes.map((change) => change.path));
    return wanted.has(path) ? 'frozen' : 'not-wanted';
  };
}

/** The object received, because something stands in the way. */
function untouched(object: Deployment, sorted: SortedEdits): Desired {
  return { ...sorted, object, restored: [], withdrawn: [] };
}

function told(recovered: Recovered, sorted: SortedEdits, made: Omit<Made, 'restored'>): Desired {
  const back = restored(recovered);
  const withdrawn = removalsOf(recovered, { ...made, restored: back });
  return { ...sorted, object: made.object, restored: butApplied(back, sorted), withdrawn };
}

/** What of ours comes back with a frozen template. */
function restored({ stored, received, frozen }: Recovered): readonly string[] {
  if (stored === undefined || !frozen) return [];
  const { ours, record } = stored;
  return ours.filter((path) => inTemplate(path) && !sameOnceDefaulted(path, record.set[path], getAt(received, path)));
}

function butApplied(paths: readonly string[], { applied }: SortedEdits): readonly string[] {
  if (paths.length === 0 || applied.length === 0) return paths;
  const written = new Set(applied.flatMap(({ changes }) => changes.map(({ path }) => path)));
  return paths.filter((path) => !written.has(path));
}
