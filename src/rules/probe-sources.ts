// Where a readiness probe can come from: the policy, the container's livenessProbe, or a port that a Service targets.

import { isPortName, isPortNumber } from '../policy/validation/names.ts';
import { handlersOf, probeDefaults, probeHandlers } from '../workload/api-defaults.ts';
import { isObject, type Json } from '../workload/json.ts';
import { settingIn } from '../workload/kinds/rolling-strategy.ts';
import type { Container, Probe, ProbeHandler } from '../workload/workload.ts';
import { hostOf } from './author-probes.ts';
import { costlyPeriodSeconds, isCostly } from './costly-ports.ts';
import { declaredPort, type ServedPort } from './ports.ts';
import type { Subject } from './rule.ts';

export interface ProbeSource {
  readonly handler: ProbeHandler;
  readonly why: string;
  /** The fewest seconds of each: it never asks more often than the author's own probe, nor more impatiently. */
  readonly least?: { readonly periodSeconds?: number; readonly timeoutSeconds?: number };
}

/** `served`: the port of the container that a Service targets. */
export function probeSource(
  subject: Subject,
  container: Container,
  served: (container: Container) => ServedPort | undefined,
): ProbeSource | undefined {
  const { handler } = subject.policy.readinessProbe;
  if (handler !== 'auto') return declares(container, handler) ? { handler, why: 'as the policy says' } : undefined;
  const target = served(container);
  const copied = reasonNotToCopy(subject, container) === undefined ? copyOf(container) : undefined;
  // An open socket says nothing about another one; an application that is asked by HTTP or gRPC answers for itself.
  if (copied !== undefined && !(target !== undefined && isSocketBeside(copied, container, target))) return copied;
  if (target === undefined || electsLeader(container)) return undefined;
  const { port, appProtocol, headless } = target;
  return {
    handler: { tcpSocket: { port: port.containerPort } },
    why: headless ? 'which a headless Service publishes' : 'which a Service sends traffic to',
    ...(isCostly(port, appProtocol) && { least: { periodSeconds: costlyPeriodSeconds } }),
  };
}

function isSocketBeside({ handler }: ProbeSource, container: Container, { port }: ServedPort): boolean {
  const { tcpSocket } = handler;
  if (tcpSocket === undefined) return false;
  const asked = declaredPort(container, tcpSocket.port)?.containerPort ?? tcpSocket.port;
  return asked !== port.containerPort;
}

/** It may open its ports only as the leader, and the old leader ends only once the new pod is ready. */
export function electsLeader({ command = [], args = [] }: Container): boolean {
  return [...command, ...args].some((word) => /leader-?elect/i.test(word));
}

export function declares(container: Container, handler: ProbeHandler): boolean {
  return declaredPort(container, portOf(handler)) !== undefined;
}

export function portOf({ httpGet, tcpSocket, grpc }: ProbeHandler): number | string {
  return (httpGet ?? tcpSocket ?? grpc)?.port ?? 0;
}

/** Why the livenessProbe is no source, as the beginning of a sentence; undefined where it is one. */
export function reasonNotToCopy(subject: Subject, container: Container): string | undefined {
  const { livenessProbe: liveness } = container;
  const [kind, ...more] = handlersOf(probeHandlers, liveness);
  if (liveness === undefined || kind === undefined) return 'no livenessProbe that can be copied';
  if (kind === 'exec') return 'its livenessProbe runs a command, which is never copied';
  if (more.length > 0 || isRefused(kind, liveness[kind])) return 'its livenessProbe is one that the API server refuses';
  if (hostOf(liveness) !== undefined) return 'its livenessProbe asks another host than the pod';
  const port = portOf(liveness);
  // A name that the container does not declare would keep the pod unready permanently; a number needs no declaration.
  if (typeof port === 'string' && declaredPort(container, port) === undefined)
    return `its livenessProbe names port ${port}, which it does not declare as a TCP port`;
  return tooRare(subject, timingOf(liveness).periodSeconds);
}

/** A pod that is not ready at the first probe waits for the next: half a minute for each pod is the most that a rollout should take longer. */
const rarestSeconds = 30;

function tooRare({ kind, workload }: Subject, periodSeconds: number): string | undefined {
  const deadline = kind.progressDeadlineSeconds && settingIn(kind.progressDeadlineSeconds, workload);
  if (deadline !== undefined && periodSeconds * 2 > deadline)
    return `its livenessProbe runs only every ${periodSeconds} s, too rarely for a progressDeadlineSeconds of ${deadline}`;
  return periodSeconds > rarestSeconds
    ? `its livenessProbe runs only every ${periodSeconds} s, which each new pod would wait for`
    : undefined;
}

function copyOf(container: Container): ProbeSource | undefined {
  const { livenessProbe: liveness } = container;
  const [kind] = handlersOf(['httpGet', 'tcpSocket', 'grpc'], liveness);
  const handler = kind && liveness?.[kind];
  if (liveness === undefined || kind === undefined || handler === undefined) return undefined;
  const { periodSeconds, timeoutSeconds } = timingOf(liveness);
  const { port } = handler;
  const declared = declaredPort(container, port) ?? (typeof port === 'number' ? { containerPort: port } : undefined);
  const costly = kind === 'tcpSocket' && declared !== undefined && isCostly(declared);
  const least = {
    periodSeconds: costly ? Math.max(periodSeconds, costlyPeriodSeconds) : periodSeconds,
    timeoutSeconds,
  };
  return { handler: { [kind]: handler }, why: 'like its livenessProbe', least };
}

/** What is not written, or 0, is the API's default: the application was built for a probe that runs as often as that. */
function timingOf({ periodSeconds, timeoutSeconds }: Probe) {
  return {
    periodSeconds: periodSeconds || probeDefaults.periodSeconds,
    timeoutSeconds: timeoutSeconds || probeDefaults.timeoutSeconds,
  };
}

/** What the API server says about a handler, as far as a copy of it would be refused as well. */
function isRefused(kind: 'httpGet' | 'tcpSocket' | 'grpc', handler: Json | undefined): boolean {
  if (!isObject(handler)) return true;
  const { port, scheme, httpHeaders } = handler;
  const hasPort = isPortNumber(port) || (kind !== 'grpc' && typeof port === 'string' && isPortName(port));
  if (!hasPort || kind !== 'httpGet') return !hasPort;
  if (scheme !== undefined && scheme !== 'HTTP' && scheme !== 'HTTPS' && scheme !== '') return true;
  return httpHeaders !== undefined && !(Array.isArray(httpHeaders) && httpHeaders.every(isHeader));
}

function isHeader(header: Json): boolean {
  return isObject(header) && typeof header.name === 'string' && /^[-A-Za-z0-9]+$/.test(header.name);
}
