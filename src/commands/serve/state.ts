// Where the webhook takes the cluster state from: the watches of a cluster, a folder of documents, or nowhere.

import { type ClusterStateSource, readySource } from '../../cluster-state/cluster-state.ts';
import { emptyClusterState } from '../../cluster-state/compose.ts';
import { type FolderReport, watchFolder } from '../../cluster-state/folder.ts';
import type { Settings } from '../../settings/settings.ts';
import type { Problem } from '../../yaml/documents.ts';
import { openCluster } from './cluster.ts';
import type { Out } from './out.ts';

export async function openClusterState(
  settings: Settings,
  out: Out,
  draining: AbortSignal,
): Promise<ClusterStateSource> {
  const { cluster, objects: folder } = settings;
  if (cluster) return openCluster(settings, out, draining);
  if (folder === undefined) return readySource({ current: () => emptyClusterState, stop: () => undefined });
  return readySource(await watchFolder(folder, (report) => reportObjects(report, out)));
}

function reportObjects({ documents, problems, duplicates }: FolderReport, { log, metrics }: Out): void {
  for (const problem of problems) log.error(placeOf(problem), 'invalid object, its last valid version stays in use');
  for (const duplicate of duplicates) log.warn(placeOf(duplicate), 'object is defined twice');
  log.info({ documents, mistakes: problems.length }, 'objects loaded');
  metrics.clusterObjectsAre(() => ({ counts: documents, mistakes: problems.length }));
  metrics.clusterObjectReload(problems.length === 0 ? 'loaded' : 'mistakes');
}

/** The log has a message of its own. */
function placeOf({ message: reason, ...place }: Problem) {
  return { ...place, reason };
}
