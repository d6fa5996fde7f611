// Explicit tags, such as `!!int`: kubectl obeys those of single values and ignores the others; other programs do not.

import { Unusable } from './tree.ts';

const core = 'tag:yaml.org,2002:';

/** The kind of node that each tag of the language may have. */
const fitting: Readonly<Record<string, 'map' | 'list' | 'scalar'>> = {
  map: 'map',
  set: 'map',
  seq: 'list',
  omap: 'list',
  pairs: 'list',
  ...Object.fromEntries(['null', 'bool', 'int', 'float', 'str', 'binary', 'timestamp'].map((name) => [name, 'scalar'])),
};

const nouns = { map: 'a map', list: 'a list', scalar: 'a single value' } as const;

/** @throws Unusable for `!!null` before a map and its like: programs do not agree on its meaning. */
export function checkTag(tag: string | undefined, kind: 'map' | 'list' | 'scalar', start: number): void {
  if (tag === undefined || !tag.startsWith(core)) return;
  const name = tag.slice(core.length);
  const fits = Object.hasOwn(fitting, name) ? fitting[name] : kind;
  if (fits === kind) return;
  const message = `the tag !!${name} does not fit ${nouns[kind]}: kubectl ignores it there, other programs do not. Remove it`;
  throw new Unusable(message, start);
}

const types: Readonly<Record<string, string>> = { null: 'null', bool: 'boolean', int: 'number', float: 'number' };

/** The value that `tag` requires. @throws Unusable where kubectl gives up, as for `!!int x`. */
export function taggedValue<T>(
  value: T,
  { tag, source, start }: { tag?: string; source: string; start: number },
): T | number {
  const name = tag?.startsWith(core) === true ? tag.slice(core.length) : '';
  const type = Object.hasOwn(types, name) ? types[name] : undefined;
  if (type === undefined || type === (value === null ? 'null' : typeof value)) return value;
  // For the library, only numbers with a point are floats.
  const number = name === 'float' && /\d/.test(source) ? Number(source.replaceAll('_', '')) : Number.NaN;
  if (Number.isFinite(number)) return number;
  throw new Unusable(`${source.slice(0, 80)} cannot be read as the tag !!${name} requires`, start);
}
