// Words as people list them: `a, b and c`.

const and = new Intl.ListFormat('en-GB');
const or = new Intl.ListFormat('en-GB', { type: 'disjunction' });

export function listed(words: readonly string[]): string {
  return and.format(words);
}

export function eitherOf(words: readonly string[]): string {
  return or.format(words);
}

/** The first ten, and dots for more. */
export function firstTen(names: readonly string[]): string {
  return `${names.slice(0, 10).join(', ')}${names.length > 10 ? ', ...' : ''}`;
}
