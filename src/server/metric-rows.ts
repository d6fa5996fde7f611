// The metrics by name: one table for the registry, docs/webhook.md and the chart's alerts.

import { decisionKinds } from '../admission/decision.ts';

/** What became of a call: a decision, or none. */
export const decisionLabels = [...decisionKinds, 'bad_request', 'error', 'overloaded', 'not_ready'] as const;
export type DecisionLabel = (typeof decisionLabels)[number];

/** Which entry of the webhook configuration called, or audit where the installation is capped. */
export type EntryMode = 'enforce' | 'audit';

/** Name, labels and meaning of every hitless metric, as docs/webhook.md lists them. Names and labels are a promise to dashboards. */
export const metricRows = {
  requests: {
    name: 'hitless_requests_total',
    labelNames: ['mode', 'decision', 'kind'],
    help: `AdmissionReviews answered, by mode (enforce, audit), decision (${decisionLabels.join(', ')}) and kind of workload (such as StatefulSet; absent for other objects and for calls without a decision).`,
  },
  duration: {
    name: 'hitless_request_duration_seconds',
    labelNames: ['mode'],
    help: 'Time from the last byte of a request to its answer.',
  },
  findings: {
    name: 'hitless_findings_total',
    labelNames: ['rule', 'type', 'severity', 'kind'],
    help: 'Findings in AdmissionReviews, by rule, type (edit, report), severity (error, warning, note) and kind of workload (such as StatefulSet).',
  },
  strategiesTakenBack: {
    name: 'hitless_strategies_taken_back_total',
    labelNames: [],
    help: 'Times that a maxUnavailable of hitless went back to the default of the API, because the rollout before had hung with it.',
  },
  corrections: {
    name: 'hitless_corrections_total',
    labelNames: ['frequency'],
    help: 'Writes that lacked fields of hitless and got them back, by frequency (rare; repeated: from the tenth of one object by one client, or the 2,000th by one user, in ten minutes on).',
  },
  inFlight: { name: 'hitless_requests_in_flight', labelNames: [], help: 'AdmissionReviews being answered now.' },
  tlsFailures: {
    name: 'hitless_tls_handshake_failures_total',
    labelNames: [],
    help: 'TLS handshakes that failed: callers that do not trust the certificate, and port scans.',
  },
  connectionsClosed: {
    name: 'hitless_connections_closed_total',
    labelNames: [],
    help: 'Connections closed to make room for new ones because too many were open: idle ones, and ones that had not sent a request.',
  },
  logLinesDropped: {
    name: 'hitless_log_lines_dropped_total',
    labelNames: [],
    help: 'Log lines dropped because standard output was blocked: it is not being read, or the disk is full. Calls are still answered.',
  },
  certificateNotAfter: {
    name: 'hitless_certificate_not_after_timestamp_seconds',
    labelNames: [],
    help: 'When the certificate in use expires, in seconds since 1970.',
  },
  certificateReloads: {
    name: 'hitless_certificate_reloads_total',
    labelNames: ['result'],
    help: 'Reloads of the key pair, by result (loaded; kept: the new one cannot be used and the old one stays in use).',
  },
  accessReloads: {
    name: 'hitless_access_reloads_total',
    labelNames: ['file', 'result'],
    help: 'Reloads of the access files, by file (client_ca, metrics_token) and result (loaded; kept: the new contents cannot be used and the old ones stay in use).',
  },
  authorityNotAfter: {
    name: 'hitless_certificate_authority_not_after_timestamp_seconds',
    labelNames: [],
    help: 'When the authority that hitless created expires, in seconds since 1970; 0 when hitless does not issue the certificate.',
  },
  certificateSteps: {
    name: 'hitless_certificate_steps_total',
    labelNames: ['step'],
    help: 'Writes by this process to the Secret of its own certificates, by step (begin, renew, introduce, switch, retire, restore).',
  },
  certificateFailures: {
    name: 'hitless_certificate_failures_total',
    labelNames: [],
    help: 'Failed checks of the Secret or the caBundles (API server unreachable, missing permission, Secret not managed by hitless). Serving continues.',
  },
  bundleWrites: {
    name: 'hitless_ca_bundle_writes_total',
    labelNames: [],
    help: 'caBundles that this process wrote to the webhook configuration: new authorities, and repairs after something else reset one.',
  },
  webhookConfiguration: {
    name: 'hitless_webhook_configuration_present',
    labelNames: [],
    help: 'Whether the webhook configuration exists and has both entries of hitless: 0 means that API servers do not call it. Absent where it may not be read.',
  },
  clusterObjects: {
    name: 'hitless_cluster_objects',
    labelNames: ['kind'],
    help: 'Objects in use, from the cluster or the objects folder, by kind.',
  },
  clusterObjectReloads: {
    name: 'hitless_cluster_object_reloads_total',
    labelNames: ['result'],
    help: 'Reloads of the objects folder, by result (loaded; mistakes: some documents stayed as they were).',
  },
  clusterInvalidObjects: {
    name: 'hitless_cluster_invalid_objects',
    labelNames: [],
    help: 'Objects in the cluster that cannot be read (their last valid versions stay in use), are too large, or are too many in their namespace (these are not used); or mistakes in the documents of the objects folder.',
  },
  mistakenOptIns: {
    name: 'hitless_mistaken_opt_ins',
    labelNames: [],
    help: 'Namespaces whose labels or annotations ask for hitless in a way that opts them into nothing, such as a misspelt mode: the log names them.',
  },
  missedWorkloads: {
    name: 'hitless_missed_workloads',
    labelNames: ['namespace'],
    help: 'Workloads whose pod template was written without the webhook although their namespace is in mode enforce, at the last scan, by namespace; only namespaces with any.',
  },
  scanCompleted: {
    name: 'hitless_scan_completed_timestamp_seconds',
    labelNames: [],
    help: 'When the last scan had looked at the whole cluster, in seconds since 1970. Absent before the first one.',
  },
  scanFailedReports: {
    name: 'hitless_scan_failed_reports',
    labelNames: [],
    help: 'Namespaces whose report the last scan could not write.',
  },
  clusterStateAge: {
    name: 'hitless_cluster_state_age_seconds',
    labelNames: ['kind'],
    help: 'How long the known state of the cluster may have been out of date, by kind of object: 0 while its watch is open.',
  },
  namespaceLookups: {
    name: 'hitless_namespace_lookups_total',
    labelNames: ['result'],
    help: 'Namespaces looked up during a request because no watch had reported them yet, by result (found, absent, failed).',
  },
  buildInfo: {
    name: 'hitless_build_info',
    labelNames: ['version', 'node'],
    help: 'Always 1; the version is in the labels.',
  },
} as const;
