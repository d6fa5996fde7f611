// The audit of one cluster: what is read, what is found, and the sentences to say besides.

import type { CachedKind } from '../../cluster/cache/kinds.ts';
import { type Api, ApiError } from '../../cluster/client/api.ts';
import { readOtherWorkloads } from '../../cluster/other-workloads.ts';
import { type Snapshot, takeSnapshot } from '../../cluster/snapshot.ts';
import { readWebhookCalls } from '../../cluster/webhook-configuration.ts';
import { listedWorkload, type UnreadKind } from '../../cluster/workloads.ts';
import type { JsonObject } from '../../workload/json.ts';
import { rollout } from '../../workload/kinds/rollout.ts';
import type { Workload } from '../../workload/workload.ts';
import { gapsOf } from '../gaps.ts';
import type { AuditTask } from './audit-task.ts';
import { type JudgedCluster, judgeCluster } from './judge-cluster.ts';
import { ownedSentences } from './owned.ts';
import { clusterRemarks } from './remarks.ts';
import type { AuditResult } from './result.ts';
import { uncounted } from './uncounted.ts';

export interface ClusterAudit {
  readonly result: AuditResult;
  /** What is said besides; the problems of the result are among them, as grave ones. */
  readonly sentences: readonly Sentence[];
}

export interface Sentence {
  readonly text: string;
  /** Whether it is about something that could not be read or audited. */
  readonly isGrave: boolean;
}

export function notice(text: string): Sentence {
  return { text, isGrave: false };
}

/** @throws ApiError, or Error for no answer */
export async function auditCluster(api: Api, task: AuditTask): Promise<ClusterAudit> {
  const { judged, ...seen } = await read(api, task);
  const { snapshot, calls, others } = seen;
  const { unused, unread, ...audited } = judged;
  const told = gapsOf(snapshot.gaps);
  const problems = told.filter(({ grave }) => grave).map(({ message }) => ({ message }));
  const result = { ...audited, isCalled: calls.webhook !== 'absent', problems };
  const notices = [
    ...uncounted({ ...others, unread: [...unread.filter(isNews(snapshot.gaps)).map(named), ...others.unread] }),
    ...ownedSentences(result),
    ...clusterRemarks({ namespaces: result.namespaces, snapshot, calls, scope: task.scope }),
    ...unused,
  ];
  const gaps = told.map(({ message, grave }) => ({ text: message, isGrave: grave }));
  return { result, sentences: [...gaps, ...notices.map(notice)] };
}

/** Rollouts are read as neighbours, too, and reported there. */
function isNews(gaps: Snapshot['gaps']) {
  return ({ kind }: UnreadKind) => !gaps.some((gap) => gap.kind === 'forbidden' && gap.of === kind.kind);
}

function named({ kind, ...refused }: UnreadKind) {
  return { kind: kind.kind, ...refused };
}

/** @throws ApiError */
async function read(api: Api, task: AuditTask) {
  const { namespace } = task.scope;
  // Of the kinds around workloads, only Rollouts are workloads themselves: they are listed once for both.
  const rollouts: Workload[] = [];
  const keep = (kind: CachedKind, object: JsonObject) => {
    if (kind === 'Rollout') rollouts.push(listedWorkload(rollout, object));
  };
  try {
    const [snapshot, calls, others] = await Promise.all([
      takeSnapshot(api, namespace, keep),
      readWebhookCalls(api),
      readOtherWorkloads(api, namespace),
    ]);
    const isRead = !snapshot.gaps.some(({ of }) => of === rollout.kind);
    const listed = new Map(isRead ? [[rollout, rollouts]] : []);
    const judged: JudgedCluster = await judgeCluster(api, { snapshot, listed, calls, others, task });
    return { snapshot, calls, others, judged };
  } catch (error) {
    if (!(error instanceof ApiError) || error.code !== 403 || namespace !== undefined) throw error;
    throw new ApiError(403, `${error.message}; hitless audit -n NAMESPACE needs permissions in that namespace only`);
  }
}
