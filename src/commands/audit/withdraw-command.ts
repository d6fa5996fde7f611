// The command that takes injections out of the cluster that was audited, and out of no other one.

import { shellWord } from '../../text/shell-word.ts';
import type { ClusterFlags } from '../with-cluster.ts';

/** The flags that say which cluster is meant; who asks is left to whoever runs the command. */
export type ClusterReach = Pick<ClusterFlags, 'kubeconfig' | 'context' | 'cluster' | 'server'>;

export function withdrawCommand(namespace: string, { kubeconfig, context, cluster, server }: ClusterReach): string {
  const flags = Object.entries({ kubeconfig, context, cluster, server: server && withoutUser(server) }).flatMap(
    ([name, value]) => (value === undefined ? [] : [`--${name} ${shellWord(value)} `]),
  );
  return `hitless withdraw ${flags.join('')}-n ${namespace} --now`;
}

/** A report may be read by more people than know the password. */
function withoutUser(server: string): string {
  if (!URL.canParse(server)) return server;
  const url = new URL(server);
  if (url.username === '' && url.password === '') return server;
  [url.username, url.password] = ['', ''];
  return url.href;
}
