// The image of the installed webhook: found by its configuration, whatever the release is called.

import { auditWebhook, enforceWebhook } from '../names.ts';
import { type Json, type JsonObject, objectAt, objectsAt } from '../workload/json.ts';
import type { Workload } from '../workload/workload.ts';
import { type Api, ApiError } from './client/api.ts';
import { apiResources, pathOf } from './client/resources.ts';
import { deploymentsBehind } from './deployments-behind.ts';
import { readConfigurations } from './webhook-configuration.ts';

export interface InstalledImage {
  readonly image: string;
  /** `hitless-system/hitless`. */
  readonly deployment: string;
  /** Names of the Secrets that its nodes pull it with; they are in its namespace only. */
  readonly pullSecrets: readonly string[];
}

/** undefined: no webhook is installed, or it may not be read. */
export async function installedImage(api: Api): Promise<InstalledImage | undefined> {
  try {
    const services = (await readConfigurations(api)).flatMap(calledServices);
    for (const service of services) {
      const found = await imageBehind(api, service);
      if (found !== undefined) return found;
    }
    return undefined;
  } catch (error) {
    if (error instanceof ApiError) return undefined;
    throw error;
  }
}

interface CalledService {
  readonly namespace: string;
  readonly name: string;
}

const entries: readonly Json[] = [enforceWebhook, auditWebhook];

/** None where the configuration leads to a URL. */
function calledServices(configuration: JsonObject): readonly CalledService[] {
  return objectsAt(configuration, 'webhooks')
    .filter(({ name }) => name !== undefined && entries.includes(name))
    .map((entry) => objectAt(objectAt(entry, 'clientConfig'), 'service'))
    .filter(({ namespace, name }) => typeof namespace === 'string' && typeof name === 'string')
    .map(({ namespace, name }) => ({ namespace: `${namespace}`, name: `${name}` }));
}

async function imageBehind(api: Api, { namespace, name }: CalledService): Promise<InstalledImage | undefined> {
  const service = await api.json({ path: pathOf({ kind: apiResources.services, namespace, name }) });
  const selector = objectAt(objectAt(service, 'spec'), 'selector') as Readonly<Record<string, string>>;
  // An empty selector is a Service whose endpoints are written by hand.
  if (Object.keys(selector).length === 0) return undefined;
  const [first] = await deploymentsBehind(api, namespace, selector);
  return first && imageOf(first, namespace);
}

function imageOf(workload: Workload, namespace: string): InstalledImage | undefined {
  const spec = objectAt(objectAt(workload.spec as JsonObject, 'template'), 'spec');
  const containers = objectsAt(spec, 'containers');
  // A mesh may have added containers of its own.
  const serving = containers.find(({ args }) => Array.isArray(args) && args.includes('serve')) ?? containers[0];
  if (typeof serving?.image !== 'string') return undefined;
  const pullSecrets = objectsAt(spec, 'imagePullSecrets').map((one) => `${one.name}`);
  return { image: serving.image, deployment: `${namespace}/${workload.metadata.name}`, pullSecrets };
}
