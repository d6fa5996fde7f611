// Fields that the API server requires, where it has no default: an empty one counts as absent.

import type { Json } from '../../../workload/json.ts';
import type { Visit } from '../decode.ts';
import type { ManifestError } from '../mistake.ts';

const required: Readonly<Record<string, readonly string[]>> = {
  PodTemplateSpec: ['spec'],
  PodSpec: ['containers'],
  PodOS: ['name'],
  Container: ['name', 'image'],
  ContainerPort: ['containerPort'],
  HTTPGetAction: ['port'],
  HTTPHeader: ['name'],
  TCPSocketAction: ['port'],
  GRPCAction: ['port'],
  ExecAction: ['command'],
  LabelSelectorRequirement: ['key', 'operator'],
  EnvVar: ['name'],
  Volume: ['name'],
  VolumeMount: ['name', 'mountPath'],
  PersistentVolumeClaimVolumeSource: ['claimName'],
  HostPathVolumeSource: ['path'],
  NFSVolumeSource: ['server', 'path'],
  ConfigMapVolumeSource: ['name'],
  SecretVolumeSource: ['secretName'],
  PersistentVolumeClaim: ['spec'],
  PersistentVolumeClaimTemplate: ['spec'],
  PersistentVolumeClaimSpec: ['accessModes'],
  PodAffinityTerm: ['topologyKey'],
  WeightedPodAffinityTerm: ['weight', 'podAffinityTerm'],
  PodResourceClaim: ['name'],
};

export function missingFields({ type, keys, title, value }: Visit): readonly ManifestError[] {
  return (required[type] ?? [])
    .filter((field) => isEmpty(value[field]))
    .map((field) => {
      const written = value[field] !== undefined;
      const message = written
        ? `${title} has an empty ${field}: the API server requires a value`
        : `${title} has no ${field}: the API server requires it`;
      return { keys: written ? [...keys, field] : keys, message, missing: [field] };
    });
}

function isEmpty(value: Json | undefined): boolean {
  return value === undefined || value === '' || value === 0 || (Array.isArray(value) && value.length === 0);
}
