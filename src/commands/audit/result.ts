// What an audit of one cluster found, condensed to what its outputs need.

import type { WebhookMode } from '../../admission/withdrawal.ts';
import type { Diagnostic, JudgedWorkload } from '../../lint/diagnostic.ts';
import type { NotJudged } from '../../lint/not-judged.ts';
import type { ObjectReference } from '../../lint/object-reference.ts';
import type { Severity } from '../../rules/finding.ts';
import type { WrittenByOthers } from './owned.ts';

export interface AuditedNamespace {
  readonly name: string;
  /** never: it is not opted in, or the webhook leaves it out. */
  readonly mode: WebhookMode | 'unknown';
}

export interface AuditResult extends WrittenByOthers {
  readonly namespaces: readonly AuditedNamespace[];
  readonly deployments: readonly JudgedWorkload[];
  /** Objects with injections for which the webhook is no longer called. */
  readonly leftovers: readonly ObjectReference[];
  /** Workloads that no rule judges. */
  readonly notJudged: readonly NotJudged[];
  readonly problems: readonly { readonly message: string }[];
  /** false: no webhook configuration calls hitless anywhere. */
  readonly isCalled: boolean;
}

type Judged = AuditResult['deployments'];

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

export function byNamespace(deployments: Judged): ReadonlyMap<string, Judged> {
  return Map.groupBy(deployments, ({ object }) => object.namespace);
}
