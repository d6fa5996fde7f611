// Promise: no old pod goes before a new one is ready. Fields: maxUnavailable and maxSurge of the strategy. Silent when off.
// Left alone where a surge pod may never start beside the old ones, because then the rollout would hang.

import { apiDefault, defaultMaxSurge, defaultMaxUnavailable, defaultReplicas } from '../workload/api-defaults.ts';
import type { IntOrPercent } from '../workload/deployment.ts';
import { equal } from '../workload/json.ts';
import { isZero } from '../workload/violations.ts';
import { type Change, edit, type Finding, fine, report } from './finding.ts';
import type { Subject } from './plan.ts';
import { surgeObstacle } from './surge-obstacle.ts';

const rule = 'rolling-update';
const path = 'spec.strategy';
const unavailablePath = `${path}.rollingUpdate.maxUnavailable`;
const surgePath = `${path}.rollingUpdate.maxSurge`;

export function rollingUpdate(subject: Subject): readonly Finding[] {
  if (subject.policy.rollingUpdate.action === 'off') return [];
  const { strategy, template } = subject.deployment.spec;
  if (strategy?.type === 'Recreate') return [recreate()];
  const obstacle = surgeObstacle(template);
  if (obstacle === undefined) return [...planned(subject), ...outage(subject, wanted(subject))];
  return [...outage(subject, []), obstructed(subject, obstacle)];
}

function obstructed(subject: Subject, obstacle: string): Finding {
  const { maxUnavailable, maxSurge } = effective(subject, []);
  const why = `${obstacle}, so a surge pod may never start beside the old ones`;
  if (isZero(maxUnavailable)) {
    return report(rule, 'note', {
      path,
      message: `${why}, and with maxUnavailable 0 the rollout would hang. Make sure that there is room`,
    });
  }
  if (wanted(subject).length === 0) return fine(rule, path, `left alone: ${why}`);
  const message = `left alone at maxUnavailable ${maxUnavailable}, maxSurge ${maxSurge}: ${why} and maxUnavailable 0 would hang the rollout`;
  return report(rule, 'note', { path, message });
}

function recreate(): Finding {
  const message =
    'type Recreate ends every pod before the first new one starts: requests are lost at every rollout. Use RollingUpdate if two versions may run side by side';
  return report(rule, 'error', { path: `${path}.type`, message });
}

function planned(subject: Subject): readonly Finding[] {
  const changes = wanted(subject);
  if (changes.length > 0) {
    const summary = changes
      .map((change) => `${change.path.slice(change.path.lastIndexOf('.') + 1)} ${change.value}`)
      .join(', ');
    const message = `old pods may go before new ones are ready: set ${summary}`;
    return [edit(rule, subject.policy.rollingUpdate.action, { path, summary, message, changes })];
  }
  const { maxUnavailable, maxSurge } = effective(subject, []);
  if (isZero(maxUnavailable))
    return [fine(rule, path, `maxUnavailable 0 and maxSurge ${maxSurge}: new pods come first`)];
  const kept = `maxUnavailable ${maxUnavailable}, maxSurge ${maxSurge} is the author's and lets old pods go before new ones are ready`;
  return [
    report(rule, 'note', { path, message: `${kept}. Use maxUnavailable 0 where the rest cannot carry the load` }),
  ];
}

/** Fills what the author did not write; under enforce an author's maxUnavailable yields too, unless maxSurge 0 needs it. */
function wanted({ deployment, policy, written }: Subject): readonly Change[] {
  const { action, maxUnavailable, maxSurge } = policy.rollingUpdate;
  const surge = written(surgePath) ? (deployment.spec.strategy?.rollingUpdate?.maxSurge ?? maxSurge) : maxSurge;
  const mayEdit = !written(unavailablePath) || (action === 'enforce' && isZero(maxUnavailable));
  if (!mayEdit || (isZero(surge) && isZero(maxUnavailable))) return [];
  const both = [
    { path: unavailablePath, value: maxUnavailable, now: deployment.spec.strategy?.rollingUpdate?.maxUnavailable },
    { path: surgePath, value: surge, now: deployment.spec.strategy?.rollingUpdate?.maxSurge },
  ];
  return both
    .filter((field) => !equal(field.now ?? apiDefault(field.path), field.value))
    .map(({ path, value }) => ({ path, value }));
}

function effective(
  { deployment }: Subject,
  changes: readonly Change[],
): { maxUnavailable: IntOrPercent; maxSurge: IntOrPercent } {
  const { maxUnavailable = defaultMaxUnavailable, maxSurge = defaultMaxSurge } =
    deployment.spec.strategy?.rollingUpdate ?? {};
  const changed = (at: string) => changes.find((change) => change.path === at)?.value as IntOrPercent | undefined;
  return { maxUnavailable: changed(unavailablePath) ?? maxUnavailable, maxSurge: changed(surgePath) ?? maxSurge };
}

function outage(subject: Subject, changes: readonly Change[]): readonly Finding[] {
  const replicas = subject.deployment.spec.replicas ?? defaultReplicas;
  const { maxUnavailable, maxSurge } = effective(
    subject,
    subject.policy.rollingUpdate.action === 'report' ? [] : changes,
  );
  const surge = podCount(maxSurge, replicas, Math.ceil);
  const down =
    surge === 0
      ? Math.max(1, podCount(maxUnavailable, replicas, Math.floor))
      : podCount(maxUnavailable, replicas, Math.floor);
  if (replicas === 0 || down < replicas) return [];
  const pods = replicas === 1 ? 'the only pod goes' : `all ${replicas} pods go`;
  const message = `maxUnavailable ${maxUnavailable}, maxSurge ${maxSurge}: ${pods} before a new one is there, an outage at every rollout. Use maxUnavailable 0 and maxSurge 1`;
  return [report(rule, 'error', { path, message })];
}

/** As the Deployment controller counts: maxSurge rounds up, maxUnavailable down; 0 for what is neither number nor percentage. */
function podCount(value: IntOrPercent, replicas: number, round: (n: number) => number): number {
  if (typeof value === 'number') return value;
  const percent = /^(\d+)%$/.exec(value)?.[1];
  return percent === undefined ? 0 : round((Number(percent) * replicas) / 100);
}
