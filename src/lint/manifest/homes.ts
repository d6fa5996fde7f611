// Where a field belongs that was written in another object: below it, around it, beside it, or in the only place that has it.

import { type JsonObject, own } from '../../workload/json.ts';
import type { WorkloadKind } from '../../workload/kinds/kind.ts';
import { lastKey, parentPath } from '../../workload/path.ts';
import { dottedPath, type Spot } from './mistake.ts';
import { objectIn, type Schema } from './schema.ts';
import { containerAround } from './titles.ts';

export interface Misplaced {
  readonly spot: Spot;
  /** The object where the field was written. */
  readonly value: JsonObject;
  readonly schema: Schema;
  readonly kind: WorkloadKind;
}

/** Fields of the spec of pods, wherever they were written; some have a namesake elsewhere that is seldom meant. */
const ofPods: readonly string[] = [
  ...['containers', 'initContainers', 'terminationGracePeriodSeconds'],
  ...['hostNetwork', 'volumes', 'affinity', 'nodeSelector'],
];

/** Where to move a field, one step away: `readinessProbe`, `spec.template.spec`, `container web`. */
export function nearHome(field: string, { spot, value, schema, kind }: Misplaced): string | undefined {
  if (ofPods.includes(field)) return `${kind.template}.spec`;
  const below = fieldsWith(field, spot.type, schema);
  const present = below.filter((name) => own(value, name) !== undefined);
  return list(present.length > 0 ? present : below, spot, schema) ?? around(field, spot.parent, schema);
}

/** The same, anywhere: `a probe of a container`. */
export function farHome(field: string, misplaced: Misplaced): string | undefined {
  const { spot } = misplaced;
  return beside(field, spot.parent, misplaced) ?? fixedHome(field, misplaced) ?? onlyHome(field, misplaced);
}

/** Types whose fields are looked for far away: those that hitless reads. */
const common: readonly string[] = [
  ...[
    'StatefulSet',
    'StatefulSetSpec',
    'StatefulSetUpdateStrategy',
    'RollingUpdateStatefulSetStrategy',
    'StatefulSetOrdinals',
  ],
  ...['StatefulSetPersistentVolumeClaimRetentionPolicy', 'DaemonSet', 'DaemonSetSpec', 'DaemonSetUpdateStrategy'],
  ...['RollingUpdateDaemonSet'],
  ...['Deployment', 'DeploymentSpec', 'DeploymentStrategy', 'RollingUpdateDeployment', 'LabelSelector', 'ObjectMeta'],
  ...['PodTemplateSpec', 'PodSpec', 'Affinity', 'PodAntiAffinity', 'Volume', 'PersistentVolumeClaimVolumeSource'],
  ...['Container', 'ContainerPort', 'ResourceRequirements', 'VolumeMount', 'EnvVar', 'Probe', 'Lifecycle'],
  ...['LifecycleHandler', 'HTTPGetAction', 'TCPSocketAction', 'GRPCAction', 'ExecAction', 'SleepAction'],
];

function isCommon(type: string | undefined, kind: WorkloadKind): boolean {
  return type !== undefined && (common.includes(type) || Object.hasOwn(kind.schema.types ?? {}, type));
}

/** The fields of a type whose objects have `field`. */
function fieldsWith(field: string, type: string, { types }: Schema): readonly string[] {
  return [...(types.get(type) ?? [])].flatMap(([name, one]) => {
    const inside = objectIn(one);
    return inside !== undefined && types.get(inside)?.has(field) === true ? [name] : [];
  });
}

// A longer list helps nobody: the field has a common name, and what was meant is unknown.
const mostHomes = 4;

function list(names: readonly string[], spot: Spot, { types }: Schema): string | undefined {
  const wanted = names.filter((name) => name !== 'ephemeralContainers');
  if (wanted.length === 0 || wanted.length > mostHomes) return undefined;
  const inContainer = containerAround(spot) !== undefined;
  const texts = wanted.map((name) => {
    if (/[cC]ontainers$/.test(name)) return 'a container';
    const text = inContainer ? name : dottedPath([...spot.keys, name]);
    return types.get(spot.type)?.get(name)?.kind === 'list' ? `an item of ${text}` : text;
  });
  const all = [...new Set(texts)];
  return all.length === 1 ? all[0] : `${all.slice(0, -1).join(', ')} or ${all.at(-1)}`;
}

function around(field: string, spot: Spot | undefined, schema: Schema): string | undefined {
  if (spot === undefined) return undefined;
  if (schema.types.get(spot.type)?.has(field) === true) return spot.title;
  return around(field, spot.parent, schema);
}

/** A neighbour of one of the objects around. */
function beside(field: string, spot: Spot | undefined, misplaced: Misplaced): string | undefined {
  if (spot === undefined) return undefined;
  const { schema, kind } = misplaced;
  const typeAt = (name: string) => schema.types.get(spot.type)?.get(name);
  const [only, ...more] = fieldsWith(field, spot.type, schema).filter((name) => isCommon(objectIn(typeAt(name)), kind));
  if (only === undefined || more.length > 0) return beside(field, spot.parent, misplaced);
  if (typeAt(only)?.kind === 'list') return list([only], spot, schema);
  return containerAround(spot) === undefined ? dottedPath([...spot.keys, only]) : `${only} of ${spot.title}`;
}

const probeNumbers = [
  ...['initialDelaySeconds', 'periodSeconds', 'timeoutSeconds'],
  ...['successThreshold', 'failureThreshold'],
];

const inContainers: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    ['readinessProbe', 'livenessProbe', 'startupProbe', 'lifecycle', 'ports', 'image', 'env'].map((name) => [name, '']),
  ),
  preStop: 'lifecycle',
  postStart: 'lifecycle',
  sleep: 'lifecycle.preStop',
  httpGet: 'a probe or a hook',
  exec: 'a probe or a hook',
  ...Object.fromEntries(['tcpSocket', 'grpc', ...probeNumbers].map((name) => [name, 'a probe'])),
};

/** Fields of the pod template that several types have, or that are easily taken for those of another object. */
function fixedHome(field: string, { spot, kind }: Misplaced): string | undefined {
  if (['labels', 'annotations', 'generateName'].includes(field)) return 'metadata';
  if (field === lastKey(kind.template)) return parentPath(kind.template);
  const inside = Object.hasOwn(inContainers, field) ? inContainers[field] : undefined;
  if (inside === undefined) return undefined;
  const container = containerAround(spot)?.title ?? 'a container';
  return inside === '' ? container : `${inside} of ${container}`;
}

/** The path of the only type that has the field. */
function onlyHome(field: string, { schema, kind }: Misplaced): string | undefined {
  const homes = [...schema.types].filter(([name, fields]) => fields.has(field) && isCommon(name, kind));
  const [[home] = [], ...more] = homes;
  return home === undefined || more.length > 0 ? undefined : wayTo(home, schema);
}

/** The shortest path from the whole object to a type: `spec.template.spec.affinity`, `ports of a container`. */
function wayTo(home: string, { root, types }: Schema): string | undefined {
  const ways = new Map<string, readonly string[]>([[root, []]]);
  for (const [type, way] of ways) {
    if (type === home) return wayText(way);
    for (const [name, one] of types.get(type) ?? []) {
      const next = objectIn(one);
      if (next !== undefined && !ways.has(next)) ways.set(next, [...way, one.kind === 'list' ? `${name}[]` : name]);
    }
  }
  return undefined;
}

function wayText(way: readonly string[]): string | undefined {
  const container = way.lastIndexOf('containers[]');
  if (container === -1) return way.length === 0 ? undefined : way.join('.');
  const [first = '', ...more] = way.slice(container + 1);
  const inside = first.endsWith('Probe') ? [...more, 'a probe'] : [[first, ...more].join('.')];
  return [...inside, 'a container'].filter(Boolean).join(' of ');
}
