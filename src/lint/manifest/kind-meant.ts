// The kind of workload that a document means, even where its kind is misspelt: otherwise nobody would be told.

import { isObject, type Json, type JsonObject, objectAt, own } from '../../workload/json.ts';
import type { WorkloadKind } from '../../workload/kinds/kind.ts';
import { hasVersion, kindMeant, workloadKinds } from '../../workload/kinds/kinds.ts';
import { getAt } from '../../workload/path.ts';
import { sameWord } from './other-names.ts';
import { type Fields, objectIn, schemaOf } from './schema.ts';

export function workloadKindOf(value: Json): WorkloadKind | undefined {
  if (!isObject(value)) return undefined;
  const exact = kindMeant(value);
  if (exact !== undefined) return exact;
  const written = own(value, 'kind');
  if (typeof written === 'string' && written !== '')
    return workloadKinds().find((kind) => sameWord(written, kind.kind) && hadVersion(kind, own(value, 'apiVersion')));
  // Without a kind, or with a key such as `Kind`.
  return (written || null) === null ? closest(value) : undefined;
}

/** Of the kinds with these parts the first that has every field, or else the first. */
function closest(value: JsonObject): WorkloadKind | undefined {
  const kinds = workloadKinds().filter((kind) => isWhole(kind, value));
  const fields = Object.keys(objectAt(value, 'spec'));
  return kinds.find((kind) => fields.every((field) => specOf(kind)?.has(field) === true)) ?? kinds[0];
}

function specOf(kind: WorkloadKind): Fields | undefined {
  const { root, types } = schemaOf(kind);
  return types.get(objectIn(types.get(root)?.get('spec')) ?? '');
}

function isWhole(kind: WorkloadKind, value: JsonObject): boolean {
  return hadVersion(kind, own(value, 'apiVersion')) && kind.whole.every((path) => isObject(getAt(value, path)));
}

/** Other groups may have a kind of nearly the same name. */
function hadVersion(kind: WorkloadKind, found: Json | undefined): boolean {
  return hasVersion(kind, found) || kind.former?.apiVersions.includes(`${found}`) === true;
}
