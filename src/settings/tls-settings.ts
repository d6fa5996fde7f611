// The settings of `hitless serve` about certificates: its own, those of its callers, and how API servers come to trust it.

import type { ServeSetting } from './setting.ts';
import { anyText, hostNames, names, namespacedName, wholeNumber } from './values.ts';

export const tlsSettings = {
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
} as const satisfies Readonly<Record<string, ServeSetting<unknown>>>;
