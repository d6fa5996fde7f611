// The command that takes injections out of the cluster that was audited, and out of no other one.

import { shellWord } from '../../text/shell-word.ts';
import type { ClusterFlags } from '../with-cluster.ts';

/** The flags that say which cluster is meant; who asks is left to whoever runs the command. */
export type ClusterReach = Pick<ClusterFlags, 'kubeconfig' | 'context' | 'cluster' | 'server'>;

export function withdrawCommand(namespace: string, { kubeconfig, context, cluster, server }: ClusterReach): string {
  const flags = Object.entries({ kubeconfig, context, cluster, server }).flatMap(([name, value]) =>
    value === undefined ? [] : [`--${name} ${shellWord(value)} `],
  );
  return `hitless withdraw ${flags.join('')}-n ${namespace} --now`;
}
