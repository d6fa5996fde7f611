// The settings of `hitless serve`, in one table: flag, environment variable, default, meaning.

import { address, anyText, hostNames, names, oneOf, secretName, wholeNumber, yesOrNo } from './values.ts';

export interface Setting<T> {
  /** As a command-line parser wants it: `--objects <dir>`. */
  readonly flag: string;
  readonly variable: string;
  /** The default as somebody would write it; absent: none. */
  readonly default?: string;
  /** Not wanted together with these other rows. */
  readonly conflictsWith?: readonly string[];
  /** Useless without these other rows. */
  readonly requires?: readonly string[];
  /** Useless without one of these other rows. */
  readonly requiresOne?: readonly string[];
  /** Wanted unless this other row is given. */
  readonly requiredUnless?: string;
  readonly description: string;
  /** What a value must look like, for the message about one that does not. */
  readonly allowed: string;
  /** undefined refuses the text. */
  readonly parse: (text: string) => T | undefined;
}

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
      'the same from the API server, which is watched: the one of KUBECONFIG, else of the pod, else of the default kubeconfig; excludes --objects',
    ...yesOrNo(),
  },
  listen: {
    flag: '--listen <address:port>',
    variable: 'HITLESS_LISTEN',
    default: ':8443',
    description: 'where the webhook listens (HTTPS)',
    ...address(),
  },
  sharePort: {
    flag: '--share-port',
    variable: 'HITLESS_SHARE_PORT',
    default: 'false',
    description:
      'lets other processes that say so too listen there: the kernel hands out connections among them (Linux)',
    ...yesOrNo(),
  },
  tlsCert: {
    flag: '--tls-cert <file>',
    variable: 'HITLESS_TLS_CERT',
    requiredUnless: 'tlsSecret',
    description: 'certificate chain in PEM, leaf first; read again when it changes; required without --tls-secret',
    ...anyText('a PEM file; `npx node certs/make-pair.ts DIR` makes a pair for development'),
  },
  tlsKey: {
    flag: '--tls-key <file>',
    variable: 'HITLESS_TLS_KEY',
    requiredUnless: 'tlsSecret',
    description: 'private key in PEM; read again when it changes; required without --tls-secret',
    ...anyText('a PEM file; `npx node certs/make-pair.ts DIR` makes a pair for development'),
  },
  tlsSecret: {
    flag: '--tls-secret <namespace/name>',
    variable: 'HITLESS_TLS_SECRET',
    conflictsWith: ['tlsCert', 'tlsKey'],
    requires: ['tlsNames', 'webhookConfiguration'],
    description:
      'instead of the two files: the Secret in which hitless keeps an authority and a certificate that it makes and renews itself',
    ...secretName(),
  },
  tlsCa: {
    flag: '--tls-ca <file>',
    variable: 'HITLESS_TLS_CA',
    conflictsWith: ['tlsSecret'],
    requires: ['tlsCert', 'webhookConfiguration'],
    description:
      'with --tls-cert: the authorities in PEM by which API servers know that certificate; kept in the caBundles of --webhook-configuration, read again when it changes',
    ...anyText('a PEM file'),
  },
  tlsNames: {
    flag: '--tls-names <names>',
    variable: 'HITLESS_TLS_NAMES',
    requires: ['tlsSecret'],
    description: 'with --tls-secret: what that certificate is valid for, such as hitless.hitless-system.svc',
    ...hostNames(),
  },
  webhookConfiguration: {
    flag: '--webhook-configuration <name>',
    variable: 'HITLESS_WEBHOOK_CONFIGURATION',
    requiresOne: ['tlsSecret', 'tlsCa'],
    description: 'with --tls-secret or --tls-ca: the MutatingWebhookConfiguration whose caBundles are kept right',
    ...anyText('the name of a MutatingWebhookConfiguration'),
  },
  tlsCaPropagationSeconds: {
    flag: '--tls-ca-propagation-seconds <n>',
    variable: 'HITLESS_TLS_CA_PROPAGATION_SECONDS',
    // API servers hear of a change in well under a second; one that is cut off from etcd for minutes is out of service anyway.
    default: '600',
    description:
      'with --webhook-configuration: how long a new authority stands in the caBundles before a certificate of it is served, and a former one after that',
    ...wholeNumber(1, 86_400),
  },
  tlsClientCa: {
    flag: '--tls-client-ca <file>',
    variable: 'HITLESS_TLS_CLIENT_CA',
    description:
      'authorities in PEM, one of which must have signed the client certificate of whoever calls the two webhook paths; others get 401; read again when it changes',
    ...anyText('a PEM file'),
  },
  tlsClientNames: {
    flag: '--tls-client-names <names>',
    variable: 'HITLESS_TLS_CLIENT_NAMES',
    requires: ['tlsClientCa'],
    description:
      'with --tls-client-ca: common names or DNS names, one of which that certificate must have; others get 403',
    ...names(),
  },
  metricsTokenFile: {
    flag: '--metrics-token-file <file>',
    variable: 'HITLESS_METRICS_TOKEN_FILE',
    description: 'a bearer token that /metrics wants; others get 401; read again when it changes',
    ...anyText('a file with one line, the token'),
  },
  metricsPlainOnly: {
    flag: '--metrics-plain-only',
    variable: 'HITLESS_METRICS_PLAIN_ONLY',
    default: 'false',
    requires: ['plainListen'],
    description: 'no /metrics where the webhook listens, only at --plain-listen',
    ...yesOrNo(),
  },
  plainListen: {
    flag: '--plain-listen <address:port>',
    variable: 'HITLESS_PLAIN_LISTEN',
    description: 'where /livez, /readyz and /metrics listen without TLS as well',
    ...address(),
  },
  mode: {
    flag: '--mode <mode>',
    variable: 'HITLESS_MODE',
    default: 'enforce',
    description: 'the most that any request may get: enforce patches, audit only says what it would patch',
    ...oneOf(modes),
  },
  drainSeconds: {
    flag: '--drain-seconds <n>',
    variable: 'HITLESS_DRAIN_SECONDS',
    // Kubernetes gives 30 s; a preStop sleep of 10 s comes out of them.
    default: '15',
    description: 'longest time between SIGTERM and the end',
    ...wholeNumber(0, 3600),
  },
  maxInFlight: {
    flag: '--max-in-flight <n>',
    variable: 'HITLESS_MAX_IN_FLIGHT',
    // Three API servers with their default of 200 writes in flight each.
    default: '600',
    description: 'requests at once; more are answered 503',
    ...wholeNumber(1, 1_000_000),
  },
  maxEventLoopDelayMs: {
    flag: '--max-event-loop-delay-ms <n>',
    variable: 'HITLESS_MAX_EVENT_LOOP_DELAY_MS',
    // A healthy process stays under 20 ms; callers wait 5 to 10 s.
    default: '250',
    description: 'mean delay of the event loop over one second; above it requests are answered 503',
    ...wholeNumber(1, 60_000),
  },
  logLevel: {
    flag: '--log-level <level>',
    variable: 'HITLESS_LOG_LEVEL',
    default: 'info',
    description: 'least important log line to write; one line per request is info',
    ...oneOf(logLevels),
  },
} as const satisfies Readonly<Record<string, Setting<unknown>>>;
