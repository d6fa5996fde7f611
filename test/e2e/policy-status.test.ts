// The status of policies, written by processes from the sources that have the permissions of the chart and no others: no pods needed.

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { findAccess } from '../../src/cluster/client/access.ts';
import { createApi } from '../../src/cluster/client/api.ts';
import { policyApiVersion } from '../../src/names.ts';
import { established, kubectl, must, needCluster } from '../support/e2e/kubectl.ts';
import { chart, helm, isHook } from '../support/helm.ts';
import { temporaryFolder } from '../support/pair.ts';
import { type Running, start, stop } from '../support/process.ts';

// biome-ignore lint/suspicious/noExplicitAny: objects of any shape are the subject here
type Any = any;

const home = `hitless-status-${process.pid}`;
const shop = `hitless-shop-${process.pid}`;
const platform = `platform-${process.pid}`;
const lease = 'hitless-policy-status';

const ending: (() => unknown)[] = [];
afterAll(async () => {
  for (const end of ending.splice(0).reverse()) await end();
}, 60_000);

const apply = (object: object) => must(kubectl(['apply', '-f', '-'], JSON.stringify(object)));
const policy = (kind: string, name: string, spec: object) =>
  apply({
    apiVersion: policyApiVersion,
    kind,
    metadata: { name, ...(kind === 'RolloutPolicy' && { namespace: shop }) },
    spec,
  });

function deployment(name: string, labels: Record<string, string>) {
  const template = { metadata: { labels }, spec: { containers: [{ name: 'web', image: 'example.com/web:1' }] } };
  const spec = { replicas: 0, selector: { matchLabels: labels }, template };
  return apply({ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name, namespace: shop, labels }, spec });
}

/** What the chart gives the account of the pods, and nothing that needs pods. */
const wanted = new Set([
  ...['CustomResourceDefinition', 'ServiceAccount', 'ClusterRole', 'ClusterRoleBinding', 'Role', 'RoleBinding'],
  ...['Lease', 'ValidatingAdmissionPolicy', 'ValidatingAdmissionPolicyBinding'],
]);

/** A kubeconfig of the account. */
async function accountConfig(): Promise<string> {
  const token = (await must(kubectl(['create', 'token', 'hitless', '-n', home]))).trim();
  const config = JSON.parse(await must(kubectl(['config', 'view', '--raw', '--flatten', '-o', 'json'])));
  const file = join(await temporaryFolder(), 'config');
  await writeFile(
    file,
    JSON.stringify({ ...config, users: config.users.map(({ name }: Any) => ({ name, user: { token } })) }),
  );
  return file;
}

let config = '';

async function serve(): Promise<Running> {
  const flags = ['--cluster', `--policy-status-lease=${home}/${lease}`, '--log-level=debug'];
  const running = await start({ flags, environment: { KUBECONFIG: config } });
  ending.push(() => stop(running));
  return running;
}

beforeAll(async () => {
  needCluster();
  const { out, err } = helm(['template', 'hitless', chart, '--namespace', home]);
  const objects = parseAllDocuments(out, { version: '1.1' })
    .map((document) => document.toJS() as Any)
    .filter((object) => wanted.has(object?.kind) && !isHook(object));
  expect(objects.length, err).toBeGreaterThan(10);
  for (const name of [home, shop]) {
    await must(kubectl(['create', 'namespace', name]));
    ending.push(() => kubectl(['delete', 'namespace', name, '--wait=false']));
  }
  const file = join(await temporaryFolder(), 'objects.yaml');
  await writeFile(file, objects.map((object) => JSON.stringify(object)).join('\n---\n'));
  ending.push(() => kubectl(['delete', '--ignore-not-found', '--wait=false', '-n', home, '-f', file]));
  await must(kubectl(['apply', '--server-side', '--force-conflicts', '-n', home, '-f', file]));
  ending.push(() => kubectl(['delete', 'crp', platform, '--ignore-not-found']));
  await established('clusterrolloutpolicies.hitless.dev', 'rolloutpolicies.hitless.dev');
  config = await accountConfig();
  await must(kubectl(['label', 'namespace', shop, 'hitless.dev/mode=enforce', `trial=${process.pid}`]));
  await deployment('web', { app: 'web' });
  await deployment('api', { app: 'api' });
  const selector = {
    namespaceSelector: { matchLabels: { trial: `${process.pid}` } },
    workloadSelector: { matchLabels: { app: 'web' } },
  };
  await policy('ClusterRolloutPolicy', platform, {
    ...selector,
    priority: 5,
    preStopSleep: { seconds: 15 },
    locked: ['preStopSleep'],
  });
  await policy('RolloutPolicy', 'team', { terminationGracePeriod: { drainSeconds: 30 } });
}, 60_000);

async function read(...what: string[]): Promise<Any> {
  return JSON.parse(await must(kubectl(['get', ...what, '-o', 'json'])));
}

const effective = async (...what: string[]) =>
  (await read(...what)).status?.conditions?.find(({ type }: Any) => type === 'Effective');

// After a round, hitless rests for twenty times as long as that took.
const soon = <T>(ask: () => T) => expect.poll(ask, { timeout: 120_000, interval: 200 });

const leads = (running: Running) =>
  running.lines().some(({ message }) => message === 'this process writes the status of the policies from now on');
const roundsOf = (running: Running) =>
  running.lines().filter(({ message }) => message === 'the status of the policies is current').length;
// A call about the Lease that takes too long is told too, and made again.
const refusals = (running: Running) =>
  running.lines().filter(({ level, message }) => /warn|error/.test(level) && !message.startsWith('the Lease'));

it('is written by one of two processes, and by the other one when it is killed', async () => {
  const both = [await serve(), await serve()];
  await soon(() => both.filter(leads).length).toBe(1);
  const leader = both.find(leads) as Running;
  const other = both.find((one) => one !== leader) as Running;
  await soon(() => effective('crp', platform)).toMatchObject({ status: 'True', reason: 'Enforced' });
  await soon(() => effective('rp', 'team', '-n', shop)).toMatchObject({ status: 'True', reason: 'Enforced' });
  const { status, metadata } = await read('crp', platform);
  expect(status).toMatchObject({
    observedGeneration: metadata.generation,
    matchedNamespaces: 1,
    matchedWorkloads: 1,
    matched: [{ kind: 'Deployment', count: 1 }],
  });

  const table = await must(kubectl(['get', 'crp', platform]));
  expect(table).toMatch(/NAME +PRIORITY +NAMESPACES +WORKLOADS +SLEEP +DRAIN +MATCHED +ACCEPTED +EFFECTIVE +AGE/);
  expect(table).toMatch(
    / 5 +\{"matchLabels":\{"trial":"\d+"\}\} +\{"matchLabels":\{"app":"web"\}\} +15 +1 +True +True /,
  );

  // a change is seen within seconds, and the write of a status causes no other one
  await policy('RolloutPolicy', 'team', {
    workloadSelector: { matchLabels: { app: 'wbe' } },
    minReadySeconds: { seconds: 3 },
  });
  await soon(() => effective('rp', 'team', '-n', shop)).toMatchObject({
    reason: 'NothingSelected',
    observedGeneration: 2,
  });
  const { resourceVersion } = (await read('rp', 'team', '-n', shop)).metadata;
  const rounds = roundsOf(leader);
  await policy('ClusterRolloutPolicy', platform, { preStopSleep: { seconds: 12 } });
  await soon(() => roundsOf(leader)).toBeGreaterThan(rounds);
  await soon(() => effective('crp', platform)).toMatchObject({ observedGeneration: 2 });
  expect((await read('rp', 'team', '-n', shop)).metadata.resourceVersion).toBe(resourceVersion);
  expect(both.flatMap(refusals)).toEqual([]);
  expect(leads(other)).toBe(false);

  leader.child.kill('SIGKILL');
  await policy('RolloutPolicy', 'team', { minReadySeconds: { seconds: 4 } });
  await soon(() => leads(other)).toBe(true);
  await soon(() => effective('rp', 'team', '-n', shop)).toMatchObject({ observedGeneration: 3, reason: 'Enforced' });

  other.child.kill('SIGTERM');
  await soon(async () => (await read('lease', lease, '-n', home)).spec.holderIdentity ?? '').toBe('');
  expect(await other.ended).toBe(0);
}, 400_000);

it('may be written by nobody else who edits policies, and its account may write nothing else', async () => {
  const account = ['--kubeconfig', config];
  const patch = (what: string[], body: object, ...more: string[]) =>
    kubectl([...account, 'patch', ...what, '--type=merge', '-p', JSON.stringify(body), ...more]);
  const marked = { metadata: { labels: { other: 'controller' } } };
  // until the policies of the API server are in effect
  await soon(async () => (await patch(['lease', lease, '-n', home], marked)).err).toContain(
    'may change only the spec of this object: the metadata would change',
  );
  expect((await patch(['lease', lease, '-n', home], { spec: { renewTime: '2026-01-01T00:00:00.000000Z' } })).code).toBe(
    0,
  );
  // by the path of the status nothing else changes
  const api = createApi(await findAccess({ file: config }));
  const path = `/apis/${policyApiVersion}/clusterrolloutpolicies/${platform}`;
  const body = { ...marked, spec: { priority: 7 }, status: { matchedWorkloads: 77 } };
  const write = { method: 'PATCH', contentType: 'application/merge-patch+json', body } as const;
  await api.json({ path: `${path}/status`, ...write });
  await expect(api.json({ path, ...write })).rejects.toThrow(/^403/);
  const { metadata, spec, status } = await read('crp', platform);
  expect([metadata.labels, spec.priority, status.matchedWorkloads]).toEqual([undefined, undefined, 77]);

  const may = async (verb: string, what: string, ...as: string[]) =>
    (await kubectl(['auth', 'can-i', verb, what, '-n', shop, ...as])).out.trim();
  await must(kubectl(['create', 'rolebinding', 'team', '--clusterrole=edit', '--user=ann', '-n', shop]));
  await soon(() => may('patch', 'rolloutpolicies.hitless.dev', '--as=ann')).toBe('yes');
  expect(await may('patch', 'rolloutpolicies.hitless.dev', '--subresource=status', '--as=ann')).toBe('no');
  expect(await may('patch', 'clusterrolloutpolicies.hitless.dev', '--as=ann')).toBe('no');
  expect(await may('list', 'rolloutpolicies.hitless.dev', '--as=ann')).toBe('yes');
  expect(await may('get', 'clusterrolloutpolicies.hitless.dev', '--as=ann', '--as-group=system:authenticated')).toBe(
    'yes',
  );
}, 60_000);
