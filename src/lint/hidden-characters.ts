// Keys and values of a workload with a blank that is no space, or with a character that nobody sees: the API server takes another
// name than the one that the author reads.

import { oddCharacter, withoutOdd } from '../text/odd-characters.ts';
import { truncate } from '../text/truncate.ts';
import { isObject, type Json, type JsonObject } from '../workload/json.ts';
import type { Shape, WorkloadKind } from '../workload/kinds/kind.ts';
import type { ManifestError } from './manifest/mistake.ts';

/** An author who corrects this many can check again. */
const most = 20;

export function hiddenCharacters({ shape }: WorkloadKind, workload: JsonObject): readonly ManifestError[] {
  const misses: ManifestError[] = [];
  look(workload, shape, { keys: [], misses });
  return misses;
}

interface Walk {
  readonly keys: ManifestError['keys'];
  readonly misses: ManifestError[];
}

function look(value: Json | undefined, shape: Shape | undefined, { keys, misses }: Walk): void {
  if (misses.length >= most) return;
  if (typeof value === 'string') inValue(value, shape, { keys, misses });
  if (Array.isArray(value))
    for (const [i, item] of value.entries()) look(item, itemShape(shape), { keys: [...keys, i], misses });
  if (!isObject(value)) return;
  for (const [key, next] of Object.entries(value)) {
    inKey(key, { keys, misses });
    // Names that identify the object itself are not ours to judge, and of its texts and scripts a hidden character may be meant.
    const known = keys.length === 0 && key === 'metadata' ? undefined : fieldShape(shape, key);
    if (!free.has(key)) look(next, known, { keys: [...keys, key], misses });
  }
}

const free: ReadonlySet<string> = new Set(['annotations', 'args', 'command', 'env', 'managedFields']);

function fieldShape(shape: Shape | undefined, key: string): Shape | undefined {
  if (shape === 'map') return 'string';
  return isShapes(shape) && Object.hasOwn(shape, key) ? shape[key] : undefined;
}

function isShapes(shape: Shape | undefined): shape is Readonly<Record<string, Shape>> {
  return typeof shape === 'object' && !Array.isArray(shape);
}

function itemShape(shape: Shape | undefined): Shape | undefined {
  return Array.isArray(shape) ? (shape[0] as Shape) : undefined;
}

function inKey(key: string, { keys, misses }: Walk): void {
  const found = oddCharacter(key);
  if (found === undefined) return;
  const message = `the key that looks like ${shown(key)} contains ${found.title}, so it is another key: remove that character`;
  misses.push({ keys: [...keys, key], message });
}

/** Only where we read: elsewhere the text may be one for people. */
function inValue(value: string, shape: Shape | undefined, { keys, misses }: Walk): void {
  const found = shape === undefined ? undefined : oddCharacter(value);
  if (found === undefined) return;
  const message = `the value that looks like ${shown(value)} contains ${found.title}, so it is another value: replace it with a space, or remove it`;
  misses.push({ keys, message });
}

function shown(text: string): string {
  return JSON.stringify(truncate(withoutOdd(text), 60));
}
