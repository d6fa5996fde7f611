// What the checks of `hitless status` look at: the webhook configurations with entries of hitless, the releases that they call, and
// the namespaces.

import type { WebhookMode } from '../../admission/withdrawal.ts';
import type { Api } from '../../cluster/client/api.ts';
import { type Installation, type Release, readInstallation } from '../../cluster/installation.ts';
import { ifAllowed, type Known, knownValue } from '../../cluster/known.ts';
import { findReleases } from '../../cluster/releases.ts';
import { readNamespaces } from '../../cluster/snapshot.ts';
import {
  labelled,
  type ModeFor,
  readConfigurations,
  type WebhookCalls,
  webhookCalls,
} from '../../cluster/webhook-configuration.ts';
import type { JsonObject } from '../../workload/json.ts';
import type { Namespace } from '../../workload/kubernetes.ts';
import { type Scan, scanWorkloads } from './scan.ts';

export interface Scope {
  readonly api: Api;
  /** The API server's time. */
  readonly now: Date;
  /** Look for stuck rollouts and leftovers in every namespace, not only in those with the label. */
  readonly allNamespaces: boolean;
  /** Where a workload is written by dry run; undefined: nowhere. */
  readonly dryRunIn: string | undefined;
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
  readonly dryRunIn?: string;
}

/** @throws ApiError */
export async function openScope(api: Api, options: ScopeOptions): Promise<Scope> {
  const { allNamespaces = false, releaseNamespace, dryRunIn } = options;
  const permission = 'list mutatingwebhookconfigurations.admissionregistration.k8s.io';
  const [now, configurations, namespaces] = await Promise.all([
    serverTime(api),
    ifAllowed(permission, () => readConfigurations(api)),
    ifAllowed('list namespaces', () => readNamespaces(api)),
  ]);
  const { modeFor } = callsBy(configurations);
  const releases = await findReleases(api, {
    configurations: knownValue(configurations) ?? [],
    namespace: releaseNamespace,
  });
  const callsOf = (one: JsonObject) => webhookCalls([one]).modeFor;
  const found = { api, now, allNamespaces, dryRunIn, configurations, releases, namespaces, modeFor, callsOf };
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
