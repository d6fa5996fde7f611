// Manifests with one mistake each, or one harmless change: each field of a valid manifest is renamed, moved, removed, doubled, and
// given other values. Nothing here knows what the API server allows.

import { isObject, type Json, type JsonObject } from '../../../src/workload/json.ts';
import type { Base } from './bases.ts';
import { otherValues } from './other-values.ts';
import { spellings } from './spellings.ts';

export type Path = readonly (string | number)[];

export interface Mutation {
  /** What was done, and where: unique within a base. */
  readonly title: string;
  /** The field that was changed, renamed, moved or added, as it is now. */
  readonly path: Path;
  readonly what: 'value' | 'removed' | 'doubled' | 'renamed' | 'moved' | 'added';
  /** The name of the field that is meant, for one that was renamed, moved or added. */
  readonly field?: string;
  readonly value: JsonObject;
}

/**
 * Every change of the manifests, in a fixed order. `vocabulary`: fields with a valid value, to be written in other places. What is done to
 * names is done once for each place, whichever item of a list and whichever manifest it is in. `isChanged`: the places that are changed.
 */
export function* mutationsOf(
  bases: readonly Base[],
  vocabulary: ReadonlyMap<string, Json>,
  isChanged: (path: Path) => boolean = () => true,
): Generator<{ readonly base: Base; readonly mutation: Mutation }> {
  const seen = new Set<string>();
  for (const base of bases)
    for (const path of pathsIn(base.value)) {
      if (!isChanged(path)) continue;
      const place = text(path.map((key) => (typeof key === 'number' ? '#' : key)));
      const isNew = !seen.has(place);
      seen.add(place);
      const ofNames = isNew ? [names(base, path), additions(base, path, vocabulary)] : [];
      for (const mutations of [values(base, path), moves(base, path), ...ofNames])
        for (const mutation of mutations) yield { base, mutation };
    }
}

function* pathsIn(value: Json, path: Path = []): Generator<Path> {
  yield path;
  if (Array.isArray(value)) for (const [i, item] of value.entries()) yield* pathsIn(item as Json, [...path, i]);
  else if (isObject(value))
    for (const [key, member] of Object.entries(value)) yield* pathsIn(member as Json, [...path, key]);
}

function* values({ value }: Base, path: Path): Generator<Mutation> {
  if (path.length === 0) return;
  const found = at(value, path);
  for (const other of otherValues(found as Json)) {
    const changed = write(value, path, other);
    yield { title: `${text(path)} = ${JSON.stringify(other)?.slice(0, 70)}`, path, what: 'value', value: changed };
  }
  if (typeof path.at(-1) === 'string')
    yield { title: `${text(path)} removed`, path, what: 'removed', value: write(value, path, undefined) };
  if (Array.isArray(found) && found.length > 0)
    yield { title: `${text(path)} doubled`, path, what: 'doubled', value: write(value, path, [...found, found[0]]) };
}

/** The fields of objects, without the keys of labels and the like. */
function fieldAt(path: Path): string | undefined {
  const [name, map] = [path.at(-1), path.at(-2)];
  const isFree = /^(?:labels|annotations|matchLabels|nodeSelector|limits|requests)$/.test(`${map}`);
  return typeof name === 'string' && !isFree ? name : undefined;
}

function* names({ value }: Base, path: Path): Generator<Mutation> {
  const field = fieldAt(path);
  if (field === undefined) return;
  const parent = path.slice(0, -1);
  for (const name of spellings(field)) {
    if (Object.hasOwn(at(value, parent) as JsonObject, name)) continue;
    const renamed = write(write(value, path, undefined), [...parent, name], at(value, path) as Json);
    yield { title: `${text(path)} as ${name}`, path: [...parent, name], what: 'renamed', field, value: renamed };
  }
}

/** Up by one, two and three levels, into each neighbour and each object in it. */
function* moves({ value }: Base, path: Path): Generator<Mutation> {
  const field = fieldAt(path);
  if (field === undefined) return;
  const parent = path.slice(0, -1);
  const rest = write(value, path, undefined);
  const targets = new Map<string, Path>();
  for (const up of [1, 2, 3]) if (parent.length >= up) targets.set(text(parent.slice(0, -up)), parent.slice(0, -up));
  for (const inside of pathsIn(at(rest, parent) as Json))
    if (inside.length > 0 && inside.length < 4) targets.set(text([...parent, ...inside]), [...parent, ...inside]);
  for (const target of targets.values()) {
    const object = at(rest, target);
    if (!isObject(object) || Object.hasOwn(object, field) || fieldAt([...target, 'x']) === undefined) continue;
    const moved = write(rest, [...target, field], at(value, path) as Json);
    yield { title: `${text(path)} in ${text(target)}`, path: [...target, field], what: 'moved', field, value: moved };
  }
}

function* additions({ value }: Base, path: Path, vocabulary: ReadonlyMap<string, Json>): Generator<Mutation> {
  const object = at(value, path);
  if (!isObject(object) || fieldAt([...path, 'x']) === undefined) return;
  for (const [field, sample] of vocabulary) {
    if (Object.hasOwn(object, field)) continue;
    const added = write(value, [...path, field], sample);
    yield { title: `${text(path)} with ${field}`, path: [...path, field], what: 'added', field, value: added };
  }
}

export function at(value: Json | undefined, path: Path): Json | undefined {
  return path.reduce<Json | undefined>((found, key) => (found as Record<string | number, Json>)?.[key], value);
}

/** `value` with `next` at `path`; undefined removes the key. */
function write<T extends Json>(value: T, [key, ...rest]: Path, next: Json | undefined): T {
  if (key === undefined) return next as T;
  if (Array.isArray(value))
    return value.map((item: Json, i) => (i === key ? write(item, rest, next) : item)) as Json as T;
  const object = value as JsonObject;
  if (rest.length === 0 && next === undefined)
    return Object.fromEntries(Object.entries(object).filter(([name]) => name !== key)) as Json as T;
  return { ...object, [key]: rest.length === 0 ? next : write(object[key] as Json, rest, next) } as Json as T;
}

export function text(path: Path): string {
  return path.join('.');
}
