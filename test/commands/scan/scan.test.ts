// `hitless scan` against a server that answers as an API server does: what it refuses to do.

import { join } from 'node:path';
import { expect, it } from 'vitest';
import { writeFiles } from '../../support/files.ts';
import { kubeconfig } from '../../support/kubeconfig.ts';
import { type Answers, apiServer, cluster, hitless, namespace } from '../../support/live-command.ts';
import { temporaryFolder } from '../../support/pair.ts';

const usual = { '/version': { gitVersion: 'v1.37.1' }, '/apis/apps/v1/namespaces/shop/deployments': [] };
const openReports = { '/apis/openreports.io/v1alpha1': { resources: [{ name: 'reports', kind: 'Report' }] } };

async function scan(answers: Answers, ...flags: readonly string[]) {
  const file = await kubeconfig({ one: await apiServer({ ...usual, ...answers }) });
  return hitless('scan', '--kubeconfig', file, ...flags);
}

it('writes nothing where findings may be wrong, because something may not be read', async () => {
  const { code, err } = await scan({ ...cluster({ '/api/v1/services': 403 }), ...openReports });
  expect({ code, err }).toEqual({
    code: 2,
    err: 'hitless scan: no permission to list Service objects (403: said 403): it is unknown which ports get traffic\nhitless scan: nothing is written, because findings may be wrong without these\n',
  });
});

it('goes on where one policy cannot be used, which tenants may have written', async () => {
  const metadata = { name: 'team', namespace: 'shop' };
  const policies = [{ metadata, spec: { preStopSleep: { seconds: -1 } } }];
  const path = '/apis/hitless.dev/v1alpha1/rolloutpolicies';
  const { code, err } = await scan({ ...cluster({ [path]: policies }) }, '--no-reports');
  expect(code).toBe(0);
  expect(err).toMatch(/^hitless scan: RolloutPolicy shop\/team cannot be used and is left out: /);
});

it('removes no report where namespaces may not be listed', async () => {
  const { code, err } = await scan({ ...cluster({ '/api/v1/namespaces': 403 }), ...openReports });
  expect(code).toBe(2);
  expect(err).toContain('nothing is written');
});

it('writes nothing without its owner or its ConfigMap, which go when the release goes', async () => {
  const answers = { ...cluster(), ...openReports };
  expect(await scan(answers, '--owner=clusterrole/hitless-scan')).toMatchObject({
    code: 2,
    err: 'hitless scan: there is no ClusterRole hitless-scan, which is to own the reports: nothing is written\n',
  });
  expect(await scan(answers, '--record=hs/hitless-scan')).toMatchObject({
    code: 2,
    err: 'hitless scan: there is no ConfigMap hs/hitless-scan, which is to hold the record: nothing is written\n',
  });
});

it('needs no API for reports to look for what the webhook missed', async () => {
  expect(await scan(cluster(), '--no-reports')).toEqual({
    code: 0,
    out: '0 workloads in 0 namespaces: 0 fail, 0 error, 0 warn, 0 skip, 0 pass\n',
    err: '',
  });
  const { code, out } = await scan(cluster(), '--output=json');
  expect(code).toBe(2);
  expect(JSON.parse(out)).toEqual({
    version: 1,
    summary: {
      namespaces: 0,
      workloads: 0,
      missed: 0,
      results: { fail: 0, error: 0, warn: 0, skip: 0, pass: 0 },
      dryRun: false,
    },
    missed: [],
    leftOut: [],
    failures: [],
  });
});

it('says why it cannot know what the webhook missed', async () => {
  const webhooks = [{ name: 'enforce.hitless.dev', matchConditions: [{ name: 'not-by-flux' }] }];
  const path = '/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations';
  const { err } = await scan(cluster({ [path]: [{ metadata: { name: 'any' }, webhooks }] }), '--no-reports');
  expect(err).toBe(
    'hitless scan: what the webhook missed is not looked for: for which workloads it is called is not known, because its matchConditions include not-by-flux\n',
  );
});

it.each([
  ['--owner=deployment/web', 'Must be clusterrole/NAME or mutatingwebhookconfiguration/NAME.'],
  ['--record=hitless-scan', 'Must be NAMESPACE/NAME, such as hitless-system/hitless-scan.'],
  ['--results=fail,warning', 'Must be any of fail, error, warn, skip, pass, separated by commas.'],
  ['--max-results=0', 'Must be a whole number from 1 to 10000.'],
])('says what is allowed for %s', async (flag, allowed) => {
  const { code, err } = await scan({ '/api/v1/namespaces': [namespace('shop')] }, flag);
  expect(code).toBe(2);
  expect(err).toContain(allowed);
});

it('ignores what a configuration accepts that is named, and looks for none', async () => {
  const folder = await temporaryFolder();
  const entry = "{ name: 'we*', rule: pre-stop-sleep, reason: it ends at once }";
  writeFiles(folder, { 'hitless.yaml': `ignores: [${entry}]\n`, 'wrong.yaml': 'ignors: []\n' });
  const labels = { app: 'web' };
  const containers = [{ name: 'main', image: 'web:1', ports: [{ containerPort: 8080 }] }];
  const metadata = { name: 'web', namespace: 'shop', labels, resourceVersion: '1', managedFields: [] };
  const template = { metadata: { labels }, spec: { containers } };
  const web = { metadata, spec: { replicas: 2, selector: { matchLabels: labels }, template } };
  const answers = cluster({ '/apis/apps/v1/namespaces/shop/deployments': [web] });
  const failing = async (...flags: readonly string[]) =>
    / (\d+) fail,/.exec((await scan(answers, '--no-reports', ...flags)).out)?.[1];
  const all = Number(await failing());
  expect(await failing('--config', join(folder, 'hitless.yaml'))).toBe(`${all - 1}`);
  const wrong = await scan(answers, '--config', join(folder, 'wrong.yaml'));
  expect(wrong).toMatchObject({ code: 2, out: '', err: expect.stringContaining('did you mean ignores?') });
});
