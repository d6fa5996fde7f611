// What the API server allows as the value of a single field, beyond its type. A rule says what is allowed where a value is not.
// Source: kubernetes/kubernetes pkg/apis/{apps,core}/validation/validation.go, 1.37; an empty value that gets a default is right.

import { closestWord } from '../../../text/closest-word.ts';
import { describe } from '../../../workload/field-types.ts';
import { isZero } from '../../../workload/int-or-percent.ts';
import type { Json } from '../../../workload/json.ts';
import type { Visit } from '../decode.ts';
import { dottedPath, type ManifestError } from '../mistake.ts';
import { dnsLabel, dnsSubdomain, labelKeyFormat, portName } from './names.ts';

/** What is allowed, and a sentence behind what was found. */
interface Wrong {
  readonly allowed: string;
  readonly advice?: string;
}

type FieldRule = (value: Json) => Wrong | string | undefined;

const atLeast =
  (least: number): FieldRule =>
  (value) =>
    typeof value === 'number' && value < least ? `${least} or more` : undefined;

const between =
  (least: number, most: number): FieldRule =>
  (value) =>
    typeof value === 'number' && (value < least || value > most) ? `between ${least} and ${most}` : undefined;

const oneOf =
  (...allowed: readonly string[]): FieldRule =>
  (value) => {
    if (typeof value !== 'string' || allowed.includes(value)) return undefined;
    const near = closestWord(value, allowed.filter(Boolean));
    const names = allowed.map((one) => one || 'nothing');
    const list = names.length === 1 ? names[0] : `${names.slice(0, -1).join(', ')} or ${names.at(-1)}`;
    return { allowed: `${list}`, ...(near !== undefined && { advice: `. Did you mean ${near}?` }) };
  };

/** Empty where the API server fills in a default. */
const defaulted =
  (...allowed: readonly string[]): FieldRule =>
  (value) =>
    value === '' ? undefined : oneOf(...allowed)(value);

const named =
  (rule: (name: string) => string | undefined): FieldRule =>
  (value) =>
    typeof value === 'string' && value !== '' ? rule(value) : undefined;

const removeQuotes = ': remove the quotes';

const podCount: FieldRule = (value) => {
  if (typeof value !== 'string' || /^[0-9]+%$/.test(value)) return atLeast(0)(value);
  const allowed = 'a number, or a percentage such as 25%';
  return { allowed, ...(/^\d+$/.test(value) && { advice: removeQuotes }) };
};

const podShare: FieldRule = (value) =>
  podCount(value) ?? (Number.parseInt(`${value}`, 10) > 100 && `${value}`.endsWith('%') ? 'at most 100%' : undefined);

/** Of an absent or empty port: see required.ts. */
const port: FieldRule = (value) => {
  if (typeof value === 'number') return value === 0 ? undefined : between(1, 65_535)(value);
  if (typeof value !== 'string' || value === '') return undefined;
  if (/^\d+$/.test(value))
    return { allowed: 'a number, or the name of a port, which has a letter', advice: removeQuotes };
  const rule = portName(value);
  return rule && `a number, or the name of a port: ${rule}`;
};

const portNumber: FieldRule = (value) => (value === 0 ? undefined : between(1, 65_535)(value));

const operator = oneOf('In', 'NotIn', 'Exists', 'DoesNotExist');

const withoutSteps: FieldRule = (value) =>
  typeof value === 'string' && value.split('/').includes('..') ? 'a path without ..' : undefined;

const relative: FieldRule = (value) =>
  typeof value === 'string' && value.startsWith('/') ? 'a relative path' : withoutSteps(value);

const statefulSetType: FieldRule = (value) => {
  const wrong = defaulted('RollingUpdate', 'OnDelete')(value);
  if (value !== 'Recreate') return wrong;
  const advice = ': the API server takes it only with the alpha feature gate StatefulSetRecreateStrategy';
  return { allowed: 'RollingUpdate or OnDelete', advice };
};

const fieldRules: Readonly<Record<string, Readonly<Record<string, FieldRule>>>> = {
  DeploymentSpec: {
    replicas: atLeast(0),
    minReadySeconds: atLeast(0),
    progressDeadlineSeconds: atLeast(0),
    revisionHistoryLimit: atLeast(0),
  },
  DeploymentStrategy: { type: defaulted('RollingUpdate', 'Recreate') },
  RollingUpdateDeployment: { maxSurge: podCount, maxUnavailable: podShare },
  StatefulSetSpec: {
    replicas: atLeast(0),
    minReadySeconds: atLeast(0),
    podManagementPolicy: defaulted('OrderedReady', 'Parallel'),
    serviceName: named(dnsLabel),
  },
  StatefulSetUpdateStrategy: { type: statefulSetType },
  RollingUpdateStatefulSetStrategy: {
    partition: atLeast(0),
    maxUnavailable: (value) => podShare(value) ?? (isZero(value) ? '1 or more' : undefined),
  },
  StatefulSetOrdinals: { start: atLeast(0) },
  StatefulSetPersistentVolumeClaimRetentionPolicy: {
    whenDeleted: defaulted('Retain', 'Delete'),
    whenScaled: defaulted('Retain', 'Delete'),
  },
  DaemonSetSpec: { minReadySeconds: atLeast(0), revisionHistoryLimit: atLeast(0) },
  DaemonSetUpdateStrategy: { type: defaulted('RollingUpdate', 'OnDelete') },
  RollingUpdateDaemonSet: { maxSurge: podShare, maxUnavailable: podShare },
  RolloutSpec: {
    replicas: atLeast(0),
    minReadySeconds: atLeast(0),
    progressDeadlineSeconds: atLeast(0),
    revisionHistoryLimit: atLeast(0),
  },
  RolloutWorkloadRef: { scaleDown: oneOf('never', 'onsuccess', 'progressively') },
  RolloutBlueGreen: { maxUnavailable: podShare, scaleDownDelaySeconds: atLeast(0) },
  RolloutCanary: { maxSurge: podCount, maxUnavailable: podShare, scaleDownDelaySeconds: atLeast(0) },
  LabelSelectorRequirement: { operator, key: named(labelKeyFormat) },
  PodSpec: {
    // Of the three policies of pods, a template for pods that are replaced takes one.
    restartPolicy: defaulted('Always'),
    dnsPolicy: defaulted('ClusterFirst', 'ClusterFirstWithHostNet', 'Default', 'None'),
    preemptionPolicy: oneOf('PreemptLowerPriority', 'Never'),
    hostname: named(dnsLabel),
    subdomain: named(dnsLabel),
    nodeName: named(dnsSubdomain),
    serviceAccountName: named(dnsSubdomain),
    priorityClassName: named(dnsSubdomain),
  },
  PodOS: { name: defaulted('linux', 'windows') },
  Container: {
    name: named(dnsLabel),
    imagePullPolicy: defaulted('Always', 'IfNotPresent', 'Never'),
    terminationMessagePolicy: defaulted('File', 'FallbackToLogsOnError'),
    restartPolicy: oneOf('Always', 'OnFailure', 'Never'),
  },
  ContainerPort: {
    name: named(portName),
    containerPort: portNumber,
    hostPort: portNumber,
    protocol: defaulted('TCP', 'UDP', 'SCTP'),
  },
  Probe: {
    initialDelaySeconds: atLeast(0),
    periodSeconds: atLeast(0),
    timeoutSeconds: atLeast(0),
    successThreshold: atLeast(0),
    failureThreshold: atLeast(0),
    terminationGracePeriodSeconds: atLeast(1),
  },
  HTTPGetAction: { port, scheme: defaulted('HTTP', 'HTTPS') },
  HTTPHeader: { name: (value) => (/^[-A-Za-z0-9]+$/.test(`${value}`) ? undefined : 'letters, digits and hyphens') },
  TCPSocketAction: { port },
  GRPCAction: { port: portNumber },
  Volume: { name: named(dnsLabel) },
  VolumeMount: { subPath: relative, subPathExpr: relative },
  HostPathVolumeSource: {
    path: withoutSteps,
    type: defaulted('DirectoryOrCreate', 'Directory', 'FileOrCreate', 'File', 'Socket', 'CharDevice', 'BlockDevice'),
  },
  NFSVolumeSource: {
    path: (value) => (value === '' || `${value}`.startsWith('/') ? undefined : 'an absolute path'),
  },
  PersistentVolumeClaimSpec: {
    storageClassName: named(dnsSubdomain),
    volumeMode: oneOf('Filesystem', 'Block'),
  },
  PodAffinityTerm: { topologyKey: named(labelKeyFormat) },
  WeightedPodAffinityTerm: { weight: between(1, 100) },
  PodResourceClaim: {
    name: named(dnsLabel),
    resourceClaimName: (value) => dnsSubdomain(`${value}`),
    resourceClaimTemplateName: (value) => dnsSubdomain(`${value}`),
  },
};

export function fieldErrors({ type, keys, value }: Visit): readonly ManifestError[] {
  return Object.entries(fieldRules[type] ?? {}).flatMap(([field, rule]) => {
    const found = value[field];
    const wrong = found === undefined ? undefined : rule(found);
    if (found === undefined || wrong === undefined) return [];
    const { allowed, advice = '' } = typeof wrong === 'string' ? { allowed: wrong } : wrong;
    const path = [...keys, field];
    return [{ keys: path, message: `${dottedPath(path)} must be ${allowed}, found ${describe(found)}${advice}` }];
  });
}
