// A namespace that no event has reported yet: looked up once, with a short timeout; any result is remembered for some seconds.
//
// Between `kubectl create namespace` and its event are some milliseconds, and helm uses them. Any caller that reaches the port can cause
// look-ups too, with many names: room is shared among the callers' addresses.

import { isNamespaceName } from '../../policy/validation/names.ts';
import type { Namespace } from '../../workload/kubernetes.ts';
import { networkOf } from './network-of.ts';

export type LookupResult = 'found' | 'absent' | 'failed';

export interface NamespaceLookupOptions {
  /** Gives undefined when there is none; rejects when there is no answer. */
  readonly fetch: (name: string, signal: AbortSignal) => Promise<Namespace | undefined>;
  readonly tell: (result: LookupResult) => void;
  /** The longest that a request waits. */
  readonly limitMs?: number;
  readonly rememberMs?: number;
  /** More than this many names are not asked for or remembered at one time: of the caller with the most, the oldest makes room. */
  readonly most?: number;
}

export interface NamespaceLookup {
  /** What a look-up found lately. */
  readonly found: (name: string) => Namespace | undefined;
  /** Resolves when the answer has arrived or the time is up; never rejects. undefined: nothing to wait for. `caller` is an address. */
  readonly ask: (name: string, caller?: string) => Promise<void> | undefined;
}

interface Entry {
  /** The network of the caller who asked first. */
  readonly caller: string;
  readonly namespace?: Namespace | undefined;
  readonly pending?: Promise<void>;
  /** Ends the question. */
  readonly abort?: () => void;
  readonly until: number;
}

export function createNamespaceLookup({
  fetch,
  tell,
  limitMs = 200,
  rememberMs = 3000,
  most = 100,
}: NamespaceLookupOptions): NamespaceLookup {
  // The one that was asked for first comes first.
  const entries = new Map<string, Entry>();
  const fresh = (name: string) => {
    const entry = entries.get(name);
    return entry !== undefined && entry.until > performance.now() ? entry : undefined;
  };
  const begin = (name: string, caller: string): Promise<void> => {
    const { signal, abort, answered } = limited(limitMs);
    const remember = (namespace: Namespace | undefined, result: LookupResult) => {
      answered();
      tell(result);
      // Otherwise it had to make room.
      if (entries.get(name)?.pending !== pending) return;
      entries.delete(name);
      entries.set(name, { caller, namespace, until: performance.now() + rememberMs });
    };
    const pending = Promise.race([fetch(name, signal), rejectedBy(signal)]).then(
      (namespace) => remember(namespace, namespace === undefined ? 'absent' : 'found'),
      () => remember(undefined, 'failed'),
    );
    entries.set(name, { caller, pending, abort, until: Number.POSITIVE_INFINITY });
    return pending;
  };
  return {
    found: (name) => fresh(name)?.namespace,
    ask: (name, address = '') => {
      const known = fresh(name);
      if (known !== undefined) return known.pending;
      const caller = networkOf(address);
      if (!isNamespaceName(name) || !makeRoom(entries, caller, most)) return undefined;
      return begin(name, caller);
    },
  };
}

/** False when there is none: no one has more than the caller itself. */
function makeRoom(entries: Map<string, Entry>, caller: string, most: number): boolean {
  if (entries.size < most) return true;
  for (const [name, { until }] of entries) if (until <= performance.now()) entries.delete(name);
  if (entries.size < most) return true;
  const counts = new Map<string, number>();
  for (const entry of entries.values()) counts.set(entry.caller, (counts.get(entry.caller) ?? 0) + 1);
  const [greediest, count] = [...counts].reduce((a, b) => (b[1] > a[1] ? b : a));
  if (count <= (counts.get(caller) ?? 0)) return false;
  const [oldest, entry] = [...entries].find(([, one]) => one.caller === greediest) ?? [''];
  entries.delete(oldest);
  entry?.abort?.();
  return true;
}

function limited(limitMs: number) {
  const controller = new AbortController();
  const abort = () => controller.abort();
  const timer = setTimeout(abort, limitMs).unref();
  return { signal: controller.signal, abort, answered: () => clearTimeout(timer) };
}

function rejectedBy(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) =>
    signal.addEventListener('abort', () => reject(signal.reason), { once: true }),
  );
}
