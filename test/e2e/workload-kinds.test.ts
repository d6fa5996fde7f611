// Every kind that the chart has sent, as API servers send it by the chart's own rules and conditions: with Argo Rollouts not installed, and
// installed later. The webhook runs from its sources; no pod needs to run.

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { kubectl, must, needCluster } from '../support/e2e/kubectl.ts';
import { until } from '../support/e2e/release.ts';
import { render } from '../support/helm.ts';
import { callPlain, type Running, start, stop } from '../support/process.ts';
import { noRolloutDefinition, rolloutDefinitionText } from '../support/rollout-definition.ts';

const name = `hitless-kinds-${process.pid}`;
const ending: (() => unknown)[] = [];
let running: Running;

beforeAll(async () => {
  needCluster();
  running = await start({ flags: ['--cluster'], environment: { KUBECONFIG: process.env.KUBECONFIG ?? '' } });
  ending.push(() => stop(running));
  await until(async () => (await callPlain(running, '/readyz')).body === 'ok\n');
  for (const mode of ['enforce', 'audit']) {
    await must(kubectl(['create', 'namespace', `${name}-${mode}`]));
    ending.push(() => kubectl(['delete', 'namespace', `${name}-${mode}`, '--wait=false']));
    await must(kubectl(['label', 'namespace', `${name}-${mode}`, `hitless.dev/mode=${mode}`]));
  }
  const applied = await kubectl(['apply', '-f', '-'], configuration());
  ending.push(() => kubectl(['delete', 'mutatingwebhookconfiguration', name]));
  expect(applied).toMatchObject({ code: 0, err: '' });
}, 60_000);

afterAll(async () => {
  for (const end of ending.splice(0).reverse()) await end();
}, 120_000);

/** As the chart renders it, except that the webhook runs here, and that nothing else in this cluster is sent. */
function configuration(): string {
  const file = 'templates/mutatingwebhookconfiguration.yaml';
  const { out, err } = render('--show-only', file, '--set', 'webhook.failurePolicy=Fail,webhook.timeoutSeconds=10');
  expect(err).toBe('');
  const rendered = parse(out);
  rendered.metadata.name = name;
  for (const entry of rendered.webhooks) {
    const url = `https://localhost:${running.port}${entry.clientConfig.service.path}`;
    entry.clientConfig = { url, caBundle: Buffer.from(running.ca).toString('base64') };
    const values = ['enforce', 'audit'].map((mode) => `${name}-${mode}`);
    entry.namespaceSelector.matchExpressions.push({ key: 'kubernetes.io/metadata.name', operator: 'In', values });
  }
  return stringify(rendered);
}

const labels = { app: 'web' };
const selector = { matchLabels: labels };
const template = {
  metadata: { labels },
  spec: { containers: [{ name: 'web', image: 'app:1', ports: [{ containerPort: 8080 }] }] },
};

interface Kind {
  readonly apiVersion: string;
  readonly kind: string;
  readonly spec: object;
}

const builtIn: readonly Kind[] = [
  { apiVersion: 'apps/v1', kind: 'Deployment', spec: { selector, template } },
  { apiVersion: 'apps/v1', kind: 'StatefulSet', spec: { selector, template, serviceName: 'web' } },
  { apiVersion: 'apps/v1', kind: 'DaemonSet', spec: { selector, template } },
];
const rollouts: readonly Kind[] = [
  { apiVersion: 'argoproj.io/v1alpha1', kind: 'Rollout', spec: { selector, template, strategy: { canary: {} } } },
  {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Rollout',
    spec: { workloadRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'other' }, strategy: { canary: {} } },
  },
];

const apply = (object: object) => kubectl(['apply', '-f', '-'], JSON.stringify(object));

/** The log lines about an object: one for each call. */
const callsFor = (namespace: string, object: string) =>
  running
    .lines()
    .filter((line) => line.message === 'admission review' && line.namespace === namespace && line.name === object);

async function isCalled(mode: string, { apiVersion, kind, spec }: Kind, object: string): Promise<void> {
  const namespace = `${name}-${mode}`;
  const calls = () => callsFor(namespace, object).length;
  await must(apply({ apiVersion, kind, metadata: { name: object, namespace }, spec }));
  await expect.poll(calls).toBeGreaterThan(0);
  // The pod template of one with a reference is in another object, which is sent by itself.
  const isLeftAlone = 'workloadRef' in spec;
  for (const { decision } of callsFor(namespace, object)) expect(decision === 'skipped').toBe(isLeftAlone);
  const created = calls();
  await must(kubectl(['annotate', kind, object, '-n', namespace, 'seen=yes']));
  await expect.poll(calls).toBeGreaterThan(created);
}

/** What belongs to the garbage collector is not sent, of whatever kind. */
async function isNotCalled(mode: string, { kind }: Kind, object: string): Promise<void> {
  const namespace = `${name}-${mode}`;
  const before = callsFor(namespace, object).length;
  const finalizers = (list: readonly string[]) => ['-p', JSON.stringify({ metadata: { finalizers: list } })];
  const patch = ['patch', kind, object, '-n', namespace, '--type=merge'];
  await must(kubectl([...patch, ...finalizers(['example.com/mine'])]));
  await must(kubectl([...patch, ...finalizers([])]));
  await must(kubectl(['delete', kind, object, '-n', namespace]));
  expect(callsFor(namespace, object)).toHaveLength(before);
}

describe.each(['enforce', 'audit'])('in a namespace with the label %s', (mode) => {
  it.each(builtIn)('a $kind is sent when it is created and changed', async (kind) => {
    await isCalled(mode, kind, kind.kind.toLowerCase());
    await isNotCalled(mode, kind, kind.kind.toLowerCase());
  });
});

describe.skipIf(noRolloutDefinition !== '')(`Argo Rollouts${noRolloutDefinition}`, () => {
  it('while they are not installed, their rule is harmless', async () => {
    expect((await kubectl(['get', 'rollouts.argoproj.io', '-A'])).err).toContain('have a resource type');
    const stored = await must(kubectl(['get', 'mutatingwebhookconfiguration', name, '-o', 'json']));
    for (const { rules } of JSON.parse(stored).webhooks) expect(rules).toHaveLength(2);
  });

  describe('installed later', () => {
    beforeAll(async () => {
      await must(kubectl(['create', '-f', '-'], rolloutDefinitionText()));
      ending.push(() => kubectl(['delete', 'crd', 'rollouts.argoproj.io']));
      // API servers serve a kind a moment after they have its definition.
      await until(async () => (await kubectl(['get', 'rollouts.argoproj.io', '-A'])).code === 0);
    }, 60_000);

    describe.each(['enforce', 'audit'])('in a namespace with the label %s', (mode) => {
      it.each(rollouts)('a Rollout is sent when it is created and changed: $spec', async (kind) => {
        const object = 'workloadRef' in kind.spec ? 'with-a-reference' : 'with-a-template';
        await isCalled(mode, kind, object);
        await isNotCalled(mode, kind, object);
      });

      it('one without a spec is refused by its schema, and not because of the webhook', async () => {
        const metadata = { name: 'empty', namespace: `${name}-${mode}` };
        const { code, err } = await apply({ apiVersion: 'argoproj.io/v1alpha1', kind: 'Rollout', metadata });
        expect(code).not.toBe(0);
        expect(err).toContain('spec: Required value');
        expect(err).not.toContain('webhook');
      });
    });
  });
});
