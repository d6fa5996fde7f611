// The settings of `hitless serve`, in one table: flag, environment variable, default, meaning.

import { optionalKinds } from './optional-kinds.ts';
import type { ServeSetting } from './setting.ts';
import { tlsSettings } from './tls-settings.ts';
import { address, anyText, namespacedName, oneOf, someOf, wholeNumber, yesOrNo } from './values.ts';

const modes = ['enforce', 'audit'] as const;
const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;

export const settingTable = {
  objects: {
    flag: '--objects <dir>',
    variable: 'HITLESS_OBJECTS',
    description: 'folder of YAML documents: Namespace, Service, RolloutPolicy, ClusterRolloutPolicy, Node',
    ...anyText('a folder'),
  },
  cluster: {
    flag: '--cluster',
    variable: 'HITLESS_CLUSTER',
    default: 'false',
    conflictsWith: ['objects'],
    description:
      'watch the same objects on the API server instead: the one in KUBECONFIG, else that of the pod, else the one in the default kubeconfig; cannot be combined with --objects',
    ...yesOrNo(),
  },
  ignoreKinds: {
    flag: '--ignore-kinds <kinds>',
    variable: 'HITLESS_IGNORE_KINDS',
    description: `with --cluster: kinds that are not watched, separated by commas, of ${optionalKinds.join(', ')}; what rules would read in them is unknown`,
    ...someOf(optionalKinds),
  },
  policyStatusLease: {
    flag: '--policy-status-lease <namespace/name>',
    variable: 'HITLESS_POLICY_STATUS_LEASE',
    requires: ['cluster'],
    description:
      'with --cluster: write the status of the policies, what they select and whether they have an effect; the process that holds this Lease writes, and its namespace is taken for that of the release',
    ...namespacedName('hitless-system/hitless-policy-status'),
  },
  scanRecord: {
    flag: '--scan-record <namespace/name>',
    variable: 'HITLESS_SCAN_RECORD',
    requires: ['cluster'],
    description:
      'with --cluster: the ConfigMap in which `hitless scan --record` leaves what the webhook missed; it becomes metrics',
    ...namespacedName('hitless-system/hitless-scan'),
  },
  listen: {
    flag: '--listen <address:port>',
    variable: 'HITLESS_LISTEN',
    default: ':8443',
    description: 'address the webhook listens on (HTTPS)',
    ...address(),
  },
  sharePort: {
    flag: '--share-port',
    variable: 'HITLESS_SHARE_PORT',
    default: 'false',
    description:
      'let other processes that also set this listen on the same port: the kernel distributes connections among them (Linux)',
    ...yesOrNo(),
  },
  ...tlsSettings,
  metricsTokenFile: {
    flag: '--metrics-token-file <file>',
    variable: 'HITLESS_METRICS_TOKEN_FILE',
    description:
      'file with the bearer token that /metrics requires; requests without it get 401; reloaded when it changes',
    ...anyText('a file with one line, the token'),
  },
  metricsPlainOnly: {
    flag: '--metrics-plain-only',
    variable: 'HITLESS_METRICS_PLAIN_ONLY',
    default: 'false',
    requires: ['plainListen'],
    description: 'serve /metrics only at --plain-listen, not where the webhook listens',
    ...yesOrNo(),
  },
  plainListen: {
    flag: '--plain-listen <address:port>',
    variable: 'HITLESS_PLAIN_LISTEN',
    description: 'address where /livez, /readyz and /metrics are also served without TLS',
    ...address(),
  },
  mode: {
    flag: '--mode <mode>',
    variable: 'HITLESS_MODE',
    default: 'enforce',
    description: 'upper limit for every request: enforce patches, audit only reports what it would patch',
    ...oneOf(modes),
  },
  drainSeconds: {
    flag: '--drain-seconds <n>',
    variable: 'HITLESS_DRAIN_SECONDS',
    // Kubernetes gives 30 s; a preStop sleep of 10 s comes out of them.
    default: '15',
    description: 'longest time between SIGTERM and exit',
    ...wholeNumber(0, 3600),
  },
  maxInFlight: {
    flag: '--max-in-flight <n>',
    variable: 'HITLESS_MAX_IN_FLIGHT',
    // Three API servers with their default of 200 writes in flight each.
    default: '600',
    description: 'maximum number of concurrent requests; further ones are answered with 503',
    ...wholeNumber(1, 1_000_000),
  },
  maxEventLoopDelayMs: {
    flag: '--max-event-loop-delay-ms <n>',
    variable: 'HITLESS_MAX_EVENT_LOOP_DELAY_MS',
    // A healthy process stays under 20 ms; callers wait 5 to 10 s.
    default: '250',
    description: 'maximum mean delay of the event loop over one second; above it requests are answered with 503',
    ...wholeNumber(1, 60_000),
  },
  warmUpCalls: {
    flag: '--warm-up-calls <n>',
    variable: 'HITLESS_WARM_UP_CALLS',
    // After some 1,000 calls the optimising compiler has been over most of what a call runs through; they take about a second.
    default: '1000',
    description: 'number of calls that the process makes to itself before it is ready, for at most 2 s; 0: none',
    ...wholeNumber(0, 100_000),
  },
  logLevel: {
    flag: '--log-level <level>',
    variable: 'HITLESS_LOG_LEVEL',
    default: 'info',
    description: 'lowest level of log lines to write; the line for each request is info',
    ...oneOf(logLevels),
  },
} as const satisfies Readonly<Record<string, ServeSetting<unknown>>>;
