// Promise: no old pod goes before a new one is ready. Fields: maxUnavailable and maxSurge of the strategy. Silent when off.
// Left alone where a surge pod may never start beside the old ones, because then the rollout would hang.

import { apiDefault, defaultMaxSurge, defaultMaxUnavailable, defaultReplicas } from '../workload/api-defaults.ts';
import { isZero } from '../workload/int-or-percent.ts';
import { equal } from '../workload/json.ts';
import { lastKey } from '../workload/path.ts';
import type { IntOrPercent } from '../workload/workload.ts';
import { type Change, edit, type Finding, fine, report } from './finding.ts';
import type { Rule, Subject } from './rule.ts';
import { surgeObstacle } from './surge-obstacle.ts';

const rule = 'rolling-update';
const path = 'spec.strategy';
const unavailablePath = `${path}.rollingUpdate.maxUnavailable`;
const surgePath = `${path}.rollingUpdate.maxSurge`;

export const rollingUpdate: Rule = {
  id: rule,
  section: 'rollingUpdate',
  title: 'Old pods go before new ones are ready',
  help: 'maxUnavailable 0 with a maxSurge of at least 1 starts the new pod first.',
  writes: '`maxUnavailable`, `maxSurge`',
  lab: { fix: 'surge 1, unavailable 0', quick: 'only' },
  apply,
};

function apply(subject: Subject): readonly Finding[] {
  if (subject.policy.rollingUpdate.action === 'off') return [];
  const { strategy, template } = subject.deployment.spec;
  if (strategy?.type === 'Recreate') return [recreate()];
  const obstacle = surgeObstacle(template);
  if (obstacle !== undefined) return [outage(subject, [], obstacle) ?? obstructed(subject, obstacle)];
  const changes = wanted(subject);
  const lost = outage(subject, changes);
  if (changes.length === 0) return [lost ?? kept(subject)];
  return [planned(subject, changes), ...(lost === undefined ? [] : [lost])];
}

function recreate(): Finding {
  const message =
    'type Recreate ends every pod before the first new one starts: requests are lost at every rollout. Use RollingUpdate if two versions may run side by side';
  return report(rule, 'error', { path: `${path}.type`, message });
}

function obstructed(subject: Subject, obstacle: string): Finding {
  const { maxUnavailable, maxSurge } = effective(subject, []);
  const why = `${obstacle}, so a surge pod may never start beside the old ones`;
  const replicas = replicasOf(subject);
  const rounded = podCount(maxUnavailable, replicas, Math.floor);
  if (rounded === 0 && replicas > 0 && !isZero(maxSurge)) {
    const which = isZero(maxUnavailable) ? '0' : `${maxUnavailable} of ${replicas}, rounded down to 0,`;
    const message = `left alone: ${why}, and with maxUnavailable ${which} the rollout would hang. Make sure that there is room`;
    return report(rule, 'note', { path, message });
  }
  if (wanted(subject).length === 0) return fine(rule, path, `left alone: ${why}`);
  const message = `left alone at maxUnavailable ${maxUnavailable}, maxSurge ${maxSurge}: ${why} and maxUnavailable 0 would hang the rollout`;
  return report(rule, 'note', { path, message });
}

function planned({ policy }: Subject, changes: readonly Change[]): Finding {
  const { action, maxUnavailable } = policy.rollingUpdate;
  const summary = changes.map(({ path, value }) => `${lastKey(path)} ${value}`).join(', ');
  const why = isZero(maxUnavailable)
    ? 'old pods may go before new ones are ready'
    : 'the strategy is not what the policy says';
  return edit(rule, action, { path, summary, message: `${why}: set ${summary}`, changes });
}

/** The strategy stays as it is. */
function kept(subject: Subject): Finding {
  const { policy } = subject;
  const { maxUnavailable, maxSurge } = effective(subject, []);
  const both = `maxUnavailable ${maxUnavailable}, maxSurge ${maxSurge}`;
  if (isZero(maxUnavailable)) return fine(rule, path, `${both}: new pods come first`);
  if (equal(maxUnavailable, policy.rollingUpdate.maxUnavailable))
    return fine(rule, path, `${both}, as the policy says`);
  const better = `maxUnavailable 0${isZero(maxSurge) ? ' and maxSurge 1' : ''}`;
  const message = `the author's strategy (${both}) lets old pods go before new ones are ready. Use ${better} where the rest cannot carry the load`;
  return report(rule, 'note', { path, message });
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

interface Limits {
  readonly maxUnavailable: IntOrPercent;
  readonly maxSurge: IntOrPercent;
}

function effective({ deployment }: Subject, changes: readonly Change[]): Limits {
  const { maxUnavailable, maxSurge } = deployment.spec.strategy?.rollingUpdate ?? {};
  const changed = (at: string) => changes.find((change) => change.path === at)?.value as IntOrPercent | undefined;
  return {
    maxUnavailable: changed(unavailablePath) ?? maxUnavailable ?? defaultMaxUnavailable,
    maxSurge: changed(surgePath) ?? maxSurge ?? defaultMaxSurge,
  };
}

function replicasOf({ deployment }: Subject): number {
  return deployment.spec.replicas ?? defaultReplicas;
}

/** An error when no pod is left at some moment of a rollout, even after `changes`. */
function outage(subject: Subject, changes: readonly Change[], obstacle?: string): Finding | undefined {
  const replicas = replicasOf(subject);
  const made = subject.policy.rollingUpdate.action === 'report' ? [] : changes;
  const { maxUnavailable, maxSurge } = effective(subject, made);
  const down = podCount(maxUnavailable, replicas, Math.floor);
  // Where both come out as 0 the controller takes one pod away.
  const gone = podCount(maxSurge, replicas, Math.ceil) === 0 ? Math.max(1, down) : down;
  if (replicas === 0 || gone < replicas) return undefined;
  const pods = replicas === 1 ? 'the only pod goes' : `all ${replicas} pods go`;
  const room = obstacle === undefined ? 'Use' : `Make room for a surge pod first (${obstacle}), then use`;
  const message = `maxUnavailable ${maxUnavailable}, maxSurge ${maxSurge}: ${pods} before a new one is there, an outage at every rollout. ${room} maxUnavailable 0 and maxSurge 1`;
  return report(rule, 'error', { path, message });
}

/** As the Deployment controller counts: maxSurge rounds up, maxUnavailable down; 0 for what is neither number nor percentage. */
function podCount(value: IntOrPercent, replicas: number, round: (n: number) => number): number {
  if (typeof value === 'number') return value;
  const percent = /^(\d+)%$/.exec(value)?.[1];
  return percent === undefined ? 0 : round((Number(percent) * replicas) / 100);
}
