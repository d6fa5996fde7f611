// Who wrote a field? The object is already defaulted when we see it, so its value alone proves nothing where it equals the
// API's default. Two proofs exist: an Apply entry in managedFields (an Update entry lists defaults too), and kubectl's
// last-applied-configuration.

import { applyEntries, type FieldSet, fieldSetKeys, fold, holdsPath, movedBetween } from './apply-entries.ts';
import { equal, type Json, own } from './json.ts';
import type { WorkloadKind } from './kinds/kind.ts';
import { getAt, lastKey } from './path.ts';
import type { Workload } from './workload.ts';

export interface Evidence {
  /** True when a server-side apply owns the path, or something below it. */
  readonly applied: (path: string) => boolean;
  /** The value that the last client-side apply wrote at the path. */
  readonly lastApplied: (path: string) => Json | undefined;
  /** The manifest of the last client-side apply, as in its annotation. */
  readonly manifestText?: string;
}

/** For a manifest before it reaches an API server: everything in it was written by the author. */
export const manifestEvidence: Evidence = { applied: () => true, lastApplied: () => undefined };

const lastAppliedAnnotation = 'kubectl.kubernetes.io/last-applied-configuration';

/** The proofs in `object`; read only when needed, and at most once. `before`: the object that it replaces. */
export function evidenceOf(object: Workload, before?: Workload): Evidence {
  const text = own(object.metadata.annotations, lastAppliedAnnotation);
  const applies = applyEntries(object);
  let owned: FieldSet | undefined;
  let moved: ((path: string) => boolean) | undefined;
  return {
    applied: (path) => {
      if (applies.length === 0) return false;
      owned ??= fold(applies);
      if (!holdsPath(owned, fieldSetKeys(path))) return false;
      moved ??= before === undefined ? () => false : movedBetween(before, object);
      return !moved(path);
    },
    ...(typeof text === 'string' ? { lastApplied: lastAppliedIn(text), manifestText: text } : nothingApplied),
  };
}

const nothingApplied = { lastApplied: () => undefined };

function lastAppliedIn(text: string): Evidence['lastApplied'] {
  const mentioned = new Map<string, boolean>();
  let manifest: Json | undefined;
  return (path) => {
    // Most calls end here: parsing a whole manifest costs more than the decision.
    const key = lastKey(path);
    const known = mentioned.get(key) ?? text.includes(JSON.stringify(key));
    mentioned.set(key, known);
    if (!known) return undefined;
    manifest ??= parse(text);
    return getAt(manifest, path) ?? undefined;
  };
}

export interface Document {
  readonly kind: WorkloadKind;
  readonly workload: Workload;
}

/** For a path: whether the author wrote the value there in `document`. A default without proof counts as not written. */
export function writtenIn(document: Document, evidence: Evidence): (path: string) => boolean {
  const known = new Map<string, boolean>();
  return (path) => {
    const before = known.get(path);
    if (before !== undefined) return before;
    const answer = isWritten(document, evidence, path);
    known.set(path, answer);
    return answer;
  };
}

function isWritten({ kind, workload }: Document, evidence: Evidence, path: string): boolean {
  const value = getAt(workload, path) ?? undefined;
  if (evidence === manifestEvidence) return value !== undefined;
  const { apiDefault, omitted = false } = kind.fieldAt(path) ?? {};
  if (value === undefined && !omitted) return false;
  if (value !== undefined && !equal(value, apiDefault)) return true;
  return evidence.applied(path) || evidence.lastApplied(path) !== undefined;
}

function parse(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return {}; // The annotation comes from users; a broken one proves nothing.
  }
}
