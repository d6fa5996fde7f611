// What we wrote earlier came back with the API server's defaults beside it. Planned anew without them it would look changed,
// and be patched, and defaulted again: so they stay.

import type { Change } from '../rules/finding.ts';
import { probeDefaults, probeNumbers, sameOnceDefaulted } from '../workload/api-defaults.ts';
import type { Deployment, Probe } from '../workload/deployment.ts';
import { equal, isObject } from '../workload/json.ts';
import { getAt, setAt } from '../workload/path.ts';

/** `planned`, with the defaults that `received` has beside the same `changes`. */
export function keepDefaults(received: Deployment, planned: Deployment, changes: readonly Change[]): Deployment {
  return changes.reduce(
    (document, change) => keepBeside(received, keepWithin(received, document, change), change),
    planned,
  );
}

/** `scheme: HTTP` in a probe's httpGet, for instance. */
function keepWithin(received: Deployment, document: Deployment, { path, value }: Change): Deployment {
  const stored = getAt(received, path);
  const same = isObject(stored) && !equal(value, stored) && sameOnceDefaulted(path, value, stored);
  return same ? setAt(document, path, stored) : document;
}

/** `timeoutSeconds: 1` beside a probe's handler, for instance. */
function keepBeside(received: Deployment, document: Deployment, { path }: Change): Deployment {
  const probePath = /^.*\.readinessProbe(?=\.)/.exec(path)?.[0];
  const stored = probePath === undefined ? undefined : getAt(received, probePath);
  if (probePath === undefined || !isObject(stored)) return document;
  const probe = getAt(document, probePath) as Probe;
  const missing = probeNumbers.filter(
    (number) => probe[number] === undefined && stored[number] === probeDefaults[number],
  );
  if (missing.length === 0) return document;
  return setAt(document, probePath, {
    ...probe,
    ...Object.fromEntries(missing.map((number) => [number, probeDefaults[number]])),
  });
}
