// The statuses of the policies, which one of all processes writes: its wiring and its log lines.

import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import type { ClusterCache } from '../../cluster/cache/cluster-cache.ts';
import type { Api } from '../../cluster/client/api.ts';
import { leaseStore } from '../../cluster/leader/lease.ts';
import { keepPolicyStatus, type StatusEvent } from '../../cluster/policy-status/keep.ts';
import type { Log } from '../../server/log.ts';
import type { Settings } from '../../settings/settings.ts';

interface Around {
  readonly api: Api;
  readonly state: ClusterCache;
  readonly log: Log;
  readonly draining: AbortSignal;
}

interface Opened {
  /** A policy has changed. */
  readonly changed: () => void;
  readonly stop: () => void;
}

/** Does nothing without the setting. */
export function openPolicyStatus(settings: Settings, around: Around): Opened {
  const { policyStatusLease: lease, webhookConfiguration, mode } = settings;
  const { api, state, log, draining } = around;
  if (lease === undefined) return { changed: () => undefined, stop: () => undefined };
  const stopped = new AbortController();
  const { changed } = keepPolicyStatus({
    api,
    store: leaseStore(api, lease),
    // A container that starts again has the name of its former self.
    identity: `${hostname()}_${process.pid}_${randomBytes(4).toString('hex')}`,
    known: {
      namespaces: state.namespaces,
      policies: () => state.current().policies.documents,
      leavesOut: state.leavesOut,
    },
    ready: () => state.unready().length === 0,
    ownNamespace: lease.namespace,
    webhookConfiguration,
    cap: mode,
    onEvent: createTeller(log, `${lease.namespace}/${lease.name}`),
    signal: AbortSignal.any([draining, stopped.signal]),
  });
  return { changed, stop: () => stopped.abort() };
}

// A failure is repeated for as long as its reason lasts; it is logged now and then.
const repeatMs = 3_600_000;

function createTeller(log: Log, lease: string): (event: StatusEvent) => void {
  const said = new Map<string, { readonly reason: string; readonly at: number }>();
  const isNews = (kind: string, reason: string) => {
    const before = said.get(kind);
    const now = performance.now();
    if (before?.reason === reason && now - before.at < repeatMs) return false;
    said.set(kind, { reason, at: now });
    return true;
  };
  return (event) => {
    const { kind, ...fields } = event;
    if ('reason' in event && !isNews(kind, event.reason)) return;
    if (kind === 'leading') said.delete('failed');
    if (kind === 'written') said.delete('unwritten');
    log[levels[kind]]({ lease, ...fields }, messages[kind]);
  };
}

const levels = {
  leading: 'info',
  lost: 'warn',
  released: 'info',
  failed: 'warn',
  written: 'debug',
  unwritten: 'warn',
} as const;

const messages: Readonly<Record<StatusEvent['kind'], string>> = {
  leading: 'this process writes the status of the policies from now on',
  lost: 'this process could not keep the Lease and no longer writes the status of the policies',
  released: 'this process no longer writes the status of the policies, another one can take over',
  failed: 'the Lease for the status of the policies cannot be read or written, retrying; answers are not affected',
  written: 'the status of the policies is current',
  unwritten: 'the status of the policies cannot be written, retrying; answers are not affected',
};
