// Everything of a bundle, in an order that is always the same.

import type { Api } from '../../cluster/client/api.ts';
import type { Release } from '../../cluster/installation.ts';
import { knownValue } from '../../cluster/known.ts';
import { findReleases } from '../../cluster/releases.ts';
import { readConfigurations } from '../../cluster/webhook-configuration.ts';
import type { JsonObject } from '../../workload/json.ts';
import { bounds } from './bounds.ts';
import { configurationsPart, namespacesPart, policyParts, type Reading, versionsPart } from './cluster-parts.ts';
import { isPlainName } from './keep.ts';
import type { Part } from './part.ts';
import { createAttempts, readingApi } from './reading.ts';
import { releaseParts } from './release-parts.ts';

export interface CollectOptions {
  /** Of the release, if the webhook configuration cannot say it. */
  readonly namespace?: string;
  readonly logLines: number;
  readonly requestMs: number;
}

/** @throws the first failure where nothing at all could be read */
export async function collectParts(api: Api, options: CollectOptions): Promise<readonly Part[]> {
  const { attempt, failure } = createAttempts();
  const reading = { api: readingApi(api, options.requestMs), attempt };
  const permission = 'list mutatingwebhookconfigurations.admissionregistration.k8s.io';
  const [versions, configurations, namespaces, policies] = await Promise.all([
    versionsPart(reading),
    attempt(permission, () => readConfigurations(reading.api)),
    namespacesPart(reading),
    policyParts(reading),
  ]);
  const releases = await releasesOf(reading, knownValue(configurations) ?? [], options.namespace);
  const found: Part[] = [];
  for (const release of releases.found)
    found.push(...(await releaseParts({ ...reading, logLines: options.logLines }, release)));
  const error = failure();
  if (error !== undefined) throw error;
  return [versions, configurationsPart(configurations), namespaces, ...policies, ...releases.missing, ...found];
}

interface Releases {
  readonly found: readonly Release[];
  /** What there is to say where there is none, or too many. */
  readonly missing: readonly Part[];
}

async function releasesOf(
  { api, attempt }: Reading,
  configurations: readonly JsonObject[],
  namespace: string | undefined,
): Promise<Releases> {
  const all = await findReleases(api, { configurations, namespace, guard: attempt });
  const part = { path: 'releases', title: 'Deployment, pods, events, metrics and logs of each release' };
  const named = all.filter((one) => isPlainName(one.namespace) && isPlainName(one.name));
  const distinct = [...new Map(named.map((one) => [`${one.namespace}/${one.name}`, one])).entries()];
  const sorted = distinct.toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, release]) => release);
  if (sorted.length === 0) return { found: [], missing: [{ ...part, why: noRelease }] };
  const why = `only ${bounds.releases} of ${sorted.length} releases are in it: give --namespace`;
  const missing = sorted.length > bounds.releases ? [{ ...part, why }] : [];
  return { found: sorted.slice(0, bounds.releases), missing };
}

const noRelease =
  'no release was found by the webhook configuration, and none by its Service, or those may not be listed: --namespace says where it is';
