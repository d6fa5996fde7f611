// What the checks of `hitless status` look at: the webhook configurations with entries of hitless, the releases that they call, and
// the namespaces.

import type { WebhookMode } from '../../admission/withdrawal.ts';
import type { Api } from '../../cluster/client/api.ts';
import { pagesOf } from '../../cluster/client/pages.ts';
import { apiResources, collectionOf } from '../../cluster/client/resources.ts';
import { readNamespaces } from '../../cluster/snapshot.ts';
import {
  labelled,
  type ModeFor,
  readConfigurations,
  type WebhookCalls,
  webhookCalls,
} from '../../cluster/webhook-configuration.ts';
import { type JsonObject, objectAt, objectsAt, own } from '../../workload/json.ts';
import type { Namespace, NamespacedName } from '../../workload/kubernetes.ts';
import { type Installation, type Release, readInstallation } from './installation.ts';
import { ifAllowed, type Known, knownValue } from './known.ts';
import { type Scan, scanWorkloads } from './scan.ts';

export interface Scope {
  readonly api: Api;
  /** The API server's time. */
  readonly now: Date;
  /** Look for stuck rollouts and leftovers in every namespace, not only in those with the label. */
  readonly allNamespaces: boolean;
  readonly configurations: Known<readonly JsonObject[]>;
  readonly releases: readonly Release[];
  readonly namespaces: Known<readonly Namespace[]>;
  /** By all configurations together. */
  readonly modeFor: ModeFor;
  /** By one of them. */
  readonly callsOf: (configuration: JsonObject) => (namespace: Namespace) => WebhookMode;
  /** The objects of the releases, read once for all checks. */
  readonly installations: () => Promise<readonly Installation[]>;
  /** Of the workloads, listed once for all checks. */
  readonly scan: () => Promise<Known<Scan>>;
}

export interface ScopeOptions {
  readonly allNamespaces?: true;
  /** Where the release is, if the webhook configuration cannot say it. */
  readonly releaseNamespace?: string;
}

/** @throws ApiError */
export async function openScope(api: Api, options: ScopeOptions): Promise<Scope> {
  const { allNamespaces = false, releaseNamespace } = options;
  const permission = 'list mutatingwebhookconfigurations.admissionregistration.k8s.io';
  const [now, configurations, namespaces] = await Promise.all([
    serverTime(api),
    ifAllowed(permission, () => readConfigurations(api)),
    ifAllowed('list namespaces', () => readNamespaces(api)),
  ]);
  const { modeFor } = callsBy(configurations);
  const releases = await findReleases(api, knownValue(configurations) ?? [], releaseNamespace);
  const callsOf = (one: JsonObject) => webhookCalls([one]).modeFor;
  const found = { api, now, allNamespaces, configurations, releases, namespaces, modeFor, callsOf };
  return {
    ...found,
    installations: once(() => Promise.all(releases.map((release) => readInstallation(api, release)))),
    scan: once(() => scanWorkloads(found)),
  };
}

function once<T>(read: () => Promise<T>): () => Promise<T> {
  let reading: Promise<T> | undefined;
  return () => {
    reading ??= read();
    return reading;
  };
}

/** Without permission to see more, the labels say what the webhook is called for. */
function callsBy(configurations: Known<readonly JsonObject[]>): Pick<WebhookCalls, 'modeFor'> {
  return configurations.kind === 'known' ? webhookCalls(configurations.value) : { modeFor: labelled };
}

/** Certificates expire by it. */
async function serverTime(api: Api): Promise<Date> {
  let now = new Date();
  const answered = (date: Date) => {
    now = date;
  };
  await ifAllowed('get /version', () => api.json({ path: '/version', answered }));
  return now;
}

async function findReleases(
  api: Api,
  configurations: readonly JsonObject[],
  namespace: string | undefined,
): Promise<readonly Release[]> {
  const called = configurations.flatMap((configuration) => {
    const service = serviceOf(configuration);
    return service === undefined ? [] : [{ ...service, configuration }];
  });
  if (called.length > 0 && namespace === undefined) return called;
  const there = called.filter((one) => one.namespace === namespace);
  if (there.length > 0) return there;
  const where = namespace === undefined ? '' : ` in namespace ${namespace}`;
  return knownValue(await ifAllowed(`list services${where}`, () => labelledServices(api, namespace))) ?? [];
}

/** Of the first entry that calls one; a URL leads out of the cluster. */
function serviceOf(configuration: JsonObject): NamespacedName | undefined {
  for (const entry of objectsAt(configuration, 'webhooks')) {
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
