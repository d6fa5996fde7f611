// The caBundles of the hitless entries in a MutatingWebhookConfiguration. Nothing else in it is ever written.

import type { BundleEntry, BundleStore, WebhookConfiguration } from '../../certificates/stores.ts';
import { isObject, type Json, type JsonObject, own } from '../../workload/json.ts';
import { type Api, ApiError } from '../client/api.ts';
import { apiResources, pathOf } from '../client/resources.ts';
import { isConflict, withContext } from './answers.ts';

// Someone may have added entries of their own beside them.
const ours = /\.hitless\.dev$/;

export function bundleStore(api: Api, name: string): BundleStore {
  const path = pathOf({ kind: apiResources.webhookConfigurations, name });
  const what = `the MutatingWebhookConfiguration ${name}`;
  return {
    name,
    read: async () => {
      try {
        return readConfiguration(await api.json({ path }));
      } catch (error) {
        if (error instanceof ApiError && error.code === 404) return undefined;
        throw withContext(error, `${what} cannot be read`);
      }
    },
    write: async (version, entries) => {
      const contentType = 'application/strategic-merge-patch+json';
      try {
        await api.json({ path, method: 'PATCH', contentType, body: patch(version, entries) });
        return true;
      } catch (error) {
        if (isConflict(error)) return false;
        throw withContext(error, `the caBundle of ${what} cannot be written`);
      }
    },
  };
}

function readConfiguration({ metadata, webhooks }: JsonObject): WebhookConfiguration {
  const version = String(own(isObject(metadata) ? metadata : undefined, 'resourceVersion'));
  const entries = (Array.isArray(webhooks) ? (webhooks as readonly Json[]) : []).filter(isObject).map(readEntry);
  return { version, entries: entries.filter(({ name }) => ours.test(name)) };
}

function readEntry({ name, clientConfig }: JsonObject): BundleEntry {
  const caBundle = own(isObject(clientConfig) ? clientConfig : undefined, 'caBundle');
  return {
    name: String(name),
    caBundle: typeof caBundle === 'string' ? Buffer.from(caBundle, 'base64').toString() : '',
  };
}

// A strategic merge patch finds the entries by their names; with the version it is refused when anything changed since it was read.
function patch(version: string, entries: readonly BundleEntry[]): JsonObject {
  return {
    metadata: { resourceVersion: version },
    webhooks: entries.map(({ name, caBundle }) => ({
      name,
      clientConfig: { caBundle: Buffer.from(caBundle).toString('base64') },
    })),
  };
}
