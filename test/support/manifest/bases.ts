// Valid manifests that between them write every field that hitless reads: Deployments with all of their pods, and one of each other kind of
// the built-in API, with as little of a pod as possible.

import { globSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { parse } from 'yaml';
import { isObject, type Json, type JsonObject } from '../../../src/workload/json.ts';
import type { WorkloadKind } from '../../../src/workload/kinds/kind.ts';
import { kindMeant } from '../../../src/workload/kinds/kinds.ts';

const folder = new URL('../../lint/manifest/bases/', import.meta.url);

export interface Base {
  readonly name: string;
  readonly kind: WorkloadKind;
  readonly value: JsonObject;
}

export const bases: readonly Base[] = globSync('*.yaml', { cwd: folder })
  .toSorted()
  .map((file) => {
    const value = parse(readFileSync(new URL(file, folder), 'utf8')) as JsonObject;
    return { name: basename(file, '.yaml'), kind: kindMeant(value) as WorkloadKind, value };
  });

/** The fields of manifests, each with a valid value, to be written where they do not belong. */
export function vocabularyOf(all: readonly JsonObject[]): ReadonlyMap<string, Json> {
  const found = new Map<string, Json>();
  const collect = (value: Json | undefined) => {
    if (Array.isArray(value)) for (const item of value as Json[]) collect(item);
    if (!isObject(value)) return;
    for (const [key, member] of Object.entries(value)) {
      if (!found.has(key) && /^[a-z][A-Za-z]+$/.test(key)) found.set(key, member as Json);
      collect(member as Json);
    }
  };
  for (const value of all) collect(value);
  return found;
}
