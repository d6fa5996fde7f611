// The rows of the experiment: of which kind a workload is, which of hitless's fixes it has, whether its application drains, how many replicas.

import type { PartialSpec, PolicySection } from '../../policy/policy.ts';
import { builtInSpec } from '../../policy/sections.ts';
import type { LabWords } from '../../rules/rule.ts';
import { rules } from '../../rules/rules.ts';
import { patchableKinds } from '../../workload/kinds/kinds.ts';
import { wayKey } from './gateways/ways.ts';
import { type LabKindName, labKindOf } from './lab-kinds.ts';
import type { LabRow } from './result.ts';
import { wayOf } from './ways-to-leave/ways.ts';

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

/** What is measured of other kinds: how far hitless brings them, and how far what it only reports does. */
export function fixNamesOf(kind: LabKindName): readonly string[] {
  return kind === 'deployment' ? fixNames : ['nothing', 'all', ...(advisesProbe(kind) ? ['advised'] : [])];
}

/** A probe is reported, and not written: a row has it in its manifest. */
function advisesProbe(kind: LabKindName): boolean {
  return labKindOf({ kind }).kind.reportsOnly?.readinessProbe !== undefined;
}

/** What the quick run measures: what each of the causes costs, and nothing lost. */
export const quickFixNames: readonly string[] = fixNames.filter(
  (name) => !name.includes('/') || fixes.some(({ rule, quick }) => name === `${quick}/${rule}`),
);

export interface Matrix {
  /** Absent: Deployments. */
  readonly kind?: LabKindName;
  readonly fixes: readonly string[];
  readonly drains: readonly boolean[];
  readonly replicas: readonly number[];
}

export function rowsOf({ kind = 'deployment', fixes: names, drains, replicas }: Matrix): readonly LabRow[] {
  const isUsual = kind === 'deployment';
  const titleOf = (name: string) => (isUsual ? fixTitle(name) : `${labKindOf({ kind }).title}: ${fixTitle(name)}`);
  return replicas.flatMap((count) =>
    names.flatMap((name) =>
      drains.map((drain): LabRow => {
        return { ...(!isUsual && { kind }), fixes: name, title: titleOf(name), drains: drain, replicas: count };
      }),
    ),
  );
}

/**
 * Where hitless promises that nothing is lost: not where it may not write a probe, nor where the only pod has no surge, nor where pods
 * leave untold or all at the same time.
 */
export function promisesNoLoss(row: LabRow): boolean {
  const isWhole = row.fixes === (advisesProbe(row.kind ?? 'deployment') ? 'advised' : 'all');
  const others = row.leave === undefined ? row.replicas > 1 || hasSurge(row) : row.replicas > 1 && leavesLossless(row);
  // A proxy that is rolled is a program of others, which need not end well.
  return isWhole && row.drains && row.rolls === undefined && others;
}

/** Whether the way in which its pods leave can lose nothing at all: a rollout always can. */
export function leavesLossless({ leave }: Pick<LabRow, 'leave'>): boolean {
  return leave === undefined || wayOf(leave).promisesNoLoss;
}

/** Whether a new pod can start before an old one ends. */
export function hasSurge(row: LabRow): boolean {
  return labKindOf(row).kind.strategy?.maxSurge !== undefined;
}

/** One word that names a row on a terminal and in a file. */
export function rowKey(row: LabRow): string {
  const { kind, leave, fixes: name, drains, replicas } = row;
  const before = [kind, leave].flatMap((word) => (word === undefined ? [] : [`${word} `])).join('');
  return `${before}${name} ${drains ? 'drains' : 'ends'} ×${replicas}${wayKey(row)}`;
}

export function fixTitle(name: string): string {
  const { fix } = fixes.find(({ rule }) => name.endsWith(`/${rule}`)) ?? {};
  if (name.startsWith('only/')) return `${fix} only`;
  if (name.startsWith('without/')) return `all but the ${fix}`;
  if (name === 'advised') return 'all of hitless, and the probe that it asks for';
  return name === 'all' ? 'all of hitless' : 'nothing fixed';
}

/** The policy that gives a row its fixes and nothing else. `sleepSeconds` absent: the policy's default. */
export function specFor(name: string, sleepSeconds: number | undefined): PartialSpec {
  const isAll = name === 'all' || name === 'advised';
  const asked: PartialSpec = sleepSeconds === undefined ? {} : { preStopSleep: { seconds: sleepSeconds } };
  const sections = fixes.map(({ rule, section, usual, settings }) => {
    const on =
      name === `only/${rule}` || (usual && (isAll || (name.startsWith('without/') && !name.endsWith(`/${rule}`))));
    return [section, { action: on ? 'fill' : 'off', ...settings, ...asked[section] }];
  });
  return { kinds: patchableKinds().map(({ kind }) => kind), ...Object.fromEntries(sections) } as PartialSpec;
}
