// What a rule says about a Deployment: an edit, a report, or that all is well.

import type { Action } from '../policy/policy.ts';
import type { Json } from '../workload/json.ts';

/** error: the manifest contradicts itself, or loses requests whatever we do. warning: a pending edit. note: advice, or an edit that can wait. */
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
  /** note: without replicas, which need it later. */
  readonly severity: 'warning' | 'note';
  /** The edit as a noun phrase: `preStop sleep of 10 s`. */
  readonly summary: string;
  /** The container that is edited, if any. */
  readonly container?: string;
  readonly changes: readonly Change[];
}

export interface Report extends Found {
  readonly kind: 'report';
  readonly severity: 'error' | 'note';
  /** Another field than `path`, which the message asks the author to change. */
  readonly asksFor?: string;
  /** For a note that the webhook's caller sees when the object is new, and when a field at one of these paths changes. */
  readonly newsWith?: readonly string[];
}

/** The reason why there is nothing to do; only `explain` shows it. */
export interface Fine extends Found {
  readonly kind: 'fine';
  /** True where something is missing or short, and stays so for the reason in the message; otherwise what is there is right. */
  readonly writesNothing?: true;
  /** Fields that an earlier edit may have written and that must go, for the reason in the message. */
  readonly takesBack?: readonly string[];
  /** What is not written only because no Service selects the pods, where that may be because the Service comes later. */
  readonly awaitsService?: Awaited;
}

interface Awaited {
  /** As in Edit. */
  readonly summary: string;
  readonly container: string;
  /** True where nothing but a new object lets one expect a Service. */
  readonly onlyNew?: true;
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

/** What the rule asks for is not there, and is not written. */
export function notWritten(rule: string, path: string, message: string): Fine {
  return { ...fine(rule, path, message), writesNothing: true };
}

/** What the edits among `findings` write, in order. */
export function changesOf(findings: readonly Finding[]): readonly Change[] {
  const changes: Change[] = [];
  for (const finding of findings) if (finding.kind === 'edit') changes.push(...finding.changes);
  return changes;
}
