// What the object should become: under enforce the author's document with the plan in it, under audit the object as received,
// after an opt-out, and for what belongs to Knative, the author's document. In each case without past injections that collide
// with what the author wrote. Also the fate of every edit of the plan and of every past injection, for the log, the warnings and
// the audit annotations.

import type { Edit } from '../rules/finding.ts';
import type { Plan } from '../rules/plan.ts';
import { sameOnceDefaulted } from '../workload/api-defaults.ts';
import { knativeReason } from '../workload/owner.ts';
import { getAt } from '../workload/path.ts';
import type { Workload } from '../workload/workload.ts';
import type { AuthorDocument } from './author-document.ts';
import { collisions, neededBy, type Withdrawal } from './collisions.ts';
import { type DraftObject, draftWithout, draftWithPlan } from './drafts.ts';
import { type Finished, finish } from './finish.ts';
import { type Removal, type RemovalReasons, removalsOf } from './removals.ts';
import { isTemplateReset } from './shared-template.ts';
import {
  editsOf,
  type Fate,
  fulfils,
  isReached,
  type PlannedEdits,
  type SortedEdits,
  sortEdits,
  withheld,
} from './sorted-edits.ts';

export interface Desired extends SortedEdits {
  /** The object that should result. */
  readonly object: Workload;
  /** Injected fields that a client dropped, restored so that the pods do not roll; without those of `applied`. */
  readonly restored: readonly string[];
  /** The past injections that are removed. */
  readonly withdrawn: readonly Removal[];
}

export function desiredObject(recovered: AuthorDocument, plan: Plan, mode: 'enforce' | 'audit' | 'off'): Desired {
  const { received } = recovered;
  const isReset = isTemplateReset(recovered);
  const isThere = (edit: Edit) => fulfils(received, edit) && !(isReset && !isReached(edit, recovered));
  return modes[mode](recovered, plan, editsOf(plan.findings, isThere));
}

const modes = { enforce: enforced, audit: audited, off: optedOut };

function enforced(recovered: AuthorDocument, plan: Plan, edits: PlannedEdits): Desired {
  const draft = draftWithPlan(recovered, plan);
  const finished = finish(recovered, draft);
  const { obstacle } = finished;
  const fate = (edit: Edit): Fate =>
    obstacle === undefined && isReached(edit, recovered) ? 'applied' : withheld(edit, recovered, obstacle);
  return desiredFrom(recovered, sortEdits(edits, fate), {
    draft,
    finished,
    reasons: { usual: reasonUnder(plan), takenBack: takenBack(plan) },
  });
}

function audited(recovered: AuthorDocument, plan: Plan, edits: PlannedEdits): Desired {
  const { kind, received, ours, strays } = recovered;
  const colliding = collisions(kind, received, ours);
  const back = takenBack(plan).filter(({ path }) => ours.includes(path));
  const gone = [...colliding, ...back].map(({ path }) => path);
  const draft = draftWithout(recovered, new Set([...gone, ...strays]));
  const finished = finish(recovered, draft);
  const comesBack = isTemplateReset(recovered) && finished.obstacle === undefined;
  // Obstacles to enforce matter only where enforce would do something.
  const wouldBe = edits.pending.length === 0 ? undefined : finish(recovered, draftWithPlan(recovered, plan)).obstacle;
  const fate = (edit: Edit): Fate => {
    if (!isReached(edit, recovered)) return withheld(edit, recovered, wouldBe);
    // A frozen template gets back the fields that a client dropped, whatever the mode.
    if (comesBack && edit.changes.every(({ path }) => kind.inTemplate(path))) return 'applied';
    return wouldBe === undefined ? 'proposed' : withheld(edit, recovered, wouldBe);
  };
  const reasons = { usual: reasonUnder(plan), colliding, takenBack: back };
  return desiredFrom(recovered, sortEdits(edits, fate), { draft, finished, reasons });
}

/** Every injection is removed, except in an unchanged template, where removing it would roll the pods. */
function optedOut(recovered: AuthorDocument, _plan: Plan, edits: PlannedEdits): Desired {
  const { kind, received, ours, frozen } = recovered;
  const usual = knativeReason(received) === undefined ? 'opted-out' : 'of-knative';
  const needed = neededBy(kind, received, ours);
  const gone = ours.filter((path) => !(frozen && kind.inTemplate(path)) && !needed.includes(path));
  const draft = draftWithout(recovered, new Set(gone), needed);
  const finished = finish(recovered, draft);
  return desiredFrom(recovered, sortEdits(edits), {
    draft,
    finished,
    reasons: { usual: () => usual, takenBack: [] },
  });
}

/** A field that the plan still wants is removed only where the template is frozen. */
function reasonUnder({ changes }: Plan): RemovalReasons['usual'] {
  let wanted: ReadonlySet<string> | undefined;
  return (path) => {
    wanted ??= new Set(changes.map((change) => change.path));
    return wanted.has(path) ? 'frozen' : 'not-wanted';
  };
}

/** What rules take back, even where nothing is patched otherwise. */
function takenBack({ findings }: Plan): readonly Withdrawal[] {
  const back: Withdrawal[] = [];
  for (const finding of findings) {
    if (finding.kind !== 'fine' || finding.takesBack === undefined) continue;
    for (const path of finding.takesBack) back.push({ path, reason: finding.message });
  }
  return back;
}

interface Outcome {
  readonly draft: DraftObject;
  readonly finished: Finished;
  readonly reasons: RemovalReasons;
}

function desiredFrom(recovered: AuthorDocument, sorted: SortedEdits, { draft, finished, reasons }: Outcome): Desired {
  const { object, obstacle } = finished;
  if (obstacle !== undefined) return { ...sorted, object, restored: [], withdrawn: [] };
  const back = restored(recovered);
  const withdrawn = removalsOf(recovered, { draft, object, restored: back, reasons });
  return { ...sorted, object, restored: butApplied(back, sorted), withdrawn };
}

/** The injected fields that come back with a frozen template. */
function restored(recovered: AuthorDocument): readonly string[] {
  const { kind, stored, received } = recovered;
  if (stored === undefined || !isTemplateReset(recovered)) return [];
  const { ours, record } = stored;
  return ours.filter(
    (path) => kind.inTemplate(path) && !sameOnceDefaulted(path, record.set[path], getAt(received, path)),
  );
}

function butApplied(paths: readonly string[], { applied }: SortedEdits): readonly string[] {
  if (paths.length === 0 || applied.length === 0) return paths;
  const written = new Set(applied.flatMap(({ changes }) => changes.map(({ path }) => path)));
  return paths.filter((path) => !written.has(path));
}
