// Native sidecars: init containers that keep running beside the containers. Their probes and ports count as the pod's.

import type { Container, PodSpec } from './workload.ts';

const none: readonly Container[] = [];

/** Of the init containers only these keep running; an ordinary one holds nothing once it has ended. */
export function runningContainers(spec: PodSpec): readonly Container[] {
  const sidecars = nativeSidecars(spec);
  return sidecars.length === 0 ? spec.containers : [...spec.containers, ...sidecars];
}

/** Those of `spec`; by default since Kubernetes 1.29. */
export function nativeSidecars({ initContainers }: PodSpec): readonly Container[] {
  if (initContainers === undefined) return none;
  return initContainers.filter(({ restartPolicy }) => restartPolicy === 'Always');
}
