// The objects of one kind, cut down to what we read, by namespace and name. An object that cannot be read leaves the last good one.

import { equal, isObject, type Json, type JsonObject, own } from '../workload/json.ts';
import type { Sink } from './events.ts';

/** What could be read, or why it could not: a sentence. */
export type Read<T> = { readonly value: T } | { readonly mistake: string };

export interface ShelfOptions<T> {
  readonly read: (object: JsonObject) => Read<T>;
  /** Told of what is really different: `before` absent for a new one, `after` absent for one that is gone. */
  readonly changed: (before: T | undefined, after: T | undefined) => void;
  /** Told once of each new mistake, and without a sentence when it is mended. */
  readonly mistaken: (key: string, mistake: string | undefined) => void;
}

export interface Shelf<T> extends Sink {
  /** By `namespace/name`, or `name`. An object that did not change in what we read stays the same one. */
  readonly values: ReadonlyMap<string, T>;
  /** The sentence for each object that cannot be read now. */
  readonly mistakes: ReadonlyMap<string, string>;
}

export function createShelf<T>({ read, changed, mistaken }: ShelfOptions<T>): Shelf<T> {
  const values = new Map<string, T>();
  const mistakes = new Map<string, string>();
  const blame = (key: string, mistake: string | undefined) => {
    if (mistakes.get(key) === mistake) return;
    if (mistake === undefined) mistakes.delete(key);
    else mistakes.set(key, mistake);
    mistaken(key, mistake);
  };
  const set = (key: string, found: Read<T>) => {
    if ('mistake' in found) return blame(key, found.mistake);
    blame(key, undefined);
    const before = values.get(key);
    if (before !== undefined && equal(before as Json, found.value as Json)) return;
    values.set(key, found.value);
    changed(before, found.value);
  };
  const drop = (key: string) => {
    const before = values.get(key);
    blame(key, undefined);
    if (values.delete(key)) changed(before, undefined);
  };
  return {
    values,
    mistakes,
    put: (object) => set(keyOf(object), read(object)),
    remove: (object) => drop(keyOf(object)),
    stage: () => {
      const staged = new Map<string, Read<T>>();
      return {
        add: (object) => void staged.set(keyOf(object), read(object)),
        commit: () => {
          for (const [key, found] of staged) set(key, found);
          for (const key of new Set([...values.keys(), ...mistakes.keys()])) if (!staged.has(key)) drop(key);
        },
      };
    },
  };
}

function keyOf({ metadata }: JsonObject): string {
  const [name, namespace] = ['name', 'namespace'].map((key) => (isObject(metadata) ? own(metadata, key) : undefined));
  return namespace === undefined ? String(name) : `${namespace}/${name}`;
}
