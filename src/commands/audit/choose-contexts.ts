// The contexts of the kubeconfig that `--contexts` means.

import { findContexts, type KubeconfigContexts } from '../../cluster/client/access.ts';
import { overridesIn } from '../../cluster/client/overrides.ts';
import { matchesPattern } from '../../lint/configuration/ignore-entries.ts';
import { clusterEnvironment } from '../../settings/settings.ts';
import { firstTen } from '../../text/list.ts';
import type { ClusterFlags } from '../with-cluster.ts';

export interface ChosenContexts {
  readonly contexts: KubeconfigContexts;
  /** Sorted. */
  readonly names: readonly string[];
}

/** `*` in the pattern stands for any characters. @throws Error with a sentence when none matches, or nothing can be read. */
export async function chooseContexts(pattern: string, flags: ClusterFlags): Promise<ChosenContexts> {
  const environment = { ...clusterEnvironment(), file: flags.kubeconfig, overrides: overridesIn(flags) };
  const contexts = await findContexts(environment);
  const { names: all, origin } = contexts;
  const names = [...new Set(all)].filter((name) => matchesPattern(pattern, name)).toSorted();
  if (names.length > 0) return { contexts, names };
  if (all.length === 0) throw new Error('no cluster is configured: set KUBECONFIG to a file with contexts');
  throw new Error(`no context matches ${pattern}: ${origin} has ${firstTen(all)}`);
}
