// Promise: the network has learned of a new pod before an old one is removed. kube-proxy does not need it, cloud load balancers
// do. Field: minReadySeconds of the workload. Silent when off, which is the default: it slows every rollout.

import { settingIn } from '../workload/kinds/rolling-strategy.ts';
import { edit, type Finding, fine, report } from './finding.ts';
import type { Rule, Subject } from './rule.ts';

const rule = 'min-ready-seconds';

export const minReadySeconds: Rule = {
  id: rule,
  section: 'minReadySeconds',
  title: 'Old pods go before the network knows the new ones',
  help: 'minReadySeconds gives cloud load balancers time to learn of a new pod before the next old one is removed.',
  writes: '`minReadySeconds`; off by default',
  lab: { fix: 'minReadySeconds' },
  apply,
};

function apply({ kind, workload, policy, written }: Subject): readonly Finding[] {
  const { action, seconds: wanted } = policy.minReadySeconds;
  if (action === 'off' || kind.minReadySeconds === undefined) return [];
  const { path } = kind.minReadySeconds;
  const now = settingIn(kind.minReadySeconds, workload);
  if (now >= wanted) return [fine(rule, path, `minReadySeconds ${now} is enough`)];
  if (written(path) && action !== 'enforce') {
    const message = `the author's minReadySeconds ${now} is less than the ${wanted} s that load balancers need to learn of a new pod. Raise it`;
    return [report(rule, 'note', { path, message })];
  }
  // The API server refuses minReadySeconds at or above the deadline.
  const deadline = kind.progressDeadlineSeconds && settingIn(kind.progressDeadlineSeconds, workload);
  const seconds = deadline === undefined ? wanted : Math.min(wanted, deadline - 1);
  if (seconds <= now) {
    const message = `progressDeadlineSeconds ${deadline} leaves no room for minReadySeconds ${wanted}. Raise it above ${wanted}`;
    return [report(rule, 'note', { path, message })];
  }
  const capped = seconds < wanted ? `, the most that progressDeadlineSeconds ${deadline} allows` : '';
  const soon = now === 0 ? 'as soon as it is ready' : `${now} s after it is ready`;
  const message = `a new pod counts as available ${soon}, before load balancers know of it: set minReadySeconds ${seconds}${capped}`;
  return [
    edit(rule, action, { path, summary: `minReadySeconds ${seconds}`, message, changes: [{ path, value: seconds }] }),
  ];
}
