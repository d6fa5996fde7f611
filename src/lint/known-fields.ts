// The API's fields at the places near ours, and which of them lead to another such place.
// A test compares them with the classes of @kubernetes/client-node.

import type { WorkloadKind } from '../workload/kinds/kind.ts';
import { lastKey, parentPath } from '../workload/path.ts';

const names = [
  'template',
  'podSpec',
  'container',
  'probe',
  'lifecycle',
  'hook',
  'httpGet',
  'tcpSocket',
  'grpc',
  'exec',
  'sleep',
] as const;
/** A place in every pod template. */
export type SchemaNodeName = (typeof names)[number];

export interface SchemaNode {
  readonly fields: readonly string[];
  /** Fields whose value is another place; `[]` stands for the items of a list. */
  readonly below?: Readonly<Record<string, string>>;
}

const words = (text: string): readonly string[] => text.trim().split(/\s+/);

const probes = { readinessProbe: 'probe', livenessProbe: 'probe', startupProbe: 'probe' } as const;
const actions = { httpGet: 'httpGet', tcpSocket: 'tcpSocket', exec: 'exec' } as const;

const schemaNodes = {
  template: { fields: words('metadata spec'), below: { spec: 'podSpec' } },
  podSpec: {
    fields: words(`
      activeDeadlineSeconds affinity automountServiceAccountToken containers dnsConfig dnsPolicy enableServiceLinks
      ephemeralContainers hostAliases hostIPC hostNetwork hostPID hostUsers hostname hostnameOverride imagePullSecrets
      initContainers nodeName nodeSelector os overhead preemptionPolicy priority priorityClassName readinessGates
      resourceClaims resources restartPolicy runtimeClassName schedulerName schedulingGates schedulingGroup
      securityContext serviceAccount serviceAccountName setHostnameAsFQDN shareProcessNamespace subdomain
      terminationGracePeriodSeconds tolerations topologySpreadConstraints volumes`),
    below: { 'containers[]': 'container', 'initContainers[]': 'container' },
  },
  container: {
    fields: words(`
      args command env envFrom image imagePullPolicy lifecycle livenessProbe name ports readinessProbe resizePolicy
      resources restartPolicy restartPolicyRules securityContext startupProbe stdin stdinOnce terminationMessagePath
      terminationMessagePolicy tty volumeDevices volumeMounts workingDir`),
    below: { ...probes, lifecycle: 'lifecycle' },
  },
  probe: {
    fields: words(`
      exec failureThreshold grpc httpGet initialDelaySeconds periodSeconds successThreshold tcpSocket
      terminationGracePeriodSeconds timeoutSeconds`),
    below: { ...actions, grpc: 'grpc' },
  },
  lifecycle: {
    fields: words('postStart preStop stopSignal'),
    below: { postStart: 'hook', preStop: 'hook' },
  },
  hook: {
    fields: words('exec httpGet sleep tcpSocket'),
    below: { ...actions, sleep: 'sleep' },
  },
  httpGet: { fields: words('host httpHeaders path port scheme') },
  tcpSocket: { fields: words('host port') },
  grpc: { fields: words('port service') },
  exec: { fields: words('command') },
  sleep: { fields: words('seconds') },
} as const satisfies Readonly<Record<SchemaNodeName, SchemaNode>>;

/** The places of a whole object: by name in the pod template, by path outside it; the top is ''. */
export type Places = Readonly<Record<string, SchemaNode>>;

export function placesOf({ template, known }: WorkloadKind): Places {
  const paths = Object.keys(known.fields);
  const belowOf = (path: string) => [
    ...paths.filter((one) => one !== '' && parentOf(one) === path).map((one) => [lastKey(one), one]),
    ...(parentOf(template) === path ? [[lastKey(template), 'template']] : []),
  ];
  const own = Object.entries(known.fields).map(([path, fields]) => {
    return [path, { fields, below: Object.fromEntries(belowOf(path)) }] as const;
  });
  return { ...schemaNodes, ...Object.fromEntries(own) };
}

function parentOf(path: string): string {
  return path.includes('.') ? parentPath(path) : '';
}

/** The place where our fields and their neighbours belong. A path is the only possible place. */
export function homesOf({ template, known }: WorkloadKind): Readonly<Record<string, string>> {
  const podSpec = `${template}.spec`;
  return {
    ...known.homes,
    [lastKey(template)]: parentOf(template),
    containers: podSpec,
    initContainers: podSpec,
    terminationGracePeriodSeconds: podSpec,
    ...inContainers,
  };
}

const inContainers: Readonly<Record<string, string>> = {
  readinessProbe: 'a container',
  livenessProbe: 'a container',
  startupProbe: 'a container',
  lifecycle: 'a container',
  preStop: 'lifecycle of a container',
  postStart: 'lifecycle of a container',
  sleep: 'lifecycle.preStop of a container',
  httpGet: 'a probe or a hook of a container',
  tcpSocket: 'a probe of a container',
  grpc: 'a probe of a container',
  exec: 'a probe or a hook of a container',
  initialDelaySeconds: 'a probe of a container',
  periodSeconds: 'a probe of a container',
  timeoutSeconds: 'a probe of a container',
  successThreshold: 'a probe of a container',
  failureThreshold: 'a probe of a container',
};
