// The findings of a corpus as counts, samples and verdicts.

import { severities } from '../src/lint/result.ts';
import { topics } from '../src/lint/topics.ts';
import type { Severity } from '../src/rules/finding.ts';
import { count } from '../src/text/count.ts';
import { visible } from '../src/text/hidden.ts';

export interface FoundInCorpus {
  readonly rule: string;
  readonly severity: Severity;
  readonly file: string;
  readonly line: number;
  readonly object: string;
  readonly message: string;
  readonly diff: () => string;
}

/** A finding to judge. */
interface Sampled extends Omit<FoundInCorpus, 'diff' | 'rule' | 'severity'> {
  /** What `fix` would write; empty for a finding that writes nothing. */
  readonly diff: string;
  /** Empty until somebody has judged it. */
  readonly verdict: Verdict | '';
}

const verdicts = ['right', 'useless', 'wrong'] as const;
type Verdict = (typeof verdicts)[number];

interface Group {
  readonly rule: string;
  readonly severity: Severity;
  readonly findings: number;
  /** Workloads with such a finding. */
  readonly workloads: number;
  readonly sample: readonly Sampled[];
}

export interface Precision {
  readonly version: 1;
  readonly seed: number;
  readonly sample: number;
  readonly inputs: number;
  readonly files: number;
  readonly workloads: number;
  /** Files and documents that could not be read. */
  readonly problems: number;
  readonly groups: readonly Group[];
}

interface Sampling {
  readonly sample: number;
  readonly seed: number;
}

export function groupsOf(found: readonly FoundInCorpus[], { sample, seed }: Sampling): readonly Group[] {
  return topics.flatMap(({ id: rule }) =>
    severities.flatMap((severity) => {
      const own = found.filter((one) => one.rule === rule && one.severity === severity);
      if (own.length === 0) return [];
      const workloads = new Set(own.map(({ file, object }) => `${file} ${object}`)).size;
      return [{ rule, severity, findings: own.length, workloads, sample: drawn(own, sample, seed).map(toJudge) }];
    }),
  );
}

function toJudge({ file, line, object, message, diff }: FoundInCorpus): Sampled {
  return { file, line, object, message, diff: diff(), verdict: '' };
}

/** `sample` of `list`, in their order: the same for the same seed. */
function drawn<T>(list: readonly T[], sample: number, seed: number): readonly T[] {
  const random = randomFrom(seed);
  const ranked = list.map((one, at) => ({ one, at, rank: random() })).toSorted((a, b) => a.rank - b.rank);
  return ranked
    .slice(0, sample)
    .toSorted((a, b) => a.at - b.at)
    .map(({ one }) => one);
}

/** mulberry32: numbers from 0 to 1. */
function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** The table stands in docs/precision.md. */
export function precisionText({ inputs, files, workloads, problems, groups, seed }: Precision): string {
  const head = `${count(workloads, 'workload')} in ${count(files, 'file')} of ${count(inputs, 'input')}, ${count(problems, 'problem')} in reading them\n`;
  const rows = groups.map(({ rule, severity, findings, workloads }) => [`\`${rule}\``, severity, findings, workloads]);
  const table = markdown(['rule', 'severity', 'findings', 'workloads'], rows);
  return [head, table, ...groups.map((group) => sampleText(group, seed))].join('\n');
}

function sampleText({ rule, severity, findings, sample }: Group, seed: number): string {
  const items = sample.map(({ file, line, object, message, diff }) => {
    const lines = [`${file}:${line}  ${object}`, `  ${message}`, ...diff.trimEnd().split('\n').filter(Boolean)];
    return `${lines.map(visible).join('\n')}\n`;
  });
  return [`## ${rule}, ${severity}: ${sample.length} of ${findings} (seed ${seed})\n`, ...items].join('\n');
}

/** How many of the judged ones are right, from a result with verdicts. @throws Error for any other file */
export function judgedTable(result: Precision): string {
  if (result?.version !== 1) throw new Error('--count needs a file that --json wrote');
  const rows = result.groups.map(({ rule, severity, findings, sample }) => {
    const unknown = sample.find(({ verdict }) => verdict !== '' && !verdicts.includes(verdict));
    if (unknown !== undefined)
      throw new Error(
        `${unknown.file}:${unknown.line}: a verdict must be ${verdicts.join(', ')} or empty, found ${unknown.verdict}`,
      );
    const numbers = verdicts.map((verdict) => sample.filter((one) => one.verdict === verdict).length);
    const judged = numbers.reduce((sum, one) => sum + one, 0);
    const share = judged === 0 ? 'not judged' : `${Math.round((100 * (numbers[0] ?? 0)) / judged)} %`;
    return [`\`${rule}\``, severity, findings, judged, ...numbers, share];
  });
  return markdown(['rule', 'severity', 'findings', 'judged', ...verdicts, 'precision'], rows);
}

function markdown(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const line = (cells: readonly (string | number)[]) => `| ${cells.join(' | ')} |\n`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('');
}
