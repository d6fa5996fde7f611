// Cuts text that is too long.

/** At most `most` units, ending in an ellipsis if something is missing; never cuts a character in two. */
export function truncate(text: string, most: number): string {
  if (text.length <= most) return text;
  return `${text.slice(0, most - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
}

/** The same in one line. */
export function truncateLine(text: string, most: number): string {
  return truncate(text.replace(/\s+/g, ' ').trim(), most);
}
