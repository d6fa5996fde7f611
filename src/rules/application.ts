// Problems that only the application, its author or the mesh can fix: reported, never edited.

import { graceSeconds, isProbe } from '../workload/api-defaults.ts';
import type { Service } from '../workload/kubernetes.ts';
import { nativeSidecars, runningContainers } from '../workload/native-sidecars.ts';
import { longestSleepSeconds, minimumShutdownSeconds, preStopTime } from '../workload/pre-stop.ts';
import type { Container, ContainerPort, PodTemplate } from '../workload/workload.ts';
import { futileProbe } from './author-probes.ts';
import { dataPathNotes } from './data-path-notes.ts';
import { disruptionProblem } from './disruption-budget.ts';
import { type Finding, report } from './finding.ts';
import { meshOf } from './mesh.ts';
import type { Rule, Subject } from './rule.ts';
import { hiddenSignals } from './shell-signals.ts';
import { podTraffic } from './traffic.ts';

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
    ...dataPathNotes(subject),
    ...undrained(subject),
    ...futileProbes(subject),
    ...containers.flatMap((container) => [
      ...hiddenSignals(rule, container, subject),
      ...slowRestart(container, subject),
      ...shortDrain(subject, container, streams),
    ]),
  ];
}

/** Without a probe or a Service, a rollout cannot tell a good version from a broken one. */
function unobserved(subject: Subject): readonly Finding[] {
  const { kind, template, services, policy } = subject;
  if (policy.readinessProbe.action === 'off' || services.length > 0) return [];
  const probes = runningContainers(template.spec).flatMap((one) => [one.readinessProbe, one.startupProbe]);
  if (probes.some(isProbe)) return [];
  if (podTraffic(subject) === 'no') return [unobservedWorker(kind.containers)];
  const message =
    'no container has a readinessProbe and no known Service selects these pods: a rollout continues even when the new version does not work. Write a readinessProbe if it answers requests';
  return [report(rule, 'note', { path: kind.containers, message })];
}

function unobservedWorker(path: string): Finding {
  const message =
    'no container has a readinessProbe: a rollout goes on as soon as the new containers run, even if they fail a moment later. Set minReadySeconds, or write a readinessProbe of a command that tells whether they work';
  return report(rule, 'note', { path, message });
}

function undrained(subject: Subject): readonly Finding[] {
  const message = disruptionProblem(subject);
  return message === undefined ? [] : [report(rule, 'note', { path: subject.kind.replicas?.path ?? 'spec', message })];
}

/** The readinessProbe has a rule of its own. */
function futileProbes({ kind, template }: Subject): readonly Finding[] {
  const { spec } = template;
  return [
    ...spec.containers.flatMap((container) => futileIn(container, template, kind.containerPath(container.name))),
    ...nativeSidecars(spec).flatMap((container) =>
      futileIn(container, template, `${kind.template}.spec.initContainers[${container.name}]`),
    ),
  ];
}

function futileIn(container: Container, template: PodTemplate, path: string): readonly Finding[] {
  if (container.startupProbe === undefined && container.livenessProbe === undefined) return [];
  const startup = futileProbe(container, 'startupProbe', { rule, path, template });
  const liveness = futileProbe(container, 'livenessProbe', { rule, path, template });
  return [startup, liveness].filter((found) => found !== undefined);
}

/** The preStop hook also runs when a probe restarts a container. */
function slowRestart(container: Container, { kind, template }: Subject): readonly Finding[] {
  const { name, livenessProbe: liveness } = container;
  if (liveness === undefined || liveness === null) return [];
  const sleep = preStopTime(container).atLeast;
  if (sleep === 0) return [];
  const at = kind.containerPath(name);
  if (futileProbe(container, 'livenessProbe', { rule, path: at, template }) !== undefined) return [];
  const path = `${at}.livenessProbe`;
  const cut = liveness.terminationGracePeriodSeconds;
  if (typeof cut === 'number' && cut < sleep + minimumShutdownSeconds) {
    const message = `the livenessProbe of container ${name} gives it ${cut} s to end, which a preStop sleep of ${sleep} s uses up: a restart leaves it ${minimumShutdownSeconds} s after SIGTERM. Raise its terminationGracePeriodSeconds above ${sleep + minimumShutdownSeconds}`;
    return [report(rule, 'note', { path, message })];
  }
  const detection = (liveness.periodSeconds ?? 10) * (liveness.failureThreshold ?? 3);
  if (sleep <= detection) return [];
  const message = `the livenessProbe of container ${name} finds a hung process after ${detection} s, but a preStop sleep of ${sleep} s delays its restart. Accept that, or shorten the sleep`;
  return [report(rule, 'note', { path, message })];
}

/** A classic sidecar that ends before the application cuts off its traffic; a native one ends last. */
function meshLeavesFirst({ kind, template, namespace, oldestNode }: Subject): readonly Finding[] {
  const mesh = meshOf(template, namespace, oldestNode);
  const sleep = longestSleepSeconds(template);
  const serves = mesh?.serves?.seconds ?? mesh?.drainSeconds ?? sleep;
  if (mesh === undefined || mesh.native || serves >= sleep) return [];
  const by = mesh.serves === undefined ? '' : ` (${mesh.serves.setBy})`;
  const gone = serves === 0 ? 'stops at SIGTERM' : `is gone ${serves} s after SIGTERM`;
  const message = `the ${mesh.name} sidecar ${gone}, but the application goes on for ${sleep} s: its connections break in between. Use a native sidecar, or let it drain ${sleep} s or longer${by}`;
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
