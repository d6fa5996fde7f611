// Reports that one object changed: a watch that ignores the contents of its events.

import type { Follow } from '../../certificates/stores.ts';
import { backoffMs, pause } from '../../timing.ts';
import type { NamespacedName } from '../../workload/kubernetes.ts';
import type { Api } from '../client/api.ts';
import { apiResources, collectionOf } from '../client/resources.ts';

const backoff = { firstMs: 1000, mostMs: 60_000 };
// The API server sends a bookmark each minute.
const silenceMs = 100_000;

export function followSecret(api: Api, { namespace, name }: NamespacedName): Follow {
  return follow(api, collectionOf(apiResources.secrets, namespace), name);
}

export function followConfiguration(api: Api, name: string): Follow {
  return follow(api, collectionOf(apiResources.webhookConfigurations), name);
}

function follow(api: Api, path: string, name: string): Follow {
  return (changed) => {
    const stopped = new AbortController();
    void listen(api, { path, name, changed, signal: stopped.signal });
    return { stop: () => stopped.abort() };
  };
}

interface Listening {
  readonly path: string;
  readonly name: string;
  readonly changed: () => void;
  readonly signal: AbortSignal;
}

async function listen(api: Api, { path, name, changed, signal }: Listening): Promise<void> {
  // With this selector a permission limited by resourceNames is enough.
  const query = { watch: 'true', fieldSelector: `metadata.name=${name}`, allowWatchBookmarks: 'true' };
  let failures = 0;
  while (!signal.aborted) {
    try {
      // Without a version it begins with the object as it is: a change between two watches is not missed.
      for await (const line of await api.stream({ path, query, silenceMs, signal })) {
        failures = 0;
        if (!line.startsWith('{"type":"BOOKMARK"')) changed();
      }
    } catch {
      // The follower checks regularly anyway, and reports then what is wrong.
    }
    failures += 1;
    await pause(backoffMs(failures, backoff), signal, { ref: false });
  }
}
