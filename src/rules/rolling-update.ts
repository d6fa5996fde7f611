// Promise: no old pod is removed before a new one is ready. Fields: maxUnavailable and maxSurge of the strategy. Silent when off.
// Left alone where a surge pod may never start beside the old ones, because then the rollout would hang.

import { isZero } from '../workload/int-or-percent.ts';
import { equal } from '../workload/json.ts';
import type { Limit, Strategy } from '../workload/kinds/kind.ts';
import { limitsIn, recreates, settingIn, type WrittenLimits } from '../workload/kinds/rolling-strategy.ts';
import { lastKey } from '../workload/path.ts';
import type { IntOrPercent } from '../workload/workload.ts';
import { type Change, edit, type Finding, fine, report } from './finding.ts';
import type { Rule, Subject } from './rule.ts';
import { surgeObstacle } from './surge-obstacle.ts';

const rule = 'rolling-update';

export const rollingUpdate: Rule = {
  id: rule,
  section: 'rollingUpdate',
  title: 'Old pods go before new ones are ready',
  help: 'maxUnavailable 0 with a maxSurge of at least 1 starts the new pod first.',
  writes: '`maxUnavailable`, `maxSurge`',
  lab: { fix: 'surge 1, unavailable 0', quick: 'only' },
  apply,
};

/** A subject whose kind replaces pods by limits and can start new pods before the old ones go. */
interface Rolling extends Subject {
  readonly strategy: Strategy & { readonly maxSurge: Limit };
  /** The path of the strategy. */
  readonly path: string;
  /** The limits that are written in it. */
  readonly now: WrittenLimits;
}

function apply(given: Subject): readonly Finding[] {
  const { strategy } = given.kind;
  if (given.policy.rollingUpdate.action === 'off' || strategy?.maxSurge === undefined) return [];
  const { path, type, maxSurge } = strategy;
  if (type !== undefined && recreates(strategy, given.workload)) return [recreate(type)];
  const now = limitsIn(strategy, given.workload);
  const subject: Rolling = { ...given, strategy: { ...strategy, maxSurge }, path, now };
  const obstacle = surgeObstacle(given.template);
  if (obstacle !== undefined) return [outage(subject, [], obstacle) ?? obstructed(subject, obstacle)];
  const changes = wanted(subject);
  const lost = outage(subject, changes);
  if (changes.length === 0) return [lost ?? kept(subject)];
  return [planned(subject, changes), ...(lost === undefined ? [] : [lost])];
}

function recreate({ path, recreate: type }: NonNullable<Strategy['type']>): Finding {
  const message = `type ${type} ends every pod before the first new one starts: requests are lost at every rollout. Use RollingUpdate if two versions may run side by side`;
  return report(rule, 'error', { path, message });
}

function obstructed(subject: Rolling, obstacle: string): Finding {
  const { path, strategy } = subject;
  const { maxUnavailable, maxSurge } = effective(subject, []);
  const why = `${obstacle}, so a surge pod may never start beside the old ones`;
  const replicas = replicasOf(subject);
  const rounded = podCount(strategy.maxUnavailable, maxUnavailable, replicas);
  if (rounded === 0 && replicas > 0 && !isZero(maxSurge)) {
    const which = isZero(maxUnavailable) ? '0' : `${maxUnavailable} of ${replicas}, rounded down to 0,`;
    const message = `left alone: ${why}, and with maxUnavailable ${which} the rollout would hang. Make sure that there is room`;
    return report(rule, 'note', { path, message });
  }
  if (wanted(subject).length === 0) return fine(rule, path, `left alone: ${why}`);
  const message = `left alone at maxUnavailable ${maxUnavailable}, maxSurge ${maxSurge}: ${why} and maxUnavailable 0 would hang the rollout`;
  return report(rule, 'note', { path, message });
}

function planned({ policy, path }: Rolling, changes: readonly Change[]): Finding {
  const { action, maxUnavailable } = policy.rollingUpdate;
  const summary = changes.map(({ path, value }) => `${lastKey(path)} ${value}`).join(', ');
  const why = isZero(maxUnavailable)
    ? 'old pods may go before new ones are ready'
    : 'the strategy is not what the policy says';
  return edit(rule, action, { path, summary, message: `${why}: set ${summary}`, changes });
}

/** The strategy stays as it is. */
function kept(subject: Rolling): Finding {
  const { policy, path } = subject;
  const { maxUnavailable, maxSurge } = effective(subject, []);
  const both = `maxUnavailable ${maxUnavailable}, maxSurge ${maxSurge}`;
  if (isZero(maxUnavailable)) return fine(rule, path, `${both}: new pods come first`);
  if (equal(maxUnavailable, policy.rollingUpdate.maxUnavailable))
    return fine(rule, path, `${both}, as the policy says`);
  const better = `maxUnavailable 0${isZero(maxSurge) ? ' and maxSurge 1' : ''}`;
  const message = `the author's strategy (${both}) lets old pods go before new ones are ready. Use ${better} if the remaining pods cannot carry the load`;
  return report(rule, 'note', { path, message });
}

/** Fills what the author did not write; under enforce it also replaces an author's maxUnavailable, unless maxSurge 0 needs it. */
function wanted({ strategy, now, policy, written }: Rolling): readonly Change[] {
  const { action, maxUnavailable, maxSurge } = policy.rollingUpdate;
  const surge = written(strategy.maxSurge.path) ? (now.maxSurge ?? maxSurge) : maxSurge;
  const mayEdit = !written(strategy.maxUnavailable.path) || (action === 'enforce' && isZero(maxUnavailable));
  if (!mayEdit || (isZero(surge) && isZero(maxUnavailable))) return [];
  const both = [
    { limit: strategy.maxUnavailable, value: maxUnavailable, now: now.maxUnavailable },
    { limit: strategy.maxSurge, value: surge, now: now.maxSurge },
  ];
  return both
    .filter(({ limit, value, now: found }) => !equal(found ?? limit.default, value))
    .map(({ limit: { path }, value }) => ({ path, value }));
}

interface Limits {
  readonly maxUnavailable: IntOrPercent;
  readonly maxSurge: IntOrPercent;
}

function effective({ strategy, now }: Rolling, changes: readonly Change[]): Limits {
  const changed = (at: string) => changes.find((change) => change.path === at)?.value as IntOrPercent | undefined;
  const { maxUnavailable, maxSurge } = strategy;
  return {
    maxUnavailable: changed(maxUnavailable.path) ?? now.maxUnavailable ?? maxUnavailable.default,
    maxSurge: changed(maxSurge.path) ?? now.maxSurge ?? maxSurge.default,
  };
}

// A kind without replicas has one pod for each of something, such as a node.
const uncounted = Number.MAX_SAFE_INTEGER;

function replicasOf({ kind, workload }: Rolling): number {
  return kind.replicas === undefined ? uncounted : settingIn(kind.replicas, workload);
}

/** An error when no pod is left at some moment of a rollout, even after `changes`. */
function outage(subject: Rolling, changes: readonly Change[], obstacle?: string): Finding | undefined {
  if (subject.kind.replicas === undefined) return undefined;
  const replicas = replicasOf(subject);
  const made = subject.policy.rollingUpdate.action === 'report' ? [] : changes;
  const { maxUnavailable, maxSurge } = effective(subject, made);
  const { path, strategy } = subject;
  const down = podCount(strategy.maxUnavailable, maxUnavailable, replicas);
  // Where both round to 0 the controller removes one pod.
  const gone = podCount(strategy.maxSurge, maxSurge, replicas) === 0 ? Math.max(1, down) : down;
  if (replicas === 0 || gone < replicas) return undefined;
  const pods = replicas === 1 ? 'the only pod goes' : `all ${replicas} pods go`;
  const room = obstacle === undefined ? 'Use' : `Make room for a surge pod first (${obstacle}), then use`;
  const message = `maxUnavailable ${maxUnavailable}, maxSurge ${maxSurge}: ${pods} before a new one is there, an outage at every rollout. ${room} maxUnavailable 0 and maxSurge 1`;
  return report(rule, 'error', { path, message });
}

/** Rounded as the kind's controller does it; 0 for a value that is neither a number nor a percentage. */
function podCount({ rounded }: Limit, value: IntOrPercent, replicas: number): number {
  if (typeof value === 'number') return value;
  const percent = /^(\d+)%$/.exec(value)?.[1];
  if (percent === undefined) return 0;
  const exact = (Number(percent) * replicas) / 100;
  return rounded === 'up' ? Math.ceil(exact) : Math.floor(exact);
}
