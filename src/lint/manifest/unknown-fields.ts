// Fields that the API does not have where they stand: what was probably meant, and where it belongs.

import { closestWord } from '../../text/closest-word.ts';
import { own } from '../../workload/json.ts';
import { apiVersion } from './api-types.ts';
import { farHome, type Misplaced, nearHome } from './homes.ts';
import { type ManifestError, shortened } from './mistake.ts';
import { fieldsMeantBy, sameWord, wordOf } from './other-names.ts';
import type { Schema } from './schema.ts';

interface Advice {
  readonly meant?: string;
  readonly message: string;
}

export function unknownField(key: string, where: Misplaced): ManifestError {
  const { meant, message } = adviceFor(key, where);
  return { keys: [...where.spot.keys, key], message, ...(meant !== undefined && { meant }) };
}

function adviceFor(key: string, where: Misplaced): Advice {
  const here = respelt(key, where) ?? renamed(key, where) ?? moved(key, where, nearHome);
  return (
    here ?? moved(key, where, farHome) ?? renamedElsewhere(key, where) ?? misspelt(key, where) ?? unknown(key, where)
  );
}

/** A field of this object in another spelling: case, plural, hyphens. */
function respelt(key: string, where: Misplaced): Advice | undefined {
  const near = fieldsAt(where).find((field) => sameWord(field, key));
  return near === undefined ? undefined : isNot(key, near, where);
}

/** The same field where it belongs. */
function moved(key: string, where: Misplaced, homeOf: typeof nearHome): Advice | undefined {
  if (where.spot.type === 'LabelSelector' && typeof own(where.value, key) === 'string')
    return { meant: 'matchLabels', message: `${belongsElsewhere(key, where)}. Move it into matchLabels` };
  const home = homeOf(key, where);
  return home === undefined
    ? undefined
    : { meant: key, message: `${belongsElsewhere(key, where)}. Move it into ${home}` };
}

/** What another tool or kind calls a field of this object, if that is not written as well. */
function renamed(key: string, where: Misplaced): Advice | undefined {
  const names = fieldsMeantBy(key).filter((name) => own(where.value, name) === undefined);
  const here = names.find((name) => fieldsAt(where).includes(name));
  return here === undefined ? undefined : isNot(key, here, where);
}

/** The same for a field of another object, and other spellings of that. */
function renamedElsewhere(key: string, where: Misplaced): Advice | undefined {
  for (const name of [...fieldsMeantBy(key), ...spellingsOf(key, where.schema)]) {
    const home = nearHome(name, where) ?? farHome(name, where);
    if (home !== undefined)
      return { meant: name, message: `${isNotField(key, where)}. Did you mean ${name} in ${home}?` };
  }
  return undefined;
}

const words = new WeakMap<Schema, ReadonlyMap<string, readonly string[]>>();

/** The fields of all types that are the same word as `key`. */
function spellingsOf(key: string, schema: Schema): readonly string[] {
  const known = words.get(schema);
  const fields = () => new Set([...schema.types.values()].flatMap((type) => [...type.keys()]));
  const byWord = known ?? Map.groupBy(fields(), wordOf);
  if (known === undefined) words.set(schema, byWord);
  return byWord.get(wordOf(key)) ?? [];
}

function misspelt(key: string, where: Misplaced): Advice | undefined {
  const near = closestWord(key, fieldsAt(where));
  return near === undefined || !similar(key, near) ? undefined : isNot(key, near, where);
}

/** Stricter than suggestions for our own documents: a field that is new to us must not be mistaken for an old one. */
function similar(key: string, near: string): boolean {
  return Math.abs(key.length - near.length) <= (key.length < 4 ? 1 : 2);
}

function unknown(key: string, { spot, kind }: Misplaced): Advice {
  const api =
    kind.custom === true ? `that hitless knows in ${kind.apiVersion}` : `in the API of Kubernetes ${apiVersion}`;
  const message = `${shortened(key)} is not a field of ${spot.title} ${api}: ${refusedBy(kind.kind)}. Remove it, unless your cluster is newer`;
  return { message };
}

function isNot(key: string, near: string, where: Misplaced): Advice {
  const also = own(where.value, near) === undefined ? '' : ', which is there as well';
  return { meant: near, message: `${isNotField(key, where)}. Did you mean ${near}${also}?` };
}

function isNotField(key: string, { spot, kind }: Misplaced): string {
  return `${shortened(key)} is not a field of ${spot.title}: ${refusedBy(kind.kind)}`;
}

function belongsElsewhere(key: string, { spot, kind }: Misplaced): string {
  return `${shortened(key)} does not belong in ${spot.title}: ${refusedBy(kind.kind)}`;
}

function refusedBy(kind: string): string {
  return `the API server drops it or refuses the ${kind}`;
}

function fieldsAt({ spot, schema }: Misplaced): readonly string[] {
  return [...(schema.types.get(spot.type)?.keys() ?? [])];
}
