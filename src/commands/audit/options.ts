// What the flags of `hitless audit` ask for, and which of them exclude each other.

import type { IgnoreEntries } from '../../lint/configuration/ignore-entries.ts';
import type { DetailFlags } from '../../lint/reporters/detail.ts';
import type { OutputTarget } from '../../lint/reporters/outputs.ts';
import type { Severity } from '../../rules/finding.ts';
import { clusterFiles } from '../cluster-files.ts';
import { type ClusterFlags, type NamespaceOptions, namespaceConflict } from '../with-cluster.ts';

/** With one namespace or all: opted in or not. Otherwise every namespace that is opted in. */
export interface AuditOptions extends ClusterFlags, NamespaceOptions, DetailFlags {
  /** None: text to standard output. */
  readonly output: readonly OutputTarget[];
  /** The lowest severity that makes the exit code 1. */
  readonly failOn: Severity | 'never';
  /** Files and folders of policies to try. */
  readonly policy: readonly string[];
  /** Whether these count in place of all policies that the cluster has. */
  readonly onlyPolicyFiles?: true;
  /** A pattern: the contexts of the kubeconfig whose clusters are audited. */
  readonly contexts?: string;
  /** How many clusters are read at the same time. */
  readonly parallel?: number;
  /** The file of the configuration; false or absent: none. */
  readonly config?: string | false;
  /** What the configuration accepts. */
  readonly ignores?: IgnoreEntries;
}

/** A sentence about flags that cannot be used together. */
export function optionConflict(options: AuditOptions): string | undefined {
  if (options.onlyPolicyFiles && options.policy.length === 0)
    return '--only-policy-files requires --policy: the files that count in place of the policies of the cluster';
  if (options.parallel !== undefined && options.contexts === undefined)
    return '--parallel requires --contexts: it says how many clusters are read at the same time';
  return namespaceConflict(options);
}

/** Files and folders that are read, which no output may replace. */
export function inputFiles({ policy, config, ...flags }: AuditOptions): readonly string[] {
  return [...policy, ...(config ? [config] : []), ...clusterFiles(flags)];
}
