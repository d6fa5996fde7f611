// Whether a field of a policy document accepts a value.

import { closestWord } from '../../text/closest-word.ts';
import type { Json } from '../../workload/json.ts';
import { allowedValues, type FieldValues, isIntegerWithin, isIntOrPercent } from '../fields.ts';
import { actions } from '../policy.ts';
import { type FieldError, type FieldKeys, fieldError, show } from './field-error.ts';
import { handlerMistakes } from './probe-handler.ts';

export function fieldMistakes(value: Json, field: FieldValues, at: FieldKeys): FieldError[] {
  if (field.kind === 'handler') return handlerMistakes(value, at);
  if (accepts(field, value)) return [];
  return [fieldError(at, show(value), allowedValues(field), suggestion(field, value, at))];
}

/** True when the field accepts `value`; handlers have their own function. */
export function accepts(field: Exclude<FieldValues, { kind: 'handler' }>, value: Json): boolean {
  if (field.kind === 'integer') return isIntegerWithin(value, field.minimum, field.maximum);
  if (field.kind === 'int-or-word') {
    return value === field.word || isIntegerWithin(value, field.minimum, field.maximum);
  }
  if (field.kind === 'int-or-percent') return isIntOrPercent(value, field.maximumPercent);
  return typeof value === 'string' && wordsOf(field).includes(value);
}

function wordsOf(field: FieldValues): readonly string[] {
  if (field.kind === 'action') return actions;
  if (field.kind === 'int-or-word') return [field.word];
  return field.kind === 'choice' ? field.choices : [];
}

function suggestion(field: FieldValues, value: Json, at: FieldKeys): string | undefined {
  // A 0 in the main field of a section means to switch it off.
  if (value === 0 && at.at(-1) === 'seconds') return 'action: "off"';
  if (typeof value !== 'string') return undefined;
  const isNumber = ['integer', 'int-or-percent', 'int-or-word'].includes(field.kind);
  if (!isNumber) return closestWord(value, wordsOf(field));
  // Quoted numbers, and numbers with a unit such as 10s.
  const number = /^(\d{1,9})s?$/.exec(value.trim())?.[1];
  return number === undefined ? closestWord(value, wordsOf(field)) : String(Number(number));
}
