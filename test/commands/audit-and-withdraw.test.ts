// `hitless audit` and `hitless withdraw` against a server that answers as an API server does: which one they ask, and what they
// say of namespaces that no webhook is called for.

import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { rulesFor } from '../../src/cluster/webhook-rules.ts';
import type { JsonObject } from '../../src/workload/json.ts';
import { deployment } from '../../src/workload/kinds/deployment.ts';
import type { Deployment } from '../../src/workload/workload.ts';
import { create } from '../support/api-server.ts';
import { kubeconfig } from '../support/kubeconfig.ts';
import {
  type Answers,
  apiServer,
  cluster,
  configuration,
  deployments,
  hitless,
  namespace,
  webhooks,
} from '../support/live-command.ts';
import { temporaryFolder } from '../support/pair.ts';
import { write } from '../support/webhook.ts';

/** As the webhook left it. */
function injected(home: string, name: string): Deployment {
  const labels = { app: name };
  const container = { name: 'web', image: 'web:1', livenessProbe: { tcpSocket: { port: 8080 } } };
  const template = { metadata: { labels }, spec: { containers: [container] } };
  const metadata = { name, namespace: home };
  const object = create({ metadata, spec: { selector: { matchLabels: labels }, template } });
  const written = write({ object, mode: 'enforce' }).object;
  expect(written.metadata.annotations).toHaveProperty('hitless.dev/injected');
  return { ...written, metadata: { ...written.metadata, resourceVersion: '1' } };
}

const owner = (apiVersion: string, kind: string, name: string) => ({ apiVersion, kind, name, controller: true });

/** As a list of metadata has it. */
function stored(home: string, name: string, ...ownerReferences: readonly JsonObject[]): JsonObject {
  return { metadata: { name, namespace: home, ...(ownerReferences.length > 0 && { ownerReferences }) } };
}

/** Somebody else's, without a record. */
function ownedDeployment(name: string, ...ownerReferences: readonly JsonObject[]): JsonObject {
  const labels = { app: name };
  const template = { metadata: { labels }, spec: { containers: [{ name: 'web', image: 'web:1' }] } };
  const metadata = { name, namespace: 'shop', resourceVersion: '1', ownerReferences };
  return create({ metadata, spec: { selector: { matchLabels: labels }, template } }) as unknown as JsonObject;
}

const copyOfWeb = ownedDeployment('web-primary', owner('flagger.app/v1beta1', 'Canary', 'web'));
const knatives = ownedDeployment('hello-1', owner('serving.knative.dev/v1', 'Revision', 'hello-1'));
const cronJobs = '/apis/batch/v1/cronjobs';

/** What is asked for one namespace. */
function alone(name: string, mode: string | undefined, own: readonly Deployment[]): Answers {
  return {
    [`/api/v1/namespaces/${name}`]: namespace(name, mode),
    [`/api/v1/namespaces/${name}/services`]: [],
    [`/apis/hitless.dev/v1alpha1/namespaces/${name}/rolloutpolicies`]: [],
    [`/apis/apps/v1/namespaces/${name}/deployments`]: own as unknown as JsonObject[],
  };
}

describe('the cluster that is asked', () => {
  it('is the one of --kubeconfig, and of --context in it', async () => {
    const servers = { one: await apiServer(cluster()), two: await apiServer(cluster({ [deployments]: 500 })) };
    const file = await kubeconfig(servers);
    expect(await hitless('audit', '--kubeconfig', file)).toMatchObject({ code: 0, err: '' });
    const other = await hitless('audit', '--kubeconfig', file, '--context', 'two');
    expect(other).toMatchObject({
      code: 2,
      err: `hitless audit: the API server at ${servers.two} refused the request (500): said 500\n`,
    });
    const withdraw = await hitless('withdraw', '-A', '--kubeconfig', file, '--context', 'two');
    expect(withdraw.err).toContain('refused the request (500)');
  });

  it.each(['audit', 'withdraw'])('is named in a sentence where it cannot be found: %s', async (command) => {
    const file = await kubeconfig({ one: 'http://127.0.0.1:1', two: 'http://127.0.0.1:1' });
    const ask = (...args: string[]) => hitless(command, '-n', 'shop', ...args);
    const wrong = await ask('--kubeconfig', file, '--context', 'three');
    expect(wrong).toEqual({
      code: 2,
      out: '',
      err: `hitless ${command}: there is no context three: kubeconfig ${file} has one, two\n`,
    });
    expect((await ask('--kubeconfig', '/nowhere/config')).err).toMatch(
      `hitless ${command}: kubeconfig /nowhere/config cannot be read: ENOENT`,
    );
    expect((await ask('--kubeconfig', file)).err).toMatch(
      /API server at http:\/\/127\.0\.0\.1:1 does not answer: connect/,
    );
  });

  it('is not known without a current context, and the sentence says which there are', async () => {
    const folder = await temporaryFolder();
    await mkdir(folder, { recursive: true });
    const file = join(folder, 'config');
    const contexts = [{ name: 'one', context: { cluster: 'gone', user: 'me' } }];
    await writeFile(file, JSON.stringify({ clusters: [], users: [], contexts }));
    expect((await hitless('audit', '--kubeconfig', file)).err).toContain(
      `no current context is set, so the cluster is unknown: kubeconfig ${file} has one\n`,
    );
    expect((await hitless('audit', '--kubeconfig', file, '--context', 'one')).err).toContain(
      `context one of kubeconfig ${file} names a cluster that is not in it\n`,
    );
  });
});

describe('audit points out', () => {
  const both = [namespace('shop', 'enforce'), namespace('old')];
  const held = [injected('shop', 'web'), injected('old', 'web'), injected('old', 'api')] as unknown as JsonObject[];

  it('what is left behind where no webhook is called any more', async () => {
    const answers = cluster({ '/api/v1/namespaces': both, [deployments]: held });
    const file = await kubeconfig({ one: await apiServer(answers) });
    const text = await hitless('audit', '--kubeconfig', file);
    expect(text).toMatchObject({ code: 1, err: '' });
    expect(text.out).toContain('1 Deployment in 1 namespace: ');
    expect(text.out).toContain('2 Deployments with injections where the webhook is not called\n  old  web, api\n');
    expect(text.out.replaceAll('\n', ' ')).toContain(`hitless withdraw --kubeconfig ${file} -n old --now `);
    expect(await hitless('audit', '--kubeconfig', file, '--fail-on', 'error')).toMatchObject({ code: 0 });
    const chosen = ['audit', '--kubeconfig', file, '--context', 'one'] as const;
    for (const output of ['text', 'github'])
      expect((await hitless(...chosen, '-o', output)).out).toContain(
        `hitless withdraw --kubeconfig ${file} --context one -n old --now\n`,
      );
    const url = new URL(JSON.parse(await readFile(file, 'utf8')).clusters[0].cluster.server);
    const { out } = await hitless(
      'audit',
      '--kubeconfig',
      file,
      '--server',
      `http://bob:hunter2@${url.host}`,
      '-o',
      'github',
    );
    expect(out).toContain(` --server http://${url.host}/ -n old --now\n`);
    expect(out).not.toContain('hunter2');
    expect((await hitless(...chosen)).out).toBe(text.out.replaceAll(' -n old', ' --context one -n old'));
    const { summary, leftovers } = JSON.parse((await hitless('audit', '--kubeconfig', file, '-o', 'json')).out);
    expect(summary).toMatchObject({ namespaces: 1, deployments: 1, leftovers: 2 });
    expect(leftovers).toEqual(
      ['web', 'api'].map((name) => ({ object: { kind: 'Deployment', namespace: 'old', name } })),
    );
  });

  it('that no webhook is installed, and all that is left behind then', async () => {
    const answers = cluster({ '/api/v1/namespaces': both, [deployments]: held, [webhooks]: [] });
    const file = await kubeconfig({ one: await apiServer(answers) });
    const { out, err } = await hitless('audit', '--kubeconfig', file);
    expect(err).toBe(
      'hitless audit: no MutatingWebhookConfiguration calls hitless: labels have no effect, and nothing is patched; hitless status says why\n',
    );
    expect(out).toContain(
      'restore its webhook configuration (hitless status says how), and they are covered again. To remove',
    );
    expect(out).not.toContain('hitless writes what the warnings ask for');
    expect((await hitless('audit', '--kubeconfig', file, '--summary')).out).not.toContain('hitless writes');
    expect(out).toContain('3 Deployments with injections');
    expect(out).toContain('1 Deployment in 1 namespace: ');
  });

  it('namespaces that ask for hitless in a way that opts them into nothing, of all or of the one that is asked for', async () => {
    const sentence =
      'hitless audit: Namespace shop label hitless.dev/mode is "enforced", so hitless is not called there: write enforce or audit, or remove it; did you mean enforce?\n';
    const answers = cluster({ '/api/v1/namespaces': [namespace('shop', 'enforced'), namespace('fine', 'audit')] });
    const file = await kubeconfig({ one: await apiServer({ ...answers, ...alone('shop', 'enforced', []) }) });
    expect(await hitless('audit', '--kubeconfig', file)).toMatchObject({ code: 0, err: sentence });
    expect((await hitless('audit', '-n', 'shop', '--kubeconfig', file)).err).toContain(sentence);
  });

  it('a namespace whose label has no effect, because the webhook leaves it out', async () => {
    const answers = cluster({ '/api/v1/namespaces': [namespace('hs', 'enforce')] });
    const file = await kubeconfig({ one: await apiServer({ ...answers, ...alone('hs', 'enforce', []) }) });
    const sentence =
      'hitless audit: namespace hs is labelled, but the webhook configuration excludes it: nothing is patched\n';
    expect(await hitless('audit', '--kubeconfig', file)).toEqual({ code: 0, out: '', err: sentence });
    expect((await hitless('audit', '-n', 'hs', '--kubeconfig', file)).err).toBe(sentence);
  });

  it('which kinds around the Deployments it may not read, and what is unknown without them', async () => {
    const forbidden = {
      '/apis/autoscaling/v2/horizontalpodautoscalers': 403,
      '/apis/policy/v1/poddisruptionbudgets': 403,
    };
    const file = await kubeconfig({ one: await apiServer(cluster(forbidden)) });
    const { code, err } = await hitless('audit', '--kubeconfig', file);
    expect({ code, lines: err.trimEnd().split('\n').toSorted() }).toEqual({
      code: 0,
      lines: [
        'hitless audit: no permission to list HorizontalPodAutoscaler objects (403: said 403): it is unknown which Deployments are scaled automatically, and between which numbers of pods',
        'hitless audit: no permission to list PodDisruptionBudget objects (403: said 403): it is unknown which pods are protected during node drains',
      ],
    });
  });

  it('Rollouts from the list that says which Deployments they have taken over', async () => {
    const taken = injected('shop', 'web') as unknown as JsonObject;
    const spec = { workloadRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' }, strategy: { canary: {} } };
    const web = { metadata: { name: 'web', namespace: 'shop', resourceVersion: '1' }, spec };
    const answers = cluster({ [deployments]: [taken], '/apis/argoproj.io/v1alpha1/rollouts': [web] });
    const file = await kubeconfig({ one: await apiServer(answers) });
    const { out } = await hitless('audit', '--kubeconfig', file, '-o', 'json');
    const object = { kind: 'Rollout', namespace: 'shop', name: 'web' };
    expect(JSON.parse(out)).toMatchObject({ summary: { deployments: 2 }, skipped: [{ object }] });
  });

  it('kinds that may not even be installed in one line, and how to audit with permissions in one namespace', async () => {
    const foreign = {
      '/apis/gateway.networking.k8s.io/v1/httproutes': 403,
      '/apis/elbv2.k8s.aws/v1beta1/targetgroupbindings': 403,
      '/apis/argoproj.io/v1alpha1/rollouts': 403,
    };
    const file = await kubeconfig({
      one: await apiServer(cluster(foreign)),
      two: await apiServer(cluster({ [deployments]: 403 })),
    });
    expect(await hitless('audit', '--kubeconfig', file)).toMatchObject({
      code: 0,
      err: 'hitless audit: no permission to list HTTPRoute, Rollout and TargetGroupBinding objects: if the cluster has such objects, what they say about pods is unknown\n',
    });
    const { code, err } = await hitless('audit', '--kubeconfig', file, '--context', 'two');
    expect(code).toBe(2);
    expect(err).toMatch(
      /does not allow this \(403\): .*; hitless audit -n NAMESPACE needs permissions in that namespace only\n$/,
    );
  });

  it('what it did not judge, in the namespaces that it looked at', async () => {
    const jobs = [stored('shop', 'x'), stored('old', 'y')];
    const answers = cluster({ '/api/v1/namespaces': both, '/apis/batch/v1/jobs': jobs, [cronJobs]: 403 });
    const file = await kubeconfig({ one: await apiServer(answers) });
    const { code, out, err } = await hitless('audit', '--kubeconfig', file);
    expect({ code, err }).toEqual({
      code: 0,
      err: 'hitless audit: the API server does not list CronJob objects (403: said 403): they are not judged, and not counted\n',
    });
    expect(out).toMatch(/\n1 workload not judged: 1 Job; --verbose names it\.\n$/);
    const all = await hitless('audit', '-A', '--verbose', '--kubeconfig', file);
    expect(all.out).toMatch(/\n2 workloads not judged:\n {2}2 Jobs: the pods .*\n {4}shop\/x\n {4}old\/y\n$/);
    const { summary, notJudged } = JSON.parse((await hitless('audit', '-o', 'json', '--kubeconfig', file)).out);
    expect(summary).toMatchObject({ notJudged: 1 });
    const object = { kind: 'Job', namespace: 'shop', name: 'x' };
    expect(notJudged).toEqual([{ object, apiVersion: 'batch/v1', reason: expect.stringContaining('no requests') }]);
  });

  it('kinds that it may not count in one line', async () => {
    const refused = { '/api/v1/pods': 403, '/apis/batch/v1/jobs': 403, [cronJobs]: 500, '/apis': 403 };
    const file = await kubeconfig({ one: await apiServer(cluster(refused)) });
    const { code, err } = await hitless('audit', '--kubeconfig', file);
    expect({ code, lines: err.trimEnd().split('\n') }).toEqual({
      code: 0,
      lines: [
        'hitless audit: no permission to list Job and Pod objects: they are not judged, and not counted',
        'hitless audit: the API server does not list CronJob objects (500: said 500): they are not judged, and not counted',
        'hitless audit: the API server does not say which kinds it has (403: said 403): workloads of operators are not counted',
      ],
    });
  });

  it('what operators write, once for each kind of owner, in the namespaces that it looks at', async () => {
    const prometheus = owner('monitoring.coreos.com/v1', 'Prometheus', 'k8s');
    const group = owner('leaderworkerset.x-k8s.io/v1', 'LeaderWorkerSet', 'llm');
    const kafka = owner('kafka.strimzi.io/v1', 'KafkaConnect', 'sink');
    const answers = cluster({
      '/api/v1/namespaces': both,
      [deployments]: [ownedDeployment('agent', prometheus), ownedDeployment('leader', group)],
      '/api/v1/pods': [
        stored('shop', 'leader-0', group),
        stored('shop', 'a', prometheus),
        stored('shop', 'b', kafka),
        stored('old', 'c', kafka),
      ],
    });
    const file = await kubeconfig({ one: await apiServer(answers) });
    const { err } = await hitless('audit', '--kubeconfig', file);
    expect(err.trimEnd().split('\n')).toEqual([
      'hitless audit: 1 Pod and 1 Deployment belong to Prometheus objects of monitoring.coreos.com, such as shop/k8s: their operator writes them, so changes belong there',
      'hitless audit: 1 Pod belongs to KafkaConnect objects of kafka.strimzi.io, such as shop/sink: their operator writes it, so changes belong there',
      // It is judged itself, and its Pods are part of it; but what is written into its Deployment does not stay.
      'hitless audit: 1 Deployment belongs to LeaderWorkerSet objects of leaderworkerset.x-k8s.io, such as shop/llm: their operator writes it, so changes belong there',
    ]);
    const { owned } = JSON.parse((await hitless('audit', '-o', 'json', '--kubeconfig', file)).out);
    expect(owned[0]).toEqual({
      owner: { group: 'monitoring.coreos.com', kind: 'Prometheus' },
      example: { namespace: 'shop', name: 'k8s' },
      counts: { Pod: 1, Deployment: 1 },
    });
  });

  it('copies that Flagger makes, and what Knative writes', async () => {
    const answers = cluster({ [deployments]: [copyOfWeb, knatives] });
    const file = await kubeconfig({ one: await apiServer(answers) });
    const { out, err } = await hitless('audit', '--kubeconfig', file);
    expect(err).toMatch(
      /^hitless audit: 1 Deployment is a copy that Flagger makes, such as shop\/web-primary of web: each promotion .*\n$/,
    );
    expect(out).toContain('hello-1: left alone, Knative writes it for its Revision hello-1, and its queue-proxy');
    const { copies } = JSON.parse((await hitless('audit', '-o', 'json', '--kubeconfig', file)).out);
    const object = { kind: 'Deployment', namespace: 'shop', name: 'web-primary' };
    expect(copies).toEqual([{ object, canary: 'web', target: 'web' }]);
  });

  it('nothing of the kind where nobody lets it look', async () => {
    const answers = cluster({ '/api/v1/namespaces': both, [deployments]: held.slice(0, 1), [webhooks]: 403 });
    const file = await kubeconfig({ one: await apiServer(answers) });
    const { out, err } = await hitless('audit', '--kubeconfig', file);
    expect({ err, found: /injections where/.test(out) }).toEqual({ err: '', found: false });
  });
});

describe('withdraw of what Flagger copies', () => {
  const shop = {
    ...alone('shop', 'enforce', [injected('shop', 'web'), copyOfWeb as never]),
    ...Object.fromEntries(
      ['web', 'api'].map((name) => [`/apis/apps/v1/namespaces/shop/deployments/${name}`, injected('shop', name)]),
    ),
    [webhooks]: [configuration()],
  } as unknown as Answers;

  it('says when the copy loses it', async () => {
    const file = await kubeconfig({ one: await apiServer(shop) });
    const { out } = await hitless('withdraw', '-n', 'shop', '--kubeconfig', file);
    expect(out).toContain(
      '\nshop/web-primary is a copy that Flagger makes of web, without a record of what hitless wrote: it loses that with the first promotion after web has lost it.\n',
    );
  });

  it('says nothing where nothing was injected into its target', async () => {
    const answers = { ...shop, ...alone('shop', 'enforce', [injected('shop', 'api'), copyOfWeb as never]) };
    const file = await kubeconfig({ one: await apiServer(answers) });
    const { out } = await hitless('withdraw', '-n', 'shop', '--kubeconfig', file);
    expect(out).toMatch(/^shop\/api {2}waiting /);
    expect(out).not.toContain('Flagger');
  });
});

describe('withdraw with the next rollout', () => {
  const held = [injected('shop', 'web'), injected('shop', 'api')];
  const refused = async (mode: string | undefined, hooks: readonly JsonObject[]) => {
    const answers = { ...alone('shop', mode, held), [webhooks]: hooks };
    const file = await kubeconfig({ one: await apiServer(answers) });
    return hitless('withdraw', '-n', 'shop', '--kubeconfig', file);
  };

  it.each([
    [['web'], ['shop/web']],
    [['deployment/web'], ['shop/web']],
    [
      ['deploy/web', 'api', 'web'],
      ['shop/web', 'shop/api'],
    ],
  ])('takes names as kubectl writes them: %s', async (names, titles) => {
    const answers = { ...alone('shop', 'enforce', held), [webhooks]: [] };
    const file = await kubeconfig({ one: await apiServer(answers) });
    const { out } = await hitless('withdraw', ...names, '-n', 'shop', '--kubeconfig', file);
    expect([...out.matchAll(/^(shop\/\w+) /gm)].map(([, title]) => title)).toEqual(titles);
    const missing = await hitless('withdraw', 'deployment/none', 'web', '-n', 'shop', '--kubeconfig', file);
    expect(missing.err).toContain('there is no workload none in namespace shop; nothing was changed');
  });

  it.each([
    [
      'that no webhook is installed',
      'enforce',
      [],
      /^shop\/web {2}refused {4}no MutatingWebhookConfiguration calls hitless \(hitless status says why\), so/,
    ],
    [
      'that the webhook leaves the namespace out',
      'enforce',
      [configuration('shop')],
      /the webhook configuration excludes this namespace/,
    ],
    [
      'that the namespace is not opted in',
      undefined,
      [configuration()],
      /the namespace is not opted in, .* first label the namespace/,
    ],
  ])('says once %s, and refuses', async (_, mode, hooks, said) => {
    const { code, out } = await refused(mode, hooks);
    expect(code).toBe(1);
    expect(out).toMatch(said);
    expect(out).toContain('use --now');
    expect(out).toMatch(/\nshop\/api {2}refused {4}as above\n2 Deployments with injections: 2 refused\.\n/);
  });
});

it('withdraw --now names the first of many that it would roll, and how many more', async () => {
  const held = Array.from({ length: 12 }, (_, index) => injected('shop', `web-${index}`));
  const file = await kubeconfig({ one: await apiServer({ ...alone('shop', 'audit', held), [webhooks]: [] }) });
  const { code, err } = await hitless('withdraw', '-n', 'shop', '--now', '--kubeconfig', file);
  expect(code).toBe(1);
  expect(err).toMatch(
    /the pods of 12 Deployments will be replaced: shop\/web-0, .*, shop\/web-9 and 2 more\. There is/,
  );
});

it('withdraw does not wait for a webhook that is not called for the kind, and says why', async () => {
  const container = { name: 'web', image: 'web:1', lifecycle: { preStop: { sleep: { seconds: 10 } } } };
  const record = { 'spec.template.spec.containers[web].lifecycle.preStop.sleep': { seconds: 10 } };
  const annotations = { 'hitless.dev/injected': JSON.stringify(record) };
  const held = {
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata: { name: 'web', namespace: 'shop', resourceVersion: '1', annotations },
    spec: { template: { metadata: { labels: { app: 'web' } }, spec: { containers: [container] } } },
  };
  const sent = configuration();
  for (const entry of sent.webhooks as { rules?: unknown }[]) entry.rules = rulesFor([deployment]);
  const own = '/apis/apps/v1/namespaces/shop/statefulsets';
  const answers = { ...alone('shop', 'enforce', []), [own]: [held], [webhooks]: [sent] };
  const file = await kubeconfig({ one: await apiServer(answers) });
  const { code, out } = await hitless('withdraw', '-n', 'shop', '--kubeconfig', file);
  expect(code).toBe(1);
  expect(out).toContain(
    "API servers do not send any StatefulSet to the webhook (the chart's value webhook.workloads), so nothing would remove the fields from the next pod template: use --now",
  );
});

it('withdraw tells what it did before the API server went away', async () => {
  const held = [injected('shop', 'web'), injected('shop', 'api')];
  const own = '/apis/apps/v1/namespaces/shop/deployments';
  const bare = {
    ...held[0],
    metadata: { name: 'web', namespace: 'shop', resourceVersion: '2' },
  } as unknown as JsonObject;
  const answers = { ...alone('shop', 'audit', held), [webhooks]: [configuration()], [`${own}/web`]: bare };
  const away = (method: string, path: string) => method === 'PATCH' && path === `${own}/api`;
  const file = await kubeconfig({ one: await apiServer(answers, away) });
  const { code, out, err } = await hitless('withdraw', '-n', 'shop', '--kubeconfig', file);
  expect(code).toBe(2);
  expect(out).toMatch(/^shop\/web {2}waiting .*\n1 Deployment with injections: 1 waiting/);
  expect(err).toMatch(
    /^hitless withdraw: stopped after 1 of 2 Deployments; run it again for the rest\nhitless withdraw: the API server at \S+ does not answer: /,
  );
});
