// The audits of several clusters: at most so many at the same time, in the order of their names, and none stops another one.

import type { Access, KubeconfigContexts } from '../../cluster/client/access.ts';
import { withSignal } from '../../cluster/client/api.ts';
import { listed } from '../../text/list.ts';
import { apiOf, failure, isBug } from '../with-cluster.ts';
import { auditCluster, type ClusterAudit } from './audit-cluster.ts';
import type { AuditTask } from './audit-task.ts';

export interface ClusterOutcome {
  /** Its context. */
  readonly cluster: string;
  /** The address of the API server, where it is known. */
  readonly server?: string;
  readonly audited?: ClusterAudit;
  /** Why there is no audit of it: a sentence. */
  readonly failure?: string;
}

export interface ClustersTask {
  readonly contexts: KubeconfigContexts;
  readonly names: readonly string[];
  readonly parallel: number;
  readonly task: AuditTask;
  /** The longest time of a request, in milliseconds. */
  readonly requestTimeout: number | undefined;
  /** Called whenever a cluster is begun or done. */
  readonly onProgress: (progress: ClustersProgress) => void;
}

export interface ClustersProgress {
  readonly done: number;
  readonly failed: number;
  readonly all: number;
  /** Those that are being read. */
  readonly reading: readonly string[];
}

/** In the order of the names, whichever is done first. */
export async function auditClusters(clusters: ClustersTask): Promise<readonly ClusterOutcome[]> {
  const { names, parallel, onProgress } = clusters;
  const outcomes = new Map<string, ClusterOutcome>();
  const reading = new Set<string>();
  const tell = () => {
    const failed = [...outcomes.values()].filter((one) => one.failure !== undefined).length;
    onProgress({ done: outcomes.size, failed, all: names.length, reading: [...reading] });
  };
  const waiting = names.values();
  const work = async () => {
    for (const name of waiting) {
      reading.add(name);
      tell();
      outcomes.set(name, await auditContext(name, clusters));
      reading.delete(name);
      tell();
    }
  };
  await Promise.all(Array.from({ length: Math.min(parallel, names.length) }, work));
  return names.flatMap((name) => outcomes.get(name) ?? []);
}

async function auditContext(
  cluster: string,
  { contexts, task, requestTimeout }: ClustersTask,
): Promise<ClusterOutcome> {
  // Where one request fails, the others of this cluster must not run beside the next one.
  const end = new AbortController();
  let access: Access | undefined;
  try {
    access = contexts.accessTo(cluster);
    const api = withSignal(end.signal, apiOf(access, requestTimeout));
    return { cluster, server: addressOf(access), audited: await auditCluster(api, task) };
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return { cluster, failure: reasonOf(error, access), ...(access && { server: addressOf(access) }) };
  } finally {
    end.abort();
    access?.close?.();
  }
}

/** As it may be shown: an address in a kubeconfig can hold a name and a password. */
function addressOf({ server: { origin, pathname } }: Access): string {
  return `${origin}${pathname.replace(/\/$/, '')}`;
}

/** An error of hitless itself about one cluster leaves the results of the others alone. */
function reasonOf(error: Error, access: Access | undefined): string {
  if (isBug(error)) return `internal error, please report it: ${error.message}`;
  return failure(error, access === undefined ? 'the API server' : `the API server at ${access.server.origin}`);
}

/** A sentence for each API server that several contexts lead to. */
export function sharedServers(outcomes: readonly ClusterOutcome[]): readonly string[] {
  const known = outcomes.filter(({ audited }) => audited !== undefined);
  return [...Map.groupBy(known, ({ server = '' }) => server)].flatMap(([server, own]) => {
    if (own.length < 2) return [];
    const names = own.map(({ cluster }) => cluster);
    return [
      `the contexts ${listed(names)} lead to the same API server, ${server}: what is in it counts with each of them`,
    ];
  });
}
