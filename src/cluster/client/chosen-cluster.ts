// Which of the clusters in a kubeconfig is meant: by its context, and by flags.

import type { Cluster, KubeConfig } from '@kubernetes/client-node';
import { firstTen } from '../../text/list.ts';
import { applyOverrides, namesCluster, type Overrides } from './overrides.ts';

interface Choice {
  /** Instead of the current one. */
  readonly context: string | undefined;
  readonly overrides: Overrides;
  /** The kubeconfig, for messages. */
  readonly origin: string;
}

/** Makes it the current one of `config`. @throws Error with a sentence when there is none. */
export function chooseCluster(config: KubeConfig, { context, overrides, origin }: Choice): Cluster {
  const names = contextNames(config);
  const known = `${origin} has ${firstTen(names)}`;
  const wanted = context || config.getCurrentContext();
  if (names.includes(wanted)) config.setCurrentContext(wanted);
  else if (context || !namesCluster(overrides)) throw new Error(reasonForNone(names, { wanted, known }));
  applyOverrides(config, overrides, origin);
  const cluster = config.getCurrentCluster();
  if (cluster === null) throw new Error(`context ${wanted} of ${origin} names a cluster that is not in it`);
  return cluster;
}

/** In the order of the files. */
export function contextNames(config: KubeConfig): readonly string[] {
  return isMadeUp(config) ? [] : config.getContexts().map(({ name }) => name);
}

/** Without any file the library makes a cluster up, at http://localhost:8080. */
function isMadeUp(config: KubeConfig): boolean {
  const first = config.getCurrentCluster();
  return first?.name === 'cluster' && first.server === 'http://localhost:8080';
}

function reasonForNone(
  names: readonly string[],
  { wanted, known }: Readonly<Record<'wanted' | 'known', string>>,
): string {
  if (names.length === 0)
    return 'no cluster is configured: set KUBECONFIG to a file with a current context, or run in a pod';
  if (!wanted) return `no current context is set, so the cluster is unknown: ${known}`;
  return `there is no context ${wanted}: ${known}`;
}
