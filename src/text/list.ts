// Words as people list them: `a, b and c`.

import { number } from './count.ts';

const and = new Intl.ListFormat('en-GB');
const or = new Intl.ListFormat('en-GB', { type: 'disjunction' });

export function listed(words: readonly string[]): string {
  return and.format(words);
}

export function eitherOf(words: readonly string[]): string {
  return or.format(words);
}

/** `a, b and 3 more` of more than `most`. */
export function namesUpTo(names: readonly string[], most: number): string {
  const rest = names.length - most;
  return `${names.slice(0, most).join(', ')}${rest > 0 ? ` and ${number(rest)} more` : ''}`;
}

/** The first ten, and dots for more. */
export function firstTen(names: readonly string[]): string {
  return `${names.slice(0, 10).join(', ')}${names.length > 10 ? ', ...' : ''}`;
}
