// Reads a manifest as the API server decodes it: fields that the API does not have are dropped or refused, a value of another type
// is refused, null is an absent field, and null in a list or map is an empty item. The rules of the other files judge the result.

import { describe } from '../../workload/field-types.ts';
import { isObject, type Json, type JsonObject } from '../../workload/json.ts';
import type { WorkloadKind } from '../../workload/kinds/kind.ts';
import { dottedPath, type Keys, type ManifestError, mostMistakes, type Spot, shortened } from './mistake.ts';
import { type FieldType, type Schema, schemaOf } from './schema.ts';
import { titleOf } from './titles.ts';
import { unknownField } from './unknown-fields.ts';
import { foundText, valueTypes } from './values.ts';

export interface Decoded {
  readonly value: JsonObject;
  readonly mistakes: readonly ManifestError[];
}

/** An object with its place, for the rules. */
export interface Visit extends Spot {
  readonly value: JsonObject;
}

interface Reading {
  readonly kind: WorkloadKind;
  readonly schema: Schema;
  readonly mistakes: ManifestError[];
  /** Called for each object once it is decoded. */
  readonly visit: (visit: Visit) => void;
}

export function decodeWorkload(kind: WorkloadKind, workload: JsonObject, visit: Reading['visit']): Decoded {
  const schema = schemaOf(kind);
  const mistakes: ManifestError[] = [];
  const top: Spot = { keys: [], title: `the top of a ${kind.kind}`, type: schema.root };
  const value = readObject(workload, top, { kind, schema, mistakes, visit });
  return { value, mistakes };
}

function readObject(value: JsonObject, spot: Spot, reading: Reading): JsonObject {
  const fields = reading.schema.types.get(spot.type);
  const decoded: Record<string, Json> = {};
  for (const [key, member] of Object.entries(value)) {
    const type = fields?.get(key);
    if (type === undefined) {
      blame(reading, () => unknownField(key, { spot, value, schema: reading.schema, kind: reading.kind }));
      continue;
    }
    const next =
      member === null || member === undefined ? undefined : read(member, type, spot, [...spot.keys, key], reading);
    if (next !== undefined) decoded[key] = next;
  }
  reading.visit({ ...spot, value: decoded });
  return decoded;
}

/** Undefined for a value of another type. `parent`: the innermost object around it. */
function read(value: Json, type: FieldType, parent: Spot, keys: Keys, reading: Reading): Json | undefined {
  if (type.kind === 'value') {
    const { takes, allowed } = valueTypes[type.name];
    return takes(value) ? value : wrong(reading, keys, allowed, foundText(value, type.name));
  }
  if (type.kind === 'list') {
    if (!Array.isArray(value)) return wrong(reading, keys, 'a list', foundText(value, undefined));
    // A wrong item becomes an empty one, so that those behind it keep their positions.
    return value.map((item: Json, i) => {
      return read(item ?? empty(type.of), type.of, parent, [...keys, i], reading) ?? empty(type.of);
    });
  }
  if (!isObject(value)) return wrong(reading, keys, allowedMap(type), foundText(value, undefined));
  if (type.kind === 'map') return readMap(value, type.of, keys, reading);
  const spot = { keys, type: type.name, parent, title: titleOf(keys, value, type.name, parent) };
  return readObject(value, spot, reading);
}

function readMap(value: JsonObject, of: FieldType, keys: Keys, reading: Reading): JsonObject {
  const decoded: [string, Json][] = [];
  for (const [key, member] of Object.entries(value)) {
    const given = member ?? empty(of);
    const isRight = of.kind !== 'value' || valueTypes[of.name].takes(given);
    if (isRight) decoded.push([key, given]);
    else wrongEntry(reading, keys, key, given, of.name === 'string' ? 'a string' : valueTypes[of.name].allowed);
  }
  return Object.fromEntries(decoded);
}

function wrongEntry(reading: Reading, keys: Keys, key: string, value: Json, allowed: string): void {
  const isPlain = typeof value === 'number' || typeof value === 'boolean';
  const hint = isPlain && allowed === 'a string' ? ': put it in quotes' : '';
  const found = isPlain ? `the ${typeof value} ${value}` : describe(value);
  const message = `${dottedPath(keys)}[${shortened(key)}] must be ${allowed}, found ${found}${hint}`;
  blame(reading, () => ({ keys: [...keys, key], message }));
}

function wrong(reading: Reading, keys: Keys, allowed: string, found: string): undefined {
  blame(reading, () => ({ keys, message: `${dottedPath(keys)} must be ${allowed}, found ${found}` }));
}

function blame({ mistakes }: Reading, make: () => ManifestError): void {
  if (mistakes.length < mostMistakes) mistakes.push(make());
}

function empty(type: FieldType): Json {
  if (type.kind === 'list') return [];
  if (type.kind !== 'value') return {};
  if (type.name === 'string' || type.name === 'intOrString') return '';
  return type.name === 'boolean' ? false : 0;
}

function allowedMap(type: FieldType): string {
  return type.kind === 'map' && type.of.kind === 'value' && type.of.name === 'string'
    ? 'a map of strings to strings'
    : 'an object';
}
