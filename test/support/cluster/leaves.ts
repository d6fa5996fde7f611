// An object as a flat map of its values, each under a path that names the items of lists: for comparing two worlds.

import { fieldType, type Type } from './schema.ts';
import { itemKey } from './typed.ts';

// biome-ignore lint/suspicious/noExplicitAny: JSON of any shape
type Any = any;

export type Leaves = ReadonlyMap<string, Any>;

/** `spec.template.spec.containers[web].lifecycle.preStop.sleep.seconds` → 10. An empty struct is a value of its own. */
export function leavesOf(type: Type, value: Any): Leaves {
  const leaves = new Map<string, Any>();
  collect(type, value, '', leaves);
  return leaves;
}

function collect(type: Type, value: Any, path: string, leaves: Map<string, Any>): void {
  const empty = typeof value === 'object' && value !== null && Object.keys(value).length === 0;
  if (type.kind === 'scalar' || type.kind === 'atomic' || empty) {
    leaves.set(path, value);
    return;
  }
  if (type.kind === 'list') {
    for (const item of value) collect(type.item, item, `${path}[${nameOf(type, item)}]`, leaves);
    return;
  }
  for (const [name, inner] of Object.entries(value)) {
    const step = type.kind === 'map' ? `[${name}]` : path === '' ? name : `.${name}`;
    collect(fieldType(type, name), inner, `${path}${step}`, leaves);
  }
}

function nameOf(type: Type & { kind: 'list' }, item: Any): string {
  return Object.values(JSON.parse(itemKey(type, item).slice(2))).join('/');
}
