// From a draft to the object that may be written: a frozen template stays, the record is written, and what the API server would
// refuse is not.

import { mergeRecords, recordAt } from '../workload/injection-record.ts';
import { equal } from '../workload/json.ts';
import { setAt } from '../workload/path.ts';
import { violations } from '../workload/violations.ts';
import type { Workload } from '../workload/workload.ts';
import type { AuthorDocument } from './author-document.ts';
import type { DraftObject } from './drafts.ts';
import { isSettled, withRecord } from './write-record.ts';

/** no-room: the annotations cannot take the record. unsound: without what we wrote earlier the author's own document would be refused. */
export type Obstacle = 'no-room' | 'unsound';

export interface Finished {
  /** The object as received if there is an obstacle. */
  readonly object: Workload;
  readonly obstacle?: Obstacle;
}

export function finish(recovered: AuthorDocument, draft: DraftObject): Finished {
  const { received } = recovered;
  const { body, record } = freeze(recovered, draft);
  const changed = !equal(received, body);
  if (changed && breaksWhatWasSent(recovered, body)) return { object: received, obstacle: 'unsound' };
  if (!changed && isSettled(recovered, record)) return { object: body };
  const object = withRecord(recovered, body, record);
  return object === undefined ? { object: received, obstacle: 'no-room' } : { object };
}

/** A template that the author did not change stays as stored, with our fields in it: any other would roll the pods. */
function freeze(
  { kind, stored, frozenRecord }: AuthorDocument,
  draft: DraftObject,
): Pick<DraftObject, 'body' | 'record'> {
  if (frozenRecord === undefined || stored === undefined) return draft;
  const { body, record } = draft;
  const outside = recordAt(
    record,
    Object.keys(record.set).filter((path) => !kind.inTemplate(path)),
  );
  return {
    body: setAt(body, kind.template, kind.templateOf(stored.object)),
    record: mergeRecords(frozenRecord, outside),
  };
}

/**
 * True when `body` would be refused although the object as sent would not, because the author's own document is invalid: then our
 * earlier injections kept it valid, and they stay. Or because the stored template is invalid, as where the schema of a custom resource
 * does not know a field that we wrote. @throws for a violation that only our plan introduces, which is a bug.
 */
function breaksWhatWasSent({ kind, author, received, stored }: AuthorDocument, body: Workload): boolean {
  const found = violations(kind, body);
  if (found.length === 0) return false;
  const sent = new Set(violations(kind, received).map(({ path }) => path));
  const known = [author, ...(stored === undefined ? [] : [stored.object])];
  const explained = new Set(known.flatMap((one) => violations(kind, one)).map(({ path }) => path));
  const brought = found.filter(({ path }) => !sent.has(path));
  const ours = brought.find(({ path }) => !explained.has(path));
  if (ours !== undefined) throw new Error(`the planned object would be refused: ${ours.path}: ${ours.message}`);
  return brought.length > 0;
}
