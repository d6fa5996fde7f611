// The edits of a plan, sorted by what becomes of them.

import type { Edit, Finding } from '../rules/finding.ts';
import { sameOnceDefaulted } from '../workload/api-defaults.ts';
import { getAt } from '../workload/path.ts';
import type { Workload } from '../workload/workload.ts';
import type { AuthorDocument } from './author-document.ts';
import type { Obstacle } from './finish.ts';

/** Each edit of the plan is in one list; after an opt-out those that are not there are in none. */
export interface SortedEdits {
  /** In the object received, and in what should result: an earlier answer wrote them. */
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

export interface PlannedEdits {
  readonly there: readonly Edit[];
  readonly pending: readonly Edit[];
}

export type Fate = Exclude<keyof SortedEdits, 'there'>;

/** The edits among `findings`: those that `isThere` holds for, and the others. */
export function editsOf(findings: readonly Finding[], isThere: (edit: Edit) => boolean): PlannedEdits {
  const there: Edit[] = [];
  const pending: Edit[] = [];
  for (const finding of findings) {
    if (finding.kind === 'edit') (isThere(finding) ? there : pending).push(finding);
  }
  return { there, pending };
}

/** True when every field that the edit writes has its value already. */
export function fulfils(object: Workload, { changes }: Pick<Edit, 'changes'>): boolean {
  return changes.every(({ path, value }) => sameOnceDefaulted(path, value, getAt(object, path)));
}

const none: SortedEdits = { there: [], applied: [], proposed: [], postponed: [], unrecorded: [], blocked: [] };

/** An edit without a fate is in no list. */
export function sortEdits({ there, pending }: PlannedEdits, fate?: (edit: Edit) => Fate): SortedEdits {
  if (pending.length === 0 || fate === undefined) return { ...none, there };
  return { ...none, there, ...Object.groupBy(pending, fate) };
}

/** True when the edit can come into the object now: a frozen template has what the stored one has. */
export function isReached({ changes }: Edit, { kind, frozen, stored }: AuthorDocument): boolean {
  if (!frozen || stored === undefined) return true;
  return fulfils(stored.object, { changes: changes.filter(({ path }) => kind.inTemplate(path)) });
}

/** What becomes of an edit that is not written and not proposed. */
export function withheld({ changes }: Edit, { kind, frozen }: AuthorDocument, obstacle: Obstacle | undefined): Fate {
  if (frozen && changes.some(({ path }) => kind.inTemplate(path))) return 'postponed';
  return obstacle === 'no-room' ? 'unrecorded' : 'blocked';
}
