// What an audit found, condensed to what its outputs need.

import type { WebhookMode } from '../../admission/withdrawal.ts';
import type { Diagnostic, JudgedWorkload } from '../../lint/diagnostic.ts';
import type { NotJudged } from '../../lint/not-judged.ts';
import { homeOf, type ObjectReference } from '../../lint/object-reference.ts';
import type { PolicyTrial } from '../../lint/trial/policy-trial.ts';
import type { Severity } from '../../rules/finding.ts';
import { count } from '../../text/count.ts';
import type { WrittenByOthers } from './owned.ts';

/** What is of one of several clusters names its context. */
interface InCluster {
  readonly cluster?: string;
}

export interface AuditedNamespace extends InCluster {
  readonly name: string;
  /** never: it is not opted in, or the webhook leaves it out. */
  readonly mode: WebhookMode | 'unknown';
}

export interface AuditProblem extends InCluster {
  readonly message: string;
}

export interface AuditResult extends WrittenByOthers {
  /** Of an audit of several clusters all of them, by their contexts; the objects then have theirs. */
  readonly clusters?: readonly { readonly name: string; readonly isRead: boolean }[];
  readonly namespaces: readonly AuditedNamespace[];
  readonly deployments: readonly JudgedWorkload[];
  /** Objects with injections for which the webhook is no longer called. */
  readonly leftovers: readonly ObjectReference[];
  /** Workloads that no rule judges. */
  readonly notJudged: readonly NotJudged[];
  readonly problems: readonly AuditProblem[];
  /** false: no webhook configuration calls hitless anywhere. */
  readonly isCalled: boolean;
  /** What policies that are tried change; absent without any. */
  readonly trial?: PolicyTrial;
}

type Judged = AuditResult['deployments'];

/** `in 3 namespaces`, `in 3 namespaces of 2 clusters`. */
export function whereOf({ clusters, namespaces }: AuditResult): string {
  const read = clusters?.filter(({ isRead }) => isRead).length;
  return `in ${count(namespaces.length, 'namespace')}${read === undefined ? '' : ` of ${count(read, 'cluster')}`}`;
}

/** Injections left behind count as a warning. */
export function severitiesIn({ deployments, leftovers }: AuditResult): readonly Severity[] {
  const found = deployments.flatMap(({ diagnostics }) => diagnostics.map(({ severity }) => severity));
  return leftovers.length > 0 ? [...found, 'warning'] : found;
}

export function diagnosticsOf(deployments: Judged): readonly Diagnostic[] {
  return deployments.flatMap(({ diagnostics }) => diagnostics);
}

export function ignoredCount(deployments: Judged): number {
  return deployments.reduce((sum, { ignored = [] }) => sum + ignored.length, 0);
}

/** By the name of the namespace, below its cluster where there are several. */
export function byNamespace(deployments: Judged): ReadonlyMap<string, Judged> {
  return Map.groupBy(deployments, ({ object }) => homeOf(object));
}
