// Mistakes near our fields that the API server would drop or refuse: fields at the wrong depth, misspelt fields, values of the
// wrong type. Silent about fields that it does not know, because the API may have grown.

import { closestWord } from '../text/closest-word.ts';
import { handlersOf, hookHandlers, probeHandlers } from '../workload/api-defaults.ts';
import { fieldTypeErrors, missingParts } from '../workload/field-types.ts';
import { isObject, type Json, type JsonObject, own } from '../workload/json.ts';
import type { WorkloadKind } from '../workload/kinds/kind.ts';
import { homesOf, type Places, placesOf, type SchemaNode } from './known-fields.ts';

export interface ManifestError {
  readonly keys: readonly (string | number)[];
  readonly message: string;
}

type Keys = ManifestError['keys'];

/** For a whole workload, of a version that the API server accepts. */
export function manifestErrors(kind: WorkloadKind, workload: JsonObject): readonly ManifestError[] {
  const misses: ManifestError[] = [];
  const atlas = { kind, places: placesOf(kind), homes: homesOf(kind) };
  look(workload, '', { atlas, keys: [], title: `the top of a ${kind.kind}` }, misses);
  const wrong = fieldTypeErrors(kind, workload);
  for (const { path, found, allowed } of wrong.length === 0 ? missingParts(kind, workload) : wrong) {
    const inside = withoutQuotes(workload, keysOf(path));
    if (inside.length > 0) misses.push(...inside);
    else misses.push({ keys: keysOf(path), message: `${path} must be ${allowed}, found ${found}` });
  }
  misses.push(...containerNames(kind, workload));
  return misses;
}

/** Annotations and labels that YAML does not read as strings: `off` and `8080` need quotes. */
function withoutQuotes(workload: JsonObject, keys: Keys): ManifestError[] {
  if (!/^(annotations|labels|matchLabels)$/.test(`${keys.at(-1)}`)) return [];
  const map = keys.reduce<Json | undefined>((at, key) => (isObject(at) ? own(at, `${key}`) : undefined), workload);
  if (!isObject(map)) return [];
  return Object.entries(map)
    .filter(([, value]) => typeof value === 'boolean' || typeof value === 'number')
    .map(([key, value]) => {
      const message = `${keys.join('.')}[${key}] must be a string, found the ${typeof value} ${value}: put it in quotes`;
      return { keys: [...keys, key], message };
    });
}

/** `spec.containers[0].name`, as fieldTypeErrors writes it. */
function keysOf(path: string): Keys {
  return path
    .split(/[.[\]]+/)
    .filter(Boolean)
    .map((key) => (/^\d+$/.test(key) ? Number(key) : key));
}

/** The known fields of a kind. */
interface Atlas {
  readonly kind: WorkloadKind;
  readonly places: Places;
  readonly homes: Readonly<Record<string, string>>;
}

interface Spot {
  readonly atlas: Atlas;
  readonly keys: Keys;
  /** Readable name: `readinessProbe of container web`. */
  readonly title: string;
}

interface Where extends Spot {
  readonly place: SchemaNode;
  readonly value: JsonObject;
}

function look(value: JsonObject, name: string, spot: Spot, misses: ManifestError[]): void {
  const { atlas, keys } = spot;
  const place = atlas.places[name] ?? { fields: [] };
  const where = { ...spot, place, value };
  for (const key of Object.keys(value)) {
    if (place.fields.includes(key)) continue;
    const message = misplaced(key, where) ?? misspelt(key, where);
    if (message !== undefined) misses.push({ keys: [...keys, key], message });
  }
  misses.push(...handlers(name, where));
  for (const [field, below] of Object.entries(place.below ?? {})) {
    const key = field.replace('[]', '');
    const next = own(value, key);
    const items = Array.isArray(next) ? next : [];
    if (isObject(next)) look(next, below, { atlas, keys: [...keys, key], title: titleOf(key, below, spot) }, misses);
    for (const [i, item] of items.entries())
      if (isObject(item))
        look(item, below, { atlas, keys: [...keys, key, i], title: `container ${item.name ?? i + 1}` }, misses);
  }
}

function titleOf(key: string, place: string, { atlas: { kind }, title }: Spot): string {
  if (Object.hasOwn(kind.known.fields, place)) return place;
  if (place === 'template') return kind.template;
  return place === 'podSpec' ? `${kind.template}.spec` : `${key} of ${title.replace('lifecycle of ', '')}`;
}

function refusedBy({ kind }: WorkloadKind): string {
  return `the API server drops it or refuses the ${kind}`;
}

function misplaced(key: string, where: Where): string | undefined {
  const { kind, homes } = where.atlas;
  const known = Object.hasOwn(homes, key) ? homes[key] : undefined;
  const fixed = known?.startsWith('spec') ? known : undefined;
  const home = fixed ?? besideIt(key, where) ?? known;
  return home && `${key} does not belong in ${where.title}: ${refusedBy(kind)}. Move it into ${home}`;
}

/** The neighbours that have the field; only those that are written, if there are any. */
function besideIt(key: string, { atlas, place, value }: Where): string | undefined {
  const beside = Object.keys(place.below ?? {}).filter((field) => fieldsBelow(atlas, place, field).includes(key));
  const present = beside.filter((field) => own(value, field) !== undefined);
  const fields = present.length > 0 ? present : beside;
  const names = new Set(fields.map((field) => (field.endsWith('[]') ? 'a container' : field)));
  return names.size === 0 ? undefined : [...names].join(' or ');
}

function fieldsBelow({ places }: Atlas, place: SchemaNode, field: string): readonly string[] {
  return places[place.below?.[field] ?? '']?.fields ?? [];
}

/** A sentence about a key close to a known field that is not written as well. */
function misspelt(key: string, { atlas, place, value, title }: Where): string | undefined {
  const near = closestWord(key, place.fields);
  if (near === undefined || own(value, near) !== undefined || !similar(key, near)) return undefined;
  return `${key} is not a field of ${title}: ${refusedBy(atlas.kind)}. Did you mean ${near}?`;
}

/** Stricter than suggestions for our own documents: a field that is new to us must not be mistaken for an old one. */
function similar(key: string, near: string): boolean {
  const length = Math.abs(key.length - near.length);
  return key.toLowerCase() === near.toLowerCase() || (key.length >= 5 && length <= 2);
}

function handlers(name: string, { value, keys, title }: Where): ManifestError[] {
  if (name !== 'probe' && name !== 'hook') return [];
  const found = handlersOf(name === 'probe' ? probeHandlers : hookHandlers, value).filter((key) => value[key] !== null);
  if (found.length === 1) return [];
  const what = found.length === 0 ? 'no handler' : `${found.length} handlers (${found.join(', ')})`;
  return [{ keys, message: `${title} has ${what}, but the API server requires exactly one` }];
}

const dnsLabel = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;

function containerNames({ template }: WorkloadKind, workload: JsonObject): ManifestError[] {
  const misses: ManifestError[] = [];
  const seen = new Set<string>();
  const podKeys = [...template.split('.'), 'spec'];
  const pod = podKeys.reduce<Json | undefined>((at, key) => (isObject(at) ? own(at, key) : undefined), workload);
  for (const list of ['initContainers', 'containers']) {
    const items = isObject(pod) ? own(pod, list) : undefined;
    for (const [i, item] of (Array.isArray(items) ? items : []).entries()) {
      const name = isObject(item) ? own(item, 'name') : undefined;
      if (typeof name !== 'string') continue;
      const keys = [...podKeys, list, i, 'name'];
      if (seen.has(name)) misses.push({ keys, message: `two containers are named ${name}: names must be unique` });
      seen.add(name);
      if (dnsLabel.test(name) && name.length <= 63) continue;
      const rule =
        'lower-case letters, digits and hyphens, with a letter or digit first and last, at most 63 characters';
      misses.push({ keys, message: `the container name ${name} is not allowed: ${rule}` });
    }
  }
  return misses;
}
