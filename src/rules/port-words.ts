// What the name of a port says, such as `tcp-postgres` or `http-metrics`.

// The API server takes no longer names.
const longestName = 63;

/** True when one of the words between the hyphens of `name` is among `words`, which are in lower case. */
export function hasPortWord(name: string, words: ReadonlySet<string>): boolean {
  return name
    .slice(0, longestName)
    .toLowerCase()
    .split('-')
    .some((word) => words.has(word));
}
