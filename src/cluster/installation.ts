// The objects of one release: its Service, what is behind it, and the Deployment with its pods.

import { group } from '../names.ts';
import { type Json, type JsonObject, objectAt, objectsAt, own } from '../workload/json.ts';
import type { NamespacedName } from '../workload/kubernetes.ts';
import type { Workload } from '../workload/workload.ts';
import type { Api } from './client/api.ts';
import { pagesOf } from './client/pages.ts';
import { type ApiResource, apiResources, collectionOf, pathOf } from './client/resources.ts';
import { deploymentsBehind } from './deployments-behind.ts';
import { type Guard, ifAllowed, ifPresent, type Known, known, knownValue } from './known.ts';

/** The Service that API servers call, named as the Deployment behind it. */
export interface Release extends NamespacedName {
  /** Absent where nothing calls it. */
  readonly configuration?: JsonObject;
}

export interface Installation {
  readonly release: Release;
  /** undefined: there is no such Service. */
  readonly service: Known<JsonObject | undefined>;
  readonly deployments: Known<readonly Workload[]>;
  readonly pods: Known<readonly JsonObject[]>;
  /** How many addresses get calls. */
  readonly readyEndpoints: Known<number>;
}

const pageSize = 100;

/** `guard`: of each object by itself. @throws what it throws: ApiError, without one */
export async function readInstallation(api: Api, release: Release, guard: Guard = ifAllowed): Promise<Installation> {
  const { namespace, name } = release;
  const here = `in namespace ${namespace}`;
  const path = pathOf({ kind: apiResources.services, namespace, name });
  const service = await guard(`get services ${here}`, () => ifPresent(() => api.json({ path })));
  const selector = selectorOf(knownValue(service));
  const listed = (resource: ApiResource, query: Readonly<Record<string, string>>) =>
    guard(`list ${resource.resource} ${here}`, () => listIn(api, { resource, namespace, query }));
  const [deployments, pods, slices] = await Promise.all([
    guard(`list deployments ${here}`, () => deploymentsBehind(api, namespace, selector)),
    listed(apiResources.pods, { labelSelector: queryOf(selector) }),
    listed(apiResources.endpointSlices, { labelSelector: `kubernetes.io/service-name=${name}` }),
  ]);
  const readyEndpoints = slices.kind === 'known' ? known(countReady(slices.value)) : slices;
  return { release, service, deployments, pods, readyEndpoints };
}

type Labels = Readonly<Record<string, string>>;

/** The pods' labels; without the Service, those that the chart gives. */
function selectorOf(service: JsonObject | undefined): Labels {
  const selector = objectAt(objectAt(service ?? {}, 'spec'), 'selector') as Labels;
  return Object.keys(selector).length > 0 ? selector : { 'app.kubernetes.io/name': 'hitless' };
}

function queryOf(labels: Labels): string {
  return Object.entries(labels)
    .map(([key, value]) => `${key}=${value}`)
    .join(',');
}

interface Listing {
  readonly resource: ApiResource;
  readonly namespace: string;
  readonly query: Readonly<Record<string, string>>;
}

async function listIn(api: Api, { resource, namespace, query }: Listing): Promise<readonly JsonObject[]> {
  const found: JsonObject[] = [];
  const path = collectionOf(resource, namespace);
  for await (const items of pagesOf(api, { path, pageSize, query })) found.push(...items);
  return found;
}

function countReady(slices: readonly JsonObject[]): number {
  const endpoints = slices.flatMap((slice) => objectsAt(slice, 'endpoints'));
  return endpoints.filter((one) => own(objectAt(one, 'conditions'), 'ready') !== false).length;
}

/** Also those of an older or newer version, by their names. */
export function hitlessEntries(configuration: JsonObject): readonly JsonObject[] {
  return objectsAt(configuration, 'webhooks').filter(({ name }) => `${name}`.endsWith(`.${group}`));
}

/** Each once, of the entries of hitless. */
export function failurePoliciesOf(configuration: JsonObject): readonly string[] {
  return [...new Set(hitlessEntries(configuration).map((one) => `${one.failurePolicy ?? 'Fail'}`))];
}

/** The pods' part of it. */
export function podSpecOf(workload: Workload): JsonObject {
  return objectAt(objectAt(workload.spec as JsonObject, 'template'), 'spec');
}

/** Of a container's command line: `--tls-secret=shop/tls`. */
export function argumentOf(deployments: readonly Workload[], flag: string): string | undefined {
  const start = `${flag}=`;
  for (const one of deployments)
    for (const container of objectsAt(podSpecOf(one), 'containers')) {
      const { args } = container;
      const found = (Array.isArray(args) ? (args as readonly Json[]) : []).find(
        (argument) => typeof argument === 'string' && argument.startsWith(start),
      );
      if (found !== undefined) return `${found}`.slice(start.length);
    }
  return undefined;
}
