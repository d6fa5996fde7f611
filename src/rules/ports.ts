// Which ports a container declares, and which of them a Service sends traffic to. Containers and Services come from users, who
// may give each thousands of ports: each is scanned once per decision, never pairwise.

import type { Service, ServicePort } from '../workload/kubernetes.ts';
import { onceForLong } from '../workload/once.ts';
import type { Container, ContainerPort } from '../workload/workload.ts';

/** The number of the container's own TCP port that `port` names, as the kubelet resolves it; undefined when it does not declare it. */
export function declaredPort({ ports = [] }: Container, port: number | string): number | undefined {
  if (ports.length === 0) return undefined;
  const { byName, numbers } = declaredIn(ports);
  return isName(port) ? byName.get(port as string) : theOne(numbers, Number(port));
}

/** Tells whether any of `containers` declares a port. */
export function declaredByAny(containers: readonly Container[]): (port: number | string) => boolean {
  const { byName, numbers } = declaredIn(containers.flatMap(({ ports = [] }) => ports));
  return (port) => (isName(port) ? byName.has(port as string) : numbers.has(Number(port)));
}

/** False for a number, and for a string of digits, which the kubelet reads as a number. */
export function isName(port: number | string): boolean {
  return typeof port === 'string' && !/^\d+$/.test(port);
}

function theOne(numbers: ReadonlySet<number>, number: number): number | undefined {
  return numbers.has(number) ? number : undefined;
}

/** The TCP ports: the first number of each name, and all numbers. */
const declaredIn = onceForLong((ports: readonly ContainerPort[]) => {
  const byName = new Map<string, number>();
  const numbers = new Set<number>();
  for (const port of ports) {
    if (!isTcp(port)) continue;
    numbers.add(port.containerPort);
    if (port.name !== undefined && !byName.has(port.name)) byName.set(port.name, port.containerPort);
  }
  return { byName, numbers };
});

/** For each container, the first of its TCP ports, in its own order, that one of `services` targets. */
export function servedPorts(services: readonly Service[]): (container: Container) => number | undefined {
  let targets: Targets | undefined;
  return ({ ports = [] }) => {
    if (ports.length === 0 || services.length === 0) return undefined;
    targets ??= targetsOf(services);
    const { names, numbers } = targets;
    const named = new Set<number>();
    for (const [name, number] of declaredIn(ports).byName) if (names.has(name)) named.add(number);
    const isServed = ({ containerPort }: ContainerPort) => numbers.has(containerPort) || named.has(containerPort);
    return ports.find((port) => isTcp(port) && isServed(port))?.containerPort;
  };
}

interface Targets {
  readonly names: ReadonlySet<string>;
  readonly numbers: ReadonlySet<number>;
}

function targetsOf(services: readonly Service[]): Targets {
  const [names, numbers] = [new Set<string>(), new Set<number>()];
  for (const { ports } of services) {
    for (const port of ports) {
      if (!isTcp(port)) continue;
      if (isName(port.targetPort)) names.add(port.targetPort as string);
      else numbers.add(Number(port.targetPort));
    }
  }
  return { names, numbers };
}

/** The first TCP port that `services` send to and that `wanted` accepts. */
export function findTarget(services: readonly Service[], wanted: (port: ServicePort) => boolean) {
  for (const service of services) {
    const port = service.ports.find((one) => isTcp(one) && wanted(one));
    if (port !== undefined) return { service: service.name, port: port.targetPort };
  }
  return undefined;
}

function isTcp({ protocol }: ContainerPort | ServicePort): boolean {
  return protocol === undefined || protocol === 'TCP';
}
