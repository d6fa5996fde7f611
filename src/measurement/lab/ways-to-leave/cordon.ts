// A node that is cordoned for as long as something takes, and uncordoned whatever happens then.

import { type Api, ApiError } from '../../../cluster/client/api.ts';
import { apiResources, collectionOf, pathOf } from '../../../cluster/client/resources.ts';
import { cordonAnnotation } from '../../../names.ts';
import { isObject, type JsonObject, objectAt, objectsAt } from '../../../workload/json.ts';
import { until } from '../../wait.ts';
import { metaOf } from '../objects-api.ts';
import { holdSignals } from './hold-signals.ts';

export interface Cordon {
  readonly api: Api;
  readonly node: string;
  /** Of the lab that does it: a later run knows by it what this one may leave behind. */
  readonly namespace: string;
}

const uncordonWithinMs = 60_000;

/** A node that is cordoned already stays so. @throws what `working` throws, or Error with a sentence when the node stays cordoned */
export async function whileCordoned({ api, node, namespace }: Cordon, working: () => Promise<void>): Promise<void> {
  const found = await api.json({ path: pathOf({ kind: apiResources.nodes, name: node }) });
  if (objectAt(found, 'spec').unschedulable === true) return working();
  const signals = holdSignals();
  try {
    await setCordon(api, node, namespace);
    await Promise.race([working(), signals.held]);
  } finally {
    await uncordon(api, node);
    signals.release();
  }
}

/** `namespace` null: uncordons. */
async function setCordon(api: Api, node: string, namespace: string | null): Promise<void> {
  await api.json({
    path: pathOf({ kind: apiResources.nodes, name: node }),
    query: { fieldManager: 'hitless' },
    method: 'PATCH',
    contentType: 'application/merge-patch+json',
    body: {
      metadata: { annotations: { [cordonAnnotation]: namespace } },
      spec: { unschedulable: namespace === null ? null : true },
    },
  });
}

/** Retries while the API server does not answer, even when the run is interrupted. @throws Error with a sentence */
async function uncordon(api: Api, node: string): Promise<void> {
  let why = '';
  const done = async () => {
    try {
      await setCordon(api, node, null);
      return true;
    } catch (error) {
      why = (error as Error).message;
      return undefined;
    }
  };
  const late = () => `node ${node} is left cordoned: ${why}; run kubectl uncordon ${node}`;
  await until(done, { withinMs: uncordonWithinMs, late, signal: new AbortController().signal, everyMs: 1000 });
}

/**
 * Uncordons the nodes that a killed run of the lab left cordoned, and says whether an evicted pod has another node to go to.
 * @throws ApiError
 */
export async function readyNodes(api: Api): Promise<{ readonly hasOtherNode: boolean }> {
  const nodes = objectsAt(await api.json({ path: collectionOf(apiResources.nodes) }), 'items');
  const left: JsonObject[] = [];
  for (const node of nodes) if (await isLeftBehind(api, node)) left.push(node);
  for (const node of left) await uncordon(api, `${metaOf(node).name}`);
  const open = nodes.filter((node) => left.includes(node) || isSchedulable(node));
  return { hasOtherNode: open.length > 1 };
}

/** A lab cordoned it whose namespace is gone. */
async function isLeftBehind(api: Api, node: JsonObject): Promise<boolean> {
  const { annotations } = metaOf(node);
  const name = isObject(annotations) ? annotations[cordonAnnotation] : undefined;
  if (typeof name !== 'string') return false;
  try {
    await api.json({ path: pathOf({ kind: apiResources.namespaces, name }) });
    return false;
  } catch (error) {
    if (error instanceof ApiError && error.code === 404) return true;
    throw error;
  }
}

function isSchedulable(node: JsonObject): boolean {
  const { unschedulable } = objectAt(node, 'spec');
  const taints = objectsAt(objectAt(node, 'spec'), 'taints').filter(({ effect }) => effect !== 'PreferNoSchedule');
  const conditions = objectsAt(objectAt(node, 'status'), 'conditions');
  const isReady = conditions.some(({ type, status }) => type === 'Ready' && status === 'True');
  return unschedulable !== true && taints.length === 0 && isReady;
}
