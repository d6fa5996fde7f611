// A workload whose rollout is stuck and whose strategy keeps every old pod until a new one is ready: with the cure.

import { recoverAuthor } from '../admission/author-document.ts';
import { podCount, podLimits } from '../rules/limits.ts';
import { rollingUpdate } from '../rules/rolling-update.ts';
import { isZero } from '../workload/int-or-percent.ts';
import { kindOf } from '../workload/kinds/kinds.ts';
import type { LastRollout } from '../workload/kinds/progress.ts';
import { limitsIn, recreates, settingIn } from '../workload/kinds/rolling-strategy.ts';
import type { IntOrPercent, Workload } from '../workload/workload.ts';
import type { Diagnostic } from './diagnostic.ts';

export interface StuckRollout {
  /** What is wrong: a clause. */
  readonly problem: string;
  /** What to do about it: a clause. */
  readonly action: string;
  /** What keeps the old pods is hitless's; without old pods nothing does. */
  readonly heldBy: 'hitless' | 'author' | 'nothing';
}

/** From the status of an object of a cluster; undefined where none is stuck, or its old pods may go. */
export function stuckRollout(workload: Workload): StuckRollout | undefined {
  const kind = kindOf(workload);
  const { strategy, replicas, lastRollout } = kind;
  const last = lastRollout?.(workload);
  if (last?.what !== 'stuck' || strategy?.maxSurge === undefined || replicas === undefined) return undefined;
  if (recreates(strategy, workload)) return undefined;
  // Its limits hold nothing up.
  if (kind.violations(workload).length > 0 || strategy.otherwise?.(workload) !== undefined)
    return byItself(last.detail);
  const { maxUnavailable = strategy.maxUnavailable.default, maxSurge = strategy.maxSurge.default } = limitsIn(
    strategy,
    workload,
  );
  const count = settingIn(replicas, workload);
  const { unavailable } = podLimits({ ...strategy, maxSurge: strategy.maxSurge }, { maxUnavailable, maxSurge }, count);
  if (count === 0 || unavailable > 0) return undefined;
  if (last.oldPods === 0) return withoutOldPods(last, workload.metadata.namespace);
  // Of few pods the API's default is none either.
  const isHelped = podCount(strategy.maxUnavailable, strategy.maxUnavailable.default, count) > 0;
  const isOurs = isHelped && recoverAuthor(workload, { kind }).ours.includes(strategy.maxUnavailable.path);
  if (isOurs) return withOurs(last.detail);
  const cure = count === 1 && strategy.type !== undefined ? 'type Recreate' : 'maxUnavailable 1';
  return withAuthors(last.detail, { maxUnavailable, count, cure });
}

/** As an audit names it: at most one. */
export function stuckDiagnostics(workload: Workload): readonly Diagnostic[] {
  const stuck = stuckRollout(workload);
  if (stuck === undefined) return [];
  const { problem, action, heldBy } = stuck;
  // Without old pods the strategy, which is what the rule is about, holds nothing up.
  const severity = heldBy === 'nothing' ? 'note' : 'error';
  return [{ rule: rollingUpdate.id, severity, message: `${problem}: ${action}`, changes: [] }];
}

function withoutOldPods({ detail, pods }: LastRollout, namespace = 'default'): StuckRollout {
  const [what, where] = pods === 0 ? ['the events', 'get events'] : ['its pods', 'describe pods'];
  return {
    problem: `the rollout is stuck (${detail}), and there are no old pods`,
    action: `look at ${what} (kubectl -n ${namespace} ${where})`,
    heldBy: 'nothing',
  };
}

function byItself(why: string): StuckRollout {
  return { problem: `the rollout is stuck: ${why}`, action: 'its status and its pods say more', heldBy: 'author' };
}

function withOurs(why: string): StuckRollout {
  return {
    problem: `the rollout is stuck (${why}), and hitless's maxUnavailable 0 keeps every old pod until a new one is ready`,
    action:
      'update it, if only with a new annotation, and the webhook takes that back; if the new pods fail by themselves, correct the new version',
    heldBy: 'hitless',
  };
}

interface AuthorsLimits {
  readonly maxUnavailable: IntOrPercent;
  readonly count: number;
  readonly cure: string;
}

function withAuthors(why: string, { maxUnavailable, count, cure }: AuthorsLimits): StuckRollout {
  const zero = isZero(maxUnavailable) ? `${maxUnavailable}` : `${maxUnavailable} (0 of ${count})`;
  return {
    problem: `the rollout is stuck (${why}), and maxUnavailable ${zero} keeps every old pod until a new one is ready`,
    action: `look at the new pods: if they are Pending, make room for one more or use ${cure}; if they fail, correct the new version`,
    heldBy: 'author',
  };
}
