// The edits of a plan, sorted by their fate.

import type { Edit, Finding } from '../rules/finding.ts';
import { sameOnceDefaulted } from '../workload/api-defaults.ts';
import { getAt } from '../workload/path.ts';
import type { Workload } from '../workload/workload.ts';
import type { AuthorDocument } from './author-document.ts';
import type { Obstacle } from './finish.ts';

/** Each edit of the plan is in exactly one list; after an opt-out, edits that are not there yet are in none. */
export interface SortedEdits {
  /** Already in the received object and kept in the result: an earlier response wrote them. */
  readonly there: readonly Edit[];
  /** Written by this response. */
  readonly applied: readonly Edit[];
  /** Would be written under enforce. */
  readonly proposed: readonly Edit[];
  /** Will be written when the author changes the pod template. */
  readonly postponed: readonly Edit[];
  /** Not written, because the annotations have no room for the record. */
  readonly unrecorded: readonly Edit[];
  /** Not written, because the author's own document would be refused without earlier injections: everything stays as it is. */
  readonly blocked: readonly Edit[];
}

export interface PlannedEdits {
  readonly there: readonly Edit[];
  readonly pending: readonly Edit[];
}

export type Fate = Exclude<keyof SortedEdits, 'there'>;

/** The edits among `findings`, split by `isThere`. */
export function editsOf(findings: readonly Finding[], isThere: (edit: Edit) => boolean): PlannedEdits {
  const there: Edit[] = [];
  const pending: Edit[] = [];
  for (const finding of findings) {
    if (finding.kind === 'edit') (isThere(finding) ? there : pending).push(finding);
  }
  return { there, pending };
}

/** True when every field that the edit writes already has its value. */
export function fulfils(object: Workload, { changes }: Pick<Edit, 'changes'>): boolean {
  return changes.every(({ path, value }) => sameOnceDefaulted(path, value, getAt(object, path)));
}

const none: SortedEdits = { there: [], applied: [], proposed: [], postponed: [], unrecorded: [], blocked: [] };

/** An edit without a fate is in no list. */
export function sortEdits({ there, pending }: PlannedEdits, fate?: (edit: Edit) => Fate): SortedEdits {
  if (pending.length === 0 || fate === undefined) return { ...none, there };
  const sorted: Record<Fate, Edit[]> = { applied: [], proposed: [], postponed: [], unrecorded: [], blocked: [] };
  for (const edit of pending) sorted[fate(edit)].push(edit);
  return { there, ...sorted };
}

/** True when the edit can take effect now: a frozen template holds only what the stored one holds. */
export function isReached({ changes }: Edit, { kind, frozen, stored }: AuthorDocument): boolean {
  if (!frozen || stored === undefined) return true;
  return fulfils(stored.object, { changes: changes.filter(({ path }) => kind.inTemplate(path)) });
}

/** The fate of an edit that is neither written nor proposed. */
export function withheld({ changes }: Edit, { kind, frozen }: AuthorDocument, obstacle: Obstacle | undefined): Fate {
  if (frozen && changes.some(({ path }) => kind.inTemplate(path))) return 'postponed';
  return obstacle === 'no-room' ? 'unrecorded' : 'blocked';
}
