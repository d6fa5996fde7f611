// Reasons why a surge pod might never start beside the old pods of its workload. The pod template names only the claim, the port
// or the resource; whether there is room is unknown, so each of them counts.

import { isObject, type Json, type JsonObject } from '../workload/json.ts';
import type { LabelSelector } from '../workload/kubernetes.ts';
import { matches } from '../workload/selector.ts';
import type { Container, PodSpec, PodTemplate } from '../workload/workload.ts';

/** `container web binds hostPort 80`, or undefined when there is no obstacle. */
export function surgeObstacle(template: PodTemplate): string | undefined {
  const { spec } = template;
  return hostPort(spec) ?? claim(spec) ?? antiAffinity(template) ?? device(spec);
}

function allContainers({ containers, initContainers }: PodSpec): readonly Container[] {
  // Only native sidecars keep running among the init containers; an ordinary one holds no port once it has ended.
  return [...containers, ...(initContainers ?? []).filter(({ restartPolicy }) => restartPolicy === 'Always')];
}

function hostPort(spec: PodSpec): string | undefined {
  for (const { name, ports } of allContainers(spec)) {
    for (const { hostPort: bound, containerPort } of ports ?? []) {
      if (bound !== undefined && bound > 0) return `container ${name} binds hostPort ${bound}`;
      // Since 1.28 the API server no longer defaults hostPort in a template: under hostNetwork every port is a host port.
      if (spec.hostNetwork === true) return `container ${name} binds port ${containerPort} of the host network`;
    }
  }
  return undefined;
}

function claim({ volumes }: PodSpec): string | undefined {
  const volume = volumes?.find(({ persistentVolumeClaim }) => isObject(persistentVolumeClaim));
  return volume && `volume ${volume.name} is a PersistentVolumeClaim, which may be limited to one node or one pod`;
}

function antiAffinity({ metadata, spec }: PodTemplate): string | undefined {
  const affinity = spec.affinity?.podAntiAffinity;
  const required = isObject(affinity) ? affinity.requiredDuringSchedulingIgnoredDuringExecution : undefined;
  const terms = Array.isArray(required) ? required.filter(isObject) : [];
  const term = terms.find((item) => repels(item, metadata?.labels ?? {}));
  if (term === undefined) return undefined;
  const by = typeof term.topologyKey === 'string' ? ` by ${term.topologyKey}` : '';
  return `required pod anti-affinity${by} keeps these pods apart`;
}

/** True when the term keeps a new pod away from the old ones of the same workload. */
function repels(term: JsonObject, labels: Readonly<Record<string, string>>): boolean {
  // With the template hash among its keys, the term matches only pods of the new version.
  if (includes(term.matchLabelKeys, 'pod-template-hash')) return false;
  const selector = term.labelSelector;
  return isObject(selector) && (!isReadable(selector) || matches(selector as LabelSelector, labels));
}

/** The API server refuses other shapes; a manifest on disk may have them. */
function isReadable({ matchLabels = {}, matchExpressions = [] }: JsonObject): boolean {
  const isSound = (item: Json) => isObject(item) && (item.values === undefined || Array.isArray(item.values));
  return isObject(matchLabels) && Array.isArray(matchExpressions) && matchExpressions.every(isSound);
}

function includes(list: Json | undefined, item: string): boolean {
  return Array.isArray(list) && list.includes(item);
}

function device(spec: PodSpec): string | undefined {
  if ((spec.resourceClaims ?? []).length > 0) return 'the pods claim devices';
  for (const { name, resources } of [...spec.containers, ...(spec.initContainers ?? [])]) {
    const asked = Object.entries({ ...resources?.limits, ...resources?.requests });
    const extended = asked.find(([resource, amount]) => isExtended(resource) && String(amount) !== '0');
    if (extended !== undefined) return `container ${name} asks for ${extended[0]}, of which nodes have few`;
  }
  return undefined;
}

/** True for a device: a name with a domain other than Kubernetes' own. */
function isExtended(resource: string): boolean {
  return resource.includes('/') && !resource.startsWith('kubernetes.io/');
}
