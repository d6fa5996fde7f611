// What a value in the configuration may be: what is wrong with it, and the JSON schema for editors, both follow from its shape.

import { either } from '../../policy/fields.ts';
import { type FieldError, type FieldKeys, fieldError, show, unknownKeys } from '../../policy/validation/field-error.ts';
import { closestWord } from '../../text/closest-word.ts';
import { isObject, type Json } from '../../workload/json.ts';

export type ValueShape = TextShape | ChoiceShape | ListShape | ObjectShape;

interface TextShape {
  readonly kind: 'text';
  /** A noun phrase. */
  readonly allowed: string;
  readonly pattern: RegExp;
  readonly maxLength?: number;
  /** What the pattern cannot say. */
  readonly isValid?: (text: string) => boolean;
}

interface ChoiceShape {
  readonly kind: 'choice';
  readonly choices: readonly string[];
}

interface ListShape {
  readonly kind: 'list';
  readonly allowed: string;
  readonly of: ValueShape;
  /** True where one item may be written without a list. */
  readonly orOne?: true;
}

export interface ObjectShape {
  readonly kind: 'object';
  readonly allowed: string;
  readonly fields: Readonly<Record<string, FieldShape>>;
  /** Fields at least one of which must be there. */
  readonly needsOneOf?: readonly string[];
  /** The field whose value may be written in place of the whole object. */
  readonly shorthand?: string;
}

export interface FieldShape {
  readonly shape: ValueShape;
  /** A sentence. */
  readonly description: string;
  readonly required?: true;
}

/** Every mistake, in the order of the table. */
export function mistakesIn(value: Json | undefined, shape: ValueShape, at: FieldKeys = []): readonly FieldError[] {
  if (shape.kind === 'list') return inList(value, shape, at);
  if (shape.kind === 'object') return inObject(value, shape, at);
  if (shape.kind === 'choice') return inChoice(value, shape, at);
  return isText(value, shape) ? [] : [fieldError(at, show(value), shape.allowed)];
}

function isText(
  value: Json | undefined,
  { pattern, maxLength = Number.POSITIVE_INFINITY, isValid }: TextShape,
): boolean {
  if (typeof value !== 'string' || value.length > maxLength || !pattern.test(value)) return false;
  return isValid?.(value) ?? true;
}

function inChoice(value: Json | undefined, { choices }: ChoiceShape, at: FieldKeys): readonly FieldError[] {
  if (typeof value !== 'string') return [fieldError(at, show(value), either(choices))];
  return choices.includes(value) ? [] : [fieldError(at, show(value), either(choices), closestWord(value, choices))];
}

function inList(value: Json | undefined, { of, allowed, orOne }: ListShape, at: FieldKeys): readonly FieldError[] {
  if (Array.isArray(value))
    return (value as readonly Json[]).flatMap((item, index) => mistakesIn(item, of, [...at, index]));
  if (orOne && typeof value === 'string') return mistakesIn(value, of, at);
  return [fieldError(at, show(value), allowed)];
}

function inObject(value: Json | undefined, shape: ObjectShape, at: FieldKeys): readonly FieldError[] {
  const { fields, allowed, shorthand, needsOneOf = [] } = shape;
  const short = shorthand === undefined ? undefined : fields[shorthand];
  if (typeof value === 'string' && short !== undefined) return mistakesIn(value, short.shape, at);
  if (!isObject(value)) return [fieldError(at, show(value), allowed)];
  const lacks = needsOneOf.length > 0 && !needsOneOf.some((key) => Object.hasOwn(value, key));
  return [
    ...unknownKeys(value, Object.keys(fields), at),
    ...Object.entries(fields).flatMap(([key, field]) => {
      if (Object.hasOwn(value, key)) return mistakesIn(value[key], field.shape, [...at, key]);
      return field.required ? [fieldError([...at, key], 'nothing', allowedIn(field.shape))] : [];
    }),
    ...(lacks ? [fieldError(at, `none of ${needsOneOf.join(', ')}`, 'one of them or several')] : []),
  ];
}

export function allowedIn(shape: ValueShape): string {
  return shape.kind === 'choice' ? either(shape.choices) : shape.allowed;
}
