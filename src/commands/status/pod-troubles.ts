// Why a pod of hitless is not ready, and whether it restarted a short while ago.

import { isReady } from '../../measurement/rollout/objects.ts';
import { truncateLine } from '../../text/truncate.ts';
import { type JsonObject, objectAt, objectsAt, own } from '../../workload/json.ts';
import type { Remark } from './check.ts';

// Older restarts are history: the number of them is in the summary.
const recentMs = 3_600_000;

export function nameOf(pod: JsonObject): string {
  const { namespace, name } = objectAt(pod, 'metadata');
  return `${namespace}/${name}`;
}

/** Neither being deleted nor ended: evicted pods, and those of a node that shut down, stay as objects. */
export function isAlive(pod: JsonObject): boolean {
  const phase = own(objectAt(pod, 'status'), 'phase');
  return (
    own(objectAt(pod, 'metadata'), 'deletionTimestamp') === undefined && phase !== 'Failed' && phase !== 'Succeeded'
  );
}

function conditionOf(pod: JsonObject, type: string): JsonObject | undefined {
  return objectsAt(objectAt(pod, 'status'), 'conditions').find((one) => one.type === type);
}

export function troublesOf(pod: JsonObject, now: Date): readonly Remark[] {
  const title = nameOf(pod);
  const [namespace = '', name = ''] = title.split('/');
  const logs = `kubectl -n ${namespace} logs ${name} --all-containers --previous`;
  const statuses = objectsAt(objectAt(pod, 'status'), 'containerStatuses');
  if (isReady(pod)) return statuses.flatMap((one) => restartOf(title, one, { now, logs }));
  const message = `pod ${title} is not ready: ${truncateLine(reasonOf(pod, statuses), 400)}`;
  return [{ severity: 'error', message, action: `kubectl -n ${namespace} describe pod ${name}` }];
}

function reasonOf(pod: JsonObject, statuses: readonly JsonObject[]): string {
  const scheduled = conditionOf(pod, 'PodScheduled');
  if (scheduled === undefined || scheduled.status === 'False')
    return `it is not scheduled${scheduled?.message === undefined ? '' : ` (${scheduled.message})`}`;
  const reasons = statuses.filter((one) => one.ready !== true).map(containerReason);
  return reasons.length > 0 ? reasons.join('; ') : `its phase is ${own(objectAt(pod, 'status'), 'phase')}`;
}

function containerReason(status: JsonObject): string {
  const state = objectAt(status, 'state');
  const name = `container ${status.name}`;
  const waiting = objectAt(state, 'waiting');
  if (waiting.reason !== undefined) return `${name} waits: ${detailOf(waiting)}${lastEnd(status)}`;
  const terminated = objectAt(state, 'terminated');
  if (terminated.exitCode !== undefined)
    return `${name} ended with exit code ${terminated.exitCode} (${detailOf(terminated)})`;
  return `${name} runs, and its readiness probe fails${lastEnd(status)}`;
}

function detailOf({ reason, message }: JsonObject): string {
  return message === undefined ? `${reason}` : `${reason}, ${message}`;
}

function lastEnd(status: JsonObject): string {
  const last = objectAt(objectAt(status, 'lastState'), 'terminated');
  return last.exitCode === undefined ? '' : `; it last ended with exit code ${last.exitCode} (${last.reason})`;
}

function restartOf(title: string, status: JsonObject, { now, logs }: { now: Date; logs: string }): readonly Remark[] {
  const last = objectAt(objectAt(status, 'lastState'), 'terminated');
  const agoMs = now.getTime() - Date.parse(`${last.finishedAt}`);
  if (!(agoMs < recentMs)) return [];
  const message = `container ${status.name} of pod ${title} restarted ${Math.max(0, Math.round(agoMs / 60_000))} minutes ago: exit code ${last.exitCode} (${last.reason})`;
  return [{ severity: 'warning', message, action: logs }];
}
