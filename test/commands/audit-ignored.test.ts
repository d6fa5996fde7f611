// `hitless audit` of what annotations tell to ignore, against a server that answers as an API server does.

import { expect, it } from 'vitest';
import type { JsonObject } from '../../src/workload/json.ts';
import { create } from '../support/api-server.ts';
import { kubeconfig } from '../support/kubeconfig.ts';
import { apiServer, cluster, deployments, hitless, namespace } from '../support/live-command.ts';

const waiting = { 'ignore.hitless.dev/pre-stop-sleep': 'the proxy waits' };
const all = {
  'ignore.hitless.dev/application': 'one request is fine',
  'ignore.hitless.dev/rolling-update': 'so it is',
};
const web = (name: string, annotations: Record<string, string>) => {
  const labels = { app: name };
  const containers = [{ name: 'web', image: 'web:1', ports: [{ containerPort: 8080 }] }];
  const template = { metadata: { labels }, spec: { containers } };
  const metadata = { name, namespace: 'shop', resourceVersion: '1', annotations };
  return create({
    metadata,
    spec: { replicas: 2, selector: { matchLabels: labels }, template },
  }) as unknown as JsonObject;
};
const shop = namespace('shop', 'enforce');
const annotated = { metadata: { ...(shop.metadata as JsonObject), annotations: { ...all, ...waiting } } };
const own = { 'ignore.hitless.dev/pre-stop-sleep': 'it ends at once', 'ignore.hitless.dev/readiness-probe': '' };
const ask = async (many: number, ...flags: readonly string[]) => {
  const listed = Array.from({ length: many }, (_, at) => web(`web-${at}`, at === 0 ? own : {}));
  const answers = cluster({ '/api/v1/namespaces': [annotated], [deployments]: listed });
  return hitless('audit', '--kubeconfig', await kubeconfig({ one: await apiServer(answers) }), ...flags);
};
const origin = 'Deployment annotation ignore.hitless.dev';
const ofShop = 'Namespace shop annotation ignore.hitless.dev';

it('counts it, and says how to see it', async () => {
  const { code, out } = await ask(2);
  expect(code).toBe(0);
  expect(out).toContain(
    '2 Deployments in 1 namespace: 1 note, 5 ignored.\n--show-ignored prints what is ignored, and why.\n',
  );
  expect(out).toContain(
    `note     manifest  ${origin}/readiness-probe gives no reason: write into its value why the rule`,
  );
  expect(out).not.toContain('SIGTERM');
  expect((await ask(2, '--fail-on', 'note')).code).toBe(1);
});

it('shows by whom and why, the workload before its namespace', async () => {
  const { out } = await ask(2, '--show-ignored');
  expect(out).not.toContain('--show-ignored prints');
  expect(out).toContain(`ignored by ${origin}/pre-stop-sleep: it ends at once\n`);
  expect(out).toContain(`ignored by ${ofShop}/pre-stop-sleep: the proxy waits\n`);
  expect(out).toContain(`ignored by ${ofShop}/application: one request is fine\n`);
});

it('groups it where there is much of it', async () => {
  const { out } = await ask(60, '--show-ignored');
  expect(out).toContain(`sleep 10 s first (ignored by ${ofShop}/pre-stop-sleep: the proxy waits)\n`);
  expect(out).toContain('        shop/web-1, shop/web-2, shop/web-3 and 56 more\n');
});

it('has it in JSON, and in the numbers of namespaces and rules', async () => {
  const { summary, namespaces, ignored } = JSON.parse((await ask(2, '--output', 'json')).out);
  expect(summary).toMatchObject({ warnings: 0, notes: 1, ignored: 5 });
  expect(summary.rules).toContainEqual(expect.objectContaining({ rule: 'pre-stop-sleep', workloads: 0, ignored: 2 }));
  expect(namespaces).toEqual([expect.objectContaining({ name: 'shop', notes: 1, ignored: 5 })]);
  expect(ignored).toContainEqual(
    expect.objectContaining({
      object: { kind: 'Deployment', namespace: 'shop', name: 'web-0' },
      rule: 'pre-stop-sleep',
      ignored: { by: 'annotation', where: `${origin}/pre-stop-sleep`, reason: 'it ends at once' },
    }),
  );
});
