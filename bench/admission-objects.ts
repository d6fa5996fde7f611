// The objects of the API server's part: a namespace for each variant, and what changes a Deployment in it.

import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { type Api, ApiError } from '../src/cluster/client/api.ts';
import { create } from './objects.ts';
import type { Server } from './processes.ts';

export const variants = ['none', 'policy', 'hand-written', 'hitless'] as const;
export type Variant = (typeof variants)[number];

export const namespaceOf = (variant: Variant) => `bench-${variant}`;
const label = 'hitless.dev/bench';
const group = '/apis/admissionregistration.k8s.io/v1';

const rules = [
  {
    apiGroups: ['apps'],
    apiVersions: ['v1'],
    resources: ['deployments'],
    operations: ['CREATE', 'UPDATE'],
    scope: 'Namespaced',
  },
];
const selectorOf = (variant: Variant) => ({ matchLabels: { [label]: variant } });

export async function createNamespaces(api: Api): Promise<void> {
  for (const variant of variants) {
    const name = namespaceOf(variant);
    const labels = { [label]: variant, ...(variant === 'hitless' && { 'hitless.dev/mode': 'enforce' }) };
    const ports = [{ name: 'http', port: 80, targetPort: 'http' }];
    await create(api, { path: '/api/v1/namespaces', body: { metadata: { name, labels } } });
    const service = { metadata: { name: 'web' }, spec: { selector: { app: 'web' }, ports } };
    await create(api, { path: `/api/v1/namespaces/${name}/services`, body: service });
  }
}

const container = 'Object.spec.template.spec.containers';

/** The in-tree way to add a preStop sleep to each container without a hook. It keeps no record of what it added. */
export async function createPolicy(api: Api): Promise<void> {
  const sleep = `${container}.lifecycle.preStop.sleep{seconds: 10}`;
  const lifecycle = `${container}.lifecycle{preStop: ${container}.lifecycle.preStop{sleep: ${sleep}}}`;
  const without = 'object.spec.template.spec.containers.filter(c, !has(c.lifecycle))';
  const containers = `${without}.map(c, ${container}{name: c.name, lifecycle: ${lifecycle}})`;
  const template = `Object.spec.template{spec: Object.spec.template.spec{containers: ${containers}}}`;
  const spec = {
    failurePolicy: 'Fail',
    reinvocationPolicy: 'Never',
    matchConstraints: { resourceRules: rules },
    matchConditions: [
      { name: 'lacks-a-hook', expression: 'object.spec.template.spec.containers.exists(c, !has(c.lifecycle))' },
    ],
    mutations: [
      {
        patchType: 'ApplyConfiguration',
        applyConfiguration: { expression: `Object{spec: Object.spec{template: ${template}}}` },
      },
    ],
  };
  const metadata = { name: 'hitless-bench' };
  const matchResources = { namespaceSelector: selectorOf('policy') };
  await replace(api, `${group}/mutatingadmissionpolicies`, { metadata, spec });
  const binding = { metadata, spec: { policyName: metadata.name, matchResources } };
  await replace(api, `${group}/mutatingadmissionpolicybindings`, binding);
}

/** `ca`: PEM of the authority of its certificate. */
export async function createWebhook(api: Api, { name, port }: Server, ca: string): Promise<void> {
  const webhook = {
    name: `${name}.bench.hitless.dev`,
    admissionReviewVersions: ['v1'],
    clientConfig: {
      url: `https://127.0.0.1:${port}/mutate/enforce`,
      caBundle: Buffer.from(ca).toString('base64'),
    },
    namespaceSelector: selectorOf(name === 'hitless' ? 'hitless' : 'hand-written'),
    rules,
    matchPolicy: 'Equivalent',
    sideEffects: 'None',
    failurePolicy: 'Fail',
    timeoutSeconds: 10,
    ...(name === 'hitless' && { matchConditions: conditionsOfChart() }),
  };
  const body = { metadata: { name: `hitless-bench-${name}` }, webhooks: [webhook] };
  await replace(api, `${group}/mutatingwebhookconfigurations`, body);
}

/** The API server evaluates them before it calls, so they are part of what hitless costs. */
function conditionsOfChart(): unknown {
  const file = new URL('../charts/hitless/templates/mutatingwebhookconfiguration.yaml', import.meta.url);
  const [, text] = /\n {4}matchConditions:\n(.*?)\n {6}\{\{/s.exec(readFileSync(file, 'utf8')) ?? [];
  if (text === undefined) throw new Error(`no matchConditions found in ${file.pathname}`);
  return parse(text);
}

interface Named {
  readonly metadata: { readonly name: string };
  readonly [field: string]: unknown;
}

async function replace(api: Api, path: string, body: Named): Promise<void> {
  await remove(api, `${path}/${body.metadata.name}`);
  await create(api, { path, body });
}

async function remove(api: Api, path: string): Promise<void> {
  try {
    await api.json({ method: 'DELETE', path });
  } catch (error) {
    if (!(error instanceof ApiError) || error.code !== 404) throw error;
  }
}

export async function removeAll(api: Api): Promise<void> {
  for (const server of ['hand-written', 'hitless'])
    await remove(api, `${group}/mutatingwebhookconfigurations/hitless-bench-${server}`);
  for (const kind of ['mutatingadmissionpolicybindings', 'mutatingadmissionpolicies'])
    await remove(api, `${group}/${kind}/hitless-bench`);
  for (const variant of variants) await remove(api, `/api/v1/namespaces/${namespaceOf(variant)}`);
}
