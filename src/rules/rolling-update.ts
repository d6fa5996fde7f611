// Promise: no old pod is removed before a new one is ready. Fields: maxUnavailable and maxSurge of the strategy. Silent when off, and
// where rounding gives the same for the replicas that the workload has. Left alone where a surge pod may never start beside the old
// ones, because then the rollout would hang; and after a rollout that hung, until one is complete.

import { isZero } from '../workload/int-or-percent.ts';
import { equal } from '../workload/json.ts';
import type { Strategy } from '../workload/kinds/kind.ts';
import { recreates, settingIn } from '../workload/kinds/rolling-strategy.ts';
import type { WorkloadRollout } from '../workload/neighbours.ts';
import { lastKey } from '../workload/path.ts';
import { exclusiveData, isReadinessProbed, nodeData, singleWriterData } from './exclusive-data.ts';
import { type Change, changesOf, edit, type Finding, fine, notWritten, report } from './finding.ts';
import { kindRemarks } from './kind-remarks.ts';
import { podLimits, replicasOfRollout } from './limits.ts';
import { effective, type Rolling, rollingOf, waitsForSurge, wanted } from './planned-limits.ts';
import { type Demand, quotaObstacle } from './quota.ts';
import { hang, outage, type RolloutFailure } from './rollout-failures.ts';
import type { Rule, Subject } from './rule.ts';
import { oldFirst, oneFirst, type SurgeObstacle, surgeObstacle } from './surge-obstacle.ts';
import { asRollout } from './workload-rollout.ts';

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

function apply(given: Subject): readonly Finding[] {
  const { strategy } = given.kind;
  if (given.policy.rollingUpdate.action === 'off' || strategy === undefined) return [];
  const rollout = given.surroundings.rollout();
  if (rollout !== undefined) return replacedBy(given, strategy.path, rollout);
  const found = byStrategy(given, strategy);
  return [...found, ...kindRemarks(rule, given, changesOf(found))];
}

function byStrategy(given: Subject, strategy: Strategy): readonly Finding[] {
  const { path, type, maxSurge, otherwise } = strategy;
  if (maxSurge === undefined) return [];
  const way = otherwise?.(given.workload);
  if (way !== undefined) return [fine(rule, path, way)];
  if (type !== undefined && recreates(strategy, given.workload)) return [recreate(given, type)];
  return judge(rollingOf(given, { ...strategy, maxSurge }));
}

/** The strategy of the Rollout counts, with the template from here; it is written in another object. */
function replacedBy(given: Subject, path: string, replacing: WorkloadRollout): readonly Finding[] {
  const here = `the Argo Rollout ${replacing.name} replaces these pods (workloadRef), so its strategy counts and this ${given.kind.kind}'s does not`;
  const said = apply(asRollout(given, replacing)).filter((finding) => finding.kind === 'report');
  if (said.length === 0) return [fine(rule, path, here)];
  return said.map(({ severity, message }) => report(rule, severity, { path, message: `${here}: ${message}` }));
}

/** Nobody gets it by accident. */
function recreate(subject: Subject, { path, recreate: type }: NonNullable<Strategy['type']>): Finding {
  const reason =
    surgeObstacle(subject)?.what ?? singleWriterData(subject) ?? quotaObstacle(subject, oneMore(subject))?.what;
  if (reason !== undefined) return fine(rule, path, `type ${type} is right here: ${reason}`);
  const message = `type ${type} ends every pod before the first new one starts, so each rollout is a gap without pods. Use RollingUpdate if two versions may run side by side`;
  return { ...report(rule, 'note', { path, message }), newsWith: [path] };
}

function judge(rolling: Rolling): readonly Finding[] {
  const { strategy, replicas } = rolling;
  const [now, changes] = [effective(rolling, []), wanted(rolling)];
  const after = effective(rolling, changes);
  const own = obstacleTo(rolling, oneMore(rolling));
  const failure = hang(rolling, now, own) ?? outage(rolling, now, own);
  if (changes.length === 0) return [failed(rolling, failure) ?? kept(rolling, own)];
  if (!waitsForSurge(rolling, after)) return planned(rolling, changes);
  const count = replicasNow(rolling) ?? replicas.most;
  const { surge } = podLimits(strategy, after, count);
  const obstacle = own ?? obstacleTo(rolling, { replicas: count, surge });
  if (obstacle !== undefined) return [failed(rolling, failure) ?? obstructed(rolling, obstacle)];
  const held = heldBack(rolling);
  return held === undefined ? planned(rolling, changes) : [failed(rolling, failure) ?? held];
}

/** The fewest pods with one of the surge beside them: without room for that a rollout hangs. */
function oneMore(subject: Subject): Demand {
  return { replicas: replicasNow(subject) ?? replicasOfRollout(subject).least, surge: 1 };
}

/** For a stored object: each rollout begins with an update, which has the number that an autoscaler has chosen. */
function replicasNow(subject: Subject): number | undefined {
  const { kind, workload, stored } = subject;
  if (stored === undefined || kind.replicas === undefined) return undefined;
  const { least, most } = replicasOfRollout(subject);
  return Math.min(most, Math.max(least, settingIn(kind.replicas, workload)));
}

function obstacleTo(subject: Subject, demand: Demand): SurgeObstacle | undefined {
  return surgeObstacle(subject) ?? sharedNode(subject) ?? lockedData(subject) ?? quotaObstacle(subject, demand);
}

function sharedNode(subject: Subject): SurgeObstacle | undefined {
  const data = nodeData(subject);
  return data === undefined ? undefined : { what: data, severity: 'note', cures: oneFirst };
}

/** Who waits for a lock is not ready, which matters to a rollout only where a probe says so. */
function lockedData(subject: Subject): SurgeObstacle | undefined {
  const data = exclusiveData(subject);
  if (data === undefined) return undefined;
  const hangs = isReadinessProbed(subject) && { hangs: 'hangs where the application locks its data' };
  return { what: data, ...hangs, severity: 'note', cures: oldFirst(subject.kind) };
}

function failed({ strategy: { path } }: Rolling, failure: RolloutFailure | undefined): Finding | undefined {
  return failure && report(rule, failure.severity, { path, ...failure });
}

function obstructed(rolling: Rolling, { what }: SurgeObstacle): Finding {
  const { path } = rolling.strategy;
  const { maxUnavailable, maxSurge } = effective(rolling, []);
  const message = `left alone at maxUnavailable ${maxUnavailable}, maxSurge ${maxSurge}: ${what}, so a surge pod may never become ready beside the old ones, and maxUnavailable 0 could hang the rollout`;
  return report(rule, 'note', { path, message });
}

/**
 * The controller reports a rollout that hung in the stored object's status. What was written then goes, and nothing is written until
 * a rollout is complete: until then, the status does not tell whether one that was helped out of a hang would hang again.
 */
function heldBack({ stored, strategy: { path, maxUnavailable, maxSurge } }: Rolling): Finding | undefined {
  if (stored === undefined) return undefined;
  const { what, detail } = stored.last;
  const ours = [maxUnavailable, maxSurge].map((limit) => limit.path).filter(stored.holdsOurs);
  if (what === 'stuck' && ours.includes(maxUnavailable.path)) {
    const message = `the last rollout hung with it (${detail}), so the API's default counts until a rollout is complete`;
    return { ...notWritten(rule, path, message), takesBack: ours };
  }
  if (what === 'stuck') return notWritten(rule, path, `left alone while the last rollout is stuck: ${detail}`);
  const isNew = what === 'underway' && !ours.includes(maxUnavailable.path);
  return isNew ? notWritten(rule, path, 'left alone until the rollout that is under way is complete') : undefined;
}

function planned(rolling: Rolling, changes: readonly Change[]): readonly Finding[] {
  const { kind, policy, strategy, replicas } = rolling;
  const { path } = strategy;
  const { action, maxUnavailable } = policy.rollingUpdate;
  const summary = changes.map(({ path: at, value }) => `${lastKey(at)} ${value}`).join(', ');
  const why = isZero(maxUnavailable)
    ? 'old pods may go before new ones are ready'
    : 'the strategy is not what the policy or an annotation asks for';
  const aside = asideOf(kind, replicas);
  const made = action === 'report' ? [] : changes;
  const lost = failed(rolling, outage(rolling, effective(rolling, made), undefined));
  const message = `${why}: set ${summary}${aside}`;
  return [edit(rule, action, { path, summary, message, changes }), ...(lost === undefined ? [] : [lost])];
}

/** Whether two may run at once is not known. */
function asideOf({ perNode }: Subject['kind'], { most }: Rolling['replicas']): string {
  if (perNode === true) return '; then a node has two of the pods for a moment, and needs room for both';
  return most === 1 ? '; then two pods run side by side for a moment' : '';
}

/** The strategy stays as it is. */
function kept(rolling: Rolling, obstacle: SurgeObstacle | undefined): Finding {
  const { policy, strategy, replicas } = rolling;
  const limits = effective(rolling, []);
  const { maxUnavailable, maxSurge } = limits;
  const both = `maxUnavailable ${maxUnavailable}, maxSurge ${maxSurge}`;
  if (obstacle !== undefined) return notWritten(rule, strategy.path, `left alone: ${obstacle.what}`);
  if (podLimits(strategy, limits, replicas.most).unavailable === 0) {
    const rounded = isZero(maxUnavailable) ? '' : ` (0 of ${replicas.most})`;
    const message = `maxUnavailable ${maxUnavailable}${rounded}, maxSurge ${maxSurge}: new pods come first`;
    return fine(rule, strategy.path, message);
  }
  if (equal(maxUnavailable, policy.rollingUpdate.maxUnavailable))
    return fine(rule, strategy.path, `${both}, as the policy says`);
  const better = `maxUnavailable 0${isZero(maxSurge) ? ' and maxSurge 1' : ''}`;
  const message = `the author's strategy (${both}) lets old pods go before new ones are ready. Use ${better} if the remaining pods cannot carry the load`;
  return report(rule, 'note', { path: strategy.path, message });
}
