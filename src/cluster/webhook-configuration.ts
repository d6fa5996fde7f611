// The namespaces that the webhook is called for: by its configuration in the cluster, not only by their labels.

import { modeFor, type WebhookMode } from '../admission/withdrawal.ts';
import { auditWebhook, enforceWebhook, modeName } from '../names.ts';
import type { JsonObject } from '../workload/json.ts';
import type { LabelSelector, Namespace } from '../workload/kubernetes.ts';
import { matches } from '../workload/selector.ts';
import { type Api, ApiError } from './client/api.ts';
import { pagesOf } from './client/pages.ts';
import { apiResources, collectionOf } from './client/resources.ts';

export interface WebhookCalls {
  /** absent: the cluster has no hitless webhook. unknown: reading is not allowed, and the labels count. */
  readonly webhook: 'installed' | 'absent' | 'unknown';
  /** never: not opted in, left out by the configuration, or no webhook there. */
  readonly modeFor: (namespace: Namespace) => WebhookMode;
}

const resource = { path: collectionOf(apiResources.webhookConfigurations), pageSize: 100 };

/** @throws ApiError when the API server refuses for a reason other than permissions. */
export async function readWebhookCalls(api: Api): Promise<WebhookCalls> {
  let entries: readonly Entry[];
  try {
    entries = await readEntries(api);
  } catch (error) {
    if (!(error instanceof ApiError) || error.code !== 403) throw error;
    return { webhook: 'unknown', modeFor: labelled };
  }
  if (entries.length === 0) return { webhook: 'absent', modeFor: () => 'never' };
  const called = (namespace: Namespace) => {
    const mode = labelled(namespace);
    return entries.some((entry) => entry.mode === mode && isSelected(entry, namespace)) ? mode : 'never';
  };
  return { webhook: 'installed', modeFor: called };
}

/** Whether hitless patches in this cluster; false also where reading is not allowed. */
export async function webhookIsInstalled(api: Api): Promise<boolean> {
  try {
    return (await readEntries(api)).some(({ mode }) => mode === 'enforce');
  } catch (error) {
    if (error instanceof ApiError) return false;
    throw error;
  }
}

/** @throws ApiError */
async function readEntries(api: Api): Promise<readonly Entry[]> {
  const entries: Entry[] = [];
  for await (const items of pagesOf(api, resource)) entries.push(...items.flatMap(entriesOf));
  return entries;
}

export function labelled({ name, labels }: Namespace): WebhookMode {
  return modeFor(name, labels[modeName]);
}

interface Entry {
  readonly mode: WebhookMode;
  readonly namespaceSelector: LabelSelector | undefined;
}

/** The parts read of a MutatingWebhookConfiguration, which the API server has validated. */
interface Configuration extends JsonObject {
  readonly webhooks?: { readonly name: string; readonly namespaceSelector?: LabelSelector }[] & JsonObject[];
}

const modes: Readonly<Record<string, WebhookMode>> = { [enforceWebhook]: 'enforce', [auditWebhook]: 'audit' };

/** Hitless entries are recognized by their names: a release can have any name. */
function entriesOf(configuration: JsonObject): Entry[] {
  return ((configuration as Configuration).webhooks ?? []).flatMap(({ name, namespaceSelector }) => {
    const mode = Object.hasOwn(modes, name) ? modes[name] : undefined;
    return mode === undefined ? [] : [{ mode, namespaceSelector }];
  });
}

function isSelected({ namespaceSelector }: Entry, { name, labels }: Namespace): boolean {
  return matches(namespaceSelector, { ...labels, 'kubernetes.io/metadata.name': name });
}
