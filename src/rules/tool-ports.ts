// Ports for tools: what measures or debugs a container connects to them, not the users of the pod. One that is closed, as a port for a
// debugger usually is, says nothing about the container.

import type { ContainerPort } from '../workload/workload.ts';
import { hasPortWord } from './port-words.ts';

const forTools: ReadonlySet<string> = new Set([
  ...['exporter', 'metrics', 'monitoring', 'prom', 'prometheus', 'telemetry'],
  ...['debug', 'debugger', 'jdwp', 'jmx', 'pprof', 'profiler', 'profiling'],
]);
const debugger5005 = 5005;

/** Ports beside the one that users connect to, in a container that has both. */
const besides: ReadonlySet<string> = new Set([
  ...['admin', 'health', 'healthz', 'management', 'mgmt', 'probes', 'status'],
  ...['cluster', 'discovery', 'epmd', 'gossip', 'jgroups', 'memberlist', 'peer', 'raft', 'replication'],
]);

export function isForTools({ name, containerPort }: ContainerPort): boolean {
  return isToolName(name) || containerPort === debugger5005;
}

/** Also of a Service's port. */
export function isToolName(name = ''): boolean {
  return hasPortWord(name, forTools);
}

export function isBesides({ name = '' }: ContainerPort): boolean {
  return hasPortWord(name, besides);
}
