// Reports in a cluster that others write to as well: only news is written, and nobody's write is lost.

import { beforeEach, describe, expect, it } from 'vitest';
import { ApiError } from '../../../src/cluster/client/api.ts';
import type { NamespaceReport, ReportResult, ReportSettings } from '../../../src/cluster/reports/report.ts';
import { reportApis } from '../../../src/cluster/reports/report-apis.ts';
import { resultStatuses } from '../../../src/cluster/reports/statuses.ts';
import { writeReports } from '../../../src/cluster/reports/write-reports.ts';
import { type ReportServer, reportServer } from '../../support/report-server.ts';

const owner = { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole', name: 'hitless-scan', uid: 'o1' };
const settings = (seconds: number, more: Partial<ReportSettings> = {}): ReportSettings => {
  return { name: 'hitless', owner, maxResults: 10, statuses: resultStatuses, now: new Date(seconds * 1000), ...more };
};

const result = (policy: string, status: ReportResult['result'] = 'fail', message = 'x'): ReportResult => {
  return { policy, rule: policy, result: status, message, resources: [{ kind: 'Deployment', name: 'web' }] };
};

const report = (namespace: string, ...results: readonly ReportResult[]): NamespaceReport => ({ namespace, results });

let server: ReportServer;
const write = (seconds: number, wanted: readonly NamespaceReport[], more: Partial<ReportSettings> = {}) => {
  const [first] = reportApis as [(typeof reportApis)[number]];
  return writeReports({ api: server.api, installed: [first], settings: settings(seconds, more) }, wanted);
};
const writes = () => server.calls.filter(({ method = 'GET' }) => method !== 'GET');
const ofOthers = { apiVersion: 'openreports.io/v1alpha1', kind: 'Report', metadata: { labels: { a: 'b' } } };

beforeEach(() => {
  server = reportServer();
});

describe('a report', () => {
  it('is created with its owner, its limits and a count of everything', async () => {
    const { outcomes } = await write(100, [report('shop', result('a'), result('b', 'pass'))]);
    expect(outcomes).toMatchObject({ created: 1, updated: 0, unchanged: 0 });
    expect(server.at('shop')).toMatchObject({
      apiVersion: 'openreports.io/v1alpha1',
      kind: 'Report',
      metadata: { name: 'hitless', labels: { 'app.kubernetes.io/managed-by': 'hitless' }, ownerReferences: [owner] },
      source: 'hitless',
      scope: { apiVersion: 'v1', kind: 'Namespace', name: 'shop' },
      configuration: { limits: { maxResults: 10, statusFilter: resultStatuses } },
      summary: { pass: 1, fail: 1, warn: 0, error: 0, skip: 0 },
      results: [
        { policy: 'a', source: 'hitless', timestamp: { seconds: 100, nanos: 0 } },
        { policy: 'b', timestamp: { seconds: 100, nanos: 0 } },
      ],
    });
    expect(server.at('shop').metadata).not.toHaveProperty('annotations');
  });

  it('is not written again when it says the same', async () => {
    await write(100, [report('shop', result('a'))]);
    const { outcomes } = await write(200, [report('shop', result('a'))]);
    expect(outcomes).toMatchObject({ unchanged: 1, updated: 0 });
    expect(writes()).toHaveLength(1);
  });

  it('keeps the time of what it said before, and what others put into its metadata', async () => {
    await write(100, [report('shop', result('a'))]);
    const known = server.at('shop');
    const others = { kind: 'Application', name: 'shop', uid: 'x' };
    server.put('shop', {
      ...known,
      metadata: { ...known.metadata, annotations: { 'example.com/a': 'b' }, ownerReferences: [others, owner] },
    });
    await write(200, [report('shop', result('a'), result('c'))]);
    const { metadata, results } = server.at('shop');
    expect(results.map(({ timestamp }: { timestamp: { seconds: number } }) => timestamp.seconds)).toEqual([100, 200]);
    expect(metadata).toMatchObject({ annotations: { 'example.com/a': 'b' }, ownerReferences: [others, owner] });
  });

  it('gets a new owner in place of the former one of that name', async () => {
    await write(100, [report('shop', result('a'))]);
    await write(100, [report('shop', result('a'))], { owner: { ...owner, uid: 'o2' } });
    expect(server.at('shop').metadata.ownerReferences).toEqual([{ ...owner, uid: 'o2' }]);
  });

  it('leaves out the last results above the limit, says how many, and no longer says so when they fit', async () => {
    const all = ['a', 'b', 'c'].map((policy) => result(policy));
    const first = await write(100, [report('shop', ...all)], { maxResults: 2 });
    expect(first.leftOut).toEqual([{ namespace: 'shop', count: 1 }]);
    expect(server.at('shop').metadata.annotations).toEqual({ 'hitless.dev/results-left-out': '1' });
    expect(server.at('shop')).toMatchObject({ summary: { fail: 3 }, results: [{ policy: 'a' }, { policy: 'b' }] });
    await write(100, [report('shop', ...all)]);
    expect(server.at('shop').metadata.annotations).toEqual({});
    expect((await write(200, [report('shop', ...all)])).outcomes.unchanged).toBe(1);
  });

  it('never outgrows what etcd takes, however long its results are', async () => {
    const long = Array.from({ length: 3_000 }, (_, at) => result(`p${at}`, 'fail', 'ü'.repeat(500)));
    const { leftOut } = await write(100, [report('shop', ...long)], { maxResults: 10_000 });
    expect(Buffer.byteLength(JSON.stringify(server.at('shop')))).toBeLessThan(1.1 * 1024 * 1024);
    expect(leftOut[0]?.count).toBe(3_000 - server.at('shop').results.length);
  });

  it('has only the results that are asked for, and counts them all', async () => {
    await write(100, [report('shop', result('a'), result('b', 'pass'))], { statuses: ['fail'] });
    expect(server.at('shop')).toMatchObject({ summary: { fail: 1, pass: 1 }, results: [{ policy: 'a' }] });
    expect(server.at('shop').results).toHaveLength(1);
  });
});

describe('beside other writers', () => {
  it('a write is made again from the version that somebody else wrote', async () => {
    await write(100, [report('shop', result('a'))]);
    let raced = false;
    server.before = ({ method }) => {
      if (method !== 'PATCH' || raced) return;
      raced = true;
      const known = server.at('shop');
      server.put('shop', { ...known, metadata: { ...known.metadata, annotations: { 'example.com/a': 'b' } } });
    };
    expect((await write(200, [report('shop', result('b'))])).outcomes.updated).toBe(1);
    expect(server.at('shop')).toMatchObject({
      metadata: { annotations: { 'example.com/a': 'b' } },
      results: [{ policy: 'b' }],
    });
  });

  it('a report that another scan has just created the same is not written again', async () => {
    const other = reportServer();
    const [first] = reportApis as [(typeof reportApis)[number]];
    await writeReports({ api: other.api, installed: [first], settings: settings(99) }, [report('shop', result('a'))]);
    server.before = ({ method }) => {
      if (method === 'POST' && server.at('shop') === undefined) server.put('shop', other.at('shop'));
    };
    expect((await write(100, [report('shop', result('a'))])).outcomes).toMatchObject({ created: 0, unchanged: 1 });
    expect(server.at('shop').results[0].timestamp.seconds).toBe(99);
  });

  it('one that was deleted meanwhile is created', async () => {
    await write(100, [report('shop', result('a'))]);
    server.before = ({ method }) => {
      if (method === 'PATCH') server.stored.clear();
    };
    expect((await write(200, [report('shop', result('b'))])).outcomes.created).toBe(1);
  });

  it('gives up after some tries when every write comes too late', async () => {
    await write(100, [report('shop', result('a'))]);
    server.before = ({ method }) => {
      if (method === 'PATCH') server.put('shop', server.at('shop'));
    };
    const { failures } = await write(200, [report('shop', result('b'))]);
    expect(failures).toEqual([{ namespace: 'shop', reason: 'said 409' }]);
  });

  it('a report of that name by somebody else stays as it is, and holds up no other', async () => {
    server.put('shop', ofOthers);
    const { failures, outcomes } = await write(100, [report('shop', result('a')), report('web', result('a'))]);
    expect(failures).toEqual([
      { namespace: 'shop', reason: 'Report shop/hitless was not written by hitless, so it stays as it is' },
    ]);
    expect(outcomes.created).toBe(1);
    expect(server.at('shop')).toMatchObject(ofOthers);
  });
});

describe('namespaces', () => {
  it('that are not wanted any more lose their report; reports of others stay', async () => {
    await write(100, [report('shop', result('a')), report('gone', result('a'))]);
    server.put('other', ofOthers);
    const { outcomes } = await write(200, [report('shop', result('a'))]);
    expect(outcomes).toMatchObject({ removed: 1, unchanged: 1 });
    expect([server.at('gone'), server.at('other')]).toMatchObject([undefined, ofOthers]);
  });

  it('that are being deleted are passed over', async () => {
    server.ending.add('shop');
    const { outcomes, failures } = await write(100, [report('shop', result('a'))]);
    expect({ outcomes, failures }).toMatchObject({ outcomes: { ending: 1, created: 0 }, failures: [] });
  });

  it('keep a report that somebody has written since it was listed', async () => {
    await write(100, [report('gone', result('a'))]);
    server.before = ({ method }) => {
      if (method === 'DELETE') server.put('gone', server.at('gone'));
    };
    expect((await write(200, [])).outcomes.removed).toBe(0);
    expect(server.at('gone')).toBeDefined();
  });
});

it('a missing permission or a busy API server stops everything, because it concerns every report', async () => {
  for (const [code, message] of [
    [403, 'reports is forbidden: User "x" cannot create resource "reports"'],
    [429, 'too many requests'],
  ] as const) {
    server.before = ({ method }) => {
      if (method === 'POST') throw new ApiError(code, message);
    };
    await expect(write(100, [report('shop', result('a'))])).rejects.toThrow(message);
  }
});

it('reports of the API that is no longer written go', async () => {
  const [chosen, former] = reportApis as [(typeof reportApis)[number], (typeof reportApis)[number]];
  await writeReports({ api: server.api, installed: [chosen], settings: settings(100) }, [report('shop', result('a'))]);
  // seen from the other side: what was chosen is the former one
  const installed = [{ ...former, resource: 'others' }, chosen] as const;
  const written = await writeReports({ api: withEmpty('others'), installed, settings: settings(100) }, []);
  expect(written.outcomes.removed).toBe(1);
  expect(server.at('shop')).toBeUndefined();
});

function withEmpty(resource: string) {
  return {
    ...server.api,
    json: (call: Parameters<typeof server.api.json>[0]) =>
      call.path.endsWith(`/${resource}`) ? Promise.resolve({ metadata: {}, items: [] }) : server.api.json(call),
  };
}
