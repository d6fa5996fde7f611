// The rows of the experiment: which of hitless's fixes a Deployment has, whether its application drains, how many replicas.

import type { PartialSpec, PolicySection } from '../../policy/policy.ts';
import type { Row } from './result.ts';

interface Fix {
  /** The rule's id. */
  readonly rule: string;
  readonly section: PolicySection;
  /** What the rule gives, for people. */
  readonly words: string;
  /** Part of `all`; a rule that is off by default is measured alone only. */
  readonly usual: boolean;
}

const fixes: readonly Fix[] = [
  { rule: 'readiness-probe', section: 'readinessProbe', words: 'readiness probe', usual: true },
  { rule: 'pre-stop-sleep', section: 'preStopSleep', words: 'preStop sleep', usual: true },
  { rule: 'termination-grace-period', section: 'terminationGracePeriod', words: 'grace period', usual: true },
  { rule: 'rolling-update', section: 'rollingUpdate', words: 'surge 1, unavailable 0', usual: true },
  { rule: 'min-ready-seconds', section: 'minReadySeconds', words: 'minReadySeconds', usual: false },
];

/** Every value of `fixes` in a Row, in the order of the report. */
export const fixNames: readonly string[] = [
  'nothing',
  ...fixes.map(({ rule }) => `only/${rule}`),
  ...fixes.filter(({ usual }) => usual).map(({ rule }) => `without/${rule}`),
  'all',
];

/** What the quick run measures: what each of the causes costs, and nothing lost. */
export const quickFixNames: readonly string[] = ['nothing', 'only/rolling-update', 'without/pre-stop-sleep', 'all'];

export interface Matrix {
  readonly fixes: readonly string[];
  readonly drains: readonly boolean[];
  readonly replicas: readonly number[];
}

export function rowsOf({ fixes: names, drains, replicas }: Matrix): readonly Row[] {
  return replicas.flatMap((count) =>
    names.flatMap((name) =>
      drains.map((drain): Row => ({ fixes: name, title: titleOf(name), drains: drain, replicas: count })),
    ),
  );
}

/** One word that names a row on a terminal and in a file. */
export function keyOf({ fixes: name, drains, replicas }: Row): string {
  return `${name} ${drains ? 'drains' : 'ends'} ×${replicas}`;
}

export function titleOf(name: string): string {
  const fix = fixes.find(({ rule }) => name.endsWith(`/${rule}`));
  if (name.startsWith('only/')) return `${fix?.words} only`;
  if (name.startsWith('without/')) return `all but the ${fix?.words}`;
  return name === 'all' ? 'all of hitless' : 'nothing fixed';
}

/** The policy that gives a row its fixes and nothing else. `sleepSeconds` absent: the policy's default. */
export function specFor(name: string, sleepSeconds: number | undefined): PartialSpec {
  const sections = fixes.map(({ rule, section, usual }) => {
    const on =
      name === `only/${rule}` ||
      (usual && (name === 'all' || (name.startsWith('without/') && !name.endsWith(`/${rule}`))));
    const sleep = section === 'preStopSleep' && sleepSeconds !== undefined && { seconds: sleepSeconds };
    // More than Kubernetes' own 30 s with any sleep: else the row would measure nothing.
    const grace = section === 'terminationGracePeriod' && { drainSeconds: 31 };
    return [section, { action: on ? 'fill' : 'off', ...sleep, ...grace }];
  });
  return Object.fromEntries(sections) as PartialSpec;
}
