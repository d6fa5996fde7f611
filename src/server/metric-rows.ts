// The metrics by name: one table for the registry, docs/webhook.md and the chart's alerts.

import { decisionKinds } from '../admission/decision.ts';

/** What became of a call: a decision, or none. */
export const decisionLabels = [...decisionKinds, 'bad_request', 'error', 'overloaded', 'not_ready'] as const;
export type DecisionLabel = (typeof decisionLabels)[number];

/** Name, labels and meaning of every metric of ours, as docs/webhook.md lists them. Names and labels are a promise to dashboards. */
export const metricRows = {
  requests: {
    name: 'hitless_requests_total',
    labelNames: ['mode', 'decision'],
    help: `AdmissionReviews answered, by mode (enforce, audit) and decision (${decisionLabels.join(', ')}).`,
  },
  duration: {
    name: 'hitless_request_duration_seconds',
    labelNames: ['mode'],
    help: 'Time from the last byte of a request to its answer.',
  },
  findings: {
    name: 'hitless_findings_total',
    labelNames: ['rule', 'kind', 'severity'],
    help: 'Findings in AdmissionReviews, by rule, kind (edit, report) and severity (error, warning, note).',
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
    help: 'Connections closed to make room for new ones, because too many were open: idle ones, and such as had not sent a request.',
  },
  logLinesDropped: {
    name: 'hitless_log_lines_dropped_total',
    labelNames: [],
    help: 'Log lines given up because standard output took no more: nobody reads it, or the disk is full. Calls are answered all the same.',
  },
  certificateNotAfter: {
    name: 'hitless_certificate_not_after_timestamp_seconds',
    labelNames: [],
    help: 'When the certificate in use expires, in seconds since 1970.',
  },
  certificateReloads: {
    name: 'hitless_certificate_reloads_total',
    labelNames: ['result'],
    help: 'Changes of the key pair in use, by result (loaded, kept: the new one cannot serve and the old one stays).',
  },
  accessReloads: {
    name: 'hitless_access_reloads_total',
    labelNames: ['file', 'result'],
    help: 'Changes of the files that say who may call, by file (client_ca, metrics_token) and result (loaded, kept: the new one cannot be used and the old one stays).',
  },
  authorityNotAfter: {
    name: 'hitless_certificate_authority_not_after_timestamp_seconds',
    labelNames: [],
    help: 'When the authority that hitless made expires, in seconds since 1970; 0 when the certificate is not its own.',
  },
  certificateSteps: {
    name: 'hitless_certificate_steps_total',
    labelNames: ['step'],
    help: 'Writes of this process to the Secret of its own certificates, by step (begin, renew, introduce, switch, retire, restore).',
  },
  certificateFailures: {
    name: 'hitless_certificate_failures_total',
    labelNames: [],
    help: 'Looks at the Secret and the caBundles that failed: API server away, a right missing, a Secret that is not ours. Serving goes on.',
  },
  bundleWrites: {
    name: 'hitless_ca_bundle_writes_total',
    labelNames: [],
    help: 'caBundles that this process wrote into the webhook configuration: new authorities, and what somebody else had reset.',
  },
  clusterObjects: {
    name: 'hitless_cluster_objects',
    labelNames: ['kind'],
    help: 'Objects in use, from the cluster or the objects folder, by kind.',
  },
  clusterObjectReloads: {
    name: 'hitless_cluster_object_reloads_total',
    labelNames: ['result'],
    help: 'Readings of the objects folder, by result (loaded, mistakes: some documents were left as they were).',
  },
  clusterInvalidObjects: {
    name: 'hitless_cluster_invalid_objects',
    labelNames: [],
    help: 'Objects of the cluster that cannot be read (their last good versions stay), are too large, or are too many in their namespace (they are not used); or mistakes in the documents of the objects folder.',
  },
  clusterStateAge: {
    name: 'hitless_cluster_state_age_seconds',
    labelNames: ['kind'],
    help: 'How long what is known of the cluster may have been out of date, by kind of object: 0 while its watch is open.',
  },
  namespaceLookups: {
    name: 'hitless_namespace_lookups_total',
    labelNames: ['result'],
    help: 'Namespaces asked for during a request because no watch had told of them yet, by result (found, absent, failed).',
  },
  buildInfo: {
    name: 'hitless_build_info',
    labelNames: ['version', 'node'],
    help: 'Always 1; the version is in the labels.',
  },
} as const;
