// Which ports a container declares, and which of them a Service sends traffic to. Containers and Services come from users, who
// may give each thousands of ports: all are looked through once a decision, and never each against each.

import type { Container, ContainerPort, Service, ServicePort } from '../workload/deployment.ts';

/** The TCP ports of one or several containers. */
interface Declared {
  /** The number of the first port of each name. */
  readonly byName: Map<string, number>;
  readonly numbers: Set<number>;
}

/** The number of the container's own TCP port that `port` names, as the kubelet resolves it; undefined when it declares none. */
export function declaredPort({ ports }: Container, port: number | string): number | undefined {
  return ports === undefined ? undefined : resolve(declaredIn(ports), port);
}

/** The same over all of `containers`. */
export function declaredByAny(containers: readonly Container[]): (port: number | string) => boolean {
  const declared: Declared = { byName: new Map(), numbers: new Set() };
  for (const { ports } of containers) if (ports !== undefined) note(declared, ports);
  return (port) => resolve(declared, port) !== undefined;
}

/** False for a number, and for a string that reads as one: the kubelet takes it for that number. */
export function isName(port: number | string): boolean {
  return typeof port === 'string' && !/^\d+$/.test(port);
}

function resolve({ byName, numbers }: Declared, port: number | string): number | undefined {
  if (isName(port)) return byName.get(port as string);
  const number = Number(port);
  return numbers.has(number) ? number : undefined;
}

const declarations = new WeakMap<readonly ContainerPort[], Declared>();

function declaredIn(ports: readonly ContainerPort[]): Declared {
  const known = declarations.get(ports);
  if (known !== undefined) return known;
  const fresh: Declared = { byName: new Map(), numbers: new Set() };
  note(fresh, ports);
  declarations.set(ports, fresh);
  return fresh;
}

function note({ byName, numbers }: Declared, ports: readonly ContainerPort[]): void {
  for (const port of ports) {
    if (!isTcp(port)) continue;
    numbers.add(port.containerPort);
    if (port.name !== undefined && !byName.has(port.name)) byName.set(port.name, port.containerPort);
  }
}

/** The first TCP port, in the container's order, that one of `services` targets. */
export function servedPort({ ports = [] }: Container, services: readonly Service[]): number | undefined {
  if (ports.length === 0 || services.length === 0) return undefined;
  const { names, numbers } = targetsOf(services);
  const { byName } = declaredIn(ports);
  const named = new Set<number>();
  for (const [name, number] of byName) if (names.has(name)) named.add(number);
  return ports.find((port) => isTcp(port) && (numbers.has(port.containerPort) || named.has(port.containerPort)))
    ?.containerPort;
}

interface Targets {
  readonly names: ReadonlySet<string>;
  readonly numbers: ReadonlySet<number>;
}

// By the list of one decision, for which every container asks.
const targeted = new WeakMap<readonly Service[], Targets>();

function targetsOf(services: readonly Service[]): Targets {
  const known = targeted.get(services);
  if (known !== undefined) return known;
  const [names, numbers] = [new Set<string>(), new Set<number>()];
  for (const { ports } of services) {
    for (const port of ports) {
      if (!isTcp(port)) continue;
      if (isName(port.targetPort)) names.add(port.targetPort as string);
      else numbers.add(Number(port.targetPort));
    }
  }
  targeted.set(services, { names, numbers });
  return { names, numbers };
}

/** The first TCP port that `services` send to and that `wanted` takes. */
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
