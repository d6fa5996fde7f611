// The address of the Service in front of a workload, for a load that is sent from within the cluster.

import { type Api, ApiError } from '../../cluster/client/api.ts';
import { apiResources, pathOf } from '../../cluster/client/resources.ts';
import { type JsonObject, objectAt, objectsAt } from '../../workload/json.ts';
import { urlHost } from '../lab/address.ts';
import { type StoredService, servicesSelecting } from '../rollout/watch.ts';
import { VerifyError } from './setup.ts';

/** `web`, `web:80`, `web:http`, `web:80/healthz`. */
export interface NamedService {
  readonly name: string;
  /** Its number or its name. */
  readonly port?: string;
  /** Begins with a slash. */
  readonly path: string;
}

export function readServiceName(text: string): NamedService | undefined {
  const [, name, port, path = '/'] = /^([a-z0-9][a-z0-9-]*)(?::([a-z0-9-]+))?(\/[!-~]*)?$/.exec(text) ?? [];
  return name === undefined ? undefined : { name, path, ...(port !== undefined && { port }) };
}

export interface ServiceQuestion {
  readonly namespace: string;
  /** Absent: the one that selects these labels. */
  readonly named?: NamedService;
  /** Of the workload's pods; absent without a workload. */
  readonly labels?: Readonly<Record<string, string>>;
}

export interface ServiceAddress {
  /** `shop/web`. */
  readonly title: string;
  readonly url: string;
  readonly service: { readonly namespace: string; readonly name: string };
  readonly clusterIp: string;
}

const flag = '--service NAME:PORT';

/** @throws ApiError; VerifyError that names the candidates */
export async function serviceAddress(api: Api, question: ServiceQuestion): Promise<ServiceAddress> {
  const { namespace, named } = question;
  const found = named === undefined ? await onlyService(api, question) : await namedService(api, named.name, question);
  const { name } = found.metadata;
  const title = `${namespace}/${name}`;
  const clusterIp = addressOf(found);
  if (clusterIp === undefined)
    throw new VerifyError(
      `Service ${title} has no address of its own (it is headless, or an ExternalName): give the address that clients use with --url`,
    );
  const port = portOf(found, named?.port);
  const url = `${schemeOf(port)}://${urlHost(clusterIp)}:${port.port}${named?.path ?? '/'}`;
  return { title, url, service: { namespace, name }, clusterIp };
}

async function namedService(api: Api, name: string, { namespace, labels }: ServiceQuestion): Promise<StoredService> {
  try {
    return (await api.json({ path: pathOf({ kind: apiResources.services, namespace, name }) })) as StoredService;
  } catch (error) {
    if (!(error instanceof ApiError && error.code === 404)) throw error;
  }
  const others = labels === undefined ? [] : await servicesSelecting(api, namespace, labels);
  const hint = others.length === 0 ? '' : `; the pods are behind ${others.flatMap(candidates).join(', ')}`;
  throw new VerifyError(`Service ${namespace}/${name} does not exist${hint}`);
}

async function onlyService(api: Api, { namespace, labels = {} }: ServiceQuestion): Promise<StoredService> {
  const all = await servicesSelecting(api, namespace, labels);
  const reachable = all.filter((one) => addressOf(one) !== undefined);
  const [only] = reachable.length === 0 ? all : reachable;
  if (only === undefined)
    throw new VerifyError(
      `no Service in namespace ${namespace} selects its pods: name one with ${flag}, or give an address with --url`,
    );
  if (reachable.length <= 1) return only;
  throw new VerifyError(
    `several Services select its pods: choose one with ${flag}, of ${reachable.flatMap(candidates).join(', ')}`,
  );
}

/** undefined for a headless Service and an ExternalName. */
function addressOf(service: JsonObject): string | undefined {
  const { clusterIP, type } = objectAt(service, 'spec');
  return type === 'ExternalName' || typeof clusterIP !== 'string' || /^(?:None)?$/.test(clusterIP)
    ? undefined
    : clusterIP;
}

function tcpPorts(service: JsonObject): readonly JsonObject[] {
  return objectsAt(objectAt(service, 'spec'), 'ports').filter(({ protocol = 'TCP' }) => protocol === 'TCP');
}

/** `web:80 (http)` for each of its ports. */
function candidates(service: StoredService): readonly string[] {
  return tcpPorts(service).map(
    ({ port, name }) => `${service.metadata.name}:${port}${typeof name === 'string' ? ` (${name})` : ''}`,
  );
}

function portOf(service: StoredService, wanted: string | undefined): JsonObject {
  const ports = tcpPorts(service);
  const fitting =
    wanted === undefined ? ports : ports.filter(({ port, name }) => `${port}` === wanted || name === wanted);
  const [first] = fitting;
  if (first !== undefined && fitting.length === 1) return first;
  const all = candidates(service).join(', ');
  const { name } = service.metadata;
  if (ports.length === 0)
    throw new VerifyError(`Service ${name} has no TCP port: give the address that clients use with --url`);
  if (first === undefined)
    throw new VerifyError(`Service ${name} has no port ${wanted}: choose one with ${flag}, of ${all}`);
  throw new VerifyError(`Service ${name} has several ports: choose one with ${flag}, of ${all}`);
}

function schemeOf({ port, name, appProtocol }: JsonObject): string {
  return port === 443 || [name, appProtocol].some((one) => /^https/i.test(`${one}`)) ? 'https' : 'http';
}

/** In a sentence, when it is no longer where it was; the load went on to the old address. @throws ApiError */
export async function movedAddress(
  api: Api,
  { title, service, clusterIp }: ServiceAddress,
): Promise<string | undefined> {
  try {
    const now = addressOf(await api.json({ path: pathOf({ kind: apiResources.services, ...service }) }));
    if (now === clusterIp) return undefined;
    return `Service ${title} changed its address from ${clusterIp} to ${now ?? 'none'} during the measurement, and the load went on to the old one: so do clients that keep an address; keep spec.clusterIP, or measure clients that look the name up with --url`;
  } catch (error) {
    if (!(error instanceof ApiError && error.code === 404)) throw error;
    return `Service ${title} was deleted during the measurement, and the load went on to the address that it had`;
  }
}
