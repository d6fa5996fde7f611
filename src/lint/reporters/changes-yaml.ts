// The changes of an edit as they would stand in the manifest: for objects that no file holds.

import type { Change } from '../../rules/finding.ts';
import type { JsonObject } from '../../workload/json.ts';
import { getAt, setAll, setAt } from '../../workload/path.ts';
import { blockLines } from '../../yaml/emit.ts';

/** Only the fields that are written, and the names of the list items that they are in. */
export function changesYaml(changes: readonly Change[]): string {
  const named = changes.reduce(withItems, {});
  return blockLines(setAll(named, changes), { unit: 2, listIndent: 2, keys: 'plain' }).join('\n');
}

/** `containers[web]` in a path is the item of that name. */
function withItems(root: JsonObject, { path }: Change): JsonObject {
  let all = root;
  for (const { index, 1: name = '' } of path.matchAll(/\[([^[\]]*)\]/g)) {
    const list = path.slice(0, index);
    const items = getAt(all, list);
    const known = Array.isArray(items) ? items : [];
    if (getAt(all, `${list}[${name}]`) === undefined) all = setAt(all, list, [...known, { name }]);
  }
  return all;
}
