// Values that a template fills in later: what stands there now is no mistake of the author's.

import type { Severity } from '../rules/finding.ts';
import { hasPlaceholder } from '../text/placeholder.ts';
import { truncateLine } from '../text/truncate.ts';
import { isObject, type Json, own } from '../workload/json.ts';
import type { ManifestError } from './manifest/mistake.ts';

interface Remark extends ManifestError {
  readonly severity?: Severity;
}

/** `error`, or, where the value in question is a placeholder, a note that says so. */
export function unlessPlaceholder(document: Json, error: Remark): Remark {
  const value = error.keys.reduce<Json | undefined>(child, document);
  if (typeof value !== 'string' || !hasPlaceholder(value)) return error;
  const message = `${nameOf(error.keys)} is the placeholder ${truncateLine(value, 60)}, so this manifest is left alone: render it first, for example with envsubst, flux build or helm template, and check the output`;
  return { keys: error.keys, message, severity: 'note' };
}

function child(value: Json | undefined, key: string | number): Json | undefined {
  if (Array.isArray(value)) return typeof key === 'number' ? value[key] : undefined;
  return isObject(value) ? own(value, `${key}`) : undefined;
}

function nameOf(keys: ManifestError['keys']): string {
  const [list, last] = keys.slice(-2);
  return typeof last === 'number' ? `item ${last + 1} of ${list}` : `${last ?? list}`;
}
