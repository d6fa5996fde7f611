// The namespaces that the webhook is called for: by its configuration in the cluster, not only by their labels.

import { modeFor, type WebhookMode } from '../admission/withdrawal.ts';
import { auditWebhook, enforceWebhook, modeName } from '../names.ts';
import type { JsonObject } from '../workload/json.ts';
import type { WorkloadKind } from '../workload/kinds/kind.ts';
import { patchableKinds } from '../workload/kinds/kinds.ts';
import type { LabelSelector, Namespace } from '../workload/kubernetes.ts';
import { matches } from '../workload/selector.ts';
import { type Api, ApiError } from './client/api.ts';
import { pagesOf } from './client/pages.ts';
import { apiResources, collectionOf, pathOf } from './client/resources.ts';
import { sendsKind } from './webhook-rules.ts';

export interface WebhookCalls {
  /** absent: the cluster has no hitless webhook. unknown: reading is not allowed, and the labels count. */
  readonly webhook: 'installed' | 'absent' | 'unknown';
  /** never: not opted in, left out by the configuration, or no webhook there. Without a kind: of any. */
  readonly modeFor: ModeFor;
}

export type ModeFor = (namespace: Namespace, kind?: WorkloadKind) => WebhookMode;

const resource = { path: collectionOf(apiResources.webhookConfigurations), pageSize: 100 };

/** @throws ApiError when the API server refuses for a reason other than permissions. */
export async function readWebhookCalls(api: Api): Promise<WebhookCalls> {
  try {
    return webhookCalls(await readConfigurations(api));
  } catch (error) {
    if (!(error instanceof ApiError) || error.code !== 403) throw error;
    return { webhook: 'unknown', modeFor: labelled };
  }
}

/** By all configurations with entries of hitless. */
export function webhookCalls(configurations: readonly JsonObject[]): WebhookCalls {
  const entries = configurations.flatMap(entriesOf);
  if (entries.length === 0) return { webhook: 'absent', modeFor: () => 'never' };
  const called: ModeFor = (namespace, kind) => {
    const mode = labelled(namespace);
    const calls = (entry: Entry) =>
      entry.mode === mode && isSelected(entry, namespace) && (kind === undefined || sendsKind(entry.webhook, kind));
    return entries.some(calls) ? mode : 'never';
  };
  return { webhook: 'installed', modeFor: called };
}

/** The kinds that API servers send by the configuration of this name; all of them where it is gone, or may not be read. @throws ApiError */
export async function sentKinds(api: Api, name: string): Promise<readonly WorkloadKind[]> {
  const all = patchableKinds();
  try {
    const entries = entriesOf(await api.json({ path: pathOf({ kind: apiResources.webhookConfigurations, name }) }));
    return all.filter((kind) => entries.some(({ webhook }) => sendsKind(webhook, kind)));
  } catch (error) {
    if (!(error instanceof ApiError) || (error.code !== 403 && error.code !== 404)) throw error;
    return all;
  }
}

/** Whether hitless patches in this cluster; false also where reading is not allowed. */
export async function webhookIsInstalled(api: Api): Promise<boolean> {
  try {
    return (await readConfigurations(api)).flatMap(entriesOf).some(({ mode }) => mode === 'enforce');
  } catch (error) {
    if (error instanceof ApiError) return false;
    throw error;
  }
}

/** Those with entries of hitless. @throws ApiError */
export async function readConfigurations(api: Api): Promise<readonly JsonObject[]> {
  const found: JsonObject[] = [];
  for await (const items of pagesOf(api, resource)) found.push(...items.filter((item) => entriesOf(item).length > 0));
  return found;
}

export function labelled({ name, labels }: Namespace): WebhookMode {
  return modeFor(name, labels[modeName]);
}

interface Entry {
  readonly mode: WebhookMode;
  readonly webhook: JsonObject & { readonly namespaceSelector?: LabelSelector };
}

/** The parts read of a MutatingWebhookConfiguration, which the API server has validated. */
interface Configuration extends JsonObject {
  readonly webhooks?: { readonly name: string; readonly namespaceSelector?: LabelSelector }[] & JsonObject[];
}

const modes: Readonly<Record<string, WebhookMode>> = { [enforceWebhook]: 'enforce', [auditWebhook]: 'audit' };

/** Hitless entries are recognized by their names: a release can have any name. */
function entriesOf(configuration: JsonObject): Entry[] {
  return ((configuration as Configuration).webhooks ?? []).flatMap((webhook) => {
    const mode = Object.hasOwn(modes, webhook.name) ? modes[webhook.name] : undefined;
    return mode === undefined ? [] : [{ mode, webhook }];
  });
}

function isSelected({ webhook }: Entry, { name, labels }: Namespace): boolean {
  return matches(webhook.namespaceSelector, { ...labels, 'kubernetes.io/metadata.name': name });
}
