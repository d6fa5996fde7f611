// Why a label selector does not select an object, for its author.

import type { LabelSelector } from '../workload/kubernetes.ts';
import { matches } from '../workload/selector.ts';

type Labels = Readonly<Record<string, string>>;

/** Each requirement that does not hold: `requires app=api, found app=web`. */
export function mismatches(
  { matchLabels = {}, matchExpressions = [] }: LabelSelector,
  labels: Labels,
): readonly string[] {
  const pairs = Object.entries(matchLabels)
    .filter(([key, value]) => !matches({ matchLabels: { [key]: value } }, labels))
    .map(([key, value]) => `requires ${key}=${value}, found ${labelText(key, labels)}`);
  const expressions = matchExpressions
    .filter((expression) => !matches({ matchExpressions: [expression] }, labels))
    .map((expression) => `requires ${requirement(expression)}, found ${labelText(expression.key, labels)}`);
  return [...pairs, ...expressions];
}

function labelText(key: string, labels: Labels): string {
  return Object.hasOwn(labels, key) ? `${key}=${labels[key]}` : `no label ${key}`;
}

const mostValues = 10;

function requirement({ key, operator, values = [] }: NonNullable<LabelSelector['matchExpressions']>[number]): string {
  const shown = values.slice(0, mostValues).join(', ');
  const list = `(${shown}${values.length > mostValues ? ', ...' : ''})`;
  if (operator === 'In') return `${key} in ${list}`;
  if (operator === 'NotIn') return `${key} not in ${list}`;
  return operator === 'Exists' ? `a label ${key}` : `no label ${key}`;
}
