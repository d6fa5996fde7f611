// `hitless status` against a server that answers as an API server does: what it says of each thing that is wrong, and its exit code.

import type { ServerResponse } from 'node:http';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { checkIds } from '../../../src/commands/status/check-ids.ts';
import { checks } from '../../../src/commands/status/checks.ts';
import { type AnsweringServer, type Answers, answeringApiServer } from '../../support/answering-api-server.ts';
import { create } from '../../support/api-server.ts';
import { hitless } from '../../support/hitless.ts';
import {
  type Any,
  type Authority,
  certificateFor,
  configuration,
  failedCalls,
  healthy,
  namespace,
  paths,
  pod,
  rendered,
  secret,
} from '../../support/installed-cluster.ts';
import { write } from '../../support/webhook.ts';

let authority: Authority;
beforeAll(async () => {
  authority = await certificateFor();
});

const ending: AnsweringServer[] = [];
afterEach(() => {
  for (const server of ending.splice(0)) server.close();
});

async function status(changes: Answers = {}, ...args: readonly string[]) {
  const server = await answeringApiServer(healthy(authority, changes));
  ending.push(server);
  return { ...(await hitless(['status', '--kubeconfig', server.kubeconfig, ...args])), asked: server.asked };
}

async function json(changes: Answers = {}, ...args: readonly string[]): Promise<Any> {
  const { out, code, err } = await status(changes, '--output', 'json', ...args);
  return { code, err, ...JSON.parse(out) };
}

/** What is wrong, as `warning pods: message`. */
async function remarks(changes: Answers, ...args: readonly string[]) {
  const { checks: results, code } = await json(changes, ...args);
  const told = results.flatMap(({ id, remarks: own }: Any) =>
    own.map(({ severity, message }: Any) => `${severity} ${id}: ${message}`),
  );
  return { code, told };
}

async function unknowns(changes: Answers, ...args: readonly string[]) {
  const { checks: results, code } = await json(changes, ...args);
  return { code, unknown: results.flatMap(({ id, unknown }: Any) => unknown.map((one: string) => `${id}: ${one}`)) };
}

const changed = (change: (found: Any) => void) => {
  const found = configuration(authority);
  change(found);
  return { [paths.webhooks]: [found] };
};

it('knows its checks by the names on the command line', () => {
  expect(checks.map(({ id }) => id)).toEqual([...checkIds]);
});

it('says in a line each that all is well', async () => {
  const { code, out, err } = await status();
  expect({ code, err }).toEqual({ code: 0, err: '' });
  const days = (date: string) => date.replaceAll(/\d{4}-\d\d-\d\d/g, 'DAY');
  expect(days(out)).toBe(`ok       webhook      hitless: enforce.hitless.dev, audit.hitless.dev, failurePolicy Ignore
ok       pods         hitless-system/hitless: 2 of 2 ready, 0 restarts, image hitless:0.1.0
ok       certificate  hitless-system/hitless: valid until DAY, its authority until DAY
ok       calls        0 failed open and 0 rejected of 120, since DAYT22:13Z, by the API server that answered (each counts its own)
ok       policies     none, the built-in policy applies
ok       namespaces   1 enforce (shop), 0 audit, of 2 namespaces
ok       rollouts     none of 0 workloads stuck, in 1 namespace with the label, whatever its value (--all-namespaces looks at all)
ok       leftovers    0 workloads with injections that no webhook takes back, in all namespaces

hitless is healthy
`);
});

describe('the webhook configuration', () => {
  it('that is missing is the first thing to know, and the release is found by its Service', async () => {
    const { code, out } = await status({ [paths.webhooks]: [] });
    expect(code).toBe(1);
    expect(out.split('\n')[0]).toBe(
      'error    webhook      no MutatingWebhookConfiguration has an entry of hitless, although hitless-system/hitless is installed: API servers do not call it, and nothing is patched. To do: restore it with helm upgrade hitless CHART -n hitless-system --reset-then-reuse-values.',
    );
    expect(out).toContain('2 of 2 ready');
  });

  it('is missing, with the release in a namespace that is named', async () => {
    const services = `/api/v1/namespaces/hitless-system/services`;
    const answers = {
      [paths.webhooks]: [],
      [paths.services]: 403,
      [services]: [{ metadata: rendered('Service').metadata }],
    };
    const { told } = await remarks(answers, '--release-namespace', 'hitless-system');
    expect(told).toEqual([expect.stringMatching(/^error webhook: .* although hitless-system\/hitless is installed/)]);
  });

  it('is missing, and so is everything else', async () => {
    const { told, code } = await remarks({ [paths.webhooks]: [], [paths.services]: [], [paths.namespaces]: [] });
    expect(code).toBe(1);
    const { unknown } = await unknowns({ [paths.webhooks]: [], [paths.services]: [] });
    expect(unknown).toEqual(['pods: no release was found', 'certificate: no release was found']);
    expect(told[0]).toBe(
      'error webhook: hitless is not installed: no MutatingWebhookConfiguration has an entry of hitless',
    );
  });

  it('that lacks an entry, and differs in another, is told with both', async () => {
    const { told, code } = await remarks(
      changed(({ webhooks }) => {
        webhooks.pop();
        webhooks[0].namespaceSelector.matchLabels = { tier: 'web' };
      }),
    );
    expect(code).toBe(1);
    expect(told.filter((one: string) => one.includes('webhook:'))).toEqual([
      'warning webhook: enforce.hitless.dev of hitless: namespaceSelector also asks for {"matchLabels":{"tier":"web"}}',
      'warning webhook: the webhook configuration hitless has no entry audit.hitless.dev: namespaces in mode audit get no warnings',
    ]);
    expect(told).toContain(
      'warning namespaces: namespace shop is labelled, but the webhook configuration excludes it: nothing is patched in it',
    );
  });

  it('of two releases counts where both are called', async () => {
    const second = configuration(authority);
    second.metadata.name = 'second';
    const both = { [paths.webhooks]: [configuration(authority), second] };
    expect((await remarks(both)).told).toContain(
      'warning webhook: 2 webhook configurations have entries of hitless: hitless, second, and more than one is called for shop',
    );
    const none = await remarks({ ...both, [paths.namespaces]: [namespace('other')] }, '--fail-on', 'warning');
    expect(none.code).toBe(0);
  });

  it('that may not be read is exit code 2, and the rest is still said', async () => {
    const { code, out } = await status({ [paths.webhooks]: 403 });
    expect(code).toBe(2);
    expect(out).toContain(
      'unknown  webhook      no permission to list mutatingwebhookconfigurations.admissionregistration.k8s.io\n',
    );
    expect(out).toContain('2 of 2 ready');
    expect(out).toContain('Nothing wrong was found, but not everything could be read: 1 unknown');
  });
});

/** Headers are bytes to Node.js, and UTF-8 to the API server. */
const bytesOf = (text: string) => Buffer.from(text).toString('latin1');

describe('the dry run', () => {
  const shop = '/api/v1/namespaces/shop';
  const inShop = (answer: Answers[string], mode: string | undefined = 'enforce'): Answers => ({
    [shop]: namespace('shop', mode),
    [paths.shop]: answer,
  });
  const written =
    (annotations: Any, ...warnings: readonly string[]) =>
    (response: ServerResponse) => {
      response.setHeader(
        'warning',
        warnings.map((text) => `299 - ${bytesOf(JSON.stringify(text))}`),
      );
      response.writeHead(201).end(JSON.stringify({ kind: 'Deployment', metadata: { annotations } }));
    };
  // The list of the same path has another answer.
  const tried = ['--dry-run-in', 'shop', '--skip', 'rollouts,leftovers'];
  const lineOf = (out: string) => out.split('\n').filter((line) => /^\w+ +dry-run /.test(line));

  it('is made only where it is asked for', async () => {
    expect((await status()).out).not.toContain('dry-run');
    const { out, asked } = await status(inShop(written({})), ...tried);
    expect(asked).toContain('/apis/apps/v1/namespaces/shop/deployments?dryRun=All&fieldManager=hitless-status');
    expect(out).toContain('dry-run');
  });

  it.each([
    ['patched', written({ 'hitless.dev/injected': '{}' }, 'hitless shop/…: patched (pre-stop-sleep): …')],
    [
      'only reported, nothing is patched',
      written({}, 'other', 'hitless shop/…: would patch (pre-stop-sleep): "a", 5 s'),
    ],
    ['its policy writes nothing', written({}, 'hitless shop/…: the annotation is ignored')],
  ])('is answered: %s', async (outcome, answer) => {
    const { code, out } = await status(inShop(answer), ...tried);
    expect([code, lineOf(out)]).toEqual([
      0,
      [`ok       dry-run      a Deployment in namespace shop is answered: ${outcome}`],
    ]);
  });

  it.each([
    [
      'without an answer',
      inShop(written({}, 'other warning')),
      'is written without an answer of hitless: the call failed open',
    ],
    [
      'refused',
      inShop((response: ServerResponse) =>
        response.writeHead(500).end(JSON.stringify({ message: 'failed calling webhook "enforce.hitless.dev": EOF' })),
      ),
      'is refused, because hitless does not answer: 500: failed calling webhook "enforce.hitless.dev": EOF',
    ],
    ['never sent', inShop(written({}), 'off'), 'API servers send no workload of namespace shop to hitless'],
  ])('tells of a call that is %s', async (_, answers, message) => {
    const { told, code } = await remarks(answers, ...tried);
    expect([code, told.filter((one: string) => one.startsWith('error dry-run'))]).toEqual([
      1,
      [expect.stringContaining(message)],
    ]);
  });

  it.each([
    ['no permission', inShop(403), 'could not be read: 403: said 403'],
    ['no such namespace', {}, 'could not be read: there is no namespace shop'],
  ])('that could not be made is not taken for one that passed: %s', async (_, answers, message) => {
    const { code, out } = await status(answers, ...tried);
    expect([code, lineOf(out)[0]]).toEqual([2, expect.stringContaining(message)]);
  });

  it('writes a kind that is sent', async () => {
    const found = changed(({ webhooks }) => {
      for (const { rules } of webhooks) rules[0].resources = ['statefulsets'];
    });
    const answers = {
      ...found,
      [shop]: namespace('shop', 'audit'),
      '/apis/apps/v1/namespaces/shop/statefulsets': written({}, 'hitless shop/…: x'),
    };
    expect((await status(answers, ...tried)).out).toContain('a StatefulSet in namespace shop is answered');
  });
});

describe('the pods', () => {
  const notReady = [
    { type: 'PodScheduled', status: 'True' },
    { type: 'Ready', status: 'False' },
  ];

  it.each([
    [
      'an image that cannot be pulled',
      pod('hitless-2', {
        conditions: notReady,
        second: { ready: false, state: { waiting: { reason: 'ImagePullBackOff', message: 'not found' } } },
      }),
      'error pods: pod hitless-system/hitless-2 is not ready: container webhook-2 waits: ImagePullBackOff, not found',
    ],
    [
      'a crash',
      pod('hitless-2', {
        conditions: notReady,
        second: {
          ready: false,
          state: { waiting: { reason: 'CrashLoopBackOff' } },
          lastState: { terminated: { exitCode: 2, reason: 'Error' } },
        },
      }),
      'error pods: pod hitless-system/hitless-2 is not ready: container webhook-2 waits: CrashLoopBackOff; it last ended with exit code 2 (Error)',
    ],
    [
      'a probe that fails',
      pod('hitless-2', { conditions: notReady, second: { ready: false } }),
      'error pods: pod hitless-system/hitless-2 is not ready: container webhook-2 runs, and its readiness probe fails',
    ],
    [
      'a node that is full',
      pod('hitless-2', { conditions: [{ type: 'PodScheduled', status: 'False', message: '0/1 nodes are available' }] }),
      'error pods: pod hitless-system/hitless-2 is not ready: it is not scheduled (0/1 nodes are available)',
    ],
    [
      'a restart a short while ago',
      pod('hitless-2', {
        second: {
          restartCount: 1,
          lastState: { terminated: { exitCode: 137, reason: 'OOMKilled', finishedAt: new Date().toISOString() } },
        },
      }),
      'warning pods: container webhook-2 of pod hitless-system/hitless-2 restarted 0 minutes ago: exit code 137 (OOMKilled)',
    ],
    [
      'another image',
      pod('hitless-2', { image: 'hitless:0.0.9' }),
      'warning pods: the pods of hitless-system/hitless run different images: hitless:0.0.9, hitless:0.1.0',
    ],
    [
      'another content of the same tag',
      pod('hitless-2', { second: { imageID: 'sha256:2' } }),
      'warning pods: the pods of hitless-system/hitless run different contents of the image hitless:0.1.0: its tag was moved (hitless-system/hitless-1, hitless-system/hitless-2)',
    ],
  ])('say why one is not as it should be: %s', async (_why, second, sentence) => {
    const { told, code } = await remarks({ [paths.pods]: [pod('hitless-1'), second] });
    expect({ code, told }).toEqual({ code: 1, told: [sentence] });
  });

  it.each(['Failed', 'Succeeded'])('that have ended neither need attention nor count as pods: %s', async (phase) => {
    const evicted = pod('hitless-0', { conditions: [{ type: 'Ready', status: 'False' }] });
    evicted.status = { ...evicted.status, phase, reason: 'Evicted' };
    expect(await remarks({ [paths.pods]: [evicted, pod('hitless-1'), pod('hitless-2')] })).toEqual({
      code: 0,
      told: [],
    });
    const { told } = await remarks({ [paths.pods]: [evicted, pod('hitless-1')] });
    expect(told).toEqual(['error pods: hitless-system/hitless has 1 of 2 pods']);
  });

  it('are fine with an old restart, which is only counted', async () => {
    const lastState = { terminated: { exitCode: 1, reason: 'Error', finishedAt: '2020-01-01T00:00:00Z' } };
    const { code, checks: results } = await json({
      [paths.pods]: [pod('hitless-1', { second: { restartCount: 3, lastState } }), pod('hitless-2')],
    });
    expect(code).toBe(0);
    expect(results[1].summary).toContain('3 restarts');
  });

  it('of an installation that is capped to audit are a note', async () => {
    const deployment = rendered('Deployment');
    for (const container of deployment.spec.template.spec.containers)
      container.args = container.args.map((argument: string) => argument.replace('--mode=enforce', '--mode=audit'));
    expect(await remarks({ [paths.deployments]: [deployment] })).toEqual({
      code: 0,
      told: [
        'note pods: hitless-system/hitless is capped to audit: nothing is patched, whatever the labels of namespaces say',
      ],
    });
  });

  it('that do not exist are told by the Deployment and by the endpoints', async () => {
    const { told } = await remarks({ [paths.pods]: [], [paths.endpoints]: [] });
    expect(told).toEqual([
      'error pods: the Service hitless-system/hitless has no ready endpoint: Deployments are written unpatched (failurePolicy Ignore)',
      'error pods: hitless-system/hitless has 0 of 2 pods',
    ]);
    const failing = changed(({ webhooks }) => {
      for (const entry of webhooks) entry.failurePolicy = 'Fail';
    });
    expect((await remarks({ ...failing, [paths.endpoints]: [] })).told).toContain(
      'error pods: the Service hitless-system/hitless has no ready endpoint: Deployments of namespaces that opted in are refused (failurePolicy Fail)',
    );
  });

  it('are looked for by their label where the Service is gone, and a Deployment scaled to 0 is told', async () => {
    const deployment = rendered('Deployment');
    deployment.spec.replicas = 0;
    const { told } = await remarks({ [paths.service]: 404, [paths.deployments]: [deployment], [paths.pods]: [] });
    expect(told).toEqual([
      'error pods: the Service hitless-system/hitless does not exist: API servers do not reach hitless',
      'error pods: the Deployment of hitless-system/hitless is scaled to 0: no call is answered',
    ]);
  });
});

describe('the certificate', () => {
  const ended = (days: number) =>
    `hitless_certificate_not_after_timestamp_seconds ${Date.now() / 1000 + days * 86_400}\n`;

  it.each([
    [3.5, 'warning certificate: the certificate of hitless-system/hitless expires in 3 days'],
    [-1, 'error certificate: the certificate of hitless-system/hitless has expired: every call fails'],
  ])('that has %d days left is told, by what the pods serve', async (days, sentence) => {
    expect(await remarks({ [paths.podMetrics]: ended(days) })).toEqual({ code: 1, told: [sentence] });
  });

  it('is read from the Secret where no pod answers', async () => {
    const soon = await certificateFor(2.5);
    const { told } = await remarks({
      [paths.secret]: secret(soon),
      [paths.webhooks]: [configuration(soon)],
      [paths.podMetrics]: 401,
    });
    expect(told).toEqual(['warning certificate: the certificate of hitless-system/hitless expires in 2 days']);
  });

  it('is read from the Secret where a pod hangs, and all else is told', async () => {
    expect(await remarks({ [paths.podMetrics]: 0 })).toEqual({ code: 0, told: [] });
  });

  it('that nobody has issued yet is an error, and never fine', async () => {
    const { told } = await remarks({
      ...changed(({ webhooks }) => {
        for (const entry of webhooks) delete entry.clientConfig.caBundle;
      }),
      [paths.secret]: { metadata: { name: 'hitless-tls' } },
      [paths.podMetrics]: 404,
    });
    expect(told).toEqual([
      'error certificate: the caBundle of enforce.hitless.dev, audit.hitless.dev is empty: API servers trust no certificate of hitless-system/hitless, and every call fails',
      'error certificate: no certificate of hitless-system/hitless is found: its Secret is absent or empty, and no pod serves one',
    ]);
  });

  it('that no caBundle trusts makes every call fail', async () => {
    const stranger = await certificateFor();
    const { told, code } = await remarks({ [paths.webhooks]: [configuration(stranger)] });
    expect({ told, code }).toEqual({
      code: 1,
      told: [
        'error certificate: the caBundle of enforce.hitless.dev, audit.hitless.dev does not hold the authority that signed the certificate of hitless-system/hitless: every call fails',
      ],
    });
  });

  it.each([
    [
      'for another name',
      { name: 'other.hitless-system.svc' },
      /^error certificate: the certificate in the Secret of hitless-system\/hitless is not for hitless.hitless-system.svc, the name that API servers call: calls that are answered with it fail$/,
    ],
    [
      'not valid yet',
      { fromDays: 2 },
      /^error certificate: the certificate in the Secret of hitless-system\/hitless is not valid before \S+Z: calls/,
    ],
    [
      'signed by an authority in the caBundles that has expired',
      { authorityDays: -1 },
      /^error certificate: the caBundle of enforce.hitless.dev, audit.hitless.dev holds no certificate that is valid now: API servers trust no certificate of hitless-system\/hitless, and every call fails$/,
    ],
  ])('is an error if it is %s, also without ca.crt in the Secret', async (_what, unusual, sentence) => {
    const pair = await certificateFor(60, unusual);
    const { metadata, data } = secret(pair);
    const { told, code } = await remarks({
      [paths.webhooks]: [configuration(pair)],
      [paths.secret]: { metadata, data: { 'tls.crt': data['tls.crt'] } },
    });
    expect({ told, code }).toEqual({ code: 1, told: [expect.stringMatching(sentence)] });
  });

  it('names who writes the caBundles, as far as the installation says it', async () => {
    const empty = (change: (found: Any) => void) =>
      changed((found) => {
        for (const entry of found.webhooks) delete entry.clientConfig.caBundle;
        change(found);
      });
    const actions = async (changes: Answers) =>
      (await json(changes)).checks[2].remarks.map(({ action }: Any) => action);
    const none = () => undefined;
    expect(await actions(empty(none))).toEqual(['the pods write it: their log says why they did not']);
    const injector = empty(({ metadata }) => {
      metadata.annotations = { 'cert-manager.io/inject-ca-from': 'hitless-system/hitless-tls' };
    });
    expect(await actions(injector)).toEqual(['the injector of cert-manager writes it: its log says why it did not']);
    expect((await actions({ ...empty(none), [paths.deployments]: 403 }))[0]).toMatch(
      /^the pods write it, or cert-manager/,
    );
  });

  it('is trusted in the middle of a rotation, with both authorities in the caBundles', async () => {
    const next = await certificateFor();
    const both = { ca: `${next.ca}\n${authority.ca}`, cert: '' };
    expect(await remarks({ [paths.webhooks]: [configuration(both)] })).toEqual({ code: 0, told: [] });
  });

  it.each([
    ['empty', '', 'is empty: API servers trust no certificate of hitless-system/hitless, and every call fails'],
    ['no certificate', 'bm9uc2Vuc2U=', 'holds something that is not a certificate'],
  ])('with a caBundle that is %s', async (_what, caBundle, sentence) => {
    const { told } = await remarks(
      changed(({ webhooks }) => {
        webhooks[0].clientConfig.caBundle = caBundle;
      }),
    );
    expect(told).toEqual([`error certificate: the caBundle of enforce.hitless.dev ${sentence}`]);
  });

  it('of your own may have an empty caBundle: API servers use their trust store', async () => {
    const deployment = rendered('Deployment');
    for (const container of deployment.spec.template.spec.containers)
      container.args = container.args.filter((argument: string) => !argument.startsWith('--tls-secret'));
    const { told, code } = await remarks({
      ...changed(({ webhooks }) => {
        for (const entry of webhooks) delete entry.clientConfig.caBundle;
      }),
      [paths.deployments]: [deployment],
    });
    expect(code).toBe(0);
    expect(told).toEqual([expect.stringMatching(/^note certificate: .* by their own trust store$/)]);
  });
});

describe('the calls', () => {
  it('without an answer are a note when they are few, and a warning when they are many', async () => {
    const sentence = (severity: string, n: number) =>
      `${severity} calls: the API server got no answer for ${n} of 120 calls since 2023-11-14T22:13Z: ${n} Deployments were written unpatched, 0 writes were refused`;
    expect(await remarks({ [paths.metrics]: failedCalls(1) })).toEqual({ code: 0, told: [sentence('note', 1)] });
    expect(await remarks({ [paths.metrics]: failedCalls(2) })).toEqual({ code: 1, told: [sentence('warning', 2)] });
    expect(await remarks({ [paths.metrics]: failedCalls(2) }, '--skip', 'calls')).toEqual({ code: 0, told: [] });
  });
});

describe('the policies', () => {
  const policy = (name: string, spec: Any, more: Any = {}) => ({ metadata: { name, generation: 2 }, spec, ...more });
  const conditions = (type: string, message: string) => [{ type, status: 'False', reason: 'R', message }];

  it('that cannot be used are a warning, those without effect a note, and the reach of the others is shown', async () => {
    const { told, code } = await remarks({
      [paths.clusterPolicies]: [
        policy('wrong', { preStopSleep: { seconds: -1 } }),
        policy('newer', {}, { status: { observedGeneration: 2, conditions: conditions('Accepted', 'spec.x is bad') } }),
        policy(
          'idle',
          {},
          { status: { observedGeneration: 2, conditions: conditions('Effective', 'it selects none') } },
        ),
        policy('stale', {}, { status: { observedGeneration: 1, conditions: conditions('Accepted', 'was bad') } }),
      ],
    });
    expect({ told, code }).toEqual({
      code: 1,
      told: [
        expect.stringMatching(
          /^warning policies: ClusterRolloutPolicy wrong cannot be used: spec\.preStopSleep\.seconds: /,
        ),
        'warning policies: ClusterRolloutPolicy newer cannot be used: spec.x is bad',
        'note policies: ClusterRolloutPolicy idle has no effect: it selects none',
      ],
    });
    const status = { observedGeneration: 2, matchedWorkloads: 12 };
    const found = { ...policy('web', {}, { status }), metadata: { namespace: 'shop', name: 'web', generation: 2 } };
    const { checks: results } = await json({ [paths.policies]: [found] });
    expect(results[4].summary).toBe('1 policy; workloads selected: RolloutPolicy shop/web 12');
  });

  it('end in one full stop, with what to do', async () => {
    const effective = (reason: string, message: string) => ({
      status: { observedGeneration: 2, conditions: [{ type: 'Effective', status: 'False', reason, message }] },
    });
    const { out } = await status({
      [paths.clusterPolicies]: [
        policy('empty', {}, effective('SetsNothing', 'It sets no field.')),
        policy('away', {}, effective('NothingSelected', 'Its workloadSelector selects nothing.')),
      ],
    });
    expect(out).toContain(
      'ClusterRolloutPolicy empty has no effect: it sets no field. To do: set a field in it, or delete it.\n',
    );
    expect(out).toContain('has no effect: its workloadSelector selects nothing. To do: compare its selectors with');
  });

  it('are not known by a status that nobody keeps, once hitless is uninstalled', async () => {
    const web = policy('web', {}, { status: { observedGeneration: 2, matchedWorkloads: 12 } });
    const gone = { [paths.webhooks]: [], [paths.services]: [], [paths.clusterPolicies]: [web] };
    const { checks: results } = await json(gone);
    expect(results[4]).toMatchObject({
      summary: '1 policy',
      unknown: ['what the policies select: no release was found that would keep their status'],
    });
  });

  it('whose kinds are not installed are a note', async () => {
    const { told, code } = await remarks({ [paths.policies]: 404, [paths.clusterPolicies]: 404 });
    expect(code).toBe(0);
    expect(told).toEqual([expect.stringMatching(/^note policies: the cluster does not know the kinds/)]);
  });
});

describe('the namespaces', () => {
  it('with a label that does nothing are told with the right word', async () => {
    const all = [namespace('a', 'enforced'), namespace('b', 'AUDIT'), namespace('kube-system', 'enforce')];
    const { told, code } = await remarks({ [paths.namespaces]: all, ...listsOf('a', 'b', 'kube-system') });
    expect({ told, code }).toEqual({
      code: 1,
      told: [
        'warning namespaces: Namespace a label hitless.dev/mode is "enforced", so hitless is not called there: write enforce or audit, or remove it; did you mean enforce?',
        'warning namespaces: Namespace b label hitless.dev/mode is "AUDIT", so hitless is not called there: write enforce or audit, or remove it; did you mean audit?',
        'warning namespaces: Namespace kube-system is labelled, but belongs to the cluster: nothing is patched in it',
        'note namespaces: no namespace is opted in, so nothing is patched',
      ],
    });
  });
});

function listsOf(...names: readonly string[]): Answers {
  return Object.fromEntries(names.map((name) => [`/apis/apps/v1/namespaces/${name}/deployments`, []]));
}

/** As the webhook left it. */
function injected(home: string, name: string): Any {
  const labels = { app: name };
  const container = { name: 'web', image: 'web:1', livenessProbe: { tcpSocket: { port: 8080 } } };
  const spec = {
    selector: { matchLabels: labels },
    template: { metadata: { labels }, spec: { containers: [container] } },
  };
  const object = create({ metadata: { name, namespace: home }, spec: { ...spec, replicas: 5 } });
  return write({ object, mode: 'enforce' }).object;
}

const stuck = {
  observedGeneration: 1,
  replicas: 6,
  updatedReplicas: 1,
  conditions: [
    { type: 'Progressing', status: 'False', reason: 'ProgressDeadlineExceeded', message: 'has timed out progressing' },
  ],
};

describe('the Deployments', () => {
  it('with a stuck rollout are errors where hitless holds it up, and otherwise warnings', async () => {
    const web = injected('shop', 'web');
    const at = (status: Any, object: Any = web) => [
      { ...object, metadata: { ...object.metadata, generation: 1 }, status },
    ];
    const { told, code } = await remarks({ [paths.shop]: at(stuck) });
    expect(code).toBe(1);
    expect(told).toEqual([
      expect.stringMatching(/^error rollouts: Deployment shop\/web: .*hitless's maxUnavailable 0/),
    ]);
    const own = structuredClone(web);
    own.spec.strategy.rollingUpdate = { maxUnavailable: 0, maxSurge: 1 };
    delete own.metadata.annotations;
    const first = { ...stuck, replicas: 5, updatedReplicas: 5 };
    for (const list of [at(stuck, own), at(first)]) {
      const found = await remarks({ [paths.shop]: list }, '--fail-on', 'error');
      expect(found).toEqual({ code: 0, told: [expect.stringMatching(/^warning rollouts: Deployment shop\/web: the/)] });
    }
  });

  const leftover = (name: string) =>
    `warning leftovers: 1 Deployment has a record of injections where the webhook is not called (${name}): the API server refuses edits that collide with them`;

  it('that hold injections where nothing is called are leftovers, with -A and without', async () => {
    const all = { [paths.allDeployments]: [injected('other', 'web'), injected('shop', 'web')] };
    const told = [leftover('other/web')];
    expect(await remarks(all)).toEqual({ code: 1, told });
    expect(await remarks(all, '-A')).toEqual({ code: 1, told });
    const many = Array.from({ length: 60 }, (_, at) => namespace(`n${at}`, 'audit'));
    const { told: ofMany } = await remarks({ ...all, [paths.namespaces]: [...many, namespace('other')] });
    expect(ofMany).toContainEqual(expect.stringContaining('(other/web, shop/web)'));
  });

  it('with a record that lists nothing are none, and those outside labelled namespaces are asked for their metadata', async () => {
    const empty = injected('other', 'web');
    empty.metadata.annotations['hitless.dev/injected'] = '{}';
    expect(await remarks({ [paths.allDeployments]: [empty] })).toEqual({ code: 0, told: [] });
    const { out } = await status();
    expect(out).toContain('0 workloads with injections that no webhook takes back, in all namespaces');
  });

  it('are unknown outside labelled namespaces where those may not be listed', async () => {
    const answers = { [paths.allDeployments]: 403 };
    expect(await unknowns(answers)).toEqual({
      code: 0,
      unknown: [
        'leftovers: whether injections are left in namespaces without the label: no permission to list deployments, statefulsets, daemonsets, rollouts in all namespaces',
      ],
    });
    expect((await status(answers)).out).toContain('in 1 namespace with the label, whatever its value');
  });

  it('are to be covered again, not withdrawn, while only the webhook configuration is missing', async () => {
    const answers = {
      [paths.webhooks]: [],
      [paths.shop]: [injected('shop', 'web')],
      [paths.allDeployments]: [injected('other', 'web')],
    };
    const actions = async (changes: Answers) => {
      const { checks: results } = await json(changes);
      const { remarks: own } = results.find(({ id }: Any) => id === 'leftovers');
      return own.map(({ action, message }: Any) => [/\(\w+\/web\)/.exec(message)?.[0], action]);
    };
    const withdraw = 'hitless withdraw -n NAMESPACE --now, which replaces the pods';
    expect(await actions(answers)).toEqual([
      ['(shop/web)', 'restore the webhook configuration first (see webhook), and they are covered again'],
      ['(other/web)', withdraw],
    ]);
    expect(await actions({ ...answers, [paths.services]: [] })).toEqual([
      ['(shop/web)', `install hitless again, or ${withdraw}`],
      ['(other/web)', `${withdraw}, or install hitless again and opt the namespace in`],
    ]);
    expect(await actions({ [paths.allDeployments]: [injected('other', 'web')] })).toEqual([
      ['(other/web)', `${withdraw}, or opt the namespace in again`],
    ]);
  });

  it('of many labelled namespaces are one list, of few a list each', async () => {
    const names = Array.from({ length: 60 }, (_, at) => `n${at}`);
    const many = { [paths.namespaces]: names.map((name) => namespace(name, 'audit')), [paths.allDeployments]: [] };
    const lists = ({ asked }: { readonly asked: readonly string[] }) =>
      asked.filter((path) => /deployments/.test(path) && !path.includes('hitless-system'));
    expect(lists(await status(many))).toHaveLength(1);
    expect(lists(await status())).toEqual([
      expect.stringContaining('/namespaces/shop/'),
      expect.stringMatching(/^\/apis\/apps\/v1\/deployments/),
    ]);
  });
});

function broken(response: ServerResponse): void {
  response.writeHead(200, { 'content-length': 1000 });
  response.write('# HELP', () => response.destroy());
}

/** A line a while, for ever: never silent for long. */
function endless(response: ServerResponse): void {
  response.writeHead(200);
  const timer = setInterval(() => response.write('# HELP nothing\n'), 500);
  response.on('close', () => clearInterval(timer));
}

describe('what may not be read', () => {
  it.each([
    [
      { [paths.namespaces]: 403 },
      [
        'namespaces: no permission to list namespaces',
        'rollouts: no permission to list namespaces',
        'leftovers: no permission to list namespaces',
      ],
    ],
    [
      { [paths.pods]: 403, [paths.secret]: 404 },
      [
        'pods: no permission to list pods in namespace hitless-system',
        'certificate: no permission to list pods in namespace hitless-system',
      ],
    ],
    [
      { [paths.secret]: 403 },
      [
        'certificate: whether the caBundles hold the authority of hitless-system/hitless: no permission to get secrets/hitless-tls in namespace hitless-system',
      ],
    ],
    [
      { [paths.podMetrics]: 403, [paths.secret]: 404 },
      ['certificate: no permission to get pods/proxy in namespace hitless-system'],
    ],
    [{ [paths.metrics]: 403 }, ['calls: no permission to get /metrics of the API server']],
    [{ [paths.policies]: 403 }, ['policies: no permission to list rolloutpolicies.hitless.dev']],
    [
      { [paths.shop]: 403 },
      [
        'rollouts: no permission to list deployments, statefulsets, daemonsets, rollouts in labelled namespaces',
        'leftovers: no permission to list deployments, statefulsets, daemonsets, rollouts in labelled namespaces',
      ],
    ],
  ] as const)('is unknown, with the permission, and not an exit code: %o', async (answers, sentences) => {
    expect(await unknowns(answers)).toEqual({ code: 0, unknown: sentences });
  });

  it('of namespaces leaves unknown what is called in them, also where all Deployments are looked at', async () => {
    const answers = { [paths.namespaces]: 403, [paths.allDeployments]: [injected('shop', 'web')] };
    const { unknown } = await unknowns(answers, '-A');
    expect(unknown).toEqual([
      'namespaces: no permission to list namespaces',
      'leftovers: no permission to list namespaces',
    ]);
  });

  it('because the API server fails is exit code 2, and the other checks are still told', async () => {
    const { code, out } = await status({ [paths.pods]: 500 });
    expect(code).toBe(2);
    expect(out).toContain('error    pods         could not be read: 500: said 500');
    expect(out).toContain('1 enforce (shop)');
  });

  it('of anything is said at the end', async () => {
    const { code, out } = await status(Object.fromEntries(Object.keys(healthy(authority)).map((path) => [path, 403])));
    expect(code).toBe(2);
    expect(out).toMatch(/\nNothing could be read: \d+ unknown\n$/);
  });

  it('because an answer breaks off is exit code 2, and the other checks are still told; of a pod it is only missing', async () => {
    const { code, out, err } = await status({ [paths.metrics]: broken });
    expect({ code, err }).toEqual({ code: 2, err: '' });
    expect(out).toContain('error    calls        could not be read: the connection broke off before the answer was');
    expect(out).toContain('1 enforce (shop)');
    expect(await remarks({ [paths.podMetrics]: broken })).toEqual({ code: 0, told: [] });
  });

  it('because a pod answers without an end is missing, and status ends', async () => {
    expect(await remarks({ [paths.podMetrics]: endless })).toEqual({ code: 0, told: [] });
  }, 60_000);

  it('because nobody answers is a sentence', async () => {
    const server = await answeringApiServer({});
    server.close();
    const { code, out, err } = await hitless(['status', '--kubeconfig', server.kubeconfig]);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toMatch(/^hitless status: the API server at http:\S+ does not answer: /);
  });
});

it('refuses a check that there is not', async () => {
  const { code, err } = await hitless(['status', '--skip', 'pods,weather']);
  expect(code).toBe(2);
  expect(err).toContain(
    'Must be any of webhook, pods, dry-run, certificate, calls, policies, namespaces, rollouts, leftovers',
  );
});
