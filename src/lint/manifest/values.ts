// The values that the API server decodes for a field of each type, and how to write one that it does not.

import { describe } from '../../workload/field-types.ts';
import { isObject, type Json } from '../../workload/json.ts';
import type { ValueName } from './schema.ts';

interface ValueType {
  readonly allowed: string;
  readonly takes: (value: Json) => boolean;
}

const wholeNumber = (most: number) => (value: Json) =>
  typeof value === 'number' && Number.isInteger(value) && value >= -most - 1 && value <= most;
const int32 = wholeNumber(2 ** 31 - 1);
// Neither JavaScript nor YAML's floats tell the numbers above apart; the API server refuses what does not fit into 64 bits.
const int64 = wholeNumber(2 ** 63 - 1024);

const quantity = /^ *[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[KMGTPE]i|[numkMGTPE]|[eE][-+]?\d+)? *$/;
const timestamp = /^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(?:\.\d+)?(?:[Zz]|[-+]\d\d:\d\d)$/;

export const valueTypes: Readonly<Record<ValueName, ValueType>> = {
  string: { allowed: 'a string', takes: (value) => typeof value === 'string' },
  int32: { allowed: 'a whole number', takes: int32 },
  int64: { allowed: 'a whole number', takes: int64 },
  boolean: { allowed: 'true or false', takes: (value) => typeof value === 'boolean' },
  intOrString: { allowed: 'a whole number or a string', takes: (value) => typeof value === 'string' || int32(value) },
  quantity: {
    allowed: 'a quantity such as 500m or 1Gi',
    takes: (value) => typeof value === 'number' || (typeof value === 'string' && quantity.test(value)),
  },
  time: {
    allowed: 'a time such as 2030-01-31T12:00:00Z',
    takes: (value) => typeof value === 'string' && timestamp.test(value),
  },
  any: { allowed: 'anything', takes: () => true },
};

/** What stands there, and how to write what was probably meant: `string "2": remove the quotes`. */
export function foundText(value: Json, name: ValueName | undefined): string {
  const hint = hintFor(value, name);
  return `${describe(value)}${hint === undefined ? '' : `: ${hint}`}`;
}

function hintFor(value: Json, name: ValueName | undefined): string | undefined {
  if (name === undefined) return undefined;
  if (name === 'string') return isObject(value) || Array.isArray(value) ? undefined : 'put it in quotes';
  const meant = typeof value === 'string' ? plain(value) : undefined;
  if (meant !== undefined && valueTypes[name].takes(meant)) return 'remove the quotes';
  const tooLarge = typeof value === 'number' && Number.isInteger(value) && (name === 'int32' || name === 'intOrString');
  return tooLarge ? 'the API has room for 32 bits' : undefined;
}

/** What a string would be without its quotes. */
function plain(text: string): Json | undefined {
  if (text === 'true' || text === 'false') return text === 'true';
  return /^-?\d{1,15}$/.test(text) ? Number(text) : undefined;
}
