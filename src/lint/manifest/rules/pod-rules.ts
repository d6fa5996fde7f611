// What the API server refuses in the spec of pods where several of its parts do not go together.
// Source: kubernetes/kubernetes pkg/apis/core/validation/validation.go, 1.37.

import { defaultGraceSeconds } from '../../../workload/api-defaults.ts';
import { isObject, type Json, type JsonObject, objectAt, objectsAt } from '../../../workload/json.ts';
import type { Visit } from '../decode.ts';
import { dottedPath, type Keys, type ManifestError, shortened } from '../mistake.ts';
import { doubled } from './doubled.ts';

/** `claimed`: the names of the volumes that the controller adds to the pods. */
export function podErrors(visit: Visit, claimed: ReadonlySet<Json>): readonly ManifestError[] {
  if (visit.type !== 'PodSpec') return [];
  const { value, keys } = visit;
  return [
    ...forbidden(value, keys),
    ...containerNames(value, keys),
    ...volumes(value, keys),
    ...claims(value, keys),
    ...containersIn(value, keys).flatMap((container) => [...sleeps(container, visit), ...stopSignal(container, visit)]),
    ...mountedVolumes(value, keys, claimed),
    ...hostPorts(value, keys),
  ];
}

interface ContainerAt {
  readonly container: JsonObject;
  readonly keys: Keys;
  readonly name: string;
}

function containersIn(pod: JsonObject, keys: Keys): readonly ContainerAt[] {
  return ['initContainers', 'containers'].flatMap((list) =>
    objectsAt(pod, list).map((container, i) => {
      return { container, keys: [...keys, list, i], name: `container ${shortened(`${container.name || i + 1}`)}` };
    }),
  );
}

function forbidden(pod: JsonObject, keys: Keys): readonly ManifestError[] {
  const refuse = (field: string, why: string) =>
    pod[field] === undefined ? [] : [{ keys: [...keys, field], message: `${dottedPath([...keys, field])} ${why}` }];
  return [
    ...refuse('activeDeadlineSeconds', 'is not allowed: pods that are replaced have no end. It belongs in a Job'),
    ...(objectsAt(pod, 'ephemeralContainers').length > 0
      ? refuse('ephemeralContainers', 'is not allowed in a template: they are added to running pods by kubectl debug')
      : []),
    ...(pod.shareProcessNamespace === true && pod.hostPID === true
      ? refuse('shareProcessNamespace', 'is not allowed beside hostPID: remove one of the two')
      : []),
  ];
}

/** Containers and init containers share their names. */
function containerNames(pod: JsonObject, keys: Keys): readonly ManifestError[] {
  const seen = new Set<unknown>();
  return containersIn(pod, keys).flatMap(({ container: { name }, keys: at }) => {
    if (name === undefined || name === '') return [];
    const isNew = !seen.has(name);
    seen.add(name);
    const message = `two containers are named ${name}: names must be unique`;
    return isNew ? [] : [{ keys: [...at, 'name'], message }];
  });
}

function volumes(pod: JsonObject, keys: Keys): readonly ManifestError[] {
  const list = objectsAt(pod, 'volumes');
  const at = [...keys, 'volumes'];
  const names = list.map(({ name }) => name || undefined);
  return [
    ...doubled(at, 'name', names, (name) => `two volumes are named ${name}: names must be unique`),
    ...list.flatMap((volume, i) => {
      const sources = Object.keys(volume).filter((key) => key !== 'name');
      if (sources.length < 2) return [];
      const message = `volume ${volume.name ?? i + 1} has ${sources.length} sources (${sources.join(', ')}), but the API server allows one`;
      return [{ keys: [...at, i], message }];
    }),
  ];
}

function claims(pod: JsonObject, keys: Keys): readonly ManifestError[] {
  const list = objectsAt(pod, 'resourceClaims');
  const at = [...keys, 'resourceClaims'];
  const names = list.map(({ name }) => name || undefined);
  return [
    ...doubled(at, 'name', names, (name) => `two resourceClaims are named ${name}: names must be unique`),
    ...list.flatMap(({ name, resourceClaimName, resourceClaimTemplateName }, i) => {
      if ((resourceClaimName === undefined) !== (resourceClaimTemplateName === undefined)) return [];
      const message = `resourceClaim ${name ?? i + 1} must have either resourceClaimName or resourceClaimTemplateName`;
      return [{ keys: [...at, i], message, missing: ['resourceClaimName', 'resourceClaimTemplateName'] }];
    }),
  ];
}

/** `follows`: a grace period that is not read leaves this open. */
function sleeps({ container, keys, name }: ContainerAt, { value: pod, keys: at }: Visit): readonly ManifestError[] {
  if (keys.at(-2) === 'initContainers' && container.restartPolicy !== 'Always') return [];
  const grace = Number(pod.terminationGracePeriodSeconds ?? defaultGraceSeconds);
  const lifecycle = objectAt(container, 'lifecycle');
  return ['preStop', 'postStart'].flatMap((hook) => {
    const sleep = objectAt(lifecycle, hook).sleep;
    if (!isObject(sleep)) return [];
    const seconds = Number(sleep.seconds ?? 0);
    if (seconds >= 0 && seconds <= grace) return [];
    const path = [...keys, 'lifecycle', hook, 'sleep'];
    const what = seconds < 0 ? 'is negative' : `is longer than the grace period of ${grace} s`;
    const message = `the ${hook} sleep of ${seconds} s of ${name} ${what}: write a shorter one, or raise terminationGracePeriodSeconds`;
    return [{ keys: path, message, follows: [[...at, 'terminationGracePeriodSeconds'], path] }];
  });
}

function stopSignal({ container, keys }: ContainerAt, { value: pod, keys: at }: Visit): readonly ManifestError[] {
  if (objectAt(container, 'lifecycle').stopSignal === undefined || pod.os !== undefined) return [];
  const path = [...keys, 'lifecycle', 'stopSignal'];
  const message = `${dottedPath(path)} requires ${dottedPath([...at, 'os', 'name'])}: write the operating system as well`;
  return [{ keys: path, message, follows: [[...at, 'os']] }];
}

function mountedVolumes(pod: JsonObject, keys: Keys, claimed: ReadonlySet<Json>): readonly ManifestError[] {
  const names = new Set([...objectsAt(pod, 'volumes').map((volume) => volume.name), ...claimed]);
  return containersIn(pod, keys).flatMap(({ container, keys: at, name }) =>
    objectsAt(container, 'volumeMounts').flatMap((mount, i): ManifestError[] => {
      if (mount.name === undefined || mount.name === '' || names.has(mount.name)) return [];
      const message = `${name} mounts volume ${shortened(`${mount.name}`)}, but no volume of the pod has that name`;
      const path = [...at, 'volumeMounts', i, 'name'];
      return [{ keys: path, message, follows: [[...keys, 'volumes']], missing: ['volumes'] }];
    }),
  );
}

/** Init containers run one by one: each has its ports for itself. */
function hostPorts(pod: JsonObject, keys: Keys): readonly ManifestError[] {
  const regular = new Set<string>();
  return containersIn(pod, keys).flatMap(({ container, keys: at, name }) => {
    const isInit = at.at(-2) === 'initContainers';
    const taken = isInit ? new Set<string>() : regular;
    return objectsAt(container, 'ports').flatMap((port, i): ManifestError[] => {
      const { hostPort = 0, containerPort, protocol, hostIP = '' } = port;
      if (hostPort === 0) return [];
      const path = [...at, 'ports', i, 'hostPort'];
      const id = `${protocol || 'TCP'}/${hostIP}/${hostPort}`;
      const message = `two ports of these pods have hostPort ${hostPort}: a node has each only once`;
      const isTaken = taken.has(id);
      taken.add(id);
      if (isTaken) return [{ keys: path, message }];
      const differs = containerPort !== undefined && hostPort !== containerPort;
      if (isInit || pod.hostNetwork !== true || !differs) return [];
      const unequal = `hostPort ${hostPort} of ${name} must be its containerPort ${containerPort}, because hostNetwork is true`;
      return [{ keys: path, message: unequal, follows: [[...at, 'ports', i]] }];
    });
  });
}
