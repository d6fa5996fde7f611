// What `hitless explain` and `hitless audit` say about the policies of a cluster.

import { describe, expect, it } from 'vitest';
import { explainTarget } from '../../src/commands/explain/target.ts';
import type { JsonObject } from '../../src/workload/json.ts';
import { kubeconfig } from '../support/kubeconfig.ts';
import { type Answers, apiServer, cluster, hitless, namespace, webhooks } from '../support/live-command.ts';

const policies = '/apis/hitless.dev/v1alpha1';

function policy(name: string, spec: JsonObject, home?: string): JsonObject {
  return { metadata: { name, ...(home !== undefined && { namespace: home }) }, spec };
}

function web(name = 'web', labels: Record<string, string> = { app: 'web' }): JsonObject {
  const template = {
    metadata: { labels },
    spec: { containers: [{ name, image: 'web:1', ports: [{ containerPort: 8080 }] }] },
  };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace: 'shop', labels, resourceVersion: '1', managedFields: [] },
    spec: { replicas: 2, selector: { matchLabels: labels }, template },
  };
}

const platform = policy('platform', { preStopSleep: { seconds: 15 } });
const api = policy('api', { workloadSelector: { matchLabels: { app: 'api' } }, preStopSleep: { seconds: 4 } }, 'shop');
const team = policy('team', { preStopSleep: { seconds: 6 } }, 'shop');

/** What is asked for the namespace shop. */
function shop(more: Answers = {}): Answers {
  return {
    ...cluster(),
    '/api/v1/namespaces/shop': namespace('shop', 'enforce'),
    '/api/v1/namespaces/shop/services': [],
    [`${policies}/clusterrolloutpolicies`]: [platform],
    [`${policies}/namespaces/shop/rolloutpolicies`]: [api, team],
    '/apis/apps/v1/namespaces/shop/deployments/web': web(),
    ...more,
  };
}

async function explain(answers: Answers, ...args: readonly string[]) {
  const config = await kubeconfig({ here: await apiServer(answers) });
  return hitless('explain', ...args, '-n', 'shop', '--kubeconfig', config);
}

describe('explain, asked about a Deployment of a cluster', () => {
  it("takes the namespace of the kubeconfig's context, and default without one", async () => {
    const server = await apiServer(shop());
    const own = await hitless('explain', 'deploy/web', '--kubeconfig', await kubeconfig({ here: server }, 'shop'));
    expect({ code: own.code, err: own.err }).toEqual({ code: 0, err: '' });
    expect(own.out).toContain('Deployment shop/web');
    const none = await hitless('explain', 'deploy/web', '--kubeconfig', await kubeconfig({ here: server }));
    expect(none.err).toContain('default');
    expect(none.code).toBe(2);
  });

  it.each([
    [['deployment/web']],
    [['deploy/web']],
    [['deployment', 'web']],
    [['deployments.apps/web']],
  ])('says which policies rule it, and why others do not: %s', async (words) => {
    const { code, out, err } = await explain(shop(), ...words);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toContain('Deployment shop/web\n  mode\n    enforce: ');
    expect(out).toMatch(
      /preStopSleep\.seconds +6 +RolloutPolicy shop\/team\n {4}20 other fields have the built-in default/,
    );
    expect(out).toMatch(/RolloutPolicy shop\/team +applies\n/);
    expect(out).toMatch(
      /ClusterRolloutPolicy platform +applies +preStopSleep\.seconds overridden by RolloutPolicy shop\/team/,
    );
    expect(out).toMatch(/RolloutPolicy shop\/api +does not match +workloadSelector requires app=api, found app=web/);
    expect(out).toContain('pre-stop-sleep');
  });

  it('shows every default with --all, and everything in JSON', async () => {
    const { out } = await explain(shop(), 'deployment/web', '--all');
    expect(out.match(/built-in default$/gm)).toHaveLength(20);
    const json = JSON.parse((await explain(shop(), 'deployment/web', '--output', 'json')).out);
    const [one] = json.deployments;
    expect(one.policy).toHaveLength(21);
    expect(one).toMatchObject({
      object: { kind: 'Deployment', namespace: 'shop', name: 'web' },
      mode: expect.stringMatching(/^enforce/),
    });
    expect(
      one.policies.map(({ policy: name, applies }: { policy: string; applies: boolean }) => [name, applies]),
    ).toEqual([
      ['RolloutPolicy shop/team', true],
      ['ClusterRolloutPolicy platform', true],
      ['RolloutPolicy shop/api', false],
    ]);
    expect(one).not.toHaveProperty('file');
  });

  it.each([
    ['not opted in', { '/api/v1/namespaces/shop': namespace('shop') }, 'not opted in'],
    ['audited', { '/api/v1/namespaces/shop': namespace('shop', 'audit') }, 'audit: hitless writes nothing'],
    ['without a webhook', { [webhooks]: [] }, 'the hitless webhook is not installed'],
    ['of labels alone', { [webhooks]: 403 }, 'enforce: '],
  ])('says what hitless does there: %s', async (_, more, text) => {
    expect((await explain(shop(more), 'deployment/web')).out).toContain(`mode\n    ${text}`);
  });

  it('says of a kind that is only reported which policy decides that, and of one that is named nothing', async () => {
    const { spec, metadata } = web('db');
    const statefulSet = { apiVersion: 'apps/v1', kind: 'StatefulSet', metadata, spec };
    const stored = { '/apis/apps/v1/namespaces/shop/statefulsets/db': statefulSet };
    const { out } = await explain(shop(stored), 'statefulset/db');
    expect(out).toContain(
      'StatefulSet shop/db\n  mode\n    audit: hitless writes nothing and only says what it would write\n' +
        '    StatefulSets are only reported: no policy names them in kinds, and the built-in default is Deployment\n',
    );
    const databases = policy('databases', { kinds: ['Deployment', 'StatefulSet'] }, 'shop');
    const named = { ...stored, [`${policies}/namespaces/shop/rolloutpolicies`]: [databases] };
    const { out: patched } = await explain(shop(named), 'sts/db');
    expect(patched).toContain('StatefulSet shop/db\n  mode\n    enforce: ');
    expect(patched).toMatch(/kinds +\[Deployment, StatefulSet\] +RolloutPolicy shop\/databases\n/);
    expect(patched).not.toContain('only reported');
  });

  it('says that there is none of that name, and explains the others', async () => {
    const { code, out, err } = await explain(shop(), 'deployment/wbe', 'deployment/web');
    expect(code).toBe(2);
    expect(out).toContain('Deployment shop/web');
    expect(err).toBe('hitless explain: there is no Deployment wbe in namespace shop\n');
  });

  it.each([
    [{ '/apis/apps/v1/namespaces/shop/deployments/web': 403 }, 'does not allow this (403)'],
    [{ [`${policies}/namespaces/shop/rolloutpolicies`]: 403 }, 'no permission to list RolloutPolicy objects'],
    [{ '/api/v1/namespaces/shop': 404 }, 'there is no namespace shop'],
  ])('says what it may not read, with exit code 2: %o', async (more, text) => {
    const { code, err } = await explain(shop(more), 'deployment/web');
    expect(code).toBe(2);
    expect(err).toContain(text);
  });

  it('takes no flags that are for files', async () => {
    for (const flags of [['--policy', 'p.yaml'], ['--name', 'web'], ['--require-input']]) {
      const { code, err } = await explain(shop(), 'deployment/web', ...flags);
      expect({ code, err }).toEqual({
        code: 2,
        err: `hitless explain: ${flags[0]} is for files and cannot be used with a workload of a cluster\n`,
      });
    }
  });
});

describe('what explain is asked about', () => {
  const kindOf = (words: readonly string[], files: readonly string[] = [], meansCluster = false) =>
    explainTarget(words, { meansCluster, exists: (path) => files.includes(path) });

  it.each([
    [['deployment/web'], 'workloads'],
    [['deploy/web', 'deploy/api'], 'workloads'],
    [['deployment', 'web', 'api'], 'workloads'],
    [['deploy/'], 'files'],
    [['deploy/web.yaml'], 'files'],
    [['web.yaml', 'deployment/web'], 'files'],
    [['deployment'], 'files'],
    [['pod/web'], 'files'],
    [['-'], 'files'],
  ])('%s: %s', (words, kind) => expect(kindOf(words).kind).toBe(kind));

  it('is a file of that name, and that is said', () => {
    expect(kindOf(['deploy/web'], ['deploy/web'])).toMatchObject({
      kind: 'files',
      notice: expect.stringContaining('deploy/web is a file'),
    });
    expect(kindOf(['deploy/web'], ['deploy/web'], true).kind).toBe('workloads');
  });

  it('must be a workload where a flag means a cluster', () => {
    expect(kindOf(['web.yaml'], ['web.yaml'], true)).toEqual({
      kind: 'mistake',
      sentence:
        'with --context, --kubeconfig or another flag that names a cluster the argument must be deployment/NAME, statefulset/NAME, daemonset/NAME, rollout/NAME, cloneset/NAME, leaderworkerset/NAME or deploymentconfig/NAME, found "web.yaml"',
    });
  });
});

describe('audit names policies that select nothing', () => {
  const lists = (more: Answers = {}) => ({
    ...cluster(),
    [`${policies}/clusterrolloutpolicies`]: [
      platform,
      policy('batch', { namespaceSelector: { matchLabels: { tier: 'batch' } }, preStopSleep: { seconds: 1 } }),
    ],
    [`${policies}/rolloutpolicies`]: [api, team],
    '/apis/apps/v1/deployments': [web()],
    ...more,
  });
  const audit = async (answers: Answers, ...args: readonly string[]) => {
    const config = await kubeconfig({ here: await apiServer(answers) });
    return (await hitless('audit', '--kubeconfig', config, '--fail-on', 'never', ...args)).err;
  };
  const apiNote = 'RolloutPolicy shop/api has no effect: its workloadSelector selects nothing in namespace shop\n';

  it('where it reads the whole cluster', async () => {
    const err = await audit(lists());
    expect(err).toContain(`hitless audit: ${apiNote}`);
    expect(err).toContain('ClusterRolloutPolicy batch has no effect: its namespaceSelector selects no namespace\n');
    expect(err.match(/has no effect/g)).toHaveLength(2);
  });

  it('only those of the namespace where it reads one', async () => {
    const own = {
      '/apis/apps/v1/namespaces/shop/deployments': [web()],
      [`${policies}/clusterrolloutpolicies`]: [
        platform,
        policy('batch', { workloadSelector: { matchLabels: { a: 'b' } }, preStopSleep: { seconds: 1 } }),
      ],
    };
    const err = await audit(shop(own), '-n', 'shop');
    expect(err.match(/has no effect/g)).toHaveLength(1);
    expect(err).toContain(apiNote);
  });

  it('none where namespaces may not be read, and ten at most', async () => {
    expect(await audit(lists({ '/api/v1/namespaces': 403 }), '--all')).not.toContain('has no effect');
    const many = Array.from({ length: 14 }, (_, at) =>
      policy(`p${at}`, { workloadSelector: { matchLabels: { a: 'b' } }, preStopSleep: { seconds: 1 } }, 'shop'),
    );
    const err = await audit(lists({ [`${policies}/rolloutpolicies`]: many }));
    expect(err.match(/RolloutPolicy shop.* has no effect/g)?.length).toBeLessThan(11);
    expect(err).toContain('5 more policies have no effect');
  });
});
