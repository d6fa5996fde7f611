// The files that flags about a cluster name or stand for. They are read, so no output may replace them.

import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { clusterEnvironment } from '../settings/settings.ts';
import type { ClusterFlags } from './with-cluster.ts';

/** `file`, else those of KUBECONFIG, else ~/.kube/config; whether they are there or not. */
export function kubeconfigFiles(file: string | undefined): readonly string[] {
  const { kubeconfig = '' } = clusterEnvironment();
  if (file) return [file];
  return kubeconfig === ''
    ? [join(homedir(), '.kube', 'config')]
    : kubeconfig.split(delimiter).filter((one) => one !== '');
}

export function clusterFiles({ kubeconfig, certificateAuthority }: ClusterFlags): readonly string[] {
  return [...kubeconfigFiles(kubeconfig), ...(certificateAuthority ? [certificateAuthority] : [])];
}
