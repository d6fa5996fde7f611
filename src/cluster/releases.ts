// The releases of hitless in a cluster: the Services that its webhook configurations call.

import { type JsonObject, objectAt, own } from '../workload/json.ts';
import type { NamespacedName } from '../workload/kubernetes.ts';
import type { Api } from './client/api.ts';
import { pagesOf } from './client/pages.ts';
import { apiResources, collectionOf } from './client/resources.ts';
import { hitlessEntries, type Release } from './installation.ts';
import { type Guard, ifAllowed, knownValue } from './known.ts';

export interface ReleaseSearch {
  readonly configurations: readonly JsonObject[];
  /** Only there; absent: anywhere. */
  readonly namespace?: string | undefined;
  /** Of the list of Services. */
  readonly guard?: Guard;
}

/** Those that webhook configurations call; without any, those of the Services that the chart labels. */
export async function findReleases(
  api: Api,
  { configurations, namespace, guard = ifAllowed }: ReleaseSearch,
): Promise<readonly Release[]> {
  const called = configurations.flatMap((configuration) => {
    const service = serviceOf(configuration);
    return service === undefined ? [] : [{ ...service, configuration }];
  });
  if (called.length > 0 && namespace === undefined) return called;
  const there = called.filter((one) => one.namespace === namespace);
  if (there.length > 0) return there;
  const where = namespace === undefined ? '' : ` in namespace ${namespace}`;
  return knownValue(await guard(`list services${where}`, () => labelledServices(api, namespace))) ?? [];
}

/** Of the first entry of hitless that calls one; a URL leads out of the cluster. */
function serviceOf(configuration: JsonObject): NamespacedName | undefined {
  for (const entry of hitlessEntries(configuration)) {
    const service = objectAt(objectAt(entry, 'clientConfig'), 'service');
    const [namespace, name] = [own(service, 'namespace'), own(service, 'name')];
    if (typeof namespace === 'string' && typeof name === 'string') return { namespace, name };
  }
  return undefined;
}

// As the chart labels it, unless it was given another name.
const labelSelector = 'app.kubernetes.io/name=hitless';

async function labelledServices(api: Api, namespace: string | undefined): Promise<readonly Release[]> {
  const found: Release[] = [];
  const path = collectionOf(apiResources.services, namespace);
  for await (const items of pagesOf(api, { path, pageSize: 100, query: { labelSelector } }))
    for (const { metadata } of items) {
      const { namespace: home, name } = metadata as unknown as NamespacedName;
      found.push({ namespace: home, name });
    }
  return found;
}
