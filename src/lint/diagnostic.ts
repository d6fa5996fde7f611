// What is reported about a workload, of a file or of a cluster.

import type { Change, Severity } from '../rules/finding.ts';
import type { Position } from '../yaml/position.ts';
import type { TextEdit } from '../yaml/text-edit.ts';
import type { ObjectReference } from './object-reference.ts';

/** A finding or a mistake to report. */
export interface Diagnostic {
  /** The id of a topic. */
  readonly rule: string;
  readonly severity: Severity;
  readonly message: string;
  /** The changes that `fix` would write; empty if the author has to decide. */
  readonly changes: readonly Change[];
  /** The changes as a phrase, with the container if there are several. */
  readonly summary?: string;
}

/** A diagnostic with its position. */
export interface LocatedDiagnostic extends Position, Diagnostic {
  /** What the changes do to the file; only where an output asks for it. */
  readonly edit?: TextEdit;
}

/** Who accepted a finding, where, and why. */
export interface Ignored {
  readonly by: 'annotation' | 'configuration' | 'baseline';
  /** What says so: `Namespace shop annotation ignore.hitless.dev/pre-stop-sleep`, or the path of a file. */
  readonly where: string;
  /** Absent where none was given. */
  readonly reason?: string;
}

export type IgnoredDiagnostic<One extends Diagnostic = Diagnostic> = One & { readonly ignored: Ignored };

/** One workload with what was found in it. */
export interface JudgedWorkload<One extends Diagnostic = Diagnostic> {
  readonly object: ObjectReference;
  readonly diagnostics: readonly One[];
  /** What was found and accepted; it is not among the diagnostics. Absent: nothing. */
  readonly ignored?: readonly IgnoredDiagnostic<One>[];
  /** The reason why it is left alone. */
  readonly skipped?: string;
  /** The reason why nothing is written into workloads of its kind. */
  readonly onlyReported?: string;
}
