// The API's fields and types of a kind of workload, from the table of api-types.ts and the kind's own record.

import type { WorkloadKind } from '../../workload/kinds/kind.ts';
import { apiTypes } from './api-types.ts';

/** The type of a field: a value, an object with known fields, or a list or map of either. */
export type FieldType =
  | { readonly kind: 'value'; readonly name: ValueName }
  | { readonly kind: 'object'; readonly name: string }
  | { readonly kind: 'list'; readonly of: FieldType }
  | { readonly kind: 'map'; readonly of: FieldType };

const valueNames = ['string', 'int32', 'int64', 'boolean', 'quantity', 'intOrString', 'time', 'any'] as const;
export type ValueName = (typeof valueNames)[number];

export type Fields = ReadonlyMap<string, FieldType>;

export interface Schema {
  /** The name of the type of the whole object. */
  readonly root: string;
  /** The fields of each type of object, by its name. */
  readonly types: ReadonlyMap<string, Fields>;
}

const schemas = new WeakMap<WorkloadKind, Schema>();

export function schemaOf(kind: WorkloadKind): Schema {
  const known = schemas.get(kind);
  if (known !== undefined) return known;
  const schema = { root: kind.schema.root, types: reachable(kind.schema.root, { ...apiTypes, ...kind.schema.types }) };
  schemas.set(kind, schema);
  return schema;
}

/** The types that an object of type `root` can hold. */
function reachable(root: string, texts: Readonly<Record<string, string>>): Schema['types'] {
  const types = new Map<string, Fields>();
  const names = new Set([root]);
  for (const name of names) {
    const fields = fieldsIn(texts[name] ?? '');
    types.set(name, fields);
    for (const field of fields.values()) {
      const inside = objectIn(field);
      if (inside !== undefined) names.add(inside);
    }
  }
  return types;
}

/** `name:string ports:[ContainerPort] limits:{quantity}`. */
function fieldsIn(text: string): Fields {
  return new Map(
    text.split(' ').map((field): [string, FieldType] => {
      const [name = '', type = ''] = field.split(':');
      return [name, typeIn(type)];
    }),
  );
}

function typeIn(text: string): FieldType {
  const inside = text.slice(1, -1);
  if (text.startsWith('[')) return { kind: 'list', of: typeIn(inside) };
  if (text.startsWith('{')) return { kind: 'map', of: typeIn(inside) };
  const value = valueNames.find((name) => name === text);
  return value === undefined ? { kind: 'object', name: text } : { kind: 'value', name: value };
}

/** The type of object that a field holds, alone or in a list. */
export function objectIn(type: FieldType | undefined): string | undefined {
  if (type?.kind === 'object') return type.name;
  return type?.kind === 'list' && type.of.kind === 'object' ? type.of.name : undefined;
}
