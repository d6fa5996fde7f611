import { mkdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { emptyClusterState } from '../../src/cluster-state/compose.ts';
import { type FolderReport, type FolderState, watchFolder } from '../../src/cluster-state/folder.ts';
import { eventually, temporaryFolder } from '../support/pair.ts';

let watching: FolderState | undefined;
afterEach(() => watching?.stop());

type Files = Readonly<Record<string, string>>;

async function write(folder: string, files: Files): Promise<void> {
  for (const [name, text] of Object.entries(files)) {
    await mkdir(join(folder, name, '..'), { recursive: true });
    await writeFile(join(folder, name), text);
  }
}

async function given(files: Files) {
  const folder = await temporaryFolder();
  await write(folder, files);
  return { folder, ...(await watched(folder)) };
}

async function watched(folder: string) {
  const reports: FolderReport[] = [];
  const state = await watchFolder(folder, (report) => reports.push(report), 20);
  watching = state;
  const next = async (change: Promise<unknown>): Promise<FolderReport | undefined> => {
    const before = reports.length;
    await change;
    await eventually(
      () => reports.length,
      (count) => count > before,
    );
    return reports.at(-1);
  };
  return { world: state, reports, next };
}

const namespace = (name: string, labels = '{}') =>
  `apiVersion: v1\nkind: Namespace\nmetadata: {name: ${name}, labels: ${labels}}\n`;
const service = (name: string, app = name) =>
  `apiVersion: v1\nkind: Service\nmetadata: {name: ${name}, namespace: shop}\nspec: {selector: {app: ${app}}, ports: [{port: 80}]}\n`;
const policy = (seconds: number | string) =>
  `apiVersion: hitless.dev/v1alpha1\nkind: ClusterRolloutPolicy\nmetadata: {name: default}\nspec: {preStopSleep: {seconds: ${seconds}}}\n`;
const node = (name: string, version: string) =>
  `apiVersion: v1\nkind: Node\nmetadata: {name: ${name}}\nstatus: {nodeInfo: {kubeletVersion: ${version}}}\n`;
const seconds = ({ current }: FolderState) =>
  current().policies.documents.map(({ spec }) => spec.preStopSleep?.seconds);

describe('a folder', () => {
  test('gives a label without a value as an empty one, as the API server stores it', async () => {
    const { world: state, reports } = await given({ 'shop.yaml': namespace('shop', '{team: }') });
    expect(state.current().namespace('shop')?.labels).toEqual({ team: '' });
    expect(reports[0]?.problems).toEqual([]);
  });

  test('gives namespaces, services, policies and the oldest node, from all below it', async () => {
    const { world: state, reports } = await given({
      'shop.yaml': `${namespace('shop', '{team: a}')}---\n${service('web')}`,
      'deep/er/policy.yml': policy(7),
      'nodes.json': JSON.stringify({
        apiVersion: 'v1',
        kind: 'List',
        items: [{ kind: 'Node', metadata: { name: 'a' }, status: { nodeInfo: { kubeletVersion: 'v1.34.2-eks-1' } } }],
      }),
      'old.yaml': node('b', 'v1.9.0'),
      'web.yaml': 'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\n',
      'README.md': 'not: yaml: at all',
      '.hidden.yaml': namespace('hidden'),
    });
    const { namespace: find, servicesIn, oldestNode } = state.current();
    expect(find('shop')).toEqual({ name: 'shop', labels: { team: 'a' }, annotations: {} });
    expect(find('hidden')).toBeUndefined();
    expect(servicesIn('shop')).toEqual([
      {
        name: 'web',
        namespace: 'shop',
        selector: { app: 'web' },
        ports: [{ port: 80, targetPort: 80, protocol: 'TCP' }],
      },
    ]);
    expect(servicesIn('other')).toEqual([]);
    expect(seconds(state)).toEqual([7]);
    expect(oldestNode).toEqual({ major: 1, minor: 9 });
    expect(reports).toEqual([
      { documents: { Namespace: 1, Service: 1, ClusterRolloutPolicy: 1, Node: 2 }, problems: [], duplicates: [] },
    ]);
  });

  test('that is missing at the start is an error that names it', async () => {
    await expect(watchFolder('/nowhere/at/all', () => undefined)).rejects.toThrow(
      'the objects folder /nowhere/at/all cannot be read: no such file or folder',
    );
  });

  test('mounted by Kubernetes is read once, and swapped as a whole', async () => {
    const mount = await temporaryFolder();
    await write(mount, { '..one/shop.yaml': namespace('one'), '..two/shop.yaml': namespace('two') });
    await symlink('..one', join(mount, '..data'));
    await symlink('..data/shop.yaml', join(mount, 'shop.yaml'));
    const { world: state, reports, next } = await watched(mount);
    expect(reports[0]).toEqual({ documents: { Namespace: 1 }, problems: [], duplicates: [] });
    await symlink('..two', join(mount, '..data_tmp'));
    await next(rename(join(mount, '..data_tmp'), join(mount, '..data')));
    expect([state.current().namespace('one'), state.current().namespace('two')?.name]).toEqual([undefined, 'two']);
  });

  test('with symbolic links to itself is read once, and soon', async () => {
    const folder = await temporaryFolder();
    await write(folder, { 'a.yaml': namespace('a') });
    // Two of them: followed blindly they make a number of paths that nobody lives to see the end of.
    for (const link of ['again', 'and-again']) await symlink('.', join(folder, link));
    const { reports } = await watched(folder);
    expect(reports[0]).toEqual({ documents: { Namespace: 1 }, problems: [], duplicates: [] });
  });
});

describe('a change', () => {
  test('gives a new cluster state and leaves the old one as it was', async () => {
    const { folder, world: state, next } = await given({ 'policy.yaml': policy(7) });
    const old = state.current();
    await next(write(folder, { 'policy.yaml': policy(8), 'shop.yaml': namespace('shop') }));
    await eventually(
      () => state.current().namespace('shop'),
      (found) => found !== undefined,
    );
    expect([seconds(state), state.current().namespace('shop')?.name]).toEqual([[8], 'shop']);
    expect([old.policies.documents[0]?.spec.preStopSleep?.seconds, old.namespace('shop')]).toEqual([7, undefined]);
  });

  test('that removes a file removes its documents', async () => {
    const { folder, world: state, next } = await given({ 'a.yaml': namespace('a'), 'b.yaml': namespace('b') });
    await next(rm(join(folder, 'a.yaml')));
    expect([state.current().namespace('a'), state.current().namespace('b')?.name]).toEqual([undefined, 'b']);
  });

  test('that removes the folder leaves everything as it was, until it comes back', async () => {
    const { folder, world: state, next } = await given({ 'policy.yaml': policy(7) });
    const report = await next(rename(folder, `${folder}-gone`));
    expect(report?.problems).toEqual([{ file: folder, message: 'no such file or folder' }]);
    expect(seconds(state)).toEqual([7]);
    await next(write(folder, { 'policy.yaml': policy(9) }));
    expect(
      await eventually(
        () => seconds(state),
        ([found]) => found === 9,
      ),
    ).toEqual([9]);
  });
});

describe('a mistake', () => {
  test('in one document keeps the last good version of that one, and takes the others', async () => {
    const {
      folder,
      world: state,
      next,
    } = await given({ 'all.yaml': `${policy(7)}---\n${namespace('shop', '{v: one}')}` });
    const report = await next(write(folder, { 'all.yaml': `${policy('ten')}---\n${namespace('shop', '{v: two}')}` }));
    expect(seconds(state)).toEqual([7]);
    expect(state.current().namespace('shop')?.labels).toEqual({ v: 'two' });
    expect(report?.problems).toEqual([
      {
        file: join(folder, 'all.yaml'),
        line: 4,
        column: 23,
        message: expect.stringMatching(/^spec\.preStopSleep\.seconds: found "ten"; allowed: /),
      },
    ]);
  });

  test('in YAML itself keeps the last good version of the file, and takes the others', async () => {
    const { folder, world: state, next } = await given({ 'a.yaml': policy(7), 'b.yaml': namespace('b', '{v: one}') });
    const report = await next(
      write(folder, { 'a.yaml': `${policy(8)}  bad: [`, 'b.yaml': namespace('b', '{v: two}') }),
    );
    await eventually(
      () => state.current().namespace('b')?.labels.v,
      (v) => v === 'two',
    );
    expect([seconds(state), state.current().namespace('b')?.labels]).toEqual([[7], { v: 'two' }]);
    expect(report?.problems[0]).toMatchObject({
      file: join(folder, 'a.yaml'),
      line: expect.any(Number),
      column: expect.any(Number),
    });
  });

  test('is forgotten when it is mended', async () => {
    const { folder, world: state, next } = await given({ 'a.yaml': policy(7) });
    await next(write(folder, { 'a.yaml': policy(0) }));
    const report = await next(write(folder, { 'a.yaml': policy(8) }));
    expect([report?.problems, seconds(state)]).toEqual([[], [8]]);
  });

  test.each([
    [
      'a label that is no text',
      namespace('shop', '{on: true}'),
      'metadata.labels[true]: must be a string, found true: put it in quotes',
    ],
    ['no name', 'kind: Namespace\nmetadata: {}\n', 'metadata.name: is missing'],
    [
      'a port that is no number',
      service('web').replace('port: 80', 'port: http'),
      'spec.ports: must be a list of ports, each with a number as its port',
    ],
    ['a node without version', node('a', '""'), 'status.nodeInfo.kubeletVersion: must be a version such as v1.34.1'],
  ])('%s is told and does not stop the start', async (_what, text, message) => {
    const { reports } = await given({ 'bad.yaml': text, 'good.yaml': policy(7) });
    expect(reports[0]?.problems.map((problem) => problem.message)).toEqual([message]);
    expect(reports[0]?.documents).toEqual({ ClusterRolloutPolicy: 1 });
  });
});

test('of two documents about the same object the last file counts, and both are named', async () => {
  const {
    folder,
    world: state,
    reports,
  } = await given({
    '10.yaml': namespace('shop', '{v: ten}'),
    '20.yaml': `${service('web', 'old')}---\n${namespace('shop', '{v: twenty}')}`,
    '30.yaml': service('web', 'new'),
  });
  expect(state.current().namespace('shop')?.labels).toEqual({ v: 'twenty' });
  expect(
    state
      .current()
      .servicesIn('shop')
      .map(({ selector }) => selector),
  ).toEqual([{ app: 'new' }]);
  expect(reports[0]?.documents).toEqual({ Namespace: 1, Service: 1 });
  expect(reports[0]?.duplicates).toEqual([
    {
      file: join(folder, '10.yaml'),
      line: 1,
      message: `Namespace shop is defined again in ${join(folder, '20.yaml')}:6, which takes precedence`,
    },
    {
      file: join(folder, '20.yaml'),
      line: 1,
      message: `Service shop/web is defined again in ${join(folder, '30.yaml')}:1, which takes precedence`,
    },
  ]);
});

test('the empty world knows nothing', () => {
  expect([
    emptyClusterState.namespace('shop'),
    emptyClusterState.servicesIn('shop'),
    emptyClusterState.policies.documents,
    emptyClusterState.oldestNode,
  ]).toEqual([undefined, [], [], undefined]);
});
