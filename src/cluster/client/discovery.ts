// What an API server says of itself: its version, and which kinds it has, and where. Of the kinds only the groups that are asked for,
// without their schemas.

import { isObject, type JsonObject, objectAt, objectsAt, own } from '../../workload/json.ts';
import { type Api, ApiError } from './api.ts';
import { type ApiResource, groupPath } from './resources.ts';

/** A kind with its place. */
export interface DiscoveredKind extends ApiResource {
  readonly kind: string;
}

/** Since 1.30 all groups in one answer; v2beta1 since 1.27. An older API server answers with the names of the groups alone. */
const aggregated = ['v2', 'v2beta1']
  .map((version) => `application/json;g=apidiscovery.k8s.io;v=${version};as=APIGroupDiscoveryList`)
  .join(',');

/** In the version that the API server prefers; empty for groups that are not installed. @throws ApiError */
export async function discoverKinds(api: Api, groups: readonly string[]): Promise<readonly DiscoveredKind[]> {
  const answer = await api.json({ path: '/apis', accept: `${aggregated},application/json` });
  if (answer.kind === 'APIGroupDiscoveryList') return objectsAt(answer, 'items').flatMap((one) => kindsIn(one, groups));
  const installed = objectsAt(answer, 'groups').filter(({ name }) => groups.includes(`${name}`));
  const read = await Promise.all(installed.map((one) => readGroup(api, one)));
  return read.flat();
}

/** A kind that several versions have is taken from the first of them, which is the preferred one. */
function kindsIn(group: JsonObject, wanted: readonly string[]): readonly DiscoveredKind[] {
  const name = `${own(objectAt(group, 'metadata'), 'name') ?? ''}`;
  if (!wanted.includes(name)) return [];
  const found = new Map<string, DiscoveredKind>();
  for (const one of objectsAt(group, 'versions')) {
    for (const { resource, responseKind } of objectsAt(one, 'resources')) {
      const kind = isObject(responseKind) ? `${responseKind.kind}` : '';
      if (!found.has(kind)) found.set(kind, { group: name, version: `${one.version}`, resource: `${resource}`, kind });
    }
  }
  return [...found.values()];
}

async function readGroup(api: Api, group: JsonObject): Promise<readonly DiscoveredKind[]> {
  const place = { group: `${group.name}`, version: `${own(objectAt(group, 'preferredVersion'), 'version')}` };
  try {
    const { resources } = await api.json({ path: groupPath(place) });
    // A name with a slash is a part of an object, such as its scale.
    return objectsAt({ resources }, 'resources')
      .filter(({ name }) => typeof name === 'string' && !name.includes('/'))
      .map(({ name, kind }) => ({ ...place, resource: `${name}`, kind: `${kind}` }));
  } catch (error) {
    // Removed in between, or its aggregated API server does not answer.
    if (error instanceof ApiError && (error.code === 404 || error.code === 503)) return [];
    throw error;
  }
}

/** Such as v1.37.1. @throws ApiError */
export async function clusterVersion(api: Api): Promise<string> {
  return `${(await api.json({ path: '/version' })).gitVersion}`;
}
