// The fields that a patch sets, changes or removes, as paths of ../workload/path.ts.

import { isObject, type Json, type JsonObject, own } from '../workload/json.ts';

/** By a strategic merge patch: its leaves, and the maps and lists that a directive replaces as a whole. */
export function touchedByMerge(patch: JsonObject): readonly string[] {
  const touched: string[] = [];
  if (own(patch, '$patch') === 'replace') touched.push('');
  const spec = own(patch, 'spec');
  if (spec !== undefined) walk(spec, 'spec', touched);
  return touched;
}

/** Lists whose items a patch finds by name; a patch of any other list counts as one of all of it. */
const named: readonly string[] = ['containers', 'initContainers'];

function walk(value: Json, path: string, touched: string[]): void {
  if (!isObject(value)) {
    touched.push(path);
    return;
  }
  if (Object.hasOwn(value, '$patch') || Object.hasOwn(value, '$retainKeys')) touched.push(path);
  for (const [key, child = null] of Object.entries(value)) {
    if (key.startsWith('$')) continue;
    if (named.includes(key) && Array.isArray(child)) walkItems(child, `${path}.${key}`, touched);
    else walk(child, `${path}.${key}`, touched);
  }
}

function walkItems(items: readonly Json[], path: string, touched: string[]): void {
  for (const item of items) {
    const name = nameOf(item);
    if (name === undefined) {
      touched.push(path);
      continue;
    }
    const { name: _, ...fields } = item as JsonObject;
    walk(fields, `${path}[${name}]`, touched);
  }
}

/** By a JSON patch (RFC 6902) of `target`, whose containers it names by their numbers. */
export function touchedByOperations(operations: readonly Json[], target: JsonObject): readonly string[] {
  return operations.flatMap((operation) => {
    if (!isObject(operation) || operation.op === 'test') return [];
    const pointers = operation.op === 'move' ? [operation.from, operation.path] : [operation.path];
    return pointers.flatMap((pointer) => (typeof pointer === 'string' ? [pathOf(pointer, target)] : []));
  });
}

function pathOf(pointer: string, target: JsonObject): string {
  const keys = pointer.split('/').slice(1);
  return fieldPath(
    keys.map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~')),
    target,
  );
}

/** By the field paths of a replacement: `spec.template.spec.containers.[name=web].image`. */
export function touchedByFieldPath(path: string, target: JsonObject): string {
  const keys = path.split(/[.[\]]/).filter((key) => key !== '');
  return fieldPath(
    keys.map((key) => key.replace(/^name=/, '')),
    target,
  );
}

/** An item of a list by its name; what cannot be found ends the path, which then means all below it. */
function fieldPath(keys: readonly string[], target: JsonObject): string {
  let value: Json | undefined = target;
  let path = '';
  for (const key of keys) {
    if (Array.isArray(value)) {
      const item: Json | undefined = (value as readonly Json[]).find(
        (one, index) => String(index) === key || nameOf(one) === key,
      );
      const name = item === undefined ? undefined : nameOf(item);
      if (name === undefined) return key === '-' ? `${path}[-]` : path;
      path += `[${name}]`;
      value = item;
    } else {
      path += path === '' ? key : `.${key}`;
      value = isObject(value) ? own(value, key) : undefined;
    }
  }
  return path;
}

function nameOf(item: Json): string | undefined {
  const name = isObject(item) ? own(item, 'name') : undefined;
  return typeof name === 'string' ? name : undefined;
}
