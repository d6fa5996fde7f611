// When and how the record of the injections is written into the object.

import { recordAnnotation } from '../names.ts';
import { isLastApplied, isStale } from '../workload/adoption.ts';
import { digestOf, formatRecord, type InjectionRecord, parseRecord, sameFields } from '../workload/injection-record.ts';
import { equal } from '../workload/json.ts';
import { getAt, removeAt, setAt } from '../workload/path.ts';
import type { Workload } from '../workload/workload.ts';
import type { AuthorDocument } from './author-document.ts';
import { digestOfAuthor } from './raise-proof.ts';
import { annotationOf, isAsStored } from './read-record.ts';

/** `body` with `record` in its annotation; undefined where the annotations have no room for it. */
export function withRecord(recovered: AuthorDocument, body: Workload, record: InjectionRecord): Workload | undefined {
  const result = withAnnotation(body, formatRecord(dated(recovered, record)));
  // An injection that cannot be recorded could never be withdrawn, so it is not written.
  return hasRoom(result) || !hasRoom(recovered.received) ? result : undefined;
}

/**
 * True when the annotation may stay as it is. A changed annotation bumps the generation, so the record is written only where
 * something else does that too (our patch, a change of the spec or of another annotation), or where it would otherwise stay wrong:
 * an empty one keeps the API server calling, and only now is it known that the author has taken over a value.
 */
export function isSettled(recovered: AuthorDocument, record: InjectionRecord): boolean {
  const { kind, received, stored, record: before, adopted, evidence } = recovered;
  const text = annotationOf(received);
  if (formatRecord(record) === undefined) return text === undefined;
  const inReceived = isAsStored(received, stored) ? stored.claimed : parseRecord(kind, text);
  // An undo brings a record back, but leaves the last-applied manifest as it is.
  if (isDenied(recovered, record) && !isStale(before, evidence)) return false;
  if (text !== undefined && inReceived !== undefined && sameFields(inReceived, record)) return true;
  return (
    stored !== undefined &&
    equal(received.metadata.annotations, stored.object.metadata.annotations) &&
    equal(received.spec, stored.object.spec) &&
    !adopted.some((path) => before.authorValues[path] !== undefined)
  );
}

/** True when last-applied holds a field of `record`, and yet the author has not taken it over. */
function isDenied({ adopted, evidence }: AuthorDocument, record: InjectionRecord): boolean {
  return Object.keys(record.set).some((path) => isLastApplied(path, record, evidence) && !adopted.includes(path));
}

/** `record`, with the digests that a later call needs to read it correctly. */
function dated(recovered: AuthorDocument, { set, authorValues: was }: InjectionRecord): InjectionRecord {
  const { kind, author, evidence } = recovered;
  const fields = {
    set,
    authorValues: was,
    ...(isDenied(recovered, { set, authorValues: was }) && { despite: digestOf(evidence.manifestText ?? '') }),
  };
  return {
    ...fields,
    ...(Object.keys(was).length > 0 && { madeFor: digestOfAuthor(kind, author) }),
    ...overwritten(recovered, fields),
  };
}

function overwritten(
  { kind, received, stored }: AuthorDocument,
  fields: InjectionRecord,
): Pick<InjectionRecord, 'over'> {
  if (stored === undefined) return {};
  const { object, claimed, record } = stored;
  const same = sameFields(fields, record) && sameFields(fields, claimed) && fields.despite === claimed.despite;
  // Without a mark, a value that is raised again would look like the author's in a later call. The digest leaves the replicas out.
  const isScaled =
    kind.replicas !== undefined && !equal(getAt(received, kind.replicas.path), getAt(object, kind.replicas.path));
  const scaled = Object.keys(fields.authorValues).length > 0 && isScaled;
  const over = same && !scaled ? record.over : object.metadata.resourceVersion;
  return typeof over === 'string' ? { over } : {};
}

// kubernetes/apimachinery pkg/api/validation/objectmeta.go, TotalAnnotationSizeLimitB: names and values together.
const annotationBytesLimit = 256 * 1024;

function hasRoom({ metadata }: Workload): boolean {
  const annotations = metadata.annotations ?? {};
  let units = 0;
  for (const name in annotations) units += name.length + (annotations[name] ?? '').length;
  // No unit of a string takes more than three bytes.
  if (units * 3 <= annotationBytesLimit) return true;
  const bytes = Object.entries(annotations).map(([name, value]) => Buffer.byteLength(name) + Buffer.byteLength(value));
  return bytes.reduce((sum, size) => sum + size, 0) <= annotationBytesLimit;
}

function withAnnotation(document: Workload, text: string | undefined): Workload {
  const path = `metadata.annotations[${recordAnnotation}]`;
  if (annotationOf(document) === text) return document;
  return text === undefined ? removeAt(document, path) : setAt(document, path, text);
}
