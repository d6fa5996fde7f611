// Which ports a container declares, and which of them a Service sends traffic to. Containers and Services come from users, who
// may give each thousands of ports: each is scanned once per decision, never pairwise.

import type { Service, ServicePort } from '../workload/kubernetes.ts';
import { isShort, onceForLong } from '../workload/once.ts';
import type { Container, ContainerPort } from '../workload/workload.ts';
import { isBesides, isForTools } from './tool-ports.ts';

/** The container's own TCP port that `port` names or numbers; undefined when it does not declare it. */
export function declaredPort({ ports = [] }: Container, port: number | string): ContainerPort | undefined {
  return firstOf(ports, port);
}

/** True when the kubelet finds `name` among the container's ports: it looks at names only, whatever the protocol. */
export function declaresName({ ports = [] }: Container, name: string): boolean {
  return isShort(ports) ? ports.some((port) => port.name === name) : declaredIn(ports).names.has(name);
}

/** The TCP port of `containers` that a Service's target port means: of a name, the first. */
export function declaredByAny(containers: readonly Container[]): (port: number | string) => ContainerPort | undefined {
  const all = containers.flatMap(({ ports = [] }) => ports);
  return (port) => firstOf(all, port);
}

/** The first TCP port with this name or number. */
function firstOf(ports: readonly ContainerPort[], port: number | string): ContainerPort | undefined {
  if (ports.length === 0) return undefined;
  const wanted = isName(port) ? port : Number(port);
  const key = isName(port) ? 'name' : 'containerPort';
  if (isShort(ports)) return ports.find((one) => one[key] === wanted && isTcp(one));
  const { byName, byNumber } = declaredIn(ports);
  return key === 'name' ? byName.get(wanted as string) : byNumber.get(wanted as number);
}

/** False for a number, and for a string of digits, which the API server refuses as a name. */
export function isName(port: number | string): boolean {
  return typeof port === 'string' && !/^\d+$/.test(port);
}

/** The TCP ports: the first of each name and number; and the names of all ports. */
const declaredIn = onceForLong((ports: readonly ContainerPort[]) => {
  const byName = new Map<string, ContainerPort>();
  const byNumber = new Map<number, ContainerPort>();
  const names = new Set<string>();
  for (const port of ports) {
    const { name, containerPort } = port;
    if (name !== undefined) names.add(name);
    if (!isTcp(port)) continue;
    if (!byNumber.has(containerPort)) byNumber.set(containerPort, port);
    if (name !== undefined && !byName.has(name)) byName.set(name, port);
  }
  return { byName, byNumber, names };
});

/** A port of a container that a Service targets. */
export interface ServedPort {
  readonly port: ContainerPort;
  /** Of the Service's port. */
  readonly appProtocol?: string;
  /** True where only headless Services target it: they publish addresses, and send nothing. */
  readonly headless: boolean;
}

/**
 * For each of `containers`, the TCP port that `services` target, none of those for tools: the first of its own order, but one that a
 * Service sends to before one that is only published, and one for users before those beside it.
 */
export function servedPorts(
  services: readonly Service[],
  containers: readonly Container[],
): (container: Container) => ServedPort | undefined {
  let targets: ReadonlyMap<number, Target> | undefined;
  return ({ ports = [] }) => {
    if (ports.length === 0 || services.length === 0) return undefined;
    targets ??= targetsOf(services, declaredByAny(containers));
    let best: ServedPort | undefined;
    for (const port of ports) {
      const target = isTcp(port) && !isForTools(port) ? targets.get(port.containerPort) : undefined;
      if (target === undefined) continue;
      const served = { ...target, port };
      if (best === undefined || rank(served) < rank(best)) best = served;
      if (rank(best) === 0) return best;
    }
    return best;
  };
}

function rank({ port, headless }: ServedPort): number {
  return (headless ? 2 : 0) + (isBesides(port) ? 1 : 0);
}

type Target = Omit<ServedPort, 'port'>;

/** By number: a name is that of the first container with it, as in an EndpointSlice. */
function targetsOf(
  services: readonly Service[],
  declared: (port: number | string) => ContainerPort | undefined,
): ReadonlyMap<number, Target> {
  const targets = new Map<number, Target>();
  for (const { ports, headless = false } of services) {
    for (const { targetPort, appProtocol, protocol } of ports) {
      const number = isTcp({ protocol }) ? declared(targetPort)?.containerPort : undefined;
      if (number === undefined) continue;
      const before = targets.get(number);
      const known = appProtocol ?? before?.appProtocol;
      const isHeadless = headless && before?.headless !== false;
      targets.set(number, { headless: isHeadless, ...(known !== undefined && { appProtocol: known }) });
    }
  }
  return targets;
}

/** The first TCP port that `services` send to and that `wanted` accepts. */
export function findTarget(services: readonly Service[], wanted: (port: ServicePort) => boolean) {
  for (const service of services) {
    const port = service.ports.find((one) => isTcp(one) && wanted(one));
    if (port !== undefined) return { service: service.name, port: port.targetPort };
  }
  return undefined;
}

export function isTcp({ protocol }: Pick<ContainerPort | ServicePort, 'protocol'>): boolean {
  return protocol === undefined || protocol === 'TCP';
}
