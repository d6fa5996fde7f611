// Whole numbers as people write them, and their nouns.

/** 12,000. */
export function number(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}

/** `1 error`, `2 errors`. */
export function count(n: number, noun: string): string {
  return `${number(n)} ${noun}${n === 1 ? '' : 's'}`;
}
