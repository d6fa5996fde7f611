// Address and credentials of the API server: from a pod's service account, or from a kubeconfig.

import { access as canRead, readFile } from 'node:fs/promises';
import { type OutgoingHttpHeaders, Agent as PlainAgent } from 'node:http';
import { Agent, type RequestOptions } from 'node:https';
import { join } from 'node:path';
import { chooseCluster, contextNames } from './chosen-cluster.ts';
import { type KubeconfigPlace, type LoadedKubeconfig, loadKubeconfig } from './kubeconfig.ts';
import { impersonation, namesCluster, type Overrides } from './overrides.ts';

export interface Access {
  readonly server: URL;
  /** For the log: where this came from. */
  readonly origin: string;
  /** The namespace that kubectl would take: of the context, or of the pod. Absent: none is set. */
  readonly namespace?: string | undefined;
  /** Trust, identity and connection pool. Asked before every request: tokens and certificates change under a running process. */
  readonly options: () => Promise<RequestOptions>;
  /** Gives up the connections that wait for a next request. */
  readonly close?: () => void;
}

/** The cluster settings of the environment, as settings/settings.ts reads them, and of the command line. */
export interface ClusterEnvironment extends KubeconfigPlace {
  /** One of the kubeconfig's contexts, instead of its current one. */
  readonly context?: string | undefined;
  /** KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT, which every pod has. */
  readonly serviceHost?: string | undefined;
  readonly servicePort?: string | undefined;
  /** Flags that change parts of the context, or whom to act as. */
  readonly overrides?: Overrides | undefined;
}

const serviceAccount = '/var/run/secrets/kubernetes.io/serviceaccount';

/**
 * `file` or `context` when they are given, or KUBECONFIG when it is set, because in a pod it is only set on purpose; then the pod's
 * service account; then ~/.kube/config.
 * @throws Error with a sentence when none of them exists or can be used.
 */
export async function findAccess(environment: ClusterEnvironment, folder = serviceAccount): Promise<Access> {
  return actingAs(await usualAccess(environment, folder), environment.overrides);
}

function actingAs(access: Access, overrides: Overrides = {}): Access {
  const identity = impersonation(overrides);
  if (Object.keys(identity).length === 0) return access;
  const options = async () => {
    const { headers, ...rest } = await access.options();
    return { ...rest, headers: { ...(headers as OutgoingHttpHeaders | undefined), ...identity } };
  };
  return { ...access, options };
}

async function usualAccess(environment: ClusterEnvironment, folder: string): Promise<Access> {
  const { file, context, kubeconfig, serviceHost, servicePort = '443', overrides = {} } = environment;
  const meansFile = Boolean(file || context || kubeconfig || overrides.user || namesCluster(overrides));
  if (!meansFile && serviceHost && (await isReadable(join(folder, 'token')))) {
    const host = serviceHost.includes(':') ? `[${serviceHost}]` : serviceHost;
    const namespace = await readFile(join(folder, 'namespace'), 'utf8').catch(() => undefined);
    return { ...podAccess(new URL(`https://${host}:${servicePort}`), folder), namespace: namespace?.trim() };
  }
  return kubeconfigAccess(environment);
}

function isReadable(file: string): Promise<boolean> {
  return canRead(file).then(
    () => true,
    () => false,
  );
}

// Without the client library, which takes 0.5 to 1 s and 60 MB to load its 1,300 models and clients, none of which are used.
function podAccess(server: URL, folder: string): Access {
  const agent = keptConnections(server);
  const options = async () => {
    // The kubelet renews both; a read is nothing beside a request.
    const [ca, token] = await Promise.all([readFile(join(folder, 'ca.crt')), readFile(join(folder, 'token'), 'utf8')]);
    return { ca, agent, headers: { authorization: `Bearer ${token.trim()}` } };
  };
  return { server, origin: `service account in ${folder}`, options, close: () => agent.destroy() };
}

async function kubeconfigAccess(environment: ClusterEnvironment): Promise<Access> {
  return accessIn(await loadKubeconfig(environment), environment);
}

/** @throws Error with a sentence when the context, its cluster or the address is missing. */
function accessIn(
  { config: copy, origin }: LoadedKubeconfig,
  { context, overrides = {} }: Pick<ClusterEnvironment, 'context' | 'overrides'>,
): Access {
  const config = copy();
  const cluster = chooseCluster(config, { context, overrides, origin });
  if (!URL.canParse(cluster.server))
    throw new Error(`cluster ${cluster.name} of ${origin} has no usable address: ${cluster.server}`);
  const server = new URL(cluster.server);
  const agent = keptConnections(server);
  const options = async () => {
    const found: RequestOptions = {};
    await config.applyToHTTPSOptions(found);
    // The library's agent closes each connection after one request; only a proxy needs it.
    return cluster.proxyUrl ? found : { ...found, agent };
  };
  const { namespace } = config.getContextObject(config.getCurrentContext()) ?? {};
  return { server, origin, namespace, options, close: () => agent.destroy() };
}

/** The contexts of a kubeconfig. */
export interface KubeconfigContexts {
  readonly origin: string;
  readonly names: readonly string[];
  /** @throws Error with a sentence when what the context names is missing. */
  readonly accessTo: (context: string) => Access;
}

/** `context` of the environment does not count. @throws Error with a sentence when the kubeconfig cannot be read. */
export async function findContexts(environment: ClusterEnvironment): Promise<KubeconfigContexts> {
  const loaded = await loadKubeconfig(environment);
  const { overrides } = environment;
  return {
    origin: loaded.origin,
    names: contextNames(loaded.config()),
    accessTo: (context) => actingAs(accessIn(loaded, { context, overrides }), overrides),
  };
}

function keptConnections({ protocol }: URL): PlainAgent {
  return new (protocol === 'http:' ? PlainAgent : Agent)({ keepAlive: true, maxFreeSockets: 4 });
}
