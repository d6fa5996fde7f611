// The three-way strategic merge of kubectl apply and of Helm 3: what the last manifest held and the new one does not goes, what
// the new one says is written, everything else stays (k8s.io/apimachinery util/strategicpatch).

import { fieldType, type Type } from './schema.ts';
import { sameJson } from './typed.ts';

// biome-ignore lint/suspicious/noExplicitAny: JSON of any shape
type Any = any;

export function threeWayMerge(type: Type, original: Any, modified: Any, current: Any): Any {
  if (type.kind === 'scalar' || type.kind === 'atomic') return modified;
  if (type.kind === 'list') return mergeLists(type, original ?? [], modified, current ?? []);
  const result: Any = { ...current };
  for (const key of Object.keys(original ?? {})) if (modified[key] === undefined) delete result[key];
  for (const [key, value] of Object.entries(modified))
    result[key] = threeWayMerge(fieldType(type, key), original?.[key], value, result[key]);
  return type.kind === 'struct' && type.retainsKeys ? retainKeys(modified, current, result) : result;
}

/** `$retainKeys`: of a strategy that the manifest names, only the manifest's keys stay. It is sent when there is a difference. */
function retainKeys(modified: Any, current: Any, result: Any): Any {
  const extra = Object.keys(current ?? {}).some((key) => modified[key] === undefined);
  if (!extra && sameJson(current, result)) return result;
  return Object.fromEntries(Object.entries(result).filter(([key]) => modified[key] !== undefined));
}

function mergeLists(type: Type & { kind: 'list' }, original: Any[], modified: Any[], current: Any[]): Any[] {
  const key = (item: Any) => item[type.mergeKey];
  const find = (list: Any[], wanted: Any) => list.find((item) => key(item) === wanted);
  const merged = modified.map((item) =>
    threeWayMerge(type.item, find(original, key(item)), item, find(current, key(item))),
  );
  const foreign = current.filter((item) => !find(modified, key(item)) && !find(original, key(item)));
  return interleaved(foreign, merged, current.map(key), key);
}

/** mergeSortedSlice: an item that only the server has stands before the first that followed it. */
function interleaved(left: Any[], right: Any[], order: Any[], key: (item: Any) => Any): Any[] {
  const result: Any[] = [];
  let [i, j] = [0, 0];
  while (i < left.length || j < right.length) {
    const [l, r] = [order.indexOf(key(left[i] ?? {})), order.indexOf(key(right[j] ?? {}))];
    const leftFirst = j >= right.length || (i < left.length && l >= 0 && r >= 0 && l < r);
    result.push(leftFirst ? left[i++] : right[j++]);
  }
  return result;
}
