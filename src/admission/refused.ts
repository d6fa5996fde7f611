// What the API server refuses by itself, after it has called us: invalid names, duplicate names, annotations beyond their
// limit. Such objects are skipped first, so nothing of that kind gets into paths, records, caches and messages.
// Source: kubernetes/kubernetes pkg/apis/core/validation/validation.go, apimachinery pkg/api/validation/objectmeta.go.

import { printable } from '../policy/validation/field-error.ts';
import {
  isContainerName,
  isNamespaceName,
  isObjectName,
  isPortName,
  longestObjectName,
} from '../policy/validation/names.ts';
import type { Container, ContainerPort, ObjectMeta, PodTemplate, Workload } from '../workload/workload.ts';
import type { AdmissionRequest } from './review.ts';

// The total of names and values of one object's annotations.
const annotationBytesLimit = 256 * 1024;

/** The reason as a sentence, or undefined when we know of none. */
export function refusedName({ namespace, name }: Pick<AdmissionRequest, 'namespace' | 'name'>): string | undefined {
  if (namespace !== '' && !isNamespaceName(namespace)) return refused(`the namespace ${quoted(namespace)}`);
  if (name !== '' && !isObjectName(name)) return refused(`the name ${quoted(name)}`);
  return undefined;
}

/** The same, for an object with containers that have names. */
export function refusedPart({ metadata }: Workload, template: PodTemplate): string | undefined {
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
  // A character has at least one byte.
  for (const name in annotations) bytes += name.length + (annotations[name]?.length ?? 0);
  if (bytes <= annotationBytesLimit) return undefined;
  return refused(`${what} of ${bytes} bytes, more than ${annotationBytesLimit}`);
}

/** Names must also be unique between init containers and containers. */
function refusedContainers(regular: readonly Container[], init: readonly Container[]): string | undefined {
  const all = init.length === 0 ? regular : [...init, ...regular];
  const invalid = all.find(({ name }: { readonly name?: string }) => name === undefined || !isContainerName(name));
  if (invalid !== undefined) return refused(invalidName(invalid));
  const twice = all.length > 1 ? repeated(all) : undefined;
  if (twice !== undefined) return refused(`two containers named ${twice}`);
  for (const { name, ports } of all) {
    const reason = ports && refusedPorts(ports, name);
    if (reason !== undefined) return reason;
  }
  return undefined;
}

/** Those of containers are checked before; an init container without a name comes this far. */
function invalidName({ name }: { readonly name?: string }): string {
  return name === undefined ? 'an init container without a name' : `the container name ${quoted(name)}`;
}

function refusedPorts(ports: readonly ContainerPort[], container: string): string | undefined {
  const invalid = ports.find(({ name = '' }) => name !== '' && !isPortName(name))?.name;
  if (invalid !== undefined) return refused(`the port name ${quoted(invalid)} of container ${container}`);
  const twice = ports.length > 1 ? repeated(ports) : undefined;
  return twice === undefined ? undefined : refused(`two ports named ${twice} in container ${container}`);
}

function repeated(items: readonly { readonly name?: string }[]): string | undefined {
  const seen = new Set<string>();
  for (const { name = '' } of items) {
    if (seen.has(name)) return name;
    if (name !== '') seen.add(name);
  }
  return undefined;
}

function refused(what: string): string {
  return `the API server does not accept ${what}`;
}

function quoted(name: string): string {
  return `"${printable(name)}"`;
}
