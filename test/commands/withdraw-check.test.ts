// `hitless withdraw --check`: what would be left behind without hitless, and that it asks for nothing else.

import { afterEach, describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { collectionOf } from '../../src/cluster/client/resources.ts';
import { rulesFor } from '../../src/cluster/webhook-rules.ts';
import { recordAnnotation } from '../../src/names.ts';
import { patchableKinds } from '../../src/workload/kinds/kinds.ts';
import type { Deployment } from '../../src/workload/workload.ts';
import { type AnsweringServer, type Answers, answeringApiServer } from '../support/answering-api-server.ts';
import { create } from '../support/api-server.ts';
import { render } from '../support/helm.ts';
import { hitless } from '../support/hitless.ts';
import { write } from '../support/webhook.ts';

const ending: AnsweringServer[] = [];
afterEach(() => {
  for (const server of ending.splice(0)) server.close();
});

async function check(answers: Answers, ...args: readonly string[]) {
  const server = await answeringApiServer(answers);
  ending.push(server);
  const ran = await hitless(['withdraw', '--check', '--kubeconfig', server.kubeconfig, ...args]);
  return { ...ran, asked: server.asked.map((path) => path.replace(/\?.*/, '')) };
}

// biome-ignore lint/suspicious/noExplicitAny: objects of every kind
type Any = any;

function plain(namespace: string, name: string): Deployment {
  const labels = { app: name };
  const container = { name: 'web', image: 'web:1', livenessProbe: { tcpSocket: { port: 8080 } } };
  const template = { metadata: { labels }, spec: { containers: [container] } };
  return create({ metadata: { name, namespace }, spec: { selector: { matchLabels: labels }, template } });
}

const injected = (namespace: string, name: string): Any =>
  write({ object: plain(namespace, name), mode: 'enforce' }).object;

/** Its record is still there, and all that it lists is the author's by now. */
function adopted(namespace: string, name: string): Any {
  const { metadata } = injected(namespace, name);
  const object = plain(namespace, name);
  return { ...object, metadata: { ...object.metadata, annotations: metadata.annotations } };
}

const all = '/apis/apps/v1/deployments';

describe('all namespaces', () => {
  it('hold injections: exit code 1, with the Deployments and what to do, in less than a termination message', async () => {
    const many = Array.from({ length: 30 }, (_, at) => injected('a-namespace-with-a-long-name', `a-long-name-${at}`));
    const { code, out, err, asked } = await check({ [all]: [...many, plain('shop', 'web')] }, '--all-namespaces');
    expect({ code, err }).toEqual({ code: 1, err: '' });
    expect(out).toMatch(
      /^30 Deployments still hold injections of hitless:\n {2}a-namespace-with-a-long-name\/a-long-name-0\n/,
    );
    expect(out).toContain('  and 20 more\n');
    expect(out).toContain('`hitless withdraw --all-namespaces`');
    expect(Buffer.byteLength(out)).toBeLessThan(2048);
    expect(new Set(asked)).toEqual(new Set(patchableKinds().map((kind) => collectionOf(kind))));
  });

  it('hold none: exit code 0, also with a record of which nothing is left', async () => {
    const none = { code: 0, out: 'No workload holds injections of hitless.\n', err: '' };
    expect(await check({ [all]: [] }, '-A')).toMatchObject(none);
    expect(adopted('shop', 'web').metadata.annotations).toHaveProperty(recordAnnotation);
    expect(await check({ [all]: [plain('shop', 'api') as Any, adopted('shop', 'web')] }, '-A')).toMatchObject(none);
  });

  it('hold a record that cannot be read, of which nobody knows what it lists: exit code 1, and what to do by hand', async () => {
    const broken = injected('shop', 'web');
    broken.metadata.annotations[recordAnnotation] = 'v1: nonsense';
    const { code, out } = await check({ [all]: [injected('shop', 'api'), broken] }, '-A');
    expect(code).toBe(1);
    expect(out).toContain(
      '2 Deployments still hold injections of hitless:\n  shop/web (its record cannot be read)\n  shop/api\n',
    );
    expect(out).toContain('remove what hitless wrote by hand, and then the annotation hitless.dev/injected.');
    const { remaining } = JSON.parse((await check({ [all]: [broken] }, '-A', '-o', 'json')).out);
    expect(remaining).toMatchObject([{ fields: [], isUnreadable: true }]);
  });

  it('may not be read: exit code 2, and the permission', async () => {
    const { code, err } = await check({ [all]: 403 }, '-A');
    expect({ code, err }).toEqual({ code: 2, err: expect.stringContaining('does not allow this (403)') });
  });
});

describe('other kinds than Deployments', () => {
  const rollouts = '/apis/argoproj.io/v1alpha1/rollouts';

  it('hold injections as well, whatever the webhook is called for', async () => {
    const { apiVersion: _, kind: __, ...rest } = injected('shop', 'web');
    const answers = { [all]: [], '/apis/apps/v1/statefulsets': [rest], [rollouts]: [rest] };
    const { code, out } = await check(answers, '-A');
    expect(code).toBe(1);
    expect(out).toMatch(/^1 Rollout and 1 StatefulSet still hold injections|^1 StatefulSet and 1 Rollout still hold/);
  });

  it.each([
    ['is not installed', { [rollouts]: 404 }, 0],
    [
      'is not installed, which who may not list it is not told',
      { [rollouts]: 403, '/apis/argoproj.io/v1alpha1': 404 },
      0,
    ],
    [
      'is not installed beside others of its group, and may not be listed',
      { [rollouts]: 403, '/apis/argoproj.io/v1alpha1': { resources: [{ name: 'workflows' }] } },
      0,
    ],
    [
      'is installed and may not be listed',
      { [rollouts]: 403, '/apis/argoproj.io/v1alpha1': { resources: [{ name: 'rollouts' }] } },
      2,
    ],
  ] as const)('a kind that %s', async (_what, answers, code) => {
    expect(await check({ [all]: [], ...(answers as Answers) }, '-A')).toMatchObject({ code });
  });
});

describe('one namespace', () => {
  const shop = '/apis/apps/v1/namespaces/shop/deployments';

  it('is looked at alone', async () => {
    const { code, out, asked } = await check({ [shop]: [injected('shop', 'web')] }, '-n', 'shop');
    expect(code).toBe(1);
    expect(out).toContain('1 Deployment in namespace shop still holds injections of hitless:\n  shop/web\n');
    expect(out).toContain('`hitless withdraw -n shop`');
    expect(asked).toEqual(patchableKinds().map((kind) => collectionOf(kind, 'shop')));
  });

  it('as JSON lists the fields', async () => {
    const { out } = await check({ [shop]: [injected('shop', 'web')] }, '-n', 'shop', '-o', 'json');
    const { version, remaining } = JSON.parse(out);
    expect(version).toBe(1);
    expect(remaining).toEqual([
      {
        object: { kind: 'Deployment', namespace: 'shop', name: 'web' },
        fields: ['spec.template.spec.containers[web].readinessProbe.tcpSocket'],
        isUnreadable: false,
      },
    ]);
  });
});

describe('usage', () => {
  it.each([
    [['-A', '--now'], "option '--check' cannot be used with option '--now'"],
    [['-A', '--dry-run'], "option '--check' cannot be used with option '--dry-run'"],
    [['-n', 'shop', 'web'], '--check looks at whole namespaces: give no names'],
    [[], 'give --namespace NAME or --all-namespaces'],
  ])('refuses %j', async (args, sentence) => {
    const { code, err } = await hitless(['withdraw', '--check', ...args]);
    expect(code).toBe(2);
    expect(err).toContain(sentence);
  });
});

describe('the guard of the chart', () => {
  const documents = (...args: readonly string[]): Any[] =>
    parseAllDocuments(render(...args).out)
      .map((document) => document.toJS())
      .filter((document) => `${document?.metadata?.annotations?.['helm.sh/hook']}` === 'pre-delete');

  it('runs this command, with the right to list every kind that is patched, and no other', () => {
    const [job] = documents().filter(({ kind }) => kind === 'Job');
    expect(job.spec.template.spec.containers[0].args).toEqual(['withdraw', '--all-namespaces', '--check']);
    const [role] = documents().filter(({ kind }) => kind === 'ClusterRole');
    const rules = rulesFor(patchableKinds()).map(({ apiGroups, resources }) => ({
      apiGroups,
      resources,
      verbs: ['list'],
    }));
    expect(role.rules).toEqual(rules);
  });

  it('leaves nothing but a failed Job, and that for an hour', () => {
    const policies = Object.fromEntries(
      documents().map(({ kind, metadata }) => [kind, metadata.annotations['helm.sh/hook-delete-policy']]),
    );
    const gone = 'before-hook-creation,hook-succeeded,hook-failed';
    expect(policies).toEqual({
      ...{ ServiceAccount: gone, ClusterRole: gone, ClusterRoleBinding: gone },
      Job: 'before-hook-creation,hook-succeeded',
    });
    const [job] = documents().filter(({ kind }) => kind === 'Job');
    expect(job.spec.ttlSecondsAfterFinished).toBe(3600);
  });

  it('is not behind the Service of the webhook', () => {
    const [job] = documents().filter(({ kind }) => kind === 'Job');
    const service = parseAllDocuments(render().out)
      .map((document) => document.toJS())
      .find(({ kind }: Any) => kind === 'Service');
    const labels = job.spec.template.metadata.labels;
    expect(Object.entries(service.spec.selector).every(([key, value]) => labels[key] === value)).toBe(false);
  });

  it('has a name that fits, however long that of the release is', () => {
    const [job] = documents('--set', `fullnameOverride=${'a'.repeat(50)}`).filter(({ kind }) => kind === 'Job');
    expect(job.metadata.name.length).toBeLessThanOrEqual(63);
  });

  it.each(['uninstall.guard=false', 'rbac.create=false'])('is left out with %s', (set) => {
    expect(documents('--set', set)).toEqual([]);
  });
});
