// A namespace that no event told of yet: asked for once, briefly, and whatever the answer was it is remembered for some seconds.
//
// Between `kubectl create namespace` and its event are some milliseconds, and helm uses them.

import { isNamespaceName } from '../policy/names.ts';
import type { Namespace } from '../workload/deployment.ts';

export type LookUpResult = 'found' | 'absent' | 'failed';

export interface LookUpOptions {
  /** Gives undefined when there is none; rejects when there is no answer. */
  readonly fetch: (name: string, signal: AbortSignal) => Promise<Namespace | undefined>;
  readonly tell: (result: LookUpResult) => void;
  /** The longest that a request waits. */
  readonly limitMs?: number;
  readonly rememberMs?: number;
  /** More than this many names are not asked for or remembered at one time. */
  readonly most?: number;
}

export interface LookUp {
  /** What a look-up found lately. */
  readonly found: (name: string) => Namespace | undefined;
  /** Resolves when the answer is there, or the time is up; never rejects. undefined: nothing to wait for. */
  readonly ask: (name: string) => Promise<void> | undefined;
}

interface Entry {
  readonly namespace?: Namespace | undefined;
  readonly pending?: Promise<void>;
  readonly until: number;
}

export function createLookUp({ fetch, tell, limitMs = 200, rememberMs = 3000, most = 100 }: LookUpOptions): LookUp {
  // The one that was asked for first comes first.
  const entries = new Map<string, Entry>();
  const fresh = (name: string) => {
    const entry = entries.get(name);
    return entry !== undefined && entry.until > performance.now() ? entry : undefined;
  };
  const remember = (name: string, namespace: Namespace | undefined, result: LookUpResult) => {
    entries.delete(name);
    entries.set(name, { namespace, until: performance.now() + rememberMs });
    tell(result);
  };
  const forgetOld = () => {
    for (const [name, { until }] of entries) if (until <= performance.now()) entries.delete(name);
  };
  return {
    found: (name) => fresh(name)?.namespace,
    ask: (name) => {
      const known = fresh(name);
      if (known !== undefined) return known.pending;
      if (entries.size >= most) forgetOld();
      if (entries.size >= most || !isNamespaceName(name)) return undefined;
      const signal = AbortSignal.timeout(limitMs);
      const pending = Promise.race([fetch(name, signal), rejectedBy(signal)]).then(
        (namespace) => remember(name, namespace, namespace === undefined ? 'absent' : 'found'),
        () => remember(name, undefined, 'failed'),
      );
      entries.set(name, { pending, until: Number.POSITIVE_INFINITY });
      return pending;
    },
  };
}

function rejectedBy(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) =>
    signal.addEventListener('abort', () => reject(signal.reason), { once: true }),
  );
}
