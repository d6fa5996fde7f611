// A word of a command that a message asks somebody to run.

/** As a shell takes it for one word: in quotes where it holds more than letters, digits and what no shell reads. */
export function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
