// The settings of `hitless serve`, in one table: flag, environment variable, default, meaning.

import { optionalKinds } from './optional-kinds.ts';
import type { ServeSetting } from './setting.ts';
import { address, anyText, hostNames, names, namespacedName, oneOf, someOf, wholeNumber, yesOrNo } from './values.ts';

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
  tlsCert: {
    flag: '--tls-cert <file>',
    variable: 'HITLESS_TLS_CERT',
    requiredUnless: 'tlsSecret',
    description: 'certificate chain in PEM, leaf first; reloaded when it changes; required without --tls-secret',
    ...anyText('a PEM file (`npx node certs/make-pair.ts DIR` makes a pair for development)'),
  },
  tlsKey: {
    flag: '--tls-key <file>',
    variable: 'HITLESS_TLS_KEY',
    requiredUnless: 'tlsSecret',
    description: 'private key in PEM; reloaded when it changes; required without --tls-secret',
    ...anyText('a PEM file (`npx node certs/make-pair.ts DIR` makes a pair for development)'),
  },
  tlsSecret: {
    flag: '--tls-secret <namespace/name>',
    variable: 'HITLESS_TLS_SECRET',
    conflictsWith: ['tlsCert', 'tlsKey'],
    requires: ['tlsNames', 'webhookConfiguration'],
    description:
      'instead of the two files: the Secret in which hitless keeps a CA and a certificate that it issues and renews itself',
    ...namespacedName('hitless-system/hitless-tls'),
  },
  tlsCa: {
    flag: '--tls-ca <file>',
    variable: 'HITLESS_TLS_CA',
    conflictsWith: ['tlsSecret'],
    requires: ['tlsCert', 'webhookConfiguration'],
    description:
      'with --tls-cert: the CA certificates in PEM that API servers need to verify it; kept in the caBundles of --webhook-configuration, reloaded when they change',
    ...anyText('a PEM file'),
  },
  tlsNames: {
    flag: '--tls-names <names>',
    variable: 'HITLESS_TLS_NAMES',
    requires: ['tlsSecret'],
    description: 'with --tls-secret: the names that the certificate is valid for, such as hitless.hitless-system.svc',
    ...hostNames(),
  },
  webhookConfiguration: {
    flag: '--webhook-configuration <name>',
    variable: 'HITLESS_WEBHOOK_CONFIGURATION',
    requiresOne: ['tlsSecret', 'tlsCa', 'cluster'],
    description:
      'the MutatingWebhookConfiguration that makes API servers call this webhook: it is reported when it or one of its entries disappears; with --tls-secret or --tls-ca hitless maintains its caBundles',
    ...anyText('the name of a MutatingWebhookConfiguration'),
  },
  tlsCaPropagationSeconds: {
    flag: '--tls-ca-propagation-seconds <n>',
    variable: 'HITLESS_TLS_CA_PROPAGATION_SECONDS',
    // API servers see a change in well under a second; one that is cut off from etcd for minutes is out of service anyway.
    default: '600',
    description:
      'with --webhook-configuration: how long a new CA must be in the caBundles before a certificate signed by it is served, and how long a former one stays after that',
    ...wholeNumber(1, 86_400),
  },
  tlsClientCa: {
    flag: '--tls-client-ca <file>',
    variable: 'HITLESS_TLS_CLIENT_CA',
    description:
      'CA certificates in PEM, one of which must have signed the client certificate of every caller of the two webhook paths; others get 401; reloaded when they change',
    ...anyText('a PEM file'),
  },
  tlsClientNames: {
    flag: '--tls-client-names <names>',
    variable: 'HITLESS_TLS_CLIENT_NAMES',
    requires: ['tlsClientCa'],
    description:
      'with --tls-client-ca: common names or DNS names, one of which the client certificate must have; others get 403',
    ...names(),
  },
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
