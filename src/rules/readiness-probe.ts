// Promise: a new pod gets traffic only once it answers. Field: readinessProbe of every regular container. Silent when off.
// A wrong probe keeps a healthy pod out of service permanently, so it is taken only from what the author already wrote: the
// liveness probe, or a declared port that a Service targets (of 636 public Deployments, such a port was right in 204 of 204
// cases; undeclared ones were not). No path is guessed, and an exec probe is never written: it forks for every run.

import { handlersOf, type ProbeNumber, probeDefaults, probeHandlers, probeNumbers } from '../workload/api-defaults.ts';
import type { Json } from '../workload/json.ts';
import type { Container, Probe, ProbeHandler } from '../workload/workload.ts';
import { type Change, edit, type Finding, fine, report } from './finding.ts';
import { declaredByAny, declaredPort, findTarget, isName, servedPorts } from './ports.ts';
import type { Rule, Subject } from './rule.ts';

const rule = 'readiness-probe';

interface Look extends Subject {
  /** The port of a container that a Service sends traffic to. */
  readonly served: (container: Container) => number | undefined;
}

export const readinessProbe: Rule = {
  id: rule,
  section: 'readinessProbe',
  title: 'A new pod gets traffic before it can answer',
  help: 'Without a readinessProbe a container counts as ready as soon as it runs. Add one that succeeds only when the container can serve.',
  writes: '`readinessProbe` of each container without one',
  lab: { fix: 'readiness probe' },
  apply,
};

function apply(given: Subject): readonly Finding[] {
  const { action, handler } = given.policy.readinessProbe;
  if (action === 'off') return [];
  const subject: Look = { ...given, served: servedPorts(given.services) };
  const { containers } = subject.template.spec;
  const gap = undeclaredTarget(subject);
  const told = new Set<string>();
  // A mistake in a Service is reported once, not for every container.
  const isNews = ({ kind, message }: Finding) =>
    kind !== 'report' || (!told.has(message) && told.add(message) !== undefined);
  const findings = containers.map((container) => forContainer(subject, container, gap)).filter(isNews);
  if (handler === 'auto' || containers.some((container) => declares(container, handler))) return findings;
  const message = `the policy's probe is for port ${portOf(handler)}, which no container declares as a TCP port. Declare it under ports, or correct the policy`;
  return [...findings, report(rule, 'note', { path: subject.kind.containers, message })];
}

function forContainer(subject: Look, container: Container, gap: Gap | undefined): Finding {
  const path = `${subject.kind.containerPath(container.name)}.readinessProbe`;
  const own = handlersOf(probeHandlers, container.readinessProbe);
  if (own.length > 0)
    return fine(rule, path, `container ${container.name} has its own readinessProbe (${own.join(', ')})`);
  const source = choose(subject, container);
  if (source === undefined) return unknown(subject, container, { path, gap });
  const [kind] = handlersOf(probeHandlers, source.handler);
  return edit(rule, subject.policy.readinessProbe.action, {
    path,
    container: container.name,
    summary: `readinessProbe ${kind} on port ${portOf(source.handler)}`,
    message: `container ${container.name} gets traffic before it can answer: add a readinessProbe, ${kind} on port ${portOf(source.handler)}, ${source.why}`,
    changes: [
      { path: `${path}.${kind}`, value: source.handler[kind as 'httpGet'] as Json },
      ...numbers(subject, container, source),
    ],
  });
}

interface Source {
  readonly handler: ProbeHandler;
  readonly why: string;
  /** The liveness probe that it was copied from, for its timing. */
  readonly liveness?: Probe;
}

function choose({ policy, served }: Look, container: Container): Source | undefined {
  const wanted = policy.readinessProbe.handler;
  if (wanted !== 'auto')
    return declares(container, wanted) ? { handler: wanted, why: 'as the policy says' } : undefined;
  const copied = livenessHandler(container);
  if (copied !== undefined) return copied;
  const port = served(container);
  return port === undefined ? undefined : { handler: { tcpSocket: { port } }, why: 'which a Service sends traffic to' };
}

function livenessHandler({ livenessProbe: liveness, ports }: Container): Source | undefined {
  const [kind] = handlersOf(['httpGet', 'tcpSocket', 'grpc'], liveness);
  const handler = kind && liveness?.[kind];
  if (liveness === undefined || kind === undefined || handler === undefined) return undefined;
  // A name that the container does not declare would keep the pod unready permanently; a number needs no declaration.
  const { port } = handler;
  if (typeof port === 'string' && declaredPort({ name: '', ...(ports && { ports }) }, port) === undefined)
    return undefined;
  return { handler: { [kind]: handler }, why: 'like its livenessProbe', liveness };
}

function declares(container: Container, handler: ProbeHandler): boolean {
  return declaredPort(container, portOf(handler)) !== undefined;
}

function portOf({ httpGet, tcpSocket, grpc }: ProbeHandler): number | string {
  return (httpGet ?? tcpSocket ?? grpc)?.port ?? 0;
}

/** The policy's numbers, or the author's liveness timing where that is slower; the API's defaults are not written. */
function numbers({ kind, policy, written }: Subject, container: Container, { liveness }: Source): readonly Change[] {
  const path = kind.containerPath(container.name);
  const slower = (field: ProbeNumber) =>
    field.endsWith('Seconds') && written(`${path}.livenessProbe.${field}`) ? (liveness?.[field] ?? 0) : 0;
  return probeNumbers
    .map((field) => ({ field, value: Math.max(policy.readinessProbe[field], slower(field)) }))
    .filter(({ field, value }) => value !== probeDefaults[field] && !written(`${path}.readinessProbe.${field}`))
    .map(({ field, value }) => ({ path: `${path}.readinessProbe.${field}`, value }));
}

function unknown(
  { services, policy, template }: Subject,
  { name }: Container,
  at: { path: string; gap: Gap | undefined },
): Finding {
  const { path, gap } = at;
  if (policy.readinessProbe.handler !== 'auto')
    return fine(rule, path, `the policy's probe is not for container ${name}`);
  const uncopied = `container ${name}: no livenessProbe that can be copied, and`;
  if (services.length === 0) return fine(rule, path, `${uncopied} no known Service selects these pods`);
  if (gap === undefined) return fine(rule, path, `${uncopied} no Service sends TCP traffic to its ports`);
  const { service, port, observed } = gap;
  const sends = `Service ${service} sends traffic to port ${port}, which no container declares as a TCP port`;
  if (isName(port)) {
    const message = `${sends}: it reaches no pod. Name the port ${port} in the container, or correct the targetPort`;
    const discreet = `${unnamedService}, by a name: it reaches no pod. Name the port in the container, or correct the targetPort`;
    return report(rule, 'error', { path, message, discreet });
  }
  if (observed !== undefined)
    return fine(rule, path, `${sends}; it may be for container ${observed}, which has a readinessProbe`);
  const none = template.spec.containers.length === 1 ? `container ${name} has no` : 'no container has a';
  const lost = `and ${none} readinessProbe: requests are lost while it starts. Declare the port, or write a readinessProbe`;
  return report(rule, 'error', { path, message: `${sends}, ${lost}`, discreet: `${unnamedService}, ${lost}` });
}

const unnamedService = 'a Service sends traffic to a port that no container declares as a TCP port';

function hasProbe({ readinessProbe }: Container): boolean {
  return handlersOf(probeHandlers, readinessProbe).length > 0;
}

/** A port that a Service sends traffic to and that no container declares. */
interface Gap {
  /** The name of the Service. */
  readonly service: string;
  readonly port: number | string;
  /** A container that has or gets a readinessProbe: the port may belong to it. */
  readonly observed?: string;
}

/** The first gap; searched once, because it asks every container. */
function undeclaredTarget(subject: Look): Gap | undefined {
  const { containers } = subject.template.spec;
  if (subject.services.length === 0) return undefined;
  const isDeclared = declaredByAny(containers);
  const target = findTarget(subject.services, ({ targetPort }) => !isDeclared(targetPort));
  if (target === undefined) return undefined;
  const observed = containers.find((container) => hasProbe(container) || choose(subject, container) !== undefined);
  return { ...target, ...(observed !== undefined && { observed: observed.name }) };
}
