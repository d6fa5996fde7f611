// Problems that only the application, its author or the mesh can fix: reported, never edited.

import { graceSeconds, handlersOf, probeHandlers } from '../workload/api-defaults.ts';
import type { Service } from '../workload/kubernetes.ts';
import { longestSleepSeconds, preStopSeconds } from '../workload/pre-stop.ts';
import type { Container, ContainerPort } from '../workload/workload.ts';
import { type Finding, report } from './finding.ts';
import { meshOf } from './mesh.ts';
import type { Rule, Subject } from './rule.ts';

const rule = 'application';

export const application: Rule = {
  id: rule,
  title: 'Only the application, or its author, can close this gap',
  help: 'Something about the workload loses requests in a rollout and cannot be patched: see the message.',
  apply,
};

function apply(subject: Subject): readonly Finding[] {
  const { containers } = subject.template.spec;
  const streams = streamsOf(subject.services);
  return [
    ...unobserved(subject),
    ...meshLeavesFirst(subject),
    ...containers.flatMap((container) => [
      ...hiddenSignals(container, subject),
      ...slowRestart(container, subject),
      ...shortDrain(subject, container, streams),
    ]),
  ];
}

/** Without a probe or a Service, a rollout cannot tell a good version from a broken one. */
function unobserved({ kind, template, services, policy }: Subject): readonly Finding[] {
  const { containers } = template.spec;
  if (policy.readinessProbe.action === 'off' || services.length > 0) return [];
  if (containers.some(({ readinessProbe }) => handlersOf(probeHandlers, readinessProbe).length > 0)) return [];
  const message =
    'no container has a readinessProbe and no known Service selects these pods: a rollout continues even when the new version does not work. Write a readinessProbe if it answers requests';
  return [report(rule, 'note', { path: kind.containers, message })];
}

/** A shell that runs several commands stays process 1 and does not forward SIGTERM; with a single command it replaces itself. */
function hiddenSignals({ name, command = [], args = [] }: Container, { kind }: Subject): readonly Finding[] {
  const words = [...command, ...args];
  if (!/^(?:\/(?:usr\/)?bin\/)?(?:ba|da|a|z|k)?sh$/.test(words[0] ?? '')) return [];
  const flag = words.findIndex((word, i) => i > 0 && isCommandFlag(word));
  const script = flag === -1 ? '' : (words[flag + 1] ?? '');
  if (!hasSeveralCommands.test(script) || handsOver.test(script)) return [];
  const message = `container ${name} is started by a shell that keeps SIGTERM to itself: the application is killed without notice. Put exec before its last command`;
  const field = command.length > 0 ? 'command' : 'args';
  return [report(rule, 'note', { path: `${kind.containerPath(name)}.${field}`, message })];
}

/** `-c`, `-ec`. */
function isCommandFlag(word: string): boolean {
  return /^-\w+$/.test(word) && word.includes('c');
}

// Scripts come from users and may have any length: each of these expressions reads one in a single pass.

const hasSeveralCommands = /^[\s;&|]*[^\s;&|][^;&|\n]*[;&|\n][\s;&|]*[^\s;&|]/;

/** The shell hands its process over to the application, or handles the signal itself. */
const handsOver = /(?:^|[;&|\n])[^\S\n]*(?:(?:then|else|do)[^\S\n]+)?(?:exec|trap)[^\S\n]/;

/** The preStop hook also runs when a probe restarts a container. */
function slowRestart(container: Container, { kind }: Subject): readonly Finding[] {
  const { name, livenessProbe: liveness } = container;
  const sleep = preStopSeconds(container) ?? 0;
  if (liveness === undefined || liveness === null || sleep === 0) return [];
  const path = `${kind.containerPath(name)}.livenessProbe`;
  const cut = liveness.terminationGracePeriodSeconds;
  if (typeof cut === 'number' && cut < sleep) {
    const message = `the livenessProbe of container ${name} gives it ${cut} s to end, less than its preStop sleep of ${sleep} s: a restart kills it without SIGTERM being handled. Raise its terminationGracePeriodSeconds above ${sleep}`;
    return [report(rule, 'note', { path, message })];
  }
  const detection = (liveness.periodSeconds ?? 10) * (liveness.failureThreshold ?? 3);
  if (sleep <= detection) return [];
  const message = `the livenessProbe of container ${name} finds a hung process after ${detection} s, but its preStop sleep delays the restart by ${sleep} s more. Accept that, or shorten the sleep`;
  return [report(rule, 'note', { path, message })];
}

/** A classic sidecar that ends before the application cuts off its traffic; a native one ends last. */
function meshLeavesFirst({ kind, template, namespace, oldestNode }: Subject): readonly Finding[] {
  const mesh = meshOf(template, namespace, oldestNode);
  const sleep = longestSleepSeconds(template);
  if (mesh === undefined || mesh.native || mesh.drainSeconds >= sleep) return [];
  const gone = mesh.drainSeconds === 0 ? 'stops at SIGTERM' : `is gone ${mesh.drainSeconds} s after SIGTERM`;
  const message = `the ${mesh.name} sidecar ${gone}, but the application serves for ${sleep} s: its traffic breaks in between. Use a native sidecar, or let it drain ${sleep} s or longer`;
  return [report(rule, 'note', { path: `${kind.template}.metadata.annotations`, message })];
}

// Prefixes of port names, and appProtocols, whose connections outlive a request.
const streaming = /^(?:kubernetes\.io\/)?(?:grpc|grpc-web|h2c|ws|wss|websocket)(?:-|$)/i;

/** A port of a Service for long-lived connections. */
interface Stream {
  readonly protocol: string;
  /** Its position among all streams. */
  readonly order: number;
}
type Streams = ReadonlyMap<number | string, Stream>;

/** The first stream for each port of the pods, by number or name as written. */
function streamsOf(services: readonly Service[]): Streams {
  const streams = new Map<number | string, Stream>();
  for (const { ports } of services) {
    for (const { targetPort, appProtocol } of ports) {
      if (appProtocol === undefined || streams.has(targetPort) || !streaming.test(appProtocol)) continue;
      streams.set(targetPort, { protocol: appProtocol, order: streams.size });
    }
  }
  return streams;
}

function streamTo(ports: readonly ContainerPort[], streams: Streams): Stream | undefined {
  if (streams.size === 0) return undefined;
  let first: Stream | undefined;
  for (const { name = '', containerPort } of ports) {
    for (const stream of [streams.get(name), streams.get(containerPort)]) {
      if (stream !== undefined && stream.order < (first?.order ?? Number.POSITIVE_INFINITY)) first = stream;
    }
  }
  return first;
}

function shortDrain(
  { kind, template, policy }: Subject,
  { name, ports = [] }: Container,
  streams: Streams,
): readonly Finding[] {
  const declared = ports.find((port) => streaming.test(port.name ?? ''));
  const served = streamTo(ports, streams);
  if (declared === undefined && served === undefined) return [];
  const left = Math.max(0, graceSeconds(template) - longestSleepSeconds(template));
  const { drainSeconds } = policy.terminationGracePeriod;
  if (left >= drainSeconds) return [];
  const protocol = declared?.name ?? served?.protocol;
  const message = `container ${name} serves long-lived connections (${protocol}) and has ${left} s after SIGTERM to end them, less than ${drainSeconds} s. Raise terminationGracePeriodSeconds, and close streams with GOAWAY or a close frame on SIGTERM`;
  return [report(rule, 'note', { path: `${kind.template}.spec.terminationGracePeriodSeconds`, message })];
}
