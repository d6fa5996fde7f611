// What the account of hitless's pods may write on a real API server, without a single pod: the caBundles of its own webhook
// configuration and the data of its Secret. Every other field is tried, and there is no field of the API that is not.

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundleStore } from '../../src/cluster/certificates/ca-bundle-store.ts';
import { secretStore } from '../../src/cluster/certificates/secret-store.ts';
import type { Access } from '../../src/cluster/client/access.ts';
import { createApi } from '../../src/cluster/client/api.ts';
import { helm, kubectl, must, needCluster } from '../support/e2e/kubectl.ts';
import { until } from '../support/e2e/release.ts';
import { chart } from '../support/helm.ts';

const home = 'hitless-account-test';
const crds = ['clusterrolloutpolicies.hitless.dev', 'rolloutpolicies.hitless.dev'];
const configuration = 'mutatingwebhookconfiguration/hitless';
const account = `system:serviceaccount:${home}:hitless`;
const refusal =
  /ValidatingAdmissionPolicy 'hitless-(ca-bundles|secret)'.* the service account of the hitless pods may change only /;

// biome-ignore lint/suspicious/noExplicitAny: objects and schemas of every kind
type Any = any;
type Operation = { readonly op: 'add' | 'remove' | 'replace'; readonly path: string; readonly value?: unknown };

beforeAll(async () => {
  needCluster();
  if ((await kubectl(['get', 'crd', ...crds])).code === 0)
    throw new Error('this cluster has hitless already, and this test installs and removes it: take another cluster');
  // Nowhere: a pod would wait for an image. The port and a few more fields that may be absent are there, to be taken out.
  const sets = ['nodeSelector.nowhere=here', 'crds.keep=false', 'webhook.annotations.a=b'].flatMap((one) => [
    '--set',
    one,
  ]);
  await must(helm(['install', 'hitless', chart, '-n', home, '--create-namespace', ...sets]));
  const bundles = ['enforce', 'audit'].map((mode) => ({
    name: `${mode}.hitless.dev`,
    clientConfig: { caBundle: 'Q0E=' },
  }));
  await must(kubectl(['patch', configuration, '-p', JSON.stringify({ webhooks: bundles })]));
  await must(kubectl(['patch', 'secret', 'hitless-tls', '-n', home, '-p', '{"data":{"ca.crt":"Q0E="}}']));
  // API servers hear of a policy a moment later.
  await until(async () => refusal.test((await tried(labelled)).err));
}, 90_000);

afterAll(async () => {
  await kubectl(['delete', 'clusterrolebinding', 'hitless-account-test', '--ignore-not-found']);
  await helm(['uninstall', 'hitless', '-n', home, '--no-hooks']);
  await kubectl(['delete', 'namespace', home]);
}, 120_000);

const labelled: Operation[] = [{ op: 'add', path: '/metadata/labels/a', value: 'b' }];

/** As the account, and without a trace. */
function tried(operations: readonly Operation[], object = configuration) {
  const patch = ['--type=json', '-p', JSON.stringify(operations)];
  return kubectl(['patch', object, '-n', home, '--as', account, '--dry-run=server', '-o', 'json', ...patch]);
}

const first = '/webhooks/0';
const replace = (path: string, value: unknown): Operation[] => [{ op: 'replace', path, value }];
const add = (path: string, value: unknown): Operation[] => [{ op: 'add', path, value }];
const remove = (path: string): Operation[] => [{ op: 'remove', path }];

/** By field of one webhook: what API servers take, so that only the policy can refuse it. */
const webhookFields: Readonly<Record<string, readonly (readonly Operation[])[]>> = {
  admissionReviewVersions: [add(`${first}/admissionReviewVersions/-`, 'v1beta1')],
  failurePolicy: [replace(`${first}/failurePolicy`, 'Fail'), remove(`${first}/failurePolicy`)],
  matchConditions: [
    remove(`${first}/matchConditions`),
    remove(`${first}/matchConditions/0`),
    replace(`${first}/matchConditions/0/name`, 'other'),
    replace(`${first}/matchConditions/0/expression`, 'true'),
    add(`${first}/matchConditions/-`, { name: 'never', expression: 'false' }),
  ],
  matchPolicy: [replace(`${first}/matchPolicy`, 'Exact')],
  name: [replace(`${first}/name`, 'other.hitless.dev')],
  namespaceSelector: [
    replace(`${first}/namespaceSelector`, {}),
    remove(`${first}/namespaceSelector`),
    remove(`${first}/namespaceSelector/matchExpressions/1`),
    replace(`${first}/namespaceSelector/matchExpressions/0/operator`, 'NotIn'),
    add(`${first}/namespaceSelector/matchExpressions/0/values/-`, 'more'),
    add(`${first}/namespaceSelector/matchLabels`, { a: 'b' }),
  ],
  objectSelector: [add(`${first}/objectSelector/matchLabels`, { a: 'b' })],
  reinvocationPolicy: [replace(`${first}/reinvocationPolicy`, 'Never'), remove(`${first}/reinvocationPolicy`)],
  rules: [
    replace(`${first}/rules/0/resources`, ['*/*']),
    replace(`${first}/rules/0/apiGroups`, ['*']),
    replace(`${first}/rules/0/apiVersions`, ['*']),
    replace(`${first}/rules/0/operations`, ['*']),
    replace(`${first}/rules/0/scope`, '*'),
    add(`${first}/rules/-`, { apiGroups: [''], apiVersions: ['v1'], resources: ['secrets'], operations: ['*'] }),
    remove(`${first}/rules`),
  ],
  sideEffects: [replace(`${first}/sideEffects`, 'NoneOnDryRun')],
  timeoutSeconds: [replace(`${first}/timeoutSeconds`, 30), remove(`${first}/timeoutSeconds`)],
};

const clientConfigFields: Readonly<Record<string, readonly (readonly Operation[])[]>> = {
  service: [
    replace(`${first}/clientConfig/service/name`, 'other'),
    replace(`${first}/clientConfig/service/namespace`, 'other'),
    replace(`${first}/clientConfig/service/port`, 8443),
    replace(`${first}/clientConfig/service/path`, '/other'),
    remove(`${first}/clientConfig/service/path`),
  ],
  url: [replace(`${first}/clientConfig`, { url: 'https://example.com/', caBundle: 'Q0E=' })],
};

const metadataFields: Readonly<Record<string, readonly (readonly Operation[])[]>> = {
  annotations: [
    add('/metadata/annotations/c', 'd'),
    replace('/metadata/annotations/a', 'c'),
    remove('/metadata/annotations'),
  ],
  finalizers: [add('/metadata/finalizers', ['example.com/stay'])],
  generateName: [add('/metadata/generateName', 'a-')],
  labels: [labelled, replace('/metadata/labels/app.kubernetes.io~1name', 'a'), remove('/metadata/labels')],
  ownerReferences: [
    add('/metadata/ownerReferences', [{ apiVersion: 'v1', kind: 'Namespace', name: 'none', uid: 'a-uid' }]),
  ],
};

/** The API server itself refuses a change of these, or does as if there were none. */
const fixedMetadata = [
  'creationTimestamp',
  'deletionGracePeriodSeconds',
  'deletionTimestamp',
  'name',
  'namespace',
  'selfLink',
  'uid',
];
const ownMetadata = ['generation', 'managedFields', 'resourceVersion'];

const cases = (fields: Readonly<Record<string, readonly (readonly Operation[])[]>>) =>
  Object.entries(fields).flatMap(([field, all]) => all.map((operations) => ({ field, operations })));

describe('of its webhook configuration', () => {
  it.each([
    ...cases(webhookFields),
    ...cases(clientConfigFields),
    ...cases(metadataFields),
  ])('it may not change $field: $operations.0.op $operations.0.path', async ({ operations }) => {
    const { code, err } = await tried(operations);
    expect(code, err).toBe(1);
    expect(err).toMatch(refusal);
    expect(err).toMatch(/webhooks\[\*\]\.clientConfig\.caBundle of this object/);
  });

  it.each([
    ['another webhook', async () => add('/webhooks/-', { ...(await webhooks())[0], name: 'more.hitless.dev' })],
    [
      'another webhook before them',
      async () => add('/webhooks/0', { ...(await webhooks())[0], name: 'more.hitless.dev' }),
    ],
    ['one webhook less', async () => remove(first)],
    ['no webhook', async () => remove('/webhooks')],
    ['another order', async () => replace('/webhooks', (await webhooks()).toReversed())],
    ['one for the other', async () => replace(first, { ...(await webhooks())[1], name: 'enforce.hitless.dev' })],
  ])('it may not write %s', async (_, operations) => {
    expect((await tried(await operations())).err).toMatch(refusal);
  });

  it('it may not change another field beside the caBundle', async () => {
    const both = [...replace(`${first}/clientConfig/caBundle`, 'TkVX'), ...replace('/webhooks/1/timeoutSeconds', 30)];
    expect((await tried(both)).err).toMatch(refusal);
  });

  it.each([
    ['replaced', replace(`${first}/clientConfig/caBundle`, 'TkVX')],
    ['taken out', remove(`${first}/clientConfig/caBundle`)],
    ['of both', ['0', '1'].flatMap((index) => replace(`/webhooks/${index}/clientConfig/caBundle`, 'TkVX'))],
    ['and nothing at all', []],
  ])('it may change a caBundle: %s', async (_, operations) => {
    const { code, err } = await tried(operations);
    expect(code, err).toBe(0);
  });

  it.each(fixedMetadata)('nobody may change metadata.%s', async (field) => {
    const value = /Timestamp/.test(field) ? '2020-01-01T00:00:00Z' : field.endsWith('Seconds') ? 7 : 'other';
    const { code, out } = await tried(add(`/metadata/${field}`, value));
    if (code === 0) expect(JSON.parse(out).metadata[field]).toEqual((await read(configuration)).metadata[field]);
  });

  it.each([
    ['MutatingWebhookConfiguration', ['apiVersion', 'kind', 'metadata', 'webhooks']],
    ['MutatingWebhook', [...Object.keys(webhookFields), 'clientConfig']],
    ['WebhookClientConfig', [...Object.keys(clientConfigFields), 'caBundle']],
    ['ObjectMeta', [...Object.keys(metadataFields), ...fixedMetadata, ...ownMetadata]],
  ])('has no field in its %s that is not tried here', async (schema, known) => {
    const raw = await must(kubectl(['get', '--raw', '/openapi/v3/apis/admissionregistration.k8s.io/v1']));
    const { schemas } = JSON.parse(raw).components as { schemas: Record<string, Any> };
    const [, found] = Object.entries(schemas).find(([name]) => name.endsWith(`.${schema}`)) ?? [];
    expect(Object.keys(found.properties).toSorted()).toEqual([...known].toSorted());
  });

  it('others may change what they like', async () => {
    const patch = ['--type=json', '-p', JSON.stringify([...labelled, ...remove('/webhooks/1')])];
    await must(kubectl(['patch', configuration, '--dry-run=server', ...patch]));
  });
});

describe('of its Secret', () => {
  const secret = 'secret/hitless-tls';

  it.each([
    labelled,
    add('/metadata/annotations', { a: 'b' }),
    add('/metadata/finalizers', ['example.com/stay']),
    metadataFields.ownerReferences?.[0] ?? [],
    remove('/metadata/labels'),
    add('/immutable', true),
  ])('it may not change %j', async (...operations) => {
    expect((await tried(operations.flat(), secret)).err).toMatch(refusal);
  });

  it('it may change the data', async () => {
    const { code, err } = await tried(add('/data/tls.crt', 'TkVX'), secret);
    expect(code, err).toBe(0);
  });
});

describe('with the token that its pods have', () => {
  it('the stores of hitless serve read and write as they need to', async () => {
    const api = createApi(await accessOf(await must(kubectl(['create', 'token', 'hitless', '-n', home]))));
    const bundles = bundleStore(api, 'hitless');
    const found = await bundles.read();
    const entries = found?.entries.map(({ name }) => ({ name, caBundle: `new ${name}` })) ?? [];
    expect(entries).toHaveLength(2);
    expect(await bundles.write(found?.version ?? '', entries)).toBe(true);
    expect((await bundles.read())?.entries).toEqual(entries);
    await must(kubectl(['annotate', 'secret', 'hitless-tls', '-n', home, 'hitless.dev/rotate=all']));
    const secrets = secretStore(api, { namespace: home, name: 'hitless-tls' });
    const { secret } = await secrets.read();
    expect(secret?.rotationRequest).toBe('all');
    expect(await secrets.replace(secret?.version ?? '', { 'tls.crt': 'new' })).toBe(true);
    const after = (await secrets.read()).secret;
    expect([after?.rotationRequest, after?.data]).toEqual([undefined, { 'tls.crt': 'new' }]);
  });
});

describe('with more rights than the chart gives', () => {
  beforeAll(async () => {
    const rights = ['--clusterrole=cluster-admin', `--serviceaccount=${home}:hitless`];
    await must(kubectl(['create', 'clusterrolebinding', 'hitless-account-test', ...rights]));
    const asked = ['auth', 'can-i', 'delete', configuration, '--as', account];
    await until(async () => (await kubectl(asked)).out.trim() === 'yes');
  });

  it.each([
    ['delete', ['delete', configuration]],
    ['delete', ['delete', 'secret', 'hitless-tls', '-n', home]],
    ['label', ['label', configuration, 'a=b']],
  ])('it may not %s it', async (_, args) => {
    const { code, err } = await kubectl([...args, '--as', account, '--dry-run=server']);
    expect(code, err).toBe(1);
    expect(err).toMatch(refusal);
  });

  it('it may not apply or create its webhook configuration', async () => {
    const live = await read(configuration);
    const { labels, annotations, name } = live.metadata;
    const own = { apiVersion: live.apiVersion, kind: live.kind, metadata: { name, labels, annotations }, webhooks: [] };
    const apply = [
      'apply',
      '--server-side',
      '--force-conflicts',
      '--field-manager=helm',
      '--dry-run=server',
      '-f',
      '-',
    ];
    expect((await kubectl([...apply, '--as', account], JSON.stringify(own))).err).toMatch(refusal);
    const rendered = await must(
      helm(['template', 'hitless', chart, '-n', home, '-s', 'templates/mutatingwebhookconfiguration.yaml']),
    );
    await must(kubectl(['delete', configuration]));
    const { code, err } = await kubectl(['create', '-f', '-', '--as', account], rendered);
    expect([code, refusal.test(err)], err).toEqual([1, true]);
  });
});

it('has policies that API servers find nothing to say about', async () => {
  const { items } = await read('validatingadmissionpolicies');
  const own = items.filter(({ metadata }: Any) => metadata.labels?.['app.kubernetes.io/name'] === 'hitless');
  expect(own).toHaveLength(6);
  for (const { status } of own) expect(status?.typeChecking ?? {}).toEqual({});
});

async function read(object: string): Promise<Any> {
  return JSON.parse(await must(kubectl(['get', object, '-n', home, '-o', 'json'])));
}

async function webhooks(): Promise<Any[]> {
  return (await read(configuration)).webhooks;
}

async function accessOf(token: string): Promise<Access> {
  const view = JSON.parse(await must(kubectl(['config', 'view', '--raw', '--minify', '--flatten', '-o', 'json'])));
  const { server, 'certificate-authority-data': data } = view.clusters[0].cluster;
  const options = { ca: Buffer.from(data, 'base64'), headers: { authorization: `Bearer ${token.trim()}` } };
  return { server: new URL(server), origin: 'a token', options: () => Promise.resolve(options) };
}
