// The handler that makes a container sleep before SIGTERM, and why there may be none.

import { looksBare, onWindows } from '../workload/image.ts';
import type { Json } from '../workload/json.ts';
import type { Version } from '../workload/kubernetes.ts';
import type { Container } from '../workload/workload.ts';
import type { Subject } from './rule.ts';

// preStop.sleep is on by default since 1.30; before that the API server refuses the whole object.
const nativeSince: Version = { major: 1, minor: 30 };

/** `reason`: why no handler is safe, as a sentence. */
export type SleepMechanism =
  | { readonly handler: 'sleep' | 'exec'; readonly reason?: undefined }
  | { readonly reason: string };

export function mechanism(subject: Subject, container: Container): SleepMechanism {
  const { policy, oldestNode, template } = subject;
  const wanted = policy.preStopSleep.mechanism;
  // Windows has no command that sleeps; its kubelet does.
  if (wanted === 'exec' && !onWindows(template.spec))
    return looksBare(container) ? { reason: bareImage(container) } : { handler: 'exec' };
  if (isPruned(subject)) return { reason: pruned(subject, container) };
  const isNew = wanted === 'native' || oldestNode === undefined || isAtLeast(oldestNode, nativeSince);
  return isNew ? { handler: 'sleep' } : { reason: tooOld(subject, container) };
}

export function handlerValue(handler: 'sleep' | 'exec', seconds: number): Json {
  return handler === 'sleep' ? { seconds } : { command: ['sleep', String(seconds)] };
}

function isAtLeast(version: Version, floor: Version): boolean {
  return version.major > floor.major || (version.major === floor.major && version.minor >= floor.minor);
}

function tooOld({ oldestNode: node, template }: Subject, { name }: Container): string {
  const instead = onWindows(template.spec)
    ? 'Upgrade them'
    : 'Where every image has a sleep command, set preStopSleep.mechanism: exec';
  return `container ${name} has no preStop hook, and nodes of version ${node?.major}.${node?.minor} do not support preStop.sleep (1.30 does). ${instead}`;
}

function bareImage({ name, image }: Container): string {
  return `container ${name} has no preStop hook, and its image ${image} may have no sleep command, so that the policy's mechanism exec would fail. Set preStopSleep.mechanism: auto`;
}

/** The API server drops from a custom resource what its definition does not know, and leaves a hook that no pod can start with. */
function isPruned({ kind, surroundings }: Subject): boolean {
  if (kind.custom !== true) return false;
  return surroundings.find('CustomResourceDefinition', '', definitionOf(kind))?.knowsSleep === false;
}

function definitionOf({ resource, group }: Subject['kind']): string {
  return `${resource}.${group}`;
}

function pruned({ kind }: Subject, { name }: Container): string {
  return `container ${name} has no preStop hook, and the installed CustomResourceDefinition ${definitionOf(kind)} does not know preStop.sleep, which the API server would drop. Install that of Argo Rollouts 1.7.0 or newer; or, where every image has a sleep command, set preStopSleep.mechanism: exec`;
}
