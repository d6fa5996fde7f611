// `hitless serve --cluster`: the cluster as the cluster state, and what log and metrics say about it.

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
  waiting: 'the API server does not list these objects yet, not ready until it does',
  absent: 'the API server does not know this kind: going on without, and asking again every few seconds',
  synced: 'the first list of every kind is there',
  stale: 'the watch of the cluster is cut, answering from what is known',
  fresh: 'the watch of the cluster is back, what is known is current',
  mistake: 'an object of the cluster cannot be used, its last good version stays',
  'left-out': 'objects of the cluster are too large or too many, they are not used',
  mended: 'an object of the cluster can be used again, or is gone',
};
