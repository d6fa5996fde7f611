// Which ports a container declares, and which of them a Service sends traffic to.

import type { Container, ContainerPort, Service, ServicePort } from '../workload/deployment.ts';

/** The number of the container's own TCP port that `port` names, as the kubelet resolves it; undefined when it declares none. */
export function declaredPort({ ports }: Container, port: number | string): number | undefined {
  const tcp = (ports ?? []).filter(isTcp);
  return tcp.find(({ name, containerPort }) => (isName(port) ? name === port : containerPort === Number(port)))
    ?.containerPort;
}

/** False for a number, and for a string that reads as one: the kubelet takes it for that number. */
export function isName(port: number | string): boolean {
  return typeof port === 'string' && !/^\d+$/.test(port);
}

/** The first TCP port, in the container's order, that one of `services` targets. */
export function servedPort(container: Container, services: readonly Service[]): number | undefined {
  const targeted = new Set(tcpTargets(services).map(({ targetPort }) => declaredPort(container, targetPort)));
  return (container.ports ?? []).find((port) => isTcp(port) && targeted.has(port.containerPort))?.containerPort;
}

/** The TCP ports that `services` send to. */
export function tcpTargets(services: readonly Service[]): readonly ServicePort[] {
  return services.flatMap(({ ports }) => ports.filter(isTcp));
}

function isTcp({ protocol }: ContainerPort | ServicePort): boolean {
  return protocol === undefined || protocol === 'TCP';
}
