// How kustomizations build on one another, and on which files.

import { statSync } from 'node:fs';
import { type Kustomization, kustomizationIn } from './kustomization.ts';

/** What stands around a name after the kustomizations on its way. */
export interface Affix {
  readonly prefix: string;
  readonly suffix: string;
}

/** The files that a kustomization builds on, by absolute path, with what their objects are called so far. */
export type Reach = ReadonlyMap<string, readonly Affix[]>;

export interface KustomizationTree {
  /** Those given, and those on disk that they build on. */
  readonly all: readonly Kustomization[];
  readonly reach: (kustomization: Kustomization) => Reach;
  /** True where it, or one that it builds on, names something on another machine. */
  readonly usesRemote: (kustomization: Kustomization) => boolean;
  /** The kustomizations that use a component, also through other components. */
  readonly usersOf: (component: Kustomization) => readonly Kustomization[];
}

export function kustomizationTree(given: readonly Kustomization[]): KustomizationTree {
  const byFolder = new Map<string, Kustomization | undefined>(given.map((one) => [one.folder, one]));
  const find = (folder: string) => {
    if (!byFolder.has(folder)) byFolder.set(folder, isFolder(folder) ? kustomizationIn(folder) : undefined);
    return byFolder.get(folder);
  };
  const reaches = new Map<Kustomization, Map<string, readonly Affix[]>>();
  const reach = (from: Kustomization): Reach => {
    const known = reaches.get(from);
    // Also an unfinished one: kustomize refuses a cycle.
    if (known !== undefined) return known;
    const files = new Map<string, readonly Affix[]>();
    reaches.set(from, files);
    for (const path of [...from.resources, ...from.components]) {
      const base = find(path);
      if (base === undefined) add(files, path, [asWritten]);
      else
        for (const [file, affixes] of reach(base))
          add(
            files,
            file,
            affixes.flatMap((affix) => [affix, within(base, affix)]),
          );
    }
    return files;
  };
  for (const one of given) reach(one);
  const all = [...byFolder.values()].filter((one) => one !== undefined);
  const users = Map.groupBy(
    all.flatMap((user) => user.components.map((component) => ({ component, user }))),
    ({ component }) => component,
  );
  const usersOf = (component: Kustomization, seen = new Set([component])): readonly Kustomization[] =>
    (users.get(component.folder) ?? []).flatMap(({ user }) => {
      if (seen.has(user)) return [];
      seen.add(user);
      return user.isComponent ? usersOf(user, seen) : [user];
    });
  const usesRemote = (from: Kustomization, seen = new Set<Kustomization>()): boolean => {
    if (seen.has(from)) return false;
    seen.add(from);
    const bases = [...from.resources, ...from.components].flatMap((path) => byFolder.get(path) ?? []);
    return from.hasRemote || bases.some((base) => usesRemote(base, seen));
  };
  return { all, reach, usesRemote: (one) => usesRemote(one), usersOf: (component) => usersOf(component) };
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}

const asWritten: Affix = { prefix: '', suffix: '' };

function within(base: Kustomization, { prefix, suffix }: Affix): Affix {
  return { prefix: `${base.prefix}${prefix}`, suffix: `${suffix}${base.suffix}` };
}

// More ways to one file than anybody has.
const mostAffixes = 16;

function add(files: Map<string, readonly Affix[]>, file: string, affixes: readonly Affix[]): void {
  const all = [...(files.get(file) ?? []), ...affixes];
  const distinct = new Map(all.map((affix) => [`${affix.prefix} ${affix.suffix}`, affix]));
  files.set(file, [...distinct.values()].slice(0, mostAffixes));
}
