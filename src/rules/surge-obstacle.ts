// Reasons why a surge pod might never start beside the old pods of its workload, as far as the manifest and its surroundings tell.

import { isObject, type Json, type JsonObject } from '../workload/json.ts';
import type { WorkloadKind } from '../workload/kinds/kind.ts';
import type { LabelSelector } from '../workload/kubernetes.ts';
import { runningContainers } from '../workload/native-sidecars.ts';
import { matches } from '../workload/selector.ts';
import type { PodSpec, PodTemplate } from '../workload/workload.ts';
import type { Surroundings } from './surroundings.ts';
import { limitedVolume } from './volumes.ts';

export interface SurgeObstacle {
  /** `container web binds hostPort 80, which only one pod of a node can have`. */
  readonly what: string;
  /** The same for callers who must not learn about other objects; absent if `what` names none. */
  readonly discreet?: string;
  /** When a rollout hangs that keeps all old pods: `hangs where every node has one of these pods`; absent where it goes on all the same. */
  readonly hangs?: string;
  /** How much it weighs that a strategy waits for such a pod: a note where it depends on more than is known. */
  readonly severity: 'error' | 'note';
  /** The accepted ways out. */
  readonly cures: string;
}

export function surgeObstacle({ kind, template, surroundings }: Surging): SurgeObstacle | undefined {
  const { spec } = template;
  if (kind.perNode === true) return onEachNode(spec, template);
  return (
    limitedClaim(kind, spec, surroundings) ??
    hostPort(spec) ??
    hostNetwork(spec) ??
    antiAffinity(template) ??
    device(spec)
  );
}

interface Surging {
  readonly kind: Pick<WorkloadKind, 'perNode' | 'strategy'>;
  readonly template: PodTemplate;
  readonly surroundings: Surroundings;
}

/** A surge pod of a kind with one pod a node always shares its node with the old one, and its claims. */
function onEachNode(spec: PodSpec, template: PodTemplate): SurgeObstacle | undefined {
  const port = hostPort(spec);
  if (port !== undefined) return { ...port, severity: 'error', hangs: 'hangs on every node' };
  const shared = hostNetwork(spec) ?? antiAffinity(template) ?? device(spec);
  return shared && { ...shared, hangs: 'may hang on every node', cures: oneFirst };
}

function limitedClaim(kind: Surging['kind'], spec: PodSpec, surroundings: Surroundings): SurgeObstacle | undefined {
  const limit = limitedVolume(spec, surroundings);
  if (limit === undefined) return undefined;
  const { sharing, what, discreet } = limit;
  const cures = `${oldFirst(kind)}, or a ReadWriteMany claim`;
  if (sharing === 'pod')
    return { what, discreet, cures, severity: 'error', hangs: 'hangs on a ReadWriteOncePod claim' };
  if (sharing === 'unknown') return { what, cures, severity: 'note', hangs: 'may hang on a claim' };
  const on = what.includes(' claim ') ? 'a ReadWriteOnce claim' : 'a disk';
  return { what, discreet, cures, severity: 'error', hangs: `can hang on ${on}` };
}

// Nodes that are free of these pods are not known.
const onEveryNode = 'hangs where every node that fits has one of these pods';
/** How an old pod ends before a new one starts, where all its pods share something that only one can have. */
export const oneFirst = 'maxSurge 0 with maxUnavailable 1';

/** The same for a workload with one pod: a type that ends all pods first is the plain way, where the kind has one. */
export function oldFirst({ strategy }: Pick<WorkloadKind, 'strategy'>): string {
  return strategy?.type === undefined ? oneFirst : 'type Recreate';
}

function hostPort(spec: PodSpec): SurgeObstacle | undefined {
  const found = (what: string): SurgeObstacle => {
    return {
      what: `${what}, which only one pod of a node can have`,
      hangs: onEveryNode,
      severity: 'note',
      cures: oneFirst,
    };
  };
  for (const { name, ports } of runningContainers(spec)) {
    for (const { hostPort: bound, containerPort } of ports ?? []) {
      if (bound !== undefined && bound > 0) return found(`container ${name} binds hostPort ${bound}`);
      // Since 1.28 the API server no longer defaults hostPort in a template: under hostNetwork every port is a host port.
      if (spec.hostNetwork === true) return found(`container ${name} binds port ${containerPort} of the host network`);
    }
  }
  return undefined;
}

function hostNetwork({ hostNetwork: isShared }: PodSpec): SurgeObstacle | undefined {
  if (isShared !== true) return undefined;
  const what = "the pods use their node's network, where a second one cannot bind the same ports";
  return {
    what,
    hangs: 'may hang where every node that fits has one of these pods',
    severity: 'note',
    cures: oneFirst,
  };
}

function antiAffinity({ metadata, spec }: PodTemplate): SurgeObstacle | undefined {
  const affinity = spec.affinity?.podAntiAffinity;
  const required = isObject(affinity) ? affinity.requiredDuringSchedulingIgnoredDuringExecution : undefined;
  const terms = Array.isArray(required) ? required.filter(isObject) : [];
  const term = terms.find((item) => repels(item, metadata?.labels ?? {}));
  if (term === undefined) return undefined;
  const by = typeof term.topologyKey === 'string' ? ` by ${term.topologyKey}` : '';
  const what = `required pod anti-affinity${by} keeps these pods apart`;
  const cures = `preferred anti-affinity, matchLabelKeys with pod-template-hash, or ${oneFirst}`;
  return { what, hangs: 'hangs where no place is free of these pods', severity: 'note', cures };
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

function device(spec: PodSpec): SurgeObstacle | undefined {
  const found = (what: string): SurgeObstacle => {
    return { what, hangs: 'hangs where no device is free', severity: 'note', cures: oneFirst };
  };
  if ((spec.resourceClaims ?? []).length > 0) return found('the pods claim devices');
  for (const { name, resources } of [...spec.containers, ...(spec.initContainers ?? [])]) {
    const asked = Object.entries({ ...resources?.limits, ...resources?.requests });
    const extended = asked.find(([resource, amount]) => isExtended(resource) && String(amount) !== '0');
    if (extended !== undefined) return found(`container ${name} asks for ${extended[0]}, of which nodes have few`);
  }
  return undefined;
}

/** True for a device: a name with a domain other than Kubernetes' own. */
function isExtended(resource: string): boolean {
  return resource.includes('/') && !resource.startsWith('kubernetes.io/');
}
