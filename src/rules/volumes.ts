// The volumes of a pod, by who else can use their data at the same time.

import { isObject, type JsonObject, objectAt, objectsAt } from '../workload/json.ts';
import { runningContainers } from '../workload/native-sidecars.ts';
import type { PodSpec } from '../workload/workload.ts';
import type { Surroundings } from './surroundings.ts';

/** node: pods of one node. pod: one pod. unknown: a claim whose access modes are not known. */
type Sharing = 'pod' | 'node' | 'unknown';

export interface LimitedVolume {
  readonly sharing: Sharing;
  /** `volume data is the ReadWriteOnce claim shop-data, which pods of one node can use`. */
  readonly what: string;
  /** The same without what only the claim itself says. */
  readonly discreet: string;
}

/** The volume that limits the pods most, if any does. */
export function limitedVolume({ volumes = [] }: PodSpec, surroundings: Surroundings): LimitedVolume | undefined {
  if (volumes.length === 0) return undefined;
  const found = volumes.map((volume) => limitOf(volume, surroundings)).filter((limit) => limit !== undefined);
  return sharings
    .map((sharing) => found.find((limit) => limit.sharing === sharing))
    .find((limit) => limit !== undefined);
}

const sharings: readonly Sharing[] = ['pod', 'node', 'unknown'];

export function limitOf(volume: JsonObject, { claim }: Surroundings): LimitedVolume | undefined {
  const name = `volume ${volume.name}`;
  const disk = sourceIn(volume, disks);
  if (disk !== undefined) {
    const what = `${name} is a disk (${disk}), which only pods of one node can use`;
    return { sharing: 'node', what, discreet: what };
  }
  const { persistentVolumeClaim } = volume;
  if (!isObject(persistentVolumeClaim)) return undefined;
  const { claimName } = persistentVolumeClaim;
  const modes = typeof claimName === 'string' ? (claim(claimName)?.accessModes ?? []) : [];
  if (modes.some((mode) => mode === 'ReadWriteMany' || mode === 'ReadOnlyMany')) return undefined;
  const discreet = `${name} is a PersistentVolumeClaim, which may be limited to one node or one pod`;
  if (modes.includes('ReadWriteOncePod'))
    return {
      sharing: 'pod',
      what: `${name} is the ReadWriteOncePod claim ${claimName}, which only one pod can use`,
      discreet,
    };
  if (modes.includes('ReadWriteOnce'))
    return {
      sharing: 'node',
      what: `${name} is the ReadWriteOnce claim ${claimName}, which only pods of one node can use`,
      discreet,
    };
  return { sharing: 'unknown', what: discreet, discreet };
}

// Block devices that one node at a time attaches for writing.
const disks: ReadonlySet<string> = new Set([
  ...['awsElasticBlockStore', 'azureDisk', 'cinder', 'fc', 'gcePersistentDisk', 'iscsi', 'photonPersistentDisk'],
  ...['portworxVolume', 'rbd', 'scaleIO', 'storageos', 'vsphereVolume'],
]);

/** The first source of the volume that is one of `types`. */
export function sourceIn(volume: JsonObject, types: ReadonlySet<string>): string | undefined {
  for (const key in volume) if (types.has(key) && isObject(volume[key])) return key;
  return undefined;
}

const none: readonly JsonObject[] = [];

/** The volumes that some running container may write to. */
export function writableVolumes(spec: PodSpec): readonly JsonObject[] {
  if (spec.volumes === undefined || spec.volumes.length === 0) return none;
  const mounts = runningContainers(spec).flatMap((container) => objectsAt(container, 'volumeMounts'));
  const written = new Set(mounts.filter(({ readOnly }) => readOnly !== true).map(({ name }) => name));
  return spec.volumes.filter((volume) => {
    const isReadOnly = Object.keys(volume).some((source) => objectAt(volume, source).readOnly === true);
    return written.has(volume.name) && !isReadOnly;
  });
}
