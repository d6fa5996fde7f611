// What a rule says about a Deployment: an edit, a report, or that all is well.

import type { Action } from '../policy/policy.ts';
import type { Json } from '../workload/json.ts';

/** error: the manifest contradicts itself, or loses requests whatever we do. warning: a pending edit. note: advice. */
export type Severity = 'error' | 'warning' | 'note';

export interface Change {
  /** `spec.template.spec.containers[web].lifecycle.preStop.sleep`; a list item by its name. */
  readonly path: string;
  readonly value: Json;
}

interface Found {
  /** The rule's id. */
  readonly rule: string;
  /** The field that it is about, as in Change. */
  readonly path: string;
  /** One sentence for a tired operator: what, where, why, what to do. */
  readonly message: string;
  /** The message for callers who must not learn about other objects; absent if `message` names none. */
  readonly discreet?: string;
}

export interface Edit extends Found {
  readonly kind: 'edit';
  readonly severity: 'warning';
  /** The edit as a noun phrase: `preStop sleep of 10 s`. */
  readonly summary: string;
  /** The container that is edited, if any. */
  readonly container?: string;
  readonly changes: readonly Change[];
}

export interface Report extends Found {
  readonly kind: 'report';
  readonly severity: 'error' | 'note';
}

/** The reason why there is nothing to do; only `explain` shows it. */
export interface Fine extends Found {
  readonly kind: 'fine';
}

export type Finding = Edit | Report | Fine;

type Draft<F extends Finding> = Omit<F, 'kind' | 'rule' | 'severity'>;

/** An edit, or, where the policy only reports, a note with the same message. */
export function edit(rule: string, action: Action, found: Draft<Edit>): Edit | Report {
  if (action !== 'report') return { kind: 'edit', severity: 'warning', rule, ...found };
  return { kind: 'report', severity: 'note', rule, path: found.path, message: found.message };
}

export function report(rule: string, severity: 'error' | 'note', found: Draft<Report>): Report {
  return { kind: 'report', severity, rule, ...found };
}

export function fine(rule: string, path: string, message: string): Fine {
  return { kind: 'fine', rule, path, message };
}

/** What the edits among `findings` write, in order. */
export function changesOf(findings: readonly Finding[]): readonly Change[] {
  return findings.flatMap((finding) => (finding.kind === 'edit' ? finding.changes : []));
}
