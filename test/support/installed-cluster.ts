// A cluster in which the chart is installed and all is well, as the answers of its API server.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { issueAuthority, issueLeaf } from '../../src/certificates/issue.ts';
import type { Answers } from './answering-api-server.ts';

// biome-ignore lint/suspicious/noExplicitAny: objects of every kind
export type Any = any;

export const home = 'hitless-system';
export const paths = {
  webhooks: '/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations',
  namespaces: '/api/v1/namespaces',
  services: '/api/v1/services',
  service: `/api/v1/namespaces/${home}/services/hitless`,
  pods: `/api/v1/namespaces/${home}/pods`,
  deployments: `/apis/apps/v1/namespaces/${home}/deployments`,
  endpoints: `/apis/discovery.k8s.io/v1/namespaces/${home}/endpointslices`,
  secret: `/api/v1/namespaces/${home}/secrets/hitless-tls`,
  podMetrics: `/api/v1/namespaces/${home}/pods/hitless-1:8080/proxy/metrics`,
  clusterPolicies: '/apis/hitless.dev/v1alpha1/clusterrolloutpolicies',
  policies: '/apis/hitless.dev/v1alpha1/rolloutpolicies',
  metrics: '/metrics',
  shop: '/apis/apps/v1/namespaces/shop/deployments',
  allDeployments: '/apis/apps/v1/deployments',
} as const;

const documents: Any[] = parseAllDocuments(
  readFileSync(join(import.meta.dirname, '../chart/by-default/expected.yaml'), 'utf8'),
).map((document) => document.toJS());

/** Of the chart, by its kind. */
export function rendered(kind: string): Any {
  return structuredClone(documents.find((one) => one.kind === kind && one.metadata.name === 'hitless'));
}

export interface Authority {
  readonly ca: string;
  readonly cert: string;
}

interface Unusual {
  readonly name?: string;
  /** From when on the certificate is valid, in days from now. */
  readonly fromDays?: number;
  readonly authorityDays?: number;
}

/** A pair that is valid for so many days from now. */
export async function certificateFor(days = 60, unusual: Unusual = {}): Promise<Authority> {
  const { name = 'hitless.hitless-system.svc', fromDays = -400, authorityDays = 1000 } = unusual;
  const inDays = (count: number) => new Date(Date.now() + count * 86_400_000);
  const authority = await issueAuthority('hitless', { notBefore: inDays(-400), notAfter: inDays(authorityDays) });
  const leaf = await issueLeaf(authority, [name], { notBefore: inDays(fromDays), notAfter: inDays(days) });
  return { ca: authority.cert, cert: leaf.cert };
}

const base64 = (text: string) => Buffer.from(text).toString('base64');

export function configuration({ ca }: Authority): Any {
  const found = rendered('MutatingWebhookConfiguration');
  for (const entry of found.webhooks) {
    entry.objectSelector = {};
    entry.clientConfig.caBundle = base64(ca);
  }
  return found;
}

export function secret({ ca, cert }: Authority): Any {
  return { metadata: { name: 'hitless-tls' }, data: { 'tls.crt': base64(cert), 'ca.crt': base64(ca) } };
}

export function namespace(name: string, mode?: string): Any {
  return { metadata: { name, ...(mode !== undefined && { labels: { 'hitless.dev/mode': mode } }) } };
}

export function pod(name: string, changes: Any = {}): Any {
  const image = 'hitless:0.1.0';
  const status = (container: string) => ({
    ...{ name: container, ready: true, restartCount: 0, image, imageID: 'sha256:1', state: { running: {} } },
    ...changes.container,
  });
  const conditions = [
    { type: 'PodScheduled', status: 'True' },
    { type: 'Ready', status: 'True' },
  ];
  return {
    metadata: { namespace: home, name },
    spec: {
      containers: [
        { name: 'webhook', image },
        { name: 'webhook-2', image: changes.image ?? image },
      ],
    },
    status: {
      phase: 'Running',
      conditions: changes.conditions ?? conditions,
      containerStatuses: [status('webhook'), { ...status('webhook-2'), ...changes.second }],
    },
  };
}

const apiMetrics = `# HELP apiserver_admission_webhook_request_total [ALPHA] calls
apiserver_admission_webhook_request_total{code="200",name="enforce.hitless.dev",operation="CREATE",rejected="false",type="admit"} 120
apiserver_admission_webhook_request_total{code="200",name="other.example.com",operation="CREATE",rejected="false",type="admit"} 5
apiserver_admission_webhook_fail_open_count{name="other.example.com",type="admit"} 7
process_start_time_seconds 1.7e+09
`;

export function failedCalls(count: number): string {
  return `${apiMetrics}apiserver_admission_webhook_fail_open_count{name="enforce.hitless.dev",type="admit"} ${count}\n`;
}

export function healthy(authority: Authority, changes: Answers = {}): Answers {
  const inTwoMonths = Math.round(Date.now() / 1000 + 60 * 86_400);
  return {
    '/version': { gitVersion: 'v1.37.1' },
    [paths.webhooks]: [configuration(authority)],
    [paths.namespaces]: [namespace('shop', 'enforce'), namespace('other')],
    [paths.services]: [{ metadata: { namespace: home, name: 'hitless' } }],
    [paths.service]: rendered('Service'),
    [paths.deployments]: [rendered('Deployment')],
    [paths.pods]: [pod('hitless-1'), pod('hitless-2')],
    [paths.endpoints]: [{ endpoints: [{ conditions: { ready: true } }, { conditions: { ready: true } }] }],
    [paths.secret]: secret(authority),
    [paths.podMetrics]: `hitless_certificate_not_after_timestamp_seconds ${inTwoMonths}\n`,
    [paths.clusterPolicies]: [],
    [paths.policies]: [],
    [paths.metrics]: apiMetrics,
    [paths.shop]: [],
    [paths.allDeployments]: [],
    ...changes,
  };
}
