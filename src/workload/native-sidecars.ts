// Native sidecars: init containers that keep running beside the containers. Their probes and ports count as the pod's.

import type { Container, PodSpec } from './workload.ts';

/** Of the init containers only these keep running; an ordinary one holds nothing once it has ended. */
export function runningContainers(spec: PodSpec): readonly Container[] {
  return [...spec.containers, ...nativeSidecars(spec)];
}

/** Those of `spec`; by default since Kubernetes 1.29. */
export function nativeSidecars({ initContainers = [] }: PodSpec): readonly Container[] {
  return initContainers.filter(({ restartPolicy }) => restartPolicy === 'Always');
}
