// Writes new field values into a document's source as an author would, and keeps everything else byte for byte.
// Never re-emits: it splices at the positions of the nodes, reads the result again, and gives up a document that came out wrong.

import { equal, isObject, type Json } from '../workload/json.ts';
import { type FieldChange, setAll } from '../workload/path.ts';
import { readDocuments, type SourceDocument, withoutMark } from './documents.ts';
import type { FieldOrder } from './field-order.ts';
import { layoutOf } from './layout.ts';
import { newEditing, reconcile } from './reconcile.ts';
import { type Segment, type Splice, splice, textAfter, unchanged } from './splice.ts';

export interface Edited {
  readonly text: string;
  /** The text before and after, in pieces for a quick comparison: most are unchanged. */
  readonly segments: readonly Segment[];
  /** The documents with new contents, each with its replacements. Offsets count from after the byte order mark. */
  readonly edited: ReadonlyMap<SourceDocument, readonly Splice[]>;
  /** The documents that could not be edited, each with the reason as a part of a sentence. */
  readonly refused: ReadonlyMap<SourceDocument, string>;
}

export interface DocumentEdit {
  readonly changes: readonly FieldChange[];
  /** Where new keys go. */
  readonly order: FieldOrder;
}

export type ChangesByDocument = ReadonlyMap<SourceDocument, DocumentEdit>;

/** `text` with the changes `wanted`; `documents` are all that readDocuments returned for it. */
export function editText(text: string, documents: readonly SourceDocument[], wanted: ChangesByDocument): Edited {
  const body = withoutMark(text);
  const mark = text.slice(0, text.length - body.length);
  const refused = new Map<SourceDocument, string>();
  const edited = new Map<SourceDocument, readonly Splice[]>();
  const segments: Segment[] = [unchanged(mark)];
  let done = 0;
  for (const [part, inPart] of Map.groupBy(documents, (document) => document.part)) {
    const values = valuesOf(inPart, wanted);
    if (values.size === 0) continue;
    segments.push(unchanged(body.slice(done, part.start)), ...editPart(body, inPart, { values, edited, refused }));
    done = part.end;
  }
  segments.push(unchanged(body.slice(done)));
  return { text: textAfter(segments), segments, edited, refused };
}

interface Target {
  readonly value: Json;
  readonly order: FieldOrder;
}

type Values = ReadonlyMap<SourceDocument, Target>;

/** The wanted values of the documents, without those that already have them. */
function valuesOf(documents: readonly SourceDocument[], wanted: ChangesByDocument): Values {
  const all = documents.map((document) => {
    const { changes = [], order = {} } = wanted.get(document) ?? {};
    return [document, { value: wantedValue(document, changes), order }] as const;
  });
  return new Map(all.filter(([document, { value }]) => !equal(document.value, value)));
}

interface Work {
  readonly values: Values;
  readonly edited: Map<SourceDocument, readonly Splice[]>;
  readonly refused: Map<SourceDocument, string>;
}

/** Tries all edits; if the result is wrong, all but those of shared parts; otherwise none. */
function editPart(body: string, documents: readonly SourceDocument[], { values, edited, refused }: Work): Segment[] {
  const active = [...values.keys()];
  const part = active[0]?.part ?? { start: 0, end: body.length };
  const attempt = (chosen: readonly SourceDocument[]) => {
    const some = new Map([...values].filter(([document]) => chosen.includes(document)));
    const { splices, shared } = splicesFor(some, body);
    const moved = [...splices.values()]
      .flat()
      .map((one) => ({ ...one, start: one.start - part.start, end: one.end - part.start }));
    const segments = splice(body.slice(part.start, part.end), moved);
    return { splices, shared, segments, right: saysThe(documents, some, textAfter(segments)) };
  };

  const all = attempt(active);
  const alone = active.filter((document) => !all.shared.has(document));
  const some = all.right || alone.length === active.length ? all : attempt(alone);
  for (const [document, own] of some.right ? some.splices : []) edited.set(document, own);
  for (const document of active) {
    if (edited.has(document)) continue;
    const anchor = all.shared.get(document);
    refused.set(
      document,
      anchor === undefined ? 'its layout is too unusual for an edit that keeps the rest' : sharedReason(anchor),
    );
  }
  return some.right ? some.segments : [unchanged(body.slice(part.start, part.end))];
}

function sharedReason(anchor: string): string {
  return `the fields to change are under the YAML anchor ${anchor}, and other places that use it must stay as they are`;
}

function wantedValue(document: SourceDocument, changes: readonly FieldChange[]): Json {
  if (!isObject(document.value)) return document.value;
  return setAll(document.value, changes);
}

function splicesFor(values: Values, body: string) {
  const editing = newEditing();
  const shared = new Map<SourceDocument, string>();
  const splices = new Map<SourceDocument, readonly Splice[]>();
  for (const [document, { value, order }] of values) {
    editing.shared = undefined;
    const first = editing.splices.length;
    const spot = { keys: [], order, layout: layoutOf(body, document.root) };
    reconcile(document.root, [document.value, value], spot, editing);
    splices.set(document, editing.splices.slice(first));
    if (editing.shared !== undefined) shared.set(document, editing.shared);
  }
  return { splices, shared };
}

/** True when `text` reads as the documents with `values`, and the others as before. */
function saysThe(documents: readonly SourceDocument[], values: Values, text: string): boolean {
  const now = readDocuments('', text);
  if (now.problems.length > 0 || now.documents.length !== documents.length) return false;
  return documents.every((document, i) =>
    equal(now.documents[i]?.value, values.get(document)?.value ?? document.value),
  );
}
