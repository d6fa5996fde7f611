// Every mistake in a label selector.

import { closestWord } from '../../text/closest-word.ts';
import { isObject, type Json, type JsonObject } from '../../workload/json.ts';
import { either } from '../fields.ts';
import { longestLabelKey, type SelectorBounds, tooMany } from './bounds.ts';
import { type FieldError, type FieldKeys, fieldError, show, unknownKeys } from './field-error.ts';
import { allowedNames, isLabelKey, isLabelValue } from './names.ts';

const operators = ['In', 'NotIn', 'Exists', 'DoesNotExist'];

export function selectorMistakes(selector: Json, at: FieldKeys, bounds: SelectorBounds): FieldError[] {
  const known = ['matchLabels', 'matchExpressions'];
  if (!isObject(selector)) return [fieldError(at, show(selector), `an object with ${known.join(', ')}`)];
  const { matchLabels, matchExpressions } = selector;
  return [
    ...unknownKeys(selector, known, at),
    ...(matchLabels === undefined ? [] : labelMistakes(matchLabels, [...at, 'matchLabels'], bounds)),
    ...(matchExpressions === undefined
      ? []
      : expressionsMistakes(matchExpressions, [...at, 'matchExpressions'], bounds)),
  ];
}

function labelMistakes(labels: Json, at: FieldKeys, { labels: most }: SelectorBounds): FieldError[] {
  if (!isObject(labels)) return [fieldError(at, show(labels), 'an object of label keys and values')];
  const keys = Object.keys(labels);
  if (keys.length > most) return [tooMany(keys, most, at)];
  const long = keys.find((key) => key.length > longestLabelKey);
  if (long !== undefined)
    return [fieldError(at, `a key of ${long.length} characters`, `keys of at most ${longestLabelKey} characters`)];
  return Object.entries(labels).flatMap(([key, value = null]) => [
    ...keyMistakes(key, [...at, key]),
    ...valueMistakes(value, [...at, key]),
  ]);
}

function keyMistakes(key: Json | undefined, at: FieldKeys): FieldError[] {
  return typeof key === 'string' && isLabelKey(key) ? [] : [fieldError(at, show(key), allowedNames.labelKey)];
}

function valueMistakes(value: Json, at: FieldKeys): FieldError[] {
  if (typeof value === 'string' && isLabelValue(value)) return [];
  // true, 1 and the like are not strings unless quoted.
  const quoted = typeof value === 'number' || typeof value === 'boolean' ? `"${value}"` : undefined;
  return [fieldError(at, show(value), allowedNames.labelValue, quoted)];
}

function expressionsMistakes(expressions: Json, at: FieldKeys, bounds: SelectorBounds): FieldError[] {
  if (!Array.isArray(expressions)) return [fieldError(at, show(expressions), 'a list of requirements')];
  if (expressions.length > bounds.expressions) return [tooMany(expressions, bounds.expressions, at)];
  return expressions.flatMap((expression: Json, index) => expressionMistakes(expression, [...at, index], bounds));
}

function expressionMistakes(expression: Json, at: FieldKeys, bounds: SelectorBounds): FieldError[] {
  const known = ['key', 'operator', 'values'];
  if (!isObject(expression)) return [fieldError(at, show(expression), `an object with ${known.join(', ')}`)];
  return [
    ...unknownKeys(expression, known, at),
    ...keyMistakes(expression.key, [...at, 'key']),
    ...operatorMistakes(expression, at, bounds),
  ];
}

function operatorMistakes({ operator, values }: JsonObject, at: FieldKeys, bounds: SelectorBounds): FieldError[] {
  if (typeof operator !== 'string' || !operators.includes(operator)) {
    const suggestion = typeof operator === 'string' ? closestWord(operator, operators) : undefined;
    return [fieldError([...at, 'operator'], show(operator), either(operators), suggestion)];
  }
  const valuesAt = [...at, 'values'];
  if (operator === 'Exists' || operator === 'DoesNotExist') {
    const none = values === undefined || (Array.isArray(values) && values.length === 0);
    return none ? [] : [fieldError(valuesAt, show(values), `no values with operator ${operator}`)];
  }
  if (!Array.isArray(values) || values.length === 0) {
    const found = Array.isArray(values) ? 'an empty list' : show(values);
    return [fieldError(valuesAt, found, `a list of at least one label value with operator ${operator}`)];
  }
  if (values.length > bounds.values) return [tooMany(values, bounds.values, valuesAt)];
  return values.flatMap((value: Json, index) => valueMistakes(value, [...valuesAt, index]));
}
