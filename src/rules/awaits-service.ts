// What is left out only because no Service selects the pods: where Deployment and Service are created from one file, the Service may
// come a moment later. A worker never gets one, and nothing tells the two apart, so the sentence must hold for both.

import type { Container } from '../workload/workload.ts';
import type { Fine } from './finding.ts';
import { isTcp } from './ports.ts';
import { electsLeader } from './probe-sources.ts';
import type { Subject } from './rule.ts';
import { isForTools } from './tool-ports.ts';

type Hint = Pick<Fine, 'awaitsService'>;

/** A Service that sends to a port of the container would bring a probe. */
export function probeAwaitsService(subject: Subject, container: Container): Hint {
  const serves = (container.ports ?? []).some((port) => isTcp(port) && !isForTools(port));
  if (!serves || electsLeader(container) || !lacksService(subject, 'readinessProbe')) return {};
  return { awaitsService: { summary: 'readinessProbe', container: container.name } };
}

/** For a container without a sleep, as one of a worker. Where ports are declared, none of them is for requests, and it is one. */
export function sleepAwaitsService(subject: Subject, { name }: Container): Hint {
  const declares = subject.template.spec.containers.some(({ ports = [] }) => ports.length > 0);
  if (declares || !lacksService(subject, 'preStopSleep')) return {};
  return { awaitsService: { summary: 'preStop sleep', container: name, onlyNew: true } };
}

function lacksService(
  { policy, services, surroundings }: Subject,
  section: 'readinessProbe' | 'preStopSleep',
): boolean {
  const { action } = policy[section];
  return (action === 'fill' || action === 'enforce') && services.length === 0 && surroundings.knows('Service');
}
