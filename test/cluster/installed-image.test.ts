// The image of the installed webhook, and what lab and verify say about the one they take.

import { describe, expect, it } from 'vitest';
import { installedImage } from '../../src/cluster/installed-image.ts';
import { podImage } from '../../src/commands/pod-image.ts';
import { version } from '../../src/version.ts';
import type { JsonObject } from '../../src/workload/json.ts';
import { type Answers, fakeCluster, refused } from '../support/lab/fake-cluster.ts';

const configurations = 'GET /apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations';
const service = 'GET /api/v1/namespaces/guard/services/change';
const deployments = 'GET /apis/apps/v1/namespaces/guard/deployments';

const list = (...items: readonly JsonObject[]) => ({ metadata: {}, items: [...items] });
const configuration = (clientConfig: JsonObject) =>
  list(
    { metadata: { name: 'mesh' }, webhooks: [{ name: 'mesh.example.com', clientConfig: {} }] },
    { metadata: { name: 'change' }, webhooks: [{ name: 'enforce.hitless.dev', clientConfig }] },
  );
const workload = (name: string, app: string, spec: JsonObject) => ({
  metadata: { name },
  spec: { template: { metadata: { labels: { app } }, spec } },
});
const containers = [
  { name: 'mesh', image: 'mesh:1', args: ['proxy'] },
  { name: 'webhook', image: 'registry.example.com/hitless:0.9', args: ['serve', '--cluster'] },
];
const answers = (changes: Answers = {}): Answers => ({
  [configurations]: () => configuration({ service: { namespace: 'guard', name: 'change' } }),
  [service]: () => ({ spec: { selector: { app: 'hitless' } } }),
  [deployments]: () =>
    list(workload('other', 'other', { containers: [] }), workload('hitless', 'hitless', { containers })),
  ...changes,
});

describe('the image of the installed webhook', () => {
  it('is that of the container that serves, in the Deployment behind the Service that API servers call', async () => {
    expect(await installedImage(fakeCluster(answers()).api)).toEqual({
      image: 'registry.example.com/hitless:0.9',
      deployment: 'guard/hitless',
      pullSecrets: [],
    });
  });

  it.each<readonly [string, Answers]>([
    ['no configuration', { [configurations]: () => list() }],
    ['a configuration that may not be read', { [configurations]: () => refused(403, 'forbidden') }],
    ['a webhook at a URL', { [configurations]: () => configuration({ url: 'https://127.0.0.1/' }) }],
    ['no Service', { [service]: () => refused(404, 'not found') }],
    ['a Service without a selector', { [service]: () => ({ spec: {} }) }],
    ['no Deployment', { [deployments]: () => list() }],
  ])('is unknown with %s', async (_what, changes) => {
    expect(await installedImage(fakeCluster(answers(changes)).api)).toBeUndefined();
  });
});

describe('the image of the pods', () => {
  async function taken(changes: Answers, told?: string) {
    const said: string[] = [];
    const cluster = fakeCluster(answers(changes));
    const image = await podImage(cluster.api, told, (text) => said.push(text));
    return { image, said, calls: cluster.calls };
  }

  it('is the one that was asked for, and nothing is looked up', async () => {
    expect(await taken({}, 'mine:1')).toEqual({ image: 'mine:1', said: [], calls: [] });
  });

  it('is otherwise the installed one, and says whose', async () => {
    const { image, said } = await taken({});
    expect(image).toBe('registry.example.com/hitless:0.9');
    expect(said).toEqual([
      'the image is registry.example.com/hitless:0.9, as in the installed webhook (deployment guard/hitless); --image names another',
    ]);
  });

  it('that needs Secrets of another namespace says so before it fails', async () => {
    const imagePullSecrets = [{ name: 'login' }];
    const own = list(workload('hitless', 'hitless', { containers, imagePullSecrets }));
    expect((await taken({ [deployments]: () => own })).said[0]).toContain(
      'which pulls it with Secrets that only its namespace has (login)',
    );
  });

  it('is that of this version where none is installed', async () => {
    const { image, said } = await taken({ [configurations]: () => list() });
    expect(image).toBe(`hitless:${version}`);
    expect(said).toEqual([`no installed webhook was found, so the image is hitless:${version}; --image names another`]);
  });
});
