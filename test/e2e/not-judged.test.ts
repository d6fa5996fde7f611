// What `hitless audit` says of a real cluster's objects that no rule judges: the API server's own discovery, owners and metadata.

import { afterAll, beforeAll, expect, it } from 'vitest';
import { established, kubectl, must, needCluster } from '../support/e2e/kubectl.ts';
import { hitless } from '../support/hitless.ts';

const namespace = `hitless-left-${process.pid}`;
const pods = { restartPolicy: 'Never', containers: [{ name: 'x', image: 'localhost/none:1' }] };
const template = { metadata: { labels: { app: 'x' } }, spec: pods };
const always = { metadata: { labels: { app: 'x' } }, spec: { ...pods, restartPolicy: 'Always' } };

const group = 'keda.sh';
const crd = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: `scaledjobs.${group}` },
  spec: {
    group,
    scope: 'Namespaced',
    names: { kind: 'ScaledJob', listKind: 'ScaledJobList', plural: 'scaledjobs', singular: 'scaledjob' },
    versions: [
      {
        name: 'v1alpha1',
        served: true,
        storage: true,
        schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
      },
    ],
  },
};

const replicaSet = {
  apiVersion: 'apps/v1',
  kind: 'ReplicaSet',
  spec: { replicas: 0, selector: { matchLabels: { app: 'x' } }, template: always },
};

const objects = [
  { apiVersion: 'v1', kind: 'Pod', spec: pods },
  { apiVersion: 'batch/v1', kind: 'Job', spec: { suspend: true, template } },
  { apiVersion: 'batch/v1', kind: 'CronJob', spec: { schedule: '1 1 1 1 1', jobTemplate: { spec: { template } } } },
  replicaSet,
  { apiVersion: 'apps/v1', kind: 'Deployment', spec: { selector: { matchLabels: { app: 'x' } }, template: always } },
  { apiVersion: `${group}/v1alpha1`, kind: 'ScaledJob', spec: { jobTargetRef: { template } } },
];

const ending: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  needCluster();
  const found = await kubectl(['get', 'crd', crd.metadata.name]);
  if (found.code !== 0) {
    await must(kubectl(['create', '-f', '-'], JSON.stringify(crd)));
    ending.push(() => kubectl(['delete', 'crd', crd.metadata.name]));
    await established(crd.metadata.name);
  }
  await must(kubectl(['create', 'namespace', namespace]));
  ending.push(() => kubectl(['delete', 'namespace', namespace, '--wait=false']));
  const items = objects.map((one) => ({ ...one, metadata: { name: 'left', namespace } }));
  await must(kubectl(['create', '-f', '-'], JSON.stringify({ apiVersion: 'v1', kind: 'List', items })));
  const uid = await must(kubectl(['get', 'deployment', 'left', '-n', namespace, '-o', 'jsonpath={.metadata.uid}']));
  const owner = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'left', uid, controller: true };
  // With the labels that its owner selects: the controller of Deployments lets go of any other.
  const labels = always.metadata.labels;
  const owned = { ...replicaSet, metadata: { name: 'owned', namespace, labels, ownerReferences: [owner] } };
  await must(kubectl(['create', '-f', '-'], JSON.stringify(owned)));
});

afterAll(async () => {
  for (const end of ending.splice(0).reverse()) await end();
});

it('audit names what stands alone, with the reason, and nothing that something owns', async () => {
  const { out, err } = await hitless(['audit', '-n', namespace, '-o', 'json', '--fail-on', 'never']);
  const { notJudged, summary } = JSON.parse(out);
  const names = notJudged.map(
    ({ object, apiVersion }: { object: { kind: string; name: string }; apiVersion: string }) => {
      return `${apiVersion} ${object.kind} ${object.name}`;
    },
  );
  expect(names.toSorted()).toEqual([
    'apps/v1 ReplicaSet left',
    'batch/v1 CronJob left',
    'batch/v1 Job left',
    'keda.sh/v1alpha1 ScaledJob left',
    'v1 Pod left',
  ]);
  expect(summary).toMatchObject({ notJudged: 5, deployments: 1 });
  expect(err).not.toContain('not counted');
});

it('and it ends with them', async () => {
  const { out } = await hitless(['audit', '-n', namespace, '--fail-on', 'never']);
  expect(out).toMatch(/\n5 workloads not judged: .*1 ScaledJob of keda\.sh.*; --verbose names them\.\n$/);
});
