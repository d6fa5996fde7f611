// What the outputs that `check` and `audit` share are made from: judged workloads, those of files with their places.

import type { Severity } from '../rules/finding.ts';
import type { Paint } from '../terminal/style.ts';
import type { Position } from '../yaml/position.ts';
import type { TextEdit } from '../yaml/text-edit.ts';
import type { Diagnostic, Ignored, JudgedWorkload } from './diagnostic.ts';
import type { NotJudged } from './not-judged.ts';
import type { ObjectReference } from './object-reference.ts';
import type { DetailFlags } from './reporters/detail.ts';
import { countTotals, type Totals } from './reporters/totals.ts';
import { severities } from './result.ts';
import type { PolicyTrial } from './trial/policy-trial.ts';

/** Where something is in a file; what a cluster holds has no such place. */
export interface FilePlace extends Partial<Position> {
  readonly file?: string;
}

/** A finding of a file has its position, and where an output asks for it the edit. */
export interface ReportedDiagnostic extends Diagnostic, Partial<Position> {
  readonly edit?: TextEdit;
}

export interface ReportedWorkload extends JudgedWorkload<ReportedDiagnostic> {
  readonly file?: string;
  /** The position of its metadata. */
  readonly at?: Position;
}

export interface ReportedNotJudged extends NotJudged, FilePlace {}

export interface ReportedProblem extends FilePlace {
  readonly message: string;
  /** The context of the cluster that it is about, where there are several. */
  readonly cluster?: string;
}

/** An array, or a longer list that is kept elsewhere and may be walked through several times. */
export interface ReportedWorkloads extends Iterable<ReportedWorkload> {
  readonly length: number;
}

export interface FindingsReport {
  readonly command: 'check' | 'audit';
  readonly examined: ReportedWorkloads;
  /** What else it is about, in a few words each: a cluster, a time. */
  readonly about?: readonly string[];
  /** Where they are: `in 3 files`. */
  readonly where: string;
  /** Who writes the edits: a sentence with a space before it, in which `style` marks a command; empty without edits. */
  readonly hint: (totals: Totals, style: Paint) => string;
  /** About objects that hold injections where the webhook is not called; absent: none. */
  readonly leftovers?: readonly FoundDiagnostic[];
  /** Objects with pods that the rules do not judge. */
  readonly notJudged: readonly ReportedNotJudged[];
  /** What could not be read. */
  readonly problems: readonly ReportedProblem[];
  /** Sentences to know besides the findings. */
  readonly notices: readonly string[];
  /** What policies that are tried change in a cluster; absent without any. */
  readonly trial?: PolicyTrial;
}

/** One diagnostic with its object, and its file if it has one. */
export interface FoundDiagnostic extends ReportedDiagnostic {
  readonly file?: string;
  readonly object: ObjectReference;
  /** Where somebody accepted it. */
  readonly ignored?: Ignored;
}

/** Every finding that counts, in the order of the workloads; with `severity` only those. */
export function* foundIn(report: FindingsReport, severity?: Severity): Generator<FoundDiagnostic> {
  for (const workload of judgedIn(report))
    for (const one of workload.diagnostics)
      if (severity === undefined || one.severity === severity) yield { ...one, ...originOf(workload) };
}

export function reportTotals({ examined, leftovers = [] }: FindingsReport): Totals {
  const { counts, ...totals } = countTotals(examined);
  return { ...totals, counts: { ...counts, warning: counts.warning + leftovers.length } };
}

/** The workloads, and what else has findings that count. */
export function* judgedIn({ examined, leftovers = [] }: FindingsReport): Generator<ReportedWorkload> {
  yield* examined;
  yield* leftovers.map((one) => ({ object: one.object, diagnostics: [one] }));
}

export interface IgnoredFinding extends FoundDiagnostic {
  readonly ignored: Ignored;
}

export function* ignoredIn({ examined }: FindingsReport): Generator<IgnoredFinding> {
  for (const workload of examined) for (const one of workload.ignored ?? []) yield { ...one, ...originOf(workload) };
}

/** Errors, then warnings, then notes, each in the order of the workloads; at the end what was accepted, where that is to be shown. */
export function* worstFirst(report: FindingsReport, { showIgnored }: DetailFlags = {}): Generator<FoundDiagnostic> {
  for (const severity of severities) yield* foundIn(report, severity);
  if (showIgnored) yield* ignoredIn(report);
}

function originOf({ file, object }: ReportedWorkload): Pick<FoundDiagnostic, 'file' | 'object'> {
  return file === undefined ? { object } : { file, object };
}
