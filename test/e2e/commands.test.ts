// `hitless audit` and `hitless withdraw` as processes against a real API server that calls a real `hitless serve`, by the chart's
// own webhook entries.

import { spawn } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { crd } from '../../scripts/crds.ts';
import { findAccess } from '../../src/cluster/client/access.ts';
import { type Api, createApi } from '../../src/cluster/client/api.ts';
import { patchWorkload, readWorkload } from '../../src/cluster/workloads.ts';
import { withdrawOne } from '../../src/commands/withdraw/one-workload.ts';
import { policyApiVersion } from '../../src/names.ts';
import { policyKinds } from '../../src/policy/validation/validate.ts';
import { deployment as kind } from '../../src/workload/kinds/deployment.ts';
import type { Deployment } from '../../src/workload/workload.ts';
import { clusterAddress, kubeconfigFor, relay } from '../support/certificates/real.ts';
import { established, helm, kubectl, must, needCluster } from '../support/e2e/kubectl.ts';
import { chart } from '../support/helm.ts';
import { eventually } from '../support/pair.ts';
import { callPlain, type Running, start, stop } from '../support/process.ts';

const base = `hitless-cmds-${process.pid}`;
const ending: (() => unknown)[] = [];
let api: Api;
let webhook: Running;

beforeAll(async () => {
  needCluster();
  const { KUBECONFIG = '' } = process.env;
  for (const definition of policyKinds.map((kind) => crd(kind) as { readonly metadata: { readonly name: string } })) {
    const { name } = definition.metadata;
    if ((await kubectl(['get', 'crd', name])).code === 0) continue;
    await must(kubectl(['create', '-f', '-'], JSON.stringify(definition)));
    ending.push(() => kubectl(['delete', 'crd', name]));
    await established(name);
  }
  api = createApi(await findAccess({ kubeconfig: KUBECONFIG }));
  webhook = await start({ flags: ['--cluster'], environment: { KUBECONFIG } });
  ending.push(() => stop(webhook));
  await eventually(
    () => callPlain(webhook, '/readyz'),
    ({ status }) => status === 200,
  );
  await must(kubectl(['create', '-f', '-'], JSON.stringify(await configuration())));
  ending.push(() => kubectl(['delete', 'mutatingwebhookconfiguration', base]));
}, 60_000);

afterAll(async () => {
  for (const end of ending.splice(0).reverse()) await end();
}, 60_000);

/** The chart's, but called at an address of this machine, and never passed over. */
async function configuration() {
  const text = await must(helm(['template', 'hitless', chart, '-s', 'templates/mutatingwebhookconfiguration.yaml']));
  const { webhooks, ...rest } = parse(text);
  const caBundle = Buffer.from(webhook.ca).toString('base64');
  const entries = webhooks.map((entry: { clientConfig: { service: { path: string } } }) => ({
    ...entry,
    failurePolicy: 'Fail',
    clientConfig: { url: `https://127.0.0.1:${webhook.port}${entry.clientConfig.service.path}`, caBundle },
  }));
  return { ...rest, metadata: { name: base }, webhooks: entries };
}

interface Ended {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

function hitless(args: readonly string[], kubeconfig = process.env.KUBECONFIG ?? ''): Promise<Ended> {
  const child = spawn(process.execPath, ['src/cli.ts', ...args], {
    env: { PATH: process.env.PATH, KUBECONFIG: kubeconfig, HOME: '/nowhere' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const written = { out: '', err: '' };
  child.stdout.on('data', (data) => {
    written.out += data;
  });
  child.stderr.on('data', (data) => {
    written.err += data;
  });
  return new Promise((resolve) => child.on('close', (code) => resolve({ code: code ?? 1, ...written })));
}

/** No pod has to run, and one that waits for its image takes minutes to end. */
const nowhere = { 'hitless.dev/test': 'nowhere' };

function manifest(namespace: string, name: string, graceSeconds?: number) {
  const labels = { app: name };
  // 15 s of sleep do not fit into the API's 30 s: the grace period is raised as well.
  const annotations = { 'hitless.dev/pre-stop-sleep-seconds': '15' };
  const container = {
    name: 'web',
    image: 'web:1',
    ports: [{ containerPort: 8080 }],
    livenessProbe: { tcpSocket: { port: 8080 } },
  };
  const pod = {
    containers: [container],
    nodeSelector: nowhere,
    ...(graceSeconds && { terminationGracePeriodSeconds: graceSeconds }),
  };
  const spec = { replicas: 4, selector: { matchLabels: labels }, template: { metadata: { labels }, spec: pod } };
  return { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name, namespace, annotations }, spec };
}

/** A namespace of its own with `names` in it, injected. */
async function injected(kind: string, names: readonly string[] = ['web'], apply: readonly string[] = ['apply']) {
  const namespace = `${base}-${kind}`;
  await must(kubectl(['create', 'namespace', namespace]));
  ending.push(() => kubectl(['delete', 'namespace', namespace, '--wait=false']));
  await mode(namespace, '=enforce');
  await eventually(
    () => metadataOf(namespace),
    (labels) => labels === 'enforce',
  );
  for (const name of names) await must(kubectl([...apply, '-f', '-'], JSON.stringify(manifest(namespace, name))));
  expect(await injectedFields(namespace)).toEqual(ours);
  return namespace;
}

async function metadataOf(namespace: string) {
  return must(kubectl(['get', 'namespace', namespace, '-o', 'jsonpath={.metadata.labels.hitless\\.dev/mode}']));
}

const mode = (namespace: string, value: string) =>
  must(kubectl(['label', 'namespace', namespace, `hitless.dev/mode${value}`, '--overwrite']));

async function injectedFields(namespace: string, name = 'web') {
  const { spec } = (await readWorkload(api, { kind, namespace, name })) as Deployment;
  const [container] = spec.template.spec.containers;
  return {
    preStop: container?.lifecycle?.preStop?.sleep?.seconds,
    probe: container?.readinessProbe?.tcpSocket?.port,
    grace: spec.template.spec.terminationGracePeriodSeconds,
    maxUnavailable: spec.strategy?.rollingUpdate?.maxUnavailable,
  };
}

const ours = { preStop: 15, probe: 8080, grace: 35, maxUnavailable: 0 };
const authors = { preStop: undefined, probe: undefined, grace: 30, maxUnavailable: '25%' };

async function annotations(namespace: string, name = 'web'): Promise<Readonly<Record<string, string>>> {
  return (await readWorkload(api, { kind, namespace, name })).metadata.annotations ?? {};
}

/** The Deployment controller makes one for each template. */
async function replicaSets(namespace: string): Promise<number> {
  return (await must(kubectl(['get', 'replicasets', '-n', namespace, '-o', 'name']))).split('\n').filter(Boolean)
    .length;
}

describe('withdraw with the next rollout', () => {
  it('takes out what rolls nothing, and the webhook the rest with the next template', async () => {
    const namespace = await injected('next');
    await eventually(
      () => replicaSets(namespace),
      (n) => n === 1,
    );
    const before = JSON.stringify((await readWorkload(api, { kind, namespace, name: 'web' })).spec.template);
    const dry = await hitless(['withdraw', '-n', namespace, '--dry-run']);
    expect(dry).toMatchObject({ code: 0, err: '' });
    expect(dry.out).toContain('Dry run, nothing was changed. 1 Deployment with injections: 1 waiting.');
    expect(await injectedFields(namespace)).toEqual(ours);

    const real = await hitless(['withdraw', '-n', namespace]);
    expect(real).toMatchObject({ code: 0, err: '' });
    expect(real.out).toContain(`kubectl label namespace ${namespace} hitless.dev/mode=audit --overwrite`);
    expect(await injectedFields(namespace)).toEqual({ ...ours, maxUnavailable: '25%' });
    expect(JSON.stringify((await readWorkload(api, { kind, namespace, name: 'web' })).spec.template)).toBe(before);
    expect(await annotations(namespace)).toMatchObject({ 'hitless.dev/mode': 'off' });
    expect((await hitless(['withdraw', '-n', namespace, 'web'])).out).toContain('1 waiting');

    await must(kubectl(['set', 'image', '-n', namespace, 'deployment/web', 'web=web:2']));
    expect(await injectedFields(namespace)).toEqual(authors);
    expect(await annotations(namespace)).not.toHaveProperty('hitless.dev/injected');
    expect((await hitless(['withdraw', '-n', namespace])).out).toBe('No workload has injections.\n');
    expect(
      await eventually(
        () => replicaSets(namespace),
        (n) => n === 2,
      ),
    ).toBe(2);
  });

  it('refuses where no webhook would ever do it, and --now does it', async () => {
    const namespace = await injected('without-label');
    await mode(namespace, '-');
    const refused = await hitless(['withdraw', '-n', namespace]);
    expect(refused.code).toBe(1);
    expect(refused.out).toContain('refused');
    expect(refused.out).toContain('use --now, or first label the namespace');
    expect(await injectedFields(namespace)).toEqual(ours);
    expect(await hitless(['withdraw', '-n', namespace, '--now', '--yes'])).toMatchObject({ code: 0 });
    expect(await injectedFields(namespace)).toEqual(authors);
    expect(Object.keys(await annotations(namespace)).filter((key) => key.startsWith('hitless.dev/'))).toEqual([
      'hitless.dev/pre-stop-sleep-seconds',
    ]);
  });
});

const raising = {
  apiVersion: policyApiVersion,
  kind: 'RolloutPolicy',
  metadata: { name: 'all' },
  spec: { terminationGracePeriod: { action: 'enforce' } },
};

describe('a revision from before the withdrawal', () => {
  it('comes back with its injections and their record, and leaves with them again', async () => {
    const namespace = await injected('undone');
    await must(hitless(['withdraw', '-n', namespace, '--now', '--yes']));
    await mode(namespace, '-');
    await eventually(
      () => replicaSets(namespace),
      (n) => n === 2,
    );
    await must(kubectl(['rollout', 'undo', '-n', namespace, 'deployment/web']));
    const { maxUnavailable, ...inTemplate } = ours;
    expect(await injectedFields(namespace)).toEqual({ ...inTemplate, maxUnavailable: authors.maxUnavailable });

    const { leftovers } = JSON.parse((await hitless(['audit', '-o', 'json'])).out);
    expect(leftovers).toContainEqual({ object: { kind: 'Deployment', namespace, name: 'web' } });
    await must(hitless(['withdraw', '-n', namespace, '--now', '--yes']));
    expect(await injectedFields(namespace)).toEqual(authors);
    expect(await annotations(namespace)).not.toHaveProperty('hitless.dev/injected');
  });
});

describe('withdraw --now', () => {
  it("gives the author's raised value back, and audit knows the policy that raised it", async () => {
    const namespace = await injected('raised');
    await must(kubectl(['create', '-n', namespace, '-f', '-'], JSON.stringify(raising)));
    const short = JSON.stringify(manifest(namespace, 'short', 16));
    const raised = await eventually(
      async () => {
        await must(kubectl(['replace', '--force', '-f', '-'], short));
        return (await injectedFields(namespace, 'short')).grace;
      },
      (grace) => grace === 31,
    );
    expect(raised).toBe(31);
    await must(
      kubectl([
        'patch',
        '-n',
        namespace,
        'rolloutpolicy/all',
        '--type=merge',
        '-p',
        '{"spec":{"readinessProbe":{"action":"off"}}}',
      ]),
    );
    await mode(namespace, '-');
    await must(kubectl(['apply', '-f', '-'], JSON.stringify(manifest(namespace, 'new', 16))));
    const { findings } = JSON.parse((await hitless(['audit', '-n', namespace, '-o', 'json'])).out);
    const ofNew = findings.filter(({ object }: { object: { name: string } }) => object.name === 'new');
    expect(ofNew.map(({ rule }: { rule: string }) => rule)).not.toContain('readiness-probe');
    await must(hitless(['withdraw', '-n', namespace, 'short', '--now', '--yes']));
    expect(await injectedFields(namespace, 'short')).toEqual({ ...authors, grace: 16 });
  });

  it('asks first, and without a terminal does nothing', async () => {
    const namespace = await injected('asked');
    const asked = await hitless(['withdraw', '-n', namespace, '--now']);
    expect(asked.code).toBe(1);
    expect(asked.err).toContain(`the pods of 1 Deployment will be replaced: ${namespace}/web`);
    expect(await injectedFields(namespace)).toEqual(ours);
  });

  it('rolls once in an enforcing namespace, and nothing comes back at later changes', async () => {
    const namespace = await injected('now', ['web', 'other']);
    const done = await hitless(['withdraw', '-n', namespace, 'web', '--now', '--yes', '--output', 'json']);
    expect(done).toMatchObject({ code: 0, err: '' });
    expect(JSON.parse(done.out)).toMatchObject({
      when: 'now',
      summary: { deployments: 1, withdrawn: 1, rolling: 1 },
      deployments: [{ object: { namespace, name: 'web' }, outcome: 'withdrawn', rolls: true, optsOut: true }],
    });
    expect(await injectedFields(namespace)).toEqual(authors);
    expect(await injectedFields(namespace, 'other')).toEqual(ours);
    await must(kubectl(['label', '-n', namespace, 'deployment/web', 'a=b']));
    await must(kubectl(['set', 'image', '-n', namespace, 'deployment/web', 'web=web:2']));
    expect(await injectedFields(namespace)).toEqual(authors);
  });

  it('leaves no mark behind in a namespace that only audits', async () => {
    const namespace = await injected('audited');
    await mode(namespace, '=audit');
    const done = await hitless(['withdraw', '-n', namespace, '--now', '--yes']);
    expect(done.code, done.out).toBe(0);
    expect(done.out).toContain(`Namespace ${namespace} is clean. To opt it out`);
    expect(await injectedFields(namespace)).toEqual(authors);
    expect(await annotations(namespace)).not.toHaveProperty('hitless.dev/mode');
  });

  it('does not stand in the way of the next server-side apply', async () => {
    const namespace = await injected('applied', ['web'], ['apply', '--server-side']);
    await must(hitless(['withdraw', '-n', namespace, '--now', '--yes']));
    const changed = JSON.stringify(manifest(namespace, 'web', 60));
    const applied = await kubectl(['apply', '--server-side', '-f', '-'], changed);
    expect(applied.err).toBe('');
    expect(await injectedFields(namespace)).toEqual({ ...authors, grace: 60 });
  });

  it('comes through when somebody else writes meanwhile', async () => {
    const namespace = await injected('conflict');
    const address = { namespace, name: 'web' };
    const deployment = await readWorkload(api, { kind, ...address });
    await must(kubectl(['label', '-n', namespace, 'deployment/web', 'a=b']));
    const stale = { resourceVersion: `${deployment.metadata.resourceVersion}`, operations: [], manager: 'test' };
    await expect(patchWorkload(api, { kind, ...address }, { ...stale, dryRun: false })).rejects.toMatchObject({
      code: 409,
    });
    const leaving = { when: 'now', called: 'enforce', at: '2026-01-01T00:00:00Z' } as const;
    expect(await withdrawOne(api, { workload: deployment, leaving }, false)).toMatchObject({ outcome: 'withdrawn' });
    expect(await injectedFields(namespace)).toEqual(authors);
    expect((await readWorkload(api, { kind, ...address })).metadata.labels).toMatchObject({ a: 'b' });
  });
});

function listRight(namespace: string, apiGroup: string, resource: string) {
  const metadata = { namespace, name: resource };
  const apiVersion = 'rbac.authorization.k8s.io/v1';
  const rules = [{ apiGroups: [apiGroup], resources: [resource], verbs: ['list'] }];
  const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: resource };
  const subjects = [{ kind: 'ServiceAccount', name: 'me', namespace }];
  const items = [
    { apiVersion, kind: 'Role', metadata, rules },
    { apiVersion, kind: 'RoleBinding', metadata, roleRef, subjects },
  ];
  return { apiVersion: 'v1', kind: 'List', items };
}

describe('audit', () => {
  it('finds nothing in what the webhook injected, and what waits in what it never saw', async () => {
    const namespace = await injected('look');
    await mode(namespace, '-');
    await must(kubectl(['apply', '-f', '-'], JSON.stringify(manifest(namespace, 'older'))));
    await mode(namespace, '=audit');
    const text = await hitless(['audit', '-n', namespace]);
    expect(text.code, text.err).toBe(1);
    expect(text.out).toMatch(new RegExp(`^${namespace} {2}audit {2}.*\\n {2}older\\n {4}warning`));
    const json = await hitless(['audit', '-n', namespace, '-o', 'json', '--fail-on', 'error']);
    expect(json.code).toBe(0);
    const { summary, namespaces, findings } = JSON.parse(json.out);
    expect(summary).toMatchObject({ namespaces: 1, deployments: 2, errors: 0, problems: 0 });
    expect(namespaces).toMatchObject([{ name: namespace, mode: 'audit', deployments: 2, warnings: summary.warnings }]);
    // nothing is missing in it; that no PodDisruptionBudget guards its four pods is another matter
    const ofWeb = findings.filter((one: { object: { name: string } }) => one.object.name === 'web');
    expect(ofWeb.map(({ message }: { message: string }) => message)).toEqual([
      expect.stringContaining('no PodDisruptionBudget selects these pods'),
    ]);
    const { changes, object, rule } = findings.find((one: { rule: string }) => one.rule === 'pre-stop-sleep');
    expect({ changes, object, rule }).toEqual({
      changes: [{ path: 'spec.template.spec.containers[web].lifecycle.preStop.sleep', value: { seconds: 15 } }],
      object: { kind: 'Deployment', namespace, name: 'older' },
      rule: 'pre-stop-sleep',
    });
  });

  it('looks at opted-in namespaces, and at all of them only when asked to', async () => {
    const namespace = `${base}-out`;
    await must(kubectl(['create', 'namespace', namespace]));
    ending.push(() => kubectl(['delete', 'namespace', namespace, '--wait=false']));
    await must(kubectl(['apply', '-f', '-'], JSON.stringify(manifest(namespace, 'web'))));
    const names = (out: string) => JSON.parse(out).namespaces.map(({ name }: { name: string }) => name);
    expect(names((await hitless(['audit', '-o', 'json'])).out)).not.toContain(namespace);
    expect(names((await hitless(['audit', '-A', '-o', 'json'])).out)).toEqual(
      expect.arrayContaining([namespace, 'kube-system']),
    );
    const one = await hitless(['audit', '-n', namespace]);
    expect(one.err).toContain(`namespace ${namespace} is not opted in`);
    expect(one.out).toContain('not opted in');
  });

  it('does with the rights of one namespace, and says what it may not see', async () => {
    const namespace = `${base}-rights`;
    await must(kubectl(['create', 'namespace', namespace]));
    ending.push(() => kubectl(['delete', 'namespace', namespace, '--wait=false']));
    await must(kubectl(['create', 'serviceaccount', 'me', '-n', namespace]));
    const allow = (apiGroup: string, resource: string) =>
      must(kubectl(['create', '-f', '-'], JSON.stringify(listRight(namespace, apiGroup, resource))));
    const token = (await must(kubectl(['create', 'token', 'me', '-n', namespace]))).trim();
    const address = await clusterAddress();
    const target = { host: address.url.hostname.replace(/[[\]]/g, ''), port: Number(address.url.port || 443) };
    const through = await relay(() => [target]);
    ending.push(through.close);
    const kubeconfig = await kubeconfigFor(address, through.port, token);

    const none = await hitless(['audit', '-n', namespace], kubeconfig);
    expect(none).toMatchObject({ code: 2, out: '' });
    expect(none.err).toMatch(
      /^hitless audit: the API server at https:\S+ does not allow this \(403\): deployments\.apps is forbidden/,
    );

    await allow('apps', 'deployments');
    const half = await hitless(['audit', '-n', namespace], kubeconfig);
    expect(half.code).toBe(2);
    expect(half.err).toContain('no permission to list Service objects');

    await allow('', 'services');
    await allow('hitless.dev', 'rolloutpolicies');
    await must(kubectl(['apply', '-f', '-'], JSON.stringify(manifest(namespace, 'web'))));
    const whole = await hitless(['audit', '-n', namespace, '-o', 'json'], kubeconfig);
    expect(whole.err).toContain('no permission to list Node objects');
    const { namespaces, problems } = JSON.parse(whole.out);
    expect(namespaces).toMatchObject([{ name: namespace, mode: 'unknown', deployments: 1 }]);
    expect({ code: whole.code, problems }).toEqual({ code: 1, problems: [] });
  });

  it('says what is wrong when there is no cluster to look at', async () => {
    expect(await hitless(['audit'], '')).toMatchObject({
      code: 2,
      err: 'hitless audit: no cluster is configured: set KUBECONFIG to a file with a current context, or run in a pod\n',
    });
    const away = await kubeconfigFor(await clusterAddress(), 1, 'token');
    expect((await hitless(['audit'], away)).err).toMatch(
      /^hitless audit: the API server at \S+:1 does not answer: connect/,
    );
    const stranger = await clusterAddress();
    const through = await relay(() => [{ host: stranger.url.hostname, port: Number(stranger.url.port || 443) }]);
    ending.push(through.close);
    const unknown = await hitless(['audit'], await kubeconfigFor(stranger, through.port, 'token'));
    expect(unknown.err).toContain('does not know who you are (401)');
    expect((await hitless(['withdraw', '-n', `${base}-nowhere`])).err).toBe(
      `hitless withdraw: there is no namespace ${base}-nowhere\n`,
    );
  });
});
