// The rows of the experiment: which of hitless's fixes a Deployment has, whether its application drains, how many replicas.

import type { PartialSpec, PolicySection } from '../../policy/policy.ts';
import { builtInSpec } from '../../policy/sections.ts';
import type { LabWords } from '../../rules/rule.ts';
import { rules } from '../../rules/rules.ts';
import type { LabRow } from './result.ts';

/** A rule that writes something, with a section that switches it on and off. */
interface Fix extends LabWords {
  /** The rule's id. */
  readonly rule: string;
  readonly section: PolicySection;
  /** Part of `all`; a rule that is off by default is measured alone only. */
  readonly usual: boolean;
}

const builtIn = builtInSpec();

const fixes: readonly Fix[] = rules.flatMap(({ id, section, writes, lab }) =>
  section === undefined || writes === undefined
    ? []
    : [{ rule: id, section, usual: builtIn[section].action !== 'off', fix: id, ...lab }],
);

/** Every value of `fixes` in a Row, in the order of the report. */
export const fixNames: readonly string[] = [
  'nothing',
  ...fixes.map(({ rule }) => `only/${rule}`),
  ...fixes.filter(({ usual }) => usual).map(({ rule }) => `without/${rule}`),
  'all',
];

/** What the quick run measures: what each of the causes costs, and nothing lost. */
export const quickFixNames: readonly string[] = fixNames.filter(
  (name) => !name.includes('/') || fixes.some(({ rule, quick }) => name === `${quick}/${rule}`),
);

export interface Matrix {
  readonly fixes: readonly string[];
  readonly drains: readonly boolean[];
  readonly replicas: readonly number[];
}

export function rowsOf({ fixes: names, drains, replicas }: Matrix): readonly LabRow[] {
  return replicas.flatMap((count) =>
    names.flatMap((name) =>
      drains.map((drain): LabRow => ({ fixes: name, title: fixTitle(name), drains: drain, replicas: count })),
    ),
  );
}

/** One word that names a row on a terminal and in a file. */
export function rowKey({ fixes: name, drains, replicas }: LabRow): string {
  return `${name} ${drains ? 'drains' : 'ends'} ×${replicas}`;
}

export function fixTitle(name: string): string {
  const { fix } = fixes.find(({ rule }) => name.endsWith(`/${rule}`)) ?? {};
  if (name.startsWith('only/')) return `${fix} only`;
  if (name.startsWith('without/')) return `all but the ${fix}`;
  return name === 'all' ? 'all of hitless' : 'nothing fixed';
}

/** The policy that gives a row its fixes and nothing else. `sleepSeconds` absent: the policy's default. */
export function specFor(name: string, sleepSeconds: number | undefined): PartialSpec {
  const asked: PartialSpec = sleepSeconds === undefined ? {} : { preStopSleep: { seconds: sleepSeconds } };
  const sections = fixes.map(({ rule, section, usual, settings }) => {
    const on =
      name === `only/${rule}` ||
      (usual && (name === 'all' || (name.startsWith('without/') && !name.endsWith(`/${rule}`))));
    return [section, { action: on ? 'fill' : 'off', ...settings, ...asked[section] }];
  });
  return Object.fromEntries(sections) as PartialSpec;
}
