// What `check` says of objects with pods that no rule judges: each is named, with the reason, in every format.

import { existsSync, globSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { isNotJudged } from '../../src/lint/inputs/not-judged.ts';
import { readInputs } from '../../src/lint/inputs.ts';
import type { Json } from '../../src/workload/json.ts';
import { unknownKindReason } from '../../src/workload/kinds/named-kinds.ts';
import type { SourceDocument } from '../../src/yaml/documents.ts';
import { hitless } from '../support/hitless.ts';
import { terminal } from '../support/terminal.ts';

const pods = (image = 'x:1') => ({ containers: [{ name: 'x', image }] });
const template = { spec: pods() };

function object(apiVersion: string, kind: string, spec: unknown, name = 'one') {
  return { apiVersion, kind, metadata: { name, namespace: 'shop' }, spec };
}

const check = (objects: readonly unknown[], ...flags: readonly string[]) =>
  hitless(['check', '-', ...flags], objects.map((one) => JSON.stringify(one)).join('\n---\n'));

interface NotJudged {
  readonly file: string;
  readonly line: number;
  readonly object: { readonly kind: string; readonly namespace: string; readonly name: string };
  readonly apiVersion: string;
  readonly reason: string;
}

async function notJudged(...objects: readonly unknown[]): Promise<readonly NotJudged[]> {
  const read = JSON.parse((await check(objects, '-o', 'json')).out);
  expect(read.summary.notJudged).toBe(read.notJudged.length);
  return read.notJudged;
}

describe('an object with pods is named wherever its kind has them', () => {
  it.each([
    ['v1', 'Pod', pods(), /write a Deployment/],
    ['v1', 'ReplicationController', { template }, /no rollout/],
    ['apps/v1', 'ReplicaSet', { template }, /no rollout/],
    ['batch/v1', 'Job', { template }, /serve no requests/],
    ['batch/v1', 'CronJob', { jobTemplate: { spec: { template } } }, /serve no requests/],
    ['serving.knative.dev/v1', 'Service', { template }, /queue-proxy/],
    ['keda.sh/v1alpha1', 'ScaledJob', { jobTargetRef: { template } }, /serve no requests/],
    ['jobset.x-k8s.io/v1alpha2', 'JobSet', { replicatedJobs: [{ template: { spec: { template } } }] }, /no requests/],
    ['batch.volcano.sh/v1alpha1', 'Job', { tasks: [{ template }] }, /serve no requests/],
    ['kubeflow.org/v1', 'TFJob', { tfReplicaSpecs: { Worker: { template } } }, /serve no requests/],
    ['ray.io/v1', 'RayCluster', { workerGroupSpecs: [{ template }] }, /a controller of its own/],
    ['agones.dev/v1', 'Fleet', { template: { spec: { template } } }, /a controller of its own/],
    ['elasticsearch.k8s.elastic.co/v1', 'Elasticsearch', { nodeSets: [{ podTemplate: template }] }, /other workloads/],
    ['core.strimzi.io/v1beta2', 'StrimziPodSet', { pods: [{ spec: pods() }] }, /a controller of its own/],
    ['azure.example.com/v1', 'Deployment', { template }, /does not know this kind/],
    ['example.com/v1', 'Ship', { a: { b: [{ c: { d: pods() } }] } }, /does not know this kind/],
  ])('%s %s', async (apiVersion, kind, spec, reason) => {
    const [one, ...more] = await notJudged(object(apiVersion, kind, spec));
    expect(more).toEqual([]);
    expect(one).toMatchObject({ apiVersion, object: { kind, namespace: 'shop', name: 'one' }, file: 'stdin', line: 1 });
    expect(one?.reason).toMatch(reason);
  });

  it('the template of a PodTemplate is beside its spec', async () => {
    const found = await notJudged({ apiVersion: 'v1', kind: 'PodTemplate', metadata: { name: 'one' }, template });
    expect(found.map(({ reason }) => reason)).toEqual([expect.stringContaining('runs no pods')]);
  });

  it('what something else owns is named with its owner', async () => {
    const owner = { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'web-1', controller: true };
    const pod = object('v1', 'Pod', pods());
    const owned = { ...pod, metadata: { ...pod.metadata, ownerReferences: [{ kind: 'Other', name: 'x' }, owner] } };
    expect((await notJudged(owned))[0]?.reason).toBe('the controller of ReplicaSet web-1 writes it');
  });

  it('and an object without pods, without a kind, or that only shows pods is not', async () => {
    const none = [
      object('v1', 'Service', { ports: [] }),
      object('batch/v1', 'CronJob', { schedule: '1 1 1 1 1' }),
      { containers: [{ name: 'x', image: 'x:1' }] },
      object('kyverno.io/v1', 'ClusterPolicy', { rules: [{ validate: { pattern: { spec: pods('*:*') } } }] }),
      object('apiextensions.k8s.io/v1', 'CustomResourceDefinition', { example: pods() }),
    ];
    expect(await notJudged(...none)).toEqual([]);
  });

  it('anchors that stand for one another many times over cost no time', () => {
    let doubled: Json = [1, 2];
    for (let i = 0; i < 60; i += 1) doubled = [doubled, doubled];
    const value: Json = { apiVersion: 'example.com/v1', kind: 'Ship', spec: doubled };
    expect(isNotJudged({ value } as SourceDocument)).toBe(false);
  });
});

describe('the end says it', () => {
  const cronJob = (name: string) => object('batch/v1', 'CronJob', { jobTemplate: { spec: { template } } }, name);
  const all = [cronJob('clean'), object('serving.knative.dev/v1', 'Service', { template }, 'hello'), cronJob('mail')];

  it('in one line, and the exit code does not change', async () => {
    const { code, out } = await check(all);
    expect({ code, out }).toEqual({
      code: 0,
      out: '3 workloads not judged: 2 CronJobs, 1 Knative Service; --verbose names them.\n',
    });
  });

  it('one by one, with place and reason', async () => {
    expect((await check(all, '--verbose')).out).toMatch(
      /^3 workloads not judged:\n {2}2 CronJobs: the pods .*\n {4}stdin:1 shop\/clean\n {4}stdin:5 shop\/mail\n {2}1 Knative Service: .*\n {4}stdin:3 shop\/hello\n$/,
    );
  });

  it('in SARIF as a notification for each kind, with every place, and no result', async () => {
    const { runs } = JSON.parse((await check(all, '-o', 'sarif')).out);
    const [{ invocations, results }] = runs;
    expect(results).toEqual([]);
    const [{ executionSuccessful, toolExecutionNotifications: told }] = invocations;
    expect(executionSuccessful).toBe(true);
    expect(told.map((one: { level: string; message: { text: string } }) => [one.level, one.message.text])).toEqual([
      ['note', expect.stringMatching(/^2 CronJobs not judged: the pods serve no requests/)],
      ['note', expect.stringMatching(/^1 Knative Service not judged: the queue-proxy/)],
    ]);
    expect(told[0].locations).toEqual([
      {
        physicalLocation: {
          artifactLocation: { uri: 'stdin' },
          region: { startLine: 1, startColumn: expect.any(Number) },
        },
        logicalLocations: [{ fullyQualifiedName: 'CronJob shop/clean', kind: 'resource' }],
      },
      expect.objectContaining({ logicalLocations: [{ fullyQualifiedName: 'CronJob shop/mail', kind: 'resource' }] }),
    ]);
  });

  it('on GitHub as a notice for each kind, at its first object', async () => {
    const { out, err } = await check(all, '-o', 'github');
    expect(out).toMatch(
      /^::notice file=stdin,line=1,col=\d+,title=hitless::2 CronJobs not judged: .*\n::notice file=stdin,line=3,.*::1 Knative Service not judged: .*\n$/,
    );
    expect(err).not.toContain('not judged');
  });

  it.each(['fix', 'explain'])('of %s on standard error', async (command) => {
    const { err } = await hitless([command, '-'], all.map((one) => JSON.stringify(one)).join('\n---\n'));
    expect(err).toContain(
      '3 workloads not judged: 2 CronJobs (shop/clean, shop/mail), 1 Knative Service (shop/hello).\n',
    );
  });
});

/** Written apart from src: every document with a list of containers in it, wherever that is. */
function withContainers(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const { containers } = value as { containers?: unknown };
  if (Array.isArray(containers) && containers.some((one) => typeof one?.image === 'string')) return true;
  return Object.values(value).some(withContainers);
}

function documentsIn(file: string): readonly unknown[] {
  const all = parseAllDocuments(readFileSync(file, 'utf8')).map((one) => one.toJS() as { kind?: string; items?: [] });
  return all.flatMap((one) => (one?.kind?.endsWith('List') && Array.isArray(one.items) ? one.items : [one]));
}

describe.each([
  ['../shared/manifests', { Deployment: 30 }],
  ['../shared/reports', { Deployment: 10 }],
  ['test/precision/corpus', { Deployment: 2 }],
  ['test/golden', { Deployment: 100 }],
])('in %s', (folder, atLeast) => {
  it.skipIf(!existsSync(folder))('every document with containers is judged or named', async () => {
    const counts: Record<string, number> = {};
    for (const file of globSync(`${folder}/**/*.yaml`).toSorted()) {
      const { workloads, notJudged, problems } = await readInputs(
        [file],
        { policy: [], namespace: 'default' },
        terminal().io,
      );
      if (problems.length > 0) continue;
      const held = documentsIn(file).filter(withContainers) as { kind: string }[];
      const judged = workloads.filter(({ value }) => withContainers(value));
      expect([file, judged.length + notJudged.length]).toEqual([file, held.length]);
      for (const { kind } of held) counts[kind] = (counts[kind] ?? 0) + 1;
    }
    for (const [kind, least] of Object.entries(atLeast)) expect(counts[kind]).toBeGreaterThanOrEqual(least);
  });
});

it('a kind of no row has the reason that it is unknown', async () => {
  const [one] = await notJudged(object('example.com/v1', 'Ship', { template }));
  expect(one?.reason).toBe(unknownKindReason);
});
