// The parts of a bundle that are about the whole cluster.

import type { Api } from '../../cluster/client/api.ts';
import { pagesOf } from '../../cluster/client/pages.ts';
import { type ApiResource, apiResources, collectionOf } from '../../cluster/client/resources.ts';
import { hitlessEntries } from '../../cluster/installation.ts';
import type { Guard, Known } from '../../cluster/known.ts';
import { modeName } from '../../names.ts';
import { readBuildFacts, version } from '../../version.ts';
import type { Json, JsonObject } from '../../workload/json.ts';
import { bounds } from './bounds.ts';
import { shownConfiguration } from './installation-objects.ts';
import { fields, type Keep, matching, versionText } from './keep.ts';
import { jsonPart, type Part } from './part.ts';
import { shownNamespace, shownPolicy } from './policy-objects.ts';

export interface Reading {
  readonly api: Api;
  readonly attempt: Guard;
}

export async function versionsPart({ api, attempt }: Reading): Promise<Part> {
  const server = await attempt('get /version', () => api.json({ path: '/version' }));
  const { platform, arch, versions } = process;
  const build = readBuildFacts();
  const cli = { version, node: versions.node, platform, arch, ...(build && { build: { kind: build.kind } }) };
  const name = { path: 'versions.json', title: 'versions of this program and of the API server' };
  const shown = { cli, ...(server.kind === 'known' && { apiServer: apiServerVersion(server.value) }) };
  const part = jsonPart(name, { kind: 'known', value: shown }, (value) => value);
  return server.kind === 'known' ? part : { ...part, why: server.why };
}

const apiServerVersion: Keep = fields({ gitVersion: versionText, platform: matching(/^[a-z]+\/[a-z0-9]+$/) });

export function configurationsPart(found: Known<readonly JsonObject[]>): Part {
  const name = {
    path: 'webhook-configurations.json',
    title: 'MutatingWebhookConfigurations: the entries of hitless, of caBundles fingerprints and expiry',
  };
  return jsonPart(name, found, (all) =>
    all.map((one) => shownConfiguration({ ...one, webhooks: hitlessEntries(one) })),
  );
}

export async function namespacesPart(reading: Reading): Promise<Part> {
  const name = {
    path: 'namespaces.json',
    title: 'Namespaces with the label hitless.dev/mode: names, and what is under hitless.dev/',
  };
  const query = { labelSelector: modeName };
  return listPart(name, reading, {
    resource: apiResources.namespaces,
    keep: shownNamespace,
    most: bounds.namespaces,
    query,
  });
}

export function policyParts(reading: Reading): Promise<readonly Part[]> {
  const rest = { keep: shownPolicy, most: bounds.policies };
  const cluster = { path: 'clusterrolloutpolicies.json', title: 'ClusterRolloutPolicies, without labels and paths' };
  const inNamespaces = {
    path: 'rolloutpolicies.json',
    title: 'RolloutPolicies of all namespaces, without labels and paths',
  };
  return Promise.all([
    listPart(cluster, reading, { resource: apiResources.clusterRolloutPolicies, ...rest }),
    listPart(inNamespaces, reading, { resource: apiResources.rolloutPolicies, ...rest }),
  ]);
}

interface Listed {
  readonly resource: ApiResource;
  readonly keep: Keep;
  readonly most: number;
  readonly query?: Readonly<Record<string, string>>;
}

async function listPart(
  name: { readonly path: string; readonly title: string },
  { api, attempt }: Reading,
  { resource, keep, most, query }: Listed,
): Promise<Part> {
  const permission = `list ${resource.resource}${resource.group === '' ? '' : `.${resource.group}`}`;
  const call = { path: collectionOf(resource), pageSize: 500, ...(query && { query }) };
  const found = await attempt(permission, () => firstItems(pagesOf(api, call), most));
  const part = jsonPart(name, found, ({ items }): Json => items.map(keep));
  return found.kind === 'known' && found.value.isCut ? { ...part, why: `only the first ${most} are in it` } : part;
}

interface First {
  readonly items: readonly JsonObject[];
  readonly isCut: boolean;
}

export async function firstItems(pages: AsyncIterable<readonly JsonObject[]>, most: number): Promise<First> {
  const items: JsonObject[] = [];
  for await (const page of pages) {
    items.push(...page);
    if (items.length > most) return { items: items.slice(0, most), isCut: true };
  }
  return { items, isCut: false };
}
