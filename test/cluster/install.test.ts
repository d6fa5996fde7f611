// hitless installed from its image: what people write is accepted, patched when it should be, and rolled out by them alone.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import type { Api } from '../../src/cluster/api.ts';
import { helm, kubectl, must } from './kubectl.ts';
import { connect, createNamespace, home, install, remove, replicas, upgrade } from './support-release.ts';
import {
  kept,
  type Live,
  live,
  policy,
  promised,
  rollouts,
  service,
  shop,
  type Web,
  ways,
  web,
} from './support-web.ts';

const plain = 'hitless-test-plain';
const watched = 'hitless-test-audit';
const manifests = new URL('../../../shared/manifests', import.meta.url).pathname;
let api: Api;

beforeAll(async () => {
  await install();
  api = await connect();
  await createNamespace(shop, 'enforce');
  await createNamespace(plain);
  await createNamespace(watched, 'audit');
  await must(kubectl(['create', '-f', '-'], [service, policy(3)].map((one) => JSON.stringify(one)).join('\n---\n')));
  await everywhere(3);
}, 180_000);
afterAll(() => remove(shop, plain, watched), 180_000);

/** The seconds of sleep that each replica would write into a new Deployment of the shop. */
async function sleeps(): Promise<readonly number[]> {
  const names = (await replicas()).map(({ metadata }) => metadata.name);
  return Promise.all(names.map(askOne));
}

async function askOne(pod: string): Promise<number> {
  const request = {
    uid: pod,
    kind: { group: 'apps', version: 'v1', kind: 'Deployment' },
    resource: { group: 'apps', version: 'v1', resource: 'deployments' },
    namespace: shop,
    operation: 'CREATE',
    userInfo: { username: 'test' },
    object: web('asked'),
  };
  const path = `/api/v1/namespaces/${home}/pods/https:${pod}:8443/proxy/mutate/enforce`;
  const body = { apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', request };
  const { response } = (await api.json({ path, method: 'POST', body })) as { response?: { patch?: string } };
  const patch = Buffer.from(response?.patch ?? '', 'base64').toString();
  return Number(/"sleep":\{"seconds":(\d+)\}/.exec(patch)?.[1]);
}

async function everywhere(seconds: number, withinMs = 10_000): Promise<void> {
  const began = performance.now();
  for (;;) {
    const found = await sleeps();
    if (found.every((one) => one === seconds)) return;
    if (performance.now() - began > withinMs) throw new Error(`${seconds} s not within ${withinMs} ms: ${found}`);
    await pause(20);
  }
}

function writePolicy(seconds: number): Promise<string> {
  return must(kubectl(['replace', '-f', '-'], JSON.stringify(policy(seconds))));
}

const apply = (object: Web, ...args: string[]) => kubectl(['apply', ...args, '-f', '-'], JSON.stringify(object));
const podSpec = ({ spec }: Live) => spec.template.spec;
const dryRun = async (namespace: string): Promise<Live> => {
  const args = ['create', '-n', namespace, '--dry-run=server', '-o', 'json', '-f', '-'];
  const object = web('dry');
  return JSON.parse(await must(kubectl(args, JSON.stringify({ ...object, metadata: { name: 'dry', namespace } }))));
};

describe('a namespace', () => {
  it('without the label is left alone', async () => {
    expect(promised(podSpec(await dryRun(plain)))).toEqual({
      graceSeconds: 30,
      probe: undefined,
      preStop: undefined,
    });
  });

  it('is patched from its label on, and not after it', async () => {
    const slept = async () => promised(podSpec(await dryRun(plain))).preStop;
    await must(kubectl(['label', 'namespace', plain, 'hitless.dev/mode=enforce']));
    await expect.poll(slept, { timeout: 2000 }).toEqual({ sleep: { seconds: 10 } });
    await must(kubectl(['label', 'namespace', plain, 'hitless.dev/mode-']));
    await expect.poll(slept, { timeout: 2000 }).toBeUndefined();
  });

  it('in audit gets no patch, and warnings that say what would be', async () => {
    const object = { ...web('audited'), metadata: { name: 'audited', namespace: watched } };
    const { code, out, err } = await kubectl(['create', '-o', 'json', '-f', '-'], JSON.stringify(object));
    expect(code).toBe(0);
    expect(promised(podSpec(JSON.parse(out))).preStop).toBeUndefined();
    expect(JSON.parse(out).metadata.annotations).toBeUndefined();
    expect(err).toMatch(/Warning: .*pre-stop-sleep/);
  });
});

describe.each(ways)('a Deployment written by $way', ({ way, first, again }) => {
  const name = way.replaceAll(/[^a-z]+/g, '-');

  it('is patched', async () => {
    await must(first(web(name)));
    expect(promised(podSpec(await live(name)))).toEqual(kept(3));
  });

  it('does not roll when it is written again, labelled, or its policy changes', async () => {
    const before = await rollouts(name);
    const template = podSpec(await live(name));
    await must(again(web(name)));
    // Without hitless as well a replace drops the annotation with the controller's revision, which the generation counts.
    const replaces = name === 'kubectl-create' || name === 'kubectl-replace';
    const after = await rollouts(name);
    expect(after).toEqual(replaces ? { ...before, generation: before.generation + 1 } : before);
    await must(kubectl(['label', 'deployment', name, '-n', shop, 'tier=one']));
    await writePolicy(4);
    await everywhere(4);
    await must(kubectl(['label', 'deployment', name, '-n', shop, 'tier=two', '--overwrite']));
    expect(await rollouts(name)).toEqual(after);
    await must(again(web(name)));
    expect((await rollouts(name)).sets).toEqual(before.sets);
    expect(podSpec(await live(name))).toEqual(template);
  });

  it('takes the new policy with a rollout restart', async () => {
    await must(kubectl(['rollout', 'restart', `deployment/${name}`, '-n', shop]));
    expect(promised(podSpec(await live(name)))).toEqual(kept(4));
    await writePolicy(3);
    await everywhere(3);
  });
});

it('rolls out: its pods have probe, sleep and grace period, in the first rollout and the next', async () => {
  await must(apply(web('runs', { replicas: 2 })));
  for (const round of ['first', 'next']) {
    if (round === 'next') await must(kubectl(['rollout', 'restart', 'deployment/runs', '-n', shop]));
    await must(kubectl(['rollout', 'status', 'deployment/runs', '-n', shop, '--timeout=60s']));
    const pods = JSON.parse(await must(kubectl(['get', 'pods', '-n', shop, '-l', 'is=runs', '-o', 'json']))).items;
    expect(pods.length).toBeGreaterThanOrEqual(2);
    for (const { spec } of pods) expect(promised(spec)).toEqual(kept(3));
  }
}, 120_000);

describe.each(['--server-side=false', '--server-side=true'])('an author who applies %s', (how) => {
  const exec = { exec: { command: ['node', '-e', '0'] } };
  const rolling = (rollingUpdate: object) => ({ strategy: { type: 'RollingUpdate', rollingUpdate } });

  it.each<[string, Parameters<typeof web>[1], unknown]>([
    ['an exec hook over our sleep', { container: { lifecycle: { preStop: exec } } }, { preStop: exec }],
    [
      'a grace period under our sleep',
      { pod: { terminationGracePeriodSeconds: 2 } },
      { graceSeconds: 2, preStop: undefined },
    ],
    ['type Recreate', { strategy: { type: 'Recreate' } }, { strategy: { type: 'Recreate' } }],
    ['maxSurge 0', rolling({ maxSurge: 0 }), { strategy: { rollingUpdate: { maxSurge: 0 } } }],
    [
      'maxSurge 0 and maxUnavailable 1',
      rolling({ maxSurge: 0, maxUnavailable: 1 }),
      { strategy: { rollingUpdate: { maxSurge: 0, maxUnavailable: 1 } } },
    ],
  ])('%s gets it', async (what, changes, expected) => {
    const name = `${what.replaceAll(/[^a-z0-9]+/gi, '-').toLowerCase()}-by${how.replaceAll(/[-=]+/g, '-')}`;
    await must(apply(web(name), how));
    await must(apply(web(name, changes), how));
    const now = await live(name);
    expect({ ...promised(podSpec(now)), strategy: now.spec.strategy }).toMatchObject(expected as object);
  });
});

it('takes back what it wrote, with the next template of a Deployment that opts out', async () => {
  await must(apply(web('leaves')));
  const before = await rollouts('leaves');
  const annotations = { 'hitless.dev/mode': 'off' };
  await must(apply(web('leaves', { annotations })));
  expect((await rollouts('leaves')).sets).toEqual(before.sets);
  await must(apply(web('leaves', { annotations, container: { env: [{ name: 'A', value: 'b' }] } })));
  const after = await live('leaves');
  expect(promised(podSpec(after))).toEqual({ graceSeconds: 30, probe: undefined, preStop: undefined });
  expect(after.metadata.annotations).not.toHaveProperty('hitless.dev/injected');
});

it.todo('hitless withdraw, before a namespace opts out, with the command that is in the image');

it('shows in a dry run what it would write, and nothing is there afterwards', async () => {
  expect(promised(podSpec(await dryRun(shop)))).toEqual(kept(3));
  expect((await kubectl(['get', 'deployment', 'dry', '-n', shop])).err).toContain('NotFound');
});

it('the API server refuses a policy that cannot be kept, and names the field', async () => {
  const bad = { ...policy(3), metadata: { name: 'bad', namespace: shop }, spec: { preStopSleep: { seconds: -1 } } };
  const { code, err } = await kubectl(['create', '-f', '-'], JSON.stringify(bad));
  expect(code).not.toBe(0);
  expect(err).toContain('spec.preStopSleep.seconds');
});

it('a changed policy counts on every replica within 2 s', async () => {
  expect(await sleeps()).toHaveLength(2);
  for (const seconds of [5, 6, 3]) {
    await writePolicy(seconds);
    await everywhere(seconds, 2000);
  }
});

it.skipIf(!existsSync(manifests))(
  'accepts every Deployment of public projects (skipped without ../shared/manifests)',
  async () => {
    const files = readdirSync(manifests).filter((file) => file.endsWith('.yaml'));
    const texts = files.map((file) => readFileSync(join(manifests, file), 'utf8'));
    const all = texts.flatMap((text) => parseAllDocuments(text).map((document) => document.toJS() as Web | null));
    const deployments = all.filter((object) => object !== null && 'kind' in object && object.kind === 'Deployment');
    expect(deployments.length).toBeGreaterThan(20);
    const path = `/apis/apps/v1/namespaces/${shop}/deployments`;
    for (const object of deployments) {
      const body = { ...object, metadata: { ...object?.metadata, namespace: shop } };
      const made = await api.json({ path, query: { dryRun: 'All' }, method: 'POST', body });
      expect(JSON.stringify(made)).toContain('hitless.dev/injected');
    }
  },
);

describe('at the end', () => {
  const secret = () => must(kubectl(['get', 'secret', 'hitless-tls', '-n', home, '-o', 'jsonpath={.data}']));

  it('an upgrade keeps the certificate, the patches and every Deployment as they are', async () => {
    const before = [await secret(), await rollouts('runs')];
    await upgrade('--set', 'logLevel=warn');
    expect([await secret(), await rollouts('runs')]).toEqual(before);
    expect(promised(podSpec(await dryRun(shop)))).toEqual(kept(3));
  }, 120_000);

  it('uninstalled, it leaves policies and Deployments, blocks nobody, and nothing else is there', async () => {
    const before = await rollouts('runs');
    await must(helm(['uninstall', 'hitless', '-n', home]));
    const kinds = 'mutatingwebhookconfigurations,clusterroles,clusterrolebindings,roles,rolebindings,deployments';
    const more = 'services,serviceaccounts,configmaps,poddisruptionbudgets,networkpolicies';
    const label = 'app.kubernetes.io/name=hitless';
    expect(await must(kubectl(['get', `${kinds},${more}`, '-A', '-l', label, '-o', 'name']))).toBe('');
    expect(await must(kubectl(['get', 'rolloutpolicies', '-n', shop, '-o', 'name']))).toContain('/default');
    expect(promised(podSpec(await dryRun(shop))).preStop).toBeUndefined();
    await must(apply(web('runs', { replicas: 2 })));
    expect((await rollouts('runs')).sets).toEqual(before.sets);
  }, 60_000);
});
