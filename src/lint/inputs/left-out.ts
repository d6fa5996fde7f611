// What a tree of manifests holds besides manifests: templates, broken text of other programs, broken objects of kinds that nothing here
// reads. None of it is a problem of the manifests that can be judged.

import { existsSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { neighbourKinds } from '../../cluster-state/neighbour-readers.ts';
import { readersByKind } from '../../cluster-state/readers.ts';
import { hasTemplate } from '../../text/placeholder.ts';
import { isObject, type Json } from '../../workload/json.ts';
import { workloadKinds } from '../../workload/kinds/kinds.ts';
import type { BrokenDocument } from '../../yaml/documents.ts';

/** True for a file in the `templates` folder of a Helm chart, or below it. */
export function isInChart(file: string): boolean {
  return isOfTemplates(dirname(resolve(file)));
}

function isOfTemplates(folder: string): boolean {
  const parent = dirname(folder);
  if (parent === folder) return false;
  return (basename(folder) === 'templates' && existsSync(join(parent, 'Chart.yaml'))) || isOfTemplates(parent);
}

// Texts of other languages, in which braces are ordinary.
const free: readonly string[] = ['annotations', 'args', 'command', 'data', 'env', 'stringData'];

/** True for an object in which some value is still to be filled in by Helm, Jinja or their like. */
export function isTemplated(value: Json | undefined): boolean {
  if (typeof value === 'string') return hasTemplate(value);
  if (Array.isArray(value)) return (value as readonly Json[]).some(isTemplated);
  return isObject(value) && Object.entries(value).some(([key, child]) => !free.includes(key) && isTemplated(child));
}

/** Broken text that may hold an object that is read. On doubt it does. */
export function mayMatter({ source }: BrokenDocument): boolean {
  const kinds = Array.from(source.matchAll(/\bkind["']?[ \t]*:[ \t]*["']?([A-Za-z]+)/g), ([, kind = '']) => kind);
  return kinds.some((kind) => readKinds().has(kind) || kind.endsWith('List'));
}

export function readKinds(): ReadonlySet<string> {
  return new Set([
    ...workloadKinds().map(({ kind }) => kind),
    ...Object.keys(readersByKind),
    ...Object.keys(neighbourKinds),
  ]);
}
