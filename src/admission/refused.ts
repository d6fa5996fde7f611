// What the API server refuses by itself, after it has asked us: names that are none, names that two share, annotations beyond
// their limit. Left to it at the door, nothing of that kind gets into paths, records, memories and messages.
// Source: kubernetes/kubernetes pkg/apis/core/validation/validation.go, apimachinery pkg/api/validation/objectmeta.go.

import { printable } from '../policy/mistake.ts';
import { isContainerName, isNamespaceName, isObjectName, isPortName, longestObjectName } from '../policy/names.ts';
import type { Container, ContainerPort, Deployment, ObjectMeta } from '../workload/deployment.ts';
import type { AdmissionRequest } from './review.ts';

// Names and values of one object's annotations together.
const annotationBytesLimit = 256 * 1024;

/** A sentence, or undefined when there is nothing that we know of. */
export function refusedName({ namespace, name }: Pick<AdmissionRequest, 'namespace' | 'name'>): string | undefined {
  if (namespace !== '' && !isNamespaceName(namespace)) return refused(`the namespace ${quoted(namespace)}`);
  if (name !== '' && !isObjectName(name)) return refused(`the name ${quoted(name)}`);
  return undefined;
}

/** The same, for an object with containers that have names. */
export function refusedPart({ metadata, spec: { template } }: Deployment): string | undefined {
  const { containers, initContainers = [] } = template.spec;
  return (
    refusedMetadata(metadata) ??
    refusedAnnotations(metadata, 'annotations') ??
    refusedAnnotations(template.metadata, 'annotations of the pods') ??
    refusedContainers(containers, initContainers)
  );
}

function refusedMetadata({ name, generateName }: ObjectMeta): string | undefined {
  if (name !== undefined && name !== '' && !isObjectName(name)) return refused(`the name ${quoted(name)}`);
  const tooLong = generateName !== undefined && generateName.length > longestObjectName;
  return tooLong ? refused(`the generateName ${quoted(generateName)}`) : undefined;
}

function refusedAnnotations(metadata: ObjectMeta | undefined, what: string): string | undefined {
  const annotations = metadata?.annotations;
  let bytes = 0;
  // A character has a byte at least.
  for (const name in annotations) bytes += name.length + (annotations[name]?.length ?? 0);
  if (bytes <= annotationBytesLimit) return undefined;
  return refused(`${what} of ${bytes} bytes, more than ${annotationBytesLimit}`);
}

/** An init container may not have the name of another container either. */
function refusedContainers(regular: readonly Container[], init: readonly Container[]): string | undefined {
  const seen = new Set<string>();
  for (const containers of [init, regular]) {
    for (const { name, ports } of containers) {
      if (!isContainerName(name)) return refused(`the container name ${quoted(name)}`);
      if (seen.has(name)) return refused(`two containers named ${name}`);
      seen.add(name);
      const port = ports === undefined ? undefined : refusedPorts(ports, name);
      if (port !== undefined) return port;
    }
  }
  return undefined;
}

function refusedPorts(ports: readonly ContainerPort[], container: string): string | undefined {
  const seen = new Set<string>();
  for (const { name } of ports) {
    if (name === undefined || name === '') continue;
    if (!isPortName(name)) return refused(`the port name ${quoted(name)} of container ${container}`);
    if (seen.has(name)) return refused(`two ports named ${name} in container ${container}`);
    seen.add(name);
  }
  return undefined;
}

function refused(what: string): string {
  return `the API server does not take ${what}`;
}

function quoted(name: string): string {
  return `"${printable(name)}"`;
}
