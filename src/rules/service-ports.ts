// What a readiness probe has to do with the Services that select the pods: ports that nobody declares, names that only a native
// sidecar has, and Services that do not wait until a pod is ready.

import { isPortName } from '../policy/validation/names.ts';
import { isProbe } from '../workload/api-defaults.ts';
import type { Service, ServicePort } from '../workload/kubernetes.ts';
import { nativeSidecars, runningContainers } from '../workload/native-sidecars.ts';
import type { Container } from '../workload/workload.ts';
import { isFilledByInjection } from './author-probes.ts';
import { type Finding, fine, type Report, report } from './finding.ts';
import { declaredByAny, findTarget, isName } from './ports.ts';
import type { Subject } from './rule.ts';

/** A port that a Service sends traffic to and that no container declares. */
export interface UndeclaredTarget {
  /** The name of the Service. */
  readonly service: string;
  readonly port: number | string;
  /** A container without which the pod is not ready: the port may belong to it. */
  readonly observed?: string;
}

/** Those of the proxies of Istio and Linkerd, which are injected into pods later. */
const injectedPorts: ReadonlySet<number | string> = new Set([
  ...['http-envoy-prom', 'linkerd-admin', 'linkerd-proxy'],
  ...[4143, 4191, 15_001, 15_006, 15_020, 15_021, 15_090],
]);

interface At {
  readonly rule: string;
  readonly path: string;
}

/** The first one, a name if there is any; searched once, because it asks every container. `getsProbe`: with the edits of this plan. */
export function undeclaredTarget(
  { template }: Subject,
  services: readonly Service[],
  getsProbe: (container: Container) => boolean,
): UndeclaredTarget | undefined {
  // Clients of a headless Service get addresses, and choose the port themselves.
  const sending = services.filter(({ headless }) => headless !== true);
  if (sending.length === 0) return undefined;
  const { containers } = template.spec;
  const running = runningContainers(template.spec);
  const declared = declaredByAny(running);
  const isMissing = ({ targetPort }: ServicePort) =>
    !injectedPorts.has(targetPort) && declared(targetPort) === undefined;
  const isFilledIn = containers.some(isFilledByInjection);
  const named = isFilledIn
    ? undefined
    : findTarget(sending, (port) => isPortName(`${port.targetPort}`) && isMissing(port));
  const target = named ?? findTarget(sending, (port) => !isName(port.targetPort) && isMissing(port));
  if (target === undefined) return undefined;
  const observed = running.find(isObserved) ?? containers.find(getsProbe);
  return { ...target, ...(observed !== undefined && { observed: observed.name }) };
}

function isObserved(container: Container): boolean {
  const { readinessProbe, startupProbe } = container;
  return isFilledByInjection(container) || isProbe(readinessProbe) || isProbe(startupProbe);
}

const unnamedService = 'a Service sends traffic to a port that no container declares as a TCP port';

export function gapFinding(
  { template }: Subject,
  { name }: Container,
  { rule, path, gap }: At & { readonly gap: UndeclaredTarget },
): Finding {
  const { service, port, observed } = gap;
  const sends = `Service ${service} sends traffic to port ${port}, which no container declares as a TCP port`;
  const named = namedGap(gap, { rule, path });
  if (named !== undefined) return named;
  if (observed !== undefined)
    return fine(
      rule,
      path,
      `${sends}; it may be for container ${observed}, which keeps the pod unready until it answers`,
    );
  const none = template.spec.containers.length === 1 ? `container ${name} has no` : 'no container has a';
  const lost = `and ${none} readinessProbe: requests are lost while it starts. Declare the port, or write a readinessProbe`;
  return report(rule, 'error', { path, message: `${sends}, ${lost}`, discreet: `${unnamedService}, ${lost}` });
}

/** Whatever probes there are, no EndpointSlice has a pod for that port. */
export function namedGap(gap: UndeclaredTarget | undefined, { rule, path }: At): Report | undefined {
  if (gap === undefined || !isName(gap.port)) return undefined;
  const { service, port } = gap;
  const message = `Service ${service} sends traffic to port ${port}, which no container declares as a TCP port: it reaches no pod. Name the port ${port} in the container, or correct the targetPort`;
  const discreet = `${unnamedService}, by a name: it reaches no pod. Name the port in the container, or correct the targetPort`;
  return report(rule, 'error', { path, message, discreet });
}

/** A name that only a native sidecar has is found by the endpoints of Kubernetes 1.33 and later. */
export function sidecarByName({ template, services, oldestNode }: Subject, at: At): Report | undefined {
  if (oldestNode === undefined || oldestNode.major > 1 || oldestNode.minor >= 33) return undefined;
  const inContainer = declaredByAny(template.spec.containers);
  const inSidecar = declaredByAny(nativeSidecars(template.spec));
  const sending = services.filter(({ headless }) => headless !== true);
  const target = findTarget(
    sending,
    ({ targetPort: port }) => isName(port) && inContainer(port) === undefined && inSidecar(port) !== undefined,
  );
  if (target === undefined) return undefined;
  const number = inSidecar(target.port)?.containerPort;
  const message = `Service ${target.service} sends traffic to port ${target.port}, which only a native sidecar declares: Kubernetes before 1.33 finds no pod by that name, and a node here is older. Write ${number} as its targetPort`;
  const discreet = `a Service sends traffic to a port by a name that only a native sidecar declares: Kubernetes before 1.33 finds no pod by that name. Write the number as its targetPort`;
  return report(at.rule, 'note', { path: at.path, message, discreet });
}

/** A headless Service that does so lets peers find each other, on purpose. */
export function withoutReadiness({ services }: Subject, at: At): Report | undefined {
  const service = services.find((one) => one.publishNotReadyAddresses === true && one.headless !== true);
  if (service === undefined) return undefined;
  const lost = 'requests reach a pod before it can answer, with a readinessProbe as well';
  const message = `Service ${service.name} has publishNotReadyAddresses: ${lost}. Remove that field, unless its clients retry`;
  const discreet = `a Service has publishNotReadyAddresses: ${lost}. Remove that field, unless its clients retry`;
  return report(at.rule, 'note', { path: at.path, message, discreet });
}
