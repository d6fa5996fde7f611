// Promise: a new pod gets traffic only once it answers. Field: readinessProbe of every regular container. Silent when off.
// A wrong probe keeps a healthy pod out of service permanently, so it is taken only from what the author already wrote: the
// liveness probe, or a declared port that a Service targets (of 636 public Deployments, such a port was right in 204 of 204
// cases; undeclared ones were not). No path is guessed, and an exec probe is never written: it forks for every run.

import { handlersOf, probeDefaults, probeHandlers, probeNumbers } from '../workload/api-defaults.ts';
import type { Json } from '../workload/json.ts';
import type { Service } from '../workload/kubernetes.ts';
import { nativeSidecars, runningContainers } from '../workload/native-sidecars.ts';
import type { Container } from '../workload/workload.ts';
import { futileProbe, isFilledByInjection } from './author-probes.ts';
import { probeAwaitsService } from './awaits-service.ts';
import { exclusiveData, unprobed } from './exclusive-data.ts';
import { type Change, edit, type Finding, fine, notWritten, report } from './finding.ts';
import { type ServedPort, servedPorts } from './ports.ts';
import { declares, electsLeader, type ProbeSource, portOf, probeSource, reasonNotToCopy } from './probe-sources.ts';
import type { Rule, Subject } from './rule.ts';
import { gapFinding, namedGap, sidecarByName, undeclaredTarget, withoutReadiness } from './service-ports.ts';

const rule = 'readiness-probe';

interface Look extends Subject {
  /** Those of the Services that keep traffic away from pods that are not ready. */
  readonly heeding: readonly Service[];
  /** The port of a container that one of them targets. */
  readonly served: (container: Container) => ServedPort | undefined;
  /** What a new pod must wait for until the old one ends. */
  readonly data: string | undefined;
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
  if (given.policy.readinessProbe.action === 'off') return [];
  const { containers } = given.template.spec;
  const sidecars = nativeSidecars(given.template.spec);
  const heeding = given.services.filter(({ publishNotReadyAddresses }) => publishNotReadyAddresses !== true);
  const subject: Look = {
    ...given,
    heeding,
    served: servedPorts(heeding, runningContainers(given.template.spec)),
    data: exclusiveData(given),
  };
  const gap = undeclaredTarget(subject, heeding, (container) => source(subject, container) !== undefined);
  const told = new Set<string>();
  // A mistake in a Service is reported once, not for every container.
  const isNews = ({ kind, message }: Finding) =>
    kind !== 'report' || (!told.has(message) && told.add(message) !== undefined);
  const findings = containers.map((container) => forContainer(subject, container, gap)).filter(isNews);
  return [
    ...findings,
    ...forSidecars(subject, sidecars),
    ...forServices(subject, gap).filter(isNews),
    ...policyMissed(subject, sidecars),
  ];
}

function forContainer(subject: Look, container: Container, gap: Gap): Finding {
  const { name } = container;
  const at = subject.kind.containerPath(name);
  const path = `${at}.readinessProbe`;
  const own = handlersOf(probeHandlers, container.readinessProbe);
  if (own.length > 0)
    return (
      futileProbe(container, 'readinessProbe', { rule, path: at, template: subject.template }) ??
      fine(rule, path, `container ${name} has its own readinessProbe (${own.join(', ')})`)
    );
  const from = source(subject, container);
  const { data } = subject;
  if (from !== undefined && data !== undefined)
    return report(rule, 'note', { path, message: unprobed(container, subject, data) });
  if (from !== undefined) return probeEdit(subject, container, from);
  const startup = startupHandlers(container);
  if (startup.length > 0)
    return fine(rule, path, `container ${name} is ready only once its startupProbe (${startup.join(', ')}) has passed`);
  return unknown(subject, container, { path, gap });
}

type Gap = ReturnType<typeof undeclaredTarget>;

/** The kubelet keeps a container unready until its startupProbe has passed: a rollout needs no more, unless the policy asks for it. */
function source(subject: Look, container: Container): ProbeSource | undefined {
  const isGuarded = subject.policy.readinessProbe.handler === 'auto' && startupHandlers(container).length > 0;
  if (isGuarded || isFilledByInjection(container)) return undefined;
  return probeSource(subject, container, subject.served);
}

function startupHandlers({ startupProbe }: Container) {
  return handlersOf(probeHandlers, startupProbe);
}

function probeEdit(subject: Look, container: Container, from: ProbeSource): Finding {
  const { name } = container;
  const { action, periodSeconds } = subject.policy.readinessProbe;
  const path = `${subject.kind.containerPath(name)}.readinessProbe`;
  const [kind] = handlersOf(probeHandlers, from.handler);
  const timing = numbers(subject, container, from);
  const period = timing.find(({ field }) => field === 'periodSeconds')?.value ?? periodSeconds;
  const often = period === periodSeconds ? '' : ` every ${period} s`;
  const probe = `add a readinessProbe, ${kind} on port ${portOf(from.handler)}${often}, ${from.why}`;
  return edit(rule, action, {
    path,
    container: name,
    summary: `readinessProbe ${kind} on port ${portOf(from.handler)}`,
    message: messageOf(subject, container, probe),
    changes: [
      { path: `${path}.${kind}`, value: from.handler[kind as 'httpGet'] as Json },
      ...written(subject, path, timing),
    ],
  });
}

/** Only a container that a Service sends to gets traffic; whatever else is in the pod delays that traffic. */
function messageOf({ served }: Look, container: Container, probe: string): string {
  const { name } = container;
  if (startupHandlers(container).length > 0)
    return `container ${name} stays ready once its startupProbe has passed, whatever happens then: ${probe}`;
  return served(container) === undefined
    ? `container ${name} counts as ready as soon as it runs: ${probe}`
    : `container ${name} gets traffic before it can answer: ${probe}`;
}

type Timing = readonly { readonly field: keyof typeof probeDefaults; readonly value: number }[];

/** The author's numbers, else the policy's, or those of the source where they are slower. */
function numbers({ kind, policy, written: isWritten }: Subject, container: Container, { least }: ProbeSource): Timing {
  const path = `${kind.containerPath(container.name)}.readinessProbe`;
  return probeNumbers.map((field) => {
    const own = isWritten(`${path}.${field}`) ? container.readinessProbe?.[field] : undefined;
    const slower = field === 'periodSeconds' || field === 'timeoutSeconds' ? (least?.[field] ?? 0) : 0;
    return { field, value: own ?? Math.max(policy.readinessProbe[field], slower) };
  });
}

/** The API's defaults are not written. */
function written({ written: isWritten }: Subject, path: string, timing: Timing): readonly Change[] {
  return timing
    .filter(({ field, value }) => value !== probeDefaults[field] && !isWritten(`${path}.${field}`))
    .map(({ field, value }) => ({ path: `${path}.${field}`, value }));
}

function unknown(subject: Look, container: Container, { path, gap }: { path: string; gap: Gap }): Finding {
  const { name } = container;
  if (subject.policy.readinessProbe.handler !== 'auto')
    return notWritten(rule, path, `the policy's probe is not for container ${name}`);
  if (isFilledByInjection(container)) return fine(rule, path, `container ${name} is filled in by Istio's injection`);
  const uncopied = `container ${name}: ${reasonNotToCopy(subject, container)}, and`;
  if (subject.services.length === 0)
    return {
      ...notWritten(rule, path, `${uncopied} no known Service selects these pods`),
      ...probeAwaitsService(subject, container),
    };
  if (subject.heeding.length === 0)
    return notWritten(
      rule,
      path,
      `${uncopied} every Service that selects these pods sends to them before they are ready`,
    );
  if (electsLeader(container))
    return notWritten(rule, path, `${uncopied} it elects a leader: its port may be open in the leader alone`);
  if (gap === undefined) return notWritten(rule, path, `${uncopied} no Service sends requests to a TCP port of its`);
  return gapFinding(subject, container, { rule, path, gap });
}

/** Native sidecars are left alone; a probe of theirs that never passes keeps the whole pod unready. */
function forSidecars({ kind, template }: Look, sidecars: readonly Container[]): readonly Finding[] {
  return sidecars.flatMap((sidecar) => {
    const path = `${kind.template}.spec.initContainers[${sidecar.name}]`;
    return futileProbe(sidecar, 'readinessProbe', { rule, path, template }) ?? [];
  });
}

function forServices(subject: Look, gap: Gap): readonly Finding[] {
  const at = { rule, path: subject.kind.containers };
  const found = [namedGap(gap, at), sidecarByName(subject, at), withoutReadiness(subject, at)];
  return found.filter((one) => one !== undefined);
}

function policyMissed({ policy, template, kind }: Look, sidecars: readonly Container[]): readonly Finding[] {
  const { handler } = policy.readinessProbe;
  const isDeclared = (container: Container) => handler !== 'auto' && declares(container, handler);
  if (handler === 'auto' || template.spec.containers.some(isDeclared)) return [];
  const path = kind.containers;
  const sidecar = sidecars.find(isDeclared);
  if (sidecar !== undefined)
    return [
      notWritten(rule, path, `the policy's probe is for the native sidecar ${sidecar.name}, which is left alone`),
    ];
  const message = `the policy's probe is for port ${portOf(handler)}, which no container declares as a TCP port. Declare it under ports, or correct the policy`;
  return [report(rule, 'note', { path, message })];
}
