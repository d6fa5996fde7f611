// Whether anything sends requests to the pods of a workload. A worker takes its work from elsewhere: what a sleep would keep open for
// others, it would use to take more.

import type { Service, ServicePort } from '../workload/kubernetes.ts';
import { runningContainers } from '../workload/native-sidecars.ts';
import type { ContainerPort } from '../workload/workload.ts';
import { meshSends } from './mesh.ts';
import type { Subject } from './rule.ts';
import { isForTools, isToolName } from './tool-ports.ts';

type Traffic = 'yes' | 'no' | 'unknown';

/** unknown: nothing of the pods says so, and which Services there are was not given. */
export function podTraffic({ template, services, surroundings }: Subject): Traffic {
  const { spec } = template;
  const ports = runningContainers(spec).flatMap((container) => container.ports ?? []);
  const isSent = ports.some((port) => !isForTools(port)) || sendsRequests(services, ports);
  if (isSent || spec.hostNetwork === true || meshSends(template)) return 'yes';
  return surroundings.knows('Service') ? 'no' : 'unknown';
}

/** `forTools`: the ports of the pods, all of them. False for Services that only tools use, such as Prometheus to find its targets. */
function sendsRequests(services: readonly Service[], forTools: readonly ContainerPort[]): boolean {
  const targets = new Set<number | string>(forTools.flatMap(({ name = '', containerPort }) => [name, containerPort]));
  const isRequest = ({ targetPort, name }: ServicePort) => !targets.has(targetPort) && !isToolName(name);
  return services.some(({ ports }) => ports.length === 0 || ports.some(isRequest));
}
