// The entries of managedFields. They are half of a stored object, and few decisions need them: the server leaves them as text, and
// they are parsed when something asks for them.

import { isObject, type JsonObject } from './json.ts';

/** Where the server puts the text. A symbol: copies of the metadata keep it, and nothing that compares or prints them sees it. */
export const unparsedEntries = Symbol('managedFields');

export interface UnparsedEntries {
  /** A JSON list, as in the object. */
  readonly text: string;
  entries?: readonly JsonObject[];
}

interface Metadata {
  readonly managedFields?: readonly JsonObject[];
  readonly [unparsedEntries]?: UnparsedEntries;
}

/** All entries; none where the object has no managedFields. */
export function managedFieldsOf(metadata: Metadata): readonly JsonObject[] {
  const unparsed = metadata[unparsedEntries];
  if (unparsed === undefined) return metadata.managedFields ?? none;
  unparsed.entries ??= parse(unparsed.text);
  return unparsed.entries;
}

/** False where no entry can be that of a server-side apply: known without a parse. */
export function mayHoldApplies(metadata: Metadata): boolean {
  const unparsed = metadata[unparsedEntries];
  if (unparsed === undefined) return metadata.managedFields !== undefined;
  // With the quote that ends it: managers and fields have names with Apply in them.
  return unparsed.text.includes('Apply"');
}

const none: readonly JsonObject[] = [];

/** Only a list of objects proves who wrote a field: from anything else there are no entries. */
function parse(text: string): readonly JsonObject[] {
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? value.filter(isObject) : none;
  } catch {
    return none;
  }
}
