// Earlier injections come back with the API server's defaults beside them, or with a number that another webhook wrote. A new
// plan without those would look like a change, be patched, and be defaulted again: so they stay.

import type { Change } from '../rules/finding.ts';
import { probeDefaults, probeNumbers, sameOnceDefaulted } from '../workload/api-defaults.ts';
import { isUnowned } from '../workload/apply-entries.ts';
import { equal, isObject } from '../workload/json.ts';
import { getAt, parentPath, setAll } from '../workload/path.ts';
import type { Probe, Workload } from '../workload/workload.ts';
import type { AuthorDocument } from './author-document.ts';

/** `planned`, with the defaults that `received` has beside the same `changes`. */
export function keepDefaults(
  { received, ours }: Pick<AuthorDocument, 'received' | 'ours'>,
  planned: Workload,
  changes: readonly Change[],
): Workload {
  if (changes.length === 0) return planned;
  const injected = new Set(ours);
  const within = setAll(
    planned,
    changes.flatMap((change) => insideOf(received, change)),
  );
  return setAll(
    within,
    changes.flatMap((change) => besideOf(received, within, change)).filter(({ path }) => !injected.has(path)),
  );
}

/** `scheme: HTTP` in a probe's httpGet, for instance. */
function insideOf(received: Workload, { path, value }: Change): readonly Change[] {
  const stored = getAt(received, path);
  return isObject(stored) && !equal(value, stored) && sameOnceDefaulted(path, value, stored)
    ? [{ path, value: stored }]
    : [];
}

/** `timeoutSeconds: 1` beside a probe's handler, for instance. */
function besideOf(received: Workload, planned: Workload, { path }: Change): readonly Change[] {
  const probePath = parentPath(path);
  if (!probePath.endsWith('.readinessProbe')) return [];
  const stored = getAt(received, probePath);
  if (!isObject(stored)) return [];
  const probe = getAt(planned, probePath) as Probe;
  return probeNumbers.flatMap((number) => {
    const [value, at] = [stored[number], `${probePath}.${number}`];
    const stays = value === probeDefaults[number] || isUnowned(received, at);
    return probe[number] === undefined && stays && typeof value === 'number' ? [{ path: at, value }] : [];
  });
}
