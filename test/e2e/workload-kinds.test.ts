// Every kind that the chart has sent, as API servers send it by the chart's own rules and conditions: with Argo Rollouts not installed, and
// installed later. The webhook runs from its sources; no pod needs to run.

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { kubectl, must } from '../support/e2e/kubectl.ts';
import { type LocalWebhook, startWebhook } from '../support/e2e/local-webhook.ts';
import { until } from '../support/e2e/release.ts';
import { noRolloutDefinition, rolloutDefinitionText } from '../support/rollout-definition.ts';

const name = `hitless-kinds-${process.pid}`;
const ending: (() => unknown)[] = [];
let webhook: LocalWebhook;

beforeAll(async () => {
  webhook = await startWebhook(name, { [`${name}-enforce`]: 'enforce', [`${name}-audit`]: 'audit' });
  ending.push(webhook.end);
}, 60_000);

afterAll(async () => {
  for (const end of ending.splice(0).reverse()) await end();
}, 120_000);

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

async function isCalled(mode: string, { apiVersion, kind, spec }: Kind, object: string): Promise<void> {
  const namespace = `${name}-${mode}`;
  const calls = () => webhook.callsFor(namespace, object).length;
  await must(apply({ apiVersion, kind, metadata: { name: object, namespace }, spec }));
  await expect.poll(calls).toBeGreaterThan(0);
  // The pod template of one with a reference is in another object, which is sent by itself.
  const isLeftAlone = 'workloadRef' in spec;
  for (const { decision } of webhook.callsFor(namespace, object)) expect(decision === 'skipped').toBe(isLeftAlone);
  const created = calls();
  await must(kubectl(['annotate', kind, object, '-n', namespace, 'seen=yes']));
  await expect.poll(calls).toBeGreaterThan(created);
}

/** What belongs to the garbage collector is not sent, of whatever kind. */
async function isNotCalled(mode: string, { kind }: Kind, object: string): Promise<void> {
  const namespace = `${name}-${mode}`;
  const before = webhook.callsFor(namespace, object).length;
  const finalizers = (list: readonly string[]) => ['-p', JSON.stringify({ metadata: { finalizers: list } })];
  const patch = ['patch', kind, object, '-n', namespace, '--type=merge'];
  await must(kubectl([...patch, ...finalizers(['example.com/mine'])]));
  await must(kubectl([...patch, ...finalizers([])]));
  await must(kubectl(['delete', kind, object, '-n', namespace]));
  expect(webhook.callsFor(namespace, object)).toHaveLength(before);
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
