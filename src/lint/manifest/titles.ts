// The name of an object in messages: by its path, and inside a container by the container's name.

import { type JsonObject, own } from '../../workload/json.ts';
import { dottedPath, type Keys, type Spot, shortened } from './mistake.ts';

/** `container web`, `readinessProbe of container web`, `ports[0] of container web`, `spec.strategy`. */
export function titleOf(keys: Keys, value: JsonObject, type: string, parent: Spot): string {
  if (type === 'Container') return containerTitle(keys, value);
  if (containerAround(parent) === undefined) return dottedPath(keys);
  const own = dottedPath(keys.slice(parent.keys.length));
  // The hook of a container, not of its lifecycle.
  return parent.type === 'Lifecycle'
    ? `${own} of ${parent.title.replace('lifecycle of ', '')}`
    : `${own} of ${parent.title}`;
}

/** Containers are known by their names; one without by its place. */
function containerTitle(keys: Keys, value: JsonObject): string {
  const name = own(value, 'name');
  const place = `${Number(keys.at(-1)) + 1}`;
  const what = keys.at(-2) === 'initContainers' ? 'init container' : 'container';
  return `${what} ${typeof name === 'string' && name !== '' ? shortened(name) : place}`;
}

export function containerAround(spot: Spot | undefined): Spot | undefined {
  return spot === undefined || spot.type === 'Container' ? spot : containerAround(spot.parent);
}
