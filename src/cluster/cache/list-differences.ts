// What a new list changes of the objects that are held.

import type { BoundedObjects, Trouble } from './bounded-objects.ts';

/** Told of each object that may have another trouble than before. `key`: `namespace/name`, or `name`. */
export type Blame = (key: string, before: Trouble | undefined, after: Trouble | undefined) => void;

/** Blames what is different; says whether any value is. Where none is, the lists stay the same. */
export function compare<T>(before: BoundedObjects<T>, after: BoundedObjects<T>, blame: Blame): boolean {
  let differs = false;
  for (const [namespace, now] of after.groups) {
    const old = before.groups.get(namespace);
    if (now === old) continue;
    let same = old?.entries.length === now.entries.length;
    for (const { name, value, trouble } of now.entries) {
      const known = before.find(namespace, name);
      blame(keyOf(namespace, name), known?.trouble, trouble);
      if (known?.value !== value) same = false;
    }
    if (same) now.list = old?.list;
    differs ||= !same;
  }
  for (const [namespace, old] of before.groups) {
    if (old === after.groups.get(namespace)) continue;
    for (const { name, value, trouble } of old.entries) {
      if (after.find(namespace, name) !== undefined) continue;
      blame(keyOf(namespace, name), trouble, undefined);
      if (value !== undefined) differs = true;
    }
  }
  return differs;
}

export function keyOf(namespace: string, name: string): string {
  return namespace === '' ? name : `${namespace}/${name}`;
}
