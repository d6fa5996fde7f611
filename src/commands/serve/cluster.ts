// `hitless serve --cluster`: the cluster as the cluster state, with its log lines and metrics.

import { type ClusterCache, type ClusterEvent, watchCluster } from '../../cluster/cache/cluster-cache.ts';
import { findAccess } from '../../cluster/client/access.ts';
import { createApi } from '../../cluster/client/api.ts';
import type { Log } from '../../server/log.ts';
import { clusterEnvironment, type Settings } from '../../settings/settings.ts';
import type { Out } from './out.ts';
import { openPolicyStatus } from './policy-status.ts';
import { followScanRecord } from './scan-record.ts';

/**
 * `draining`: aborts when the process begins to end. @throws Error when nothing says where the API server is. An API server that does not
 * answer is waited for instead.
 */
export async function openCluster(
  settings: Settings,
  { log, metrics }: Out,
  draining: AbortSignal,
): Promise<ClusterCache> {
  const { ignoreKinds = [] } = settings;
  const access = await findAccess(clusterEnvironment());
  const api = createApi(access);
  log.info({ server: access.server.origin, access: access.origin }, 'watching the cluster');
  let policiesChanged: () => void = () => undefined;
  const state = watchCluster({
    api,
    ignored: ignoreKinds,
    policiesChanged: () => policiesChanged(),
    report: (report) => {
      if (report.kind === 'looked-up') metrics.namespaceLookup(report.result);
      else onEvent(report, log);
    },
  });
  metrics.clusterStateAgeIs(state.ages);
  metrics.clusterObjectsAre(() => ({ counts: state.counts(), mistakes: state.mistakes() }));
  metrics.mistakenOptInsAre(state.mistakenOptIns);
  const { changed, stop } = openPolicyStatus(settings, { api, state, log, draining });
  policiesChanged = changed;
  const record = followScanRecord(settings.scanRecord, { api, log, metrics });
  return {
    ...state,
    stop: () => {
      stop();
      record.stop();
      state.stop();
    },
  };
}

function onEvent(report: Exclude<ClusterEvent, { kind: 'looked-up' }>, log: Log): void {
  const { kind, ...fields } = report;
  log[levels[kind]](fields, messages[kind]);
}

const levels = {
  waiting: 'warn',
  unlisted: 'warn',
  absent: 'warn',
  'not-installed': 'info',
  forbidden: 'warn',
  found: 'info',
  synced: 'info',
  stale: 'warn',
  fresh: 'info',
  mistake: 'error',
  'left-out': 'error',
  'not-opted-in': 'warn',
  mended: 'info',
} as const;

const messages: Readonly<Record<keyof typeof levels, string>> = {
  waiting: 'waiting for the first list of these objects, not ready until then',
  absent: 'the API server does not know this kind: continuing without it, retrying every few seconds',
  unlisted: 'the first list of these objects fails, what rules read in them is unknown until it succeeds',
  'not-installed': 'the cluster does not have these kinds: continuing without them, looking again every minute',
  forbidden:
    'these objects may not be read, what rules read in them is unknown: allow list and watch in the ClusterRole, or leave the kind out by --ignore-kinds',
  found: 'these objects can be read now and are watched',
  synced: 'the first lists are complete',
  stale: 'the watch of the cluster is interrupted, answering from the last known state',
  fresh: 'the watch of the cluster is back, the state is current',
  mistake: 'an object in the cluster cannot be used, its last valid version stays in use',
  'left-out': 'objects in the cluster are too large or too many and are not used',
  'not-opted-in': 'a namespace asks for hitless in a way that opts it into nothing, so hitless is not called there',
  mended: 'an object in the cluster can be used again, or is gone',
};
