// The documents of test/policies, and each of their mistakes alone.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { type FieldError, type FieldKeys, sentence } from '../../../src/policy/validation/field-error.ts';
import { policyApiVersion, readPolicy } from '../../../src/policy/validation/validate.ts';
import { isObject, type Json } from '../../../src/workload/json.ts';

export const folder = join(import.meta.dirname, '../../policies');

export interface Given {
  readonly title: string;
  readonly document: Json;
}

export function documentsIn(kind: 'valid' | 'invalid'): Given[] {
  const files = readdirSync(join(folder, kind)).filter((file) => file.endsWith('.yaml'));
  return files.flatMap((file) =>
    [...parseAllDocuments(readFileSync(join(folder, kind, file), 'utf8'))].map((document, index) => ({
      title: `${file} ${index}`,
      document: document.toJS() as Json,
    })),
  );
}

/** What never gets to the schema: whole documents that are none of our kinds. */
export function isOurs({ document }: Given): boolean {
  return (
    isObject(document) &&
    document.apiVersion === policyApiVersion &&
    (document.kind === 'ClusterRolloutPolicy' || document.kind === 'RolloutPolicy')
  );
}

/** The documents of our kinds, each with one mistake where mistakes can be told apart. */
export function singleMistakes(): (Given & { readonly mistakes: readonly FieldError[] })[] {
  return documentsIn('invalid')
    .filter(isOurs)
    .flatMap(({ title, document }) => {
      const { mistakes } = readPolicy(document);
      return mistakes.map((mistake) => {
        const single = without(document, mistakes, mistake);
        const rest = readPolicy(single).mistakes;
        return { title: `${title}: ${sentence(mistake)}`, document: single, mistakes: rest };
      });
    });
}

/** Takes every other mistake out, and with it the whole item of a list: what is left of one would be another mistake. */
function without(document: Json, mistakes: readonly FieldError[], kept: FieldError): Json {
  const copy = structuredClone(document);
  const others = mistakes.filter(({ keys }) => !begins(keys, kept.keys) && !begins(kept.keys, keys));
  const targets = new Map(
    others.map(({ keys }) => itemOf(keys, kept.keys)).map((keys) => [JSON.stringify(keys), keys]),
  );
  // from the end, so that indexes of lists stay right
  for (const keys of [...targets.values()].toReversed()) remove(copy, keys, kept.keys);
  return copy;
}

function begins(keys: FieldKeys, beginning: FieldKeys): boolean {
  return beginning.every((key, index) => keys[index] === key);
}

function itemOf(keys: FieldKeys, kept: FieldKeys): FieldKeys {
  const index = keys.findIndex((key, place) => typeof key === 'number' && !begins(kept, keys.slice(0, place + 1)));
  return index < 0 ? keys : keys.slice(0, index + 1);
}

function remove(document: Json, keys: FieldKeys, kept: FieldKeys): void {
  const parentKeys = keys.slice(0, -1);
  const last = keys.at(-1);
  const parent = parentKeys.reduce<unknown>((value, key) => (value as Record<string, unknown>)?.[key], document);
  if (Array.isArray(parent)) parent.splice(last as number, 1);
  else if (isObject(parent) && last !== undefined && Object.hasOwn(parent, last))
    delete (parent as Record<string, unknown>)[last];
  else if (!begins(kept, parentKeys)) remove(document, parentKeys, kept);
}
