// The fields that the API knows at the places near ours, and which of them lead to another such place.
// Compared with the classes of @kubernetes/client-node by a test.

const names = [
  'deployment',
  'spec',
  'strategy',
  'rollingUpdate',
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
export type PlaceName = (typeof names)[number];

export interface Place {
  readonly fields: readonly string[];
  /** Fields whose value is another place; `[]` stands for the items of a list. */
  readonly below?: Readonly<Record<string, PlaceName>>;
}

const words = (text: string): readonly string[] => text.trim().split(/\s+/);

const probes = { readinessProbe: 'probe', livenessProbe: 'probe', startupProbe: 'probe' } as const;
const actions = { httpGet: 'httpGet', tcpSocket: 'tcpSocket', exec: 'exec' } as const;

export const places = {
  deployment: {
    fields: words('apiVersion kind metadata spec status'),
    below: { spec: 'spec' },
  },
  spec: {
    fields: words(
      'minReadySeconds paused progressDeadlineSeconds replicas revisionHistoryLimit selector strategy template',
    ),
    below: { strategy: 'strategy', template: 'template' },
  },
  strategy: {
    fields: words('rollingUpdate type'),
    below: { rollingUpdate: 'rollingUpdate' },
  },
  rollingUpdate: { fields: words('maxSurge maxUnavailable') },
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
} as const satisfies Readonly<Record<PlaceName, Place>>;

/** Where our fields and their neighbours belong, wherever else they stand. A path is the only place there is. */
export const homes: Readonly<Record<string, string>> = {
  replicas: 'spec',
  strategy: 'spec',
  minReadySeconds: 'spec',
  progressDeadlineSeconds: 'spec',
  rollingUpdate: 'spec.strategy',
  maxSurge: 'spec.strategy.rollingUpdate',
  maxUnavailable: 'spec.strategy.rollingUpdate',
  template: 'spec',
  containers: 'spec.template.spec',
  initContainers: 'spec.template.spec',
  terminationGracePeriodSeconds: 'spec.template.spec',
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
