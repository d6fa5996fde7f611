// Text that is too long, cut at its end.

/** At most `most` long, with the sign that something is missing; no character is cut in two. */
export function truncate(text: string, most: number): string {
  if (text.length <= most) return text;
  return `${text.slice(0, most - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
}

/** The same in one line. */
export function truncateLine(text: string, most: number): string {
  return truncate(text.replace(/\s+/g, ' ').trim(), most);
}
