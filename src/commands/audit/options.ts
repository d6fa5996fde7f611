// What the flags of `hitless audit` ask for, and which of them exclude each other.

import type { DetailFlags } from '../../lint/reporters/detail.ts';
import type { OutputTarget } from '../../lint/reporters/outputs.ts';
import type { Severity } from '../../rules/finding.ts';
import { type ClusterFlags, type NamespaceOptions, namespaceConflict } from '../with-cluster.ts';

/** With one namespace or all: opted in or not. Otherwise every namespace that is opted in. */
export interface AuditOptions extends ClusterFlags, NamespaceOptions, DetailFlags {
  /** None: text to standard output. */
  readonly output: readonly OutputTarget[];
  /** The lowest severity that makes the exit code 1. */
  readonly failOn: Severity | 'never';
}

/** A sentence about flags that cannot be used together. */
export function optionConflict(options: AuditOptions): string | undefined {
  return namespaceConflict(options);
}
