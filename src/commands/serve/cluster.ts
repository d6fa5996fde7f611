// `hitless serve --cluster`: the cluster as the cluster state, with its log lines and metrics.

import { type ClusterCache, type ClusterEvent, watchCluster } from '../../cluster/cache/cluster-cache.ts';
import { findAccess } from '../../cluster/client/access.ts';
import { createApi } from '../../cluster/client/api.ts';
import type { Log } from '../../server/log.ts';
import type { Metrics } from '../../server/metrics.ts';
import { clusterEnvironment } from '../../settings/settings.ts';

interface Out {
  readonly log: Log;
  readonly metrics: Metrics;
}

const countEveryMs = 1000;

/** @throws Error when nothing says where the API server is. An API server that does not answer is waited for instead. */
export async function openCluster({ log, metrics }: Out): Promise<ClusterCache> {
  const access = await findAccess(clusterEnvironment());
  log.info({ server: access.server.origin, access: access.origin }, 'watching the cluster');
  const state = watchCluster({
    api: createApi(access),
    report: (report) => {
      if (report.kind === 'looked-up') metrics.namespaceLookup(report.result);
      else onEvent(report, log);
    },
  });
  metrics.clusterStateAgeIs(state.ages);
  const timer = setInterval(() => metrics.clusterObjects(state.counts(), state.mistakes()), countEveryMs).unref();
  const stop = () => {
    clearInterval(timer);
    state.stop();
  };
  return { ...state, stop };
}

function onEvent(report: Exclude<ClusterEvent, { kind: 'looked-up' }>, log: Log): void {
  const { kind, ...fields } = report;
  log[levels[kind]](fields, messages[kind]);
}

const levels = {
  waiting: 'warn',
  absent: 'warn',
  synced: 'info',
  stale: 'warn',
  fresh: 'info',
  mistake: 'error',
  'left-out': 'error',
  mended: 'info',
} as const;

const messages: Readonly<Record<keyof typeof levels, string>> = {
  waiting: 'waiting for the first list of these objects, not ready until then',
  absent: 'the API server does not know this kind: continuing without it, retrying every few seconds',
  synced: 'the first list of every kind is complete',
  stale: 'the watch of the cluster is interrupted, answering from the last known state',
  fresh: 'the watch of the cluster is back, the state is current',
  mistake: 'an object in the cluster cannot be used, its last valid version stays in use',
  'left-out': 'objects in the cluster are too large or too many and are not used',
  mended: 'an object in the cluster can be used again, or is gone',
};
