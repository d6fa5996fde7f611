// How clients merge a custom resource, of whose types they know nothing: as plain JSON, lists as one thing.

import { copy } from './copy.ts';
import { sameJson } from './typed.ts';

// biome-ignore lint/suspicious/noExplicitAny: JSON of any shape
type Any = any;

/** kubectl apply: what the last manifest held and the new one does not goes, what the new one says is written (apimachinery util/jsonmergepatch). */
export function threeWayJsonMerge(original: Any, modified: Any, current: Any): Any {
  if (!isMap(modified) || !isMap(current)) return copy(modified);
  const result: Any = { ...current };
  for (const key of Object.keys(isMap(original) ? original : {})) if (modified[key] === undefined) delete result[key];
  for (const [key, value] of Object.entries(modified))
    result[key] = threeWayJsonMerge(original?.[key], value, current[key]);
  return result;
}

/** Helm 3: what differs between its two manifests, whatever is stored. */
export function manifestsMerged(original: Any, modified: Any, current: Any): Any {
  const result: Any = { ...current };
  for (const key of Object.keys(original)) if (modified[key] === undefined) delete result[key];
  for (const [key, value] of Object.entries(modified)) {
    if (sameJson(original[key], value)) continue;
    const [before, now] = [original[key], current?.[key]];
    result[key] = isMap(value) && isMap(now) ? manifestsMerged(isMap(before) ? before : {}, value, now) : copy(value);
  }
  return result;
}

const isMap = (value: Any): boolean => typeof value === 'object' && value !== null && !Array.isArray(value);
