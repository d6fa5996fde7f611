// Proxies and retries in the report, and as tables of docs/results.

import { expect, it } from 'vitest';
import { totalsOf } from '../../../src/measurement/analysis/count.ts';
import type { Delivery } from '../../../src/measurement/lab/delivery.ts';
import { onWays, type Ways } from '../../../src/measurement/lab/gateways/ways.ts';
import type { LabRow, RowResult } from '../../../src/measurement/lab/result.ts';
import { rowsOf } from '../../../src/measurement/lab/rows.ts';
import { gatewaysSvg } from '../../../src/measurement/report/charts/gateways.ts';
import { waySections } from '../../../src/measurement/report/html/ways.ts';
import { gatewaysMarkdown, retriesMarkdown } from '../../../src/measurement/report/markdown-ways.ts';
import { labResult } from '../../support/report/lab-result.ts';

const usual = labResult();

const plain: Ways = {
  through: ['direct', 'nginx'],
  upstreams: ['service'],
  keepAlive: [true],
  proxies: [1],
  rolls: ['application'],
  retries: [],
  gatewayRetries: [],
};

function delivery(lost: number, changes: Partial<Delivery> = {}): Delivery {
  const gateway = { logged: 100, tries: 110, hidden: 4, why: { '502 could not connect': lost } };
  return { asked: 100, sent: 105, hidden: 3, arrived: 103, repeated: 2, saw: { 502: lost }, gateway, ...changes };
}

/** Two rollouts, of 100 requests each. */
function measured(row: LabRow, lost: number): RowResult {
  const latency = { p50: 1, p99: 2, max: 3 };
  const rollout = {
    startedMs: 0,
    durationMs: 1000,
    lanes: [{ lane: 'get-new', sent: 100, lost, outcomes: { ok: 100 - lost, 'http-error': lost }, latency }],
    causes: { 'answered-error': lost },
    longestGapMs: 10,
    schedulingError: { p99: 1, max: 1 },
    delivery: delivery(lost),
  } as const;
  const rollouts = [rollout, rollout];
  return { ...row, by: 'plan', rollouts, ...totalsOf(rollouts) };
}

function rowsWith(ways: Partial<Ways>): readonly RowResult[] {
  const rows = rowsOf({ fixes: ['nothing', 'all'], drains: [false, true], replicas: [2] });
  return onWays(rows, { ...plain, ...ways }).map((row) => measured(row, row.fixes === 'all' && row.drains ? 0 : 7));
}

it('a line for each way, a column for each fix, and none of rows with retries', () => {
  const rows = [...rowsWith({}), ...rowsWith({ retries: [0, 3] })];
  expect(gatewaysMarkdown({ rows }).split('\n').slice(0, 6)).toEqual([
    'Lost requests by what is in front of the application, while the application rolls.',
    '',
    '| in front | nothing fixed, application exits at once | nothing fixed, application drains | all of hitless, application exits at once | all of hitless, application drains |',
    '| --- | ---: | ---: | ---: | ---: |',
    '| no proxy | 14 of 200 | 14 of 200 | 14 of 200 | **0 of 200** |',
    '| nginx | 14 of 200 | 14 of 200 | 14 of 200 | **0 of 200** |',
  ]);
});

it('what clients saw stands beside what the proxy logged', () => {
  expect(gatewaysMarkdown({ rows: rowsWith({}) })).toContain(
    '| nothing fixed, through nginx, application drains | 14 of 200 | 502: 14 | 502 could not connect: 14 |',
  );
});

it("the proxy's own rollout is a table of its own, in which the proxy is what drains", () => {
  const text = gatewaysMarkdown({ rows: rowsWith({ through: ['nginx'], rolls: ['application', 'gateway'] }) });
  expect(text).toContain('Lost requests while the proxy itself rolls.');
  expect(text).toContain('| in front | nothing fixed, proxy exits at once | nothing fixed, proxy drains |');
  expect(text).toContain('| nginx, itself rolled | 14 of 200 |');
});

it('a proxy that sends to pod addresses has lines of its own', () => {
  const text = gatewaysMarkdown({ rows: rowsWith({ through: ['nginx', 'haproxy'], upstreams: ['service', 'pods'] }) });
  for (const title of ['nginx', 'nginx to pod addresses, without keep-alive', 'HAProxy', 'HAProxy to pod addresses'])
    expect(text).toContain(`\n| ${title} | 14 of 200 |`);
});

it('retries have their cost per request, and what they hide', () => {
  const text = retriesMarkdown({ rows: rowsWith({ through: ['nginx'], retries: [0, 3] }) });
  expect(text).toContain(
    '| nginx | nothing fixed, application exits at once | clients with 3 retries, proxy as by default | 14 of 200 | 6 by clients, 8 by the proxy | 1.050 | 1.100 | 1.030 | 4 |',
  );
});

it('tries that a proxy does not log are not made up', () => {
  const rows = rowsWith({ through: ['caddy'], gatewayRetries: [3] }).map((row) => ({
    ...row,
    rollouts: row.rollouts.map((one) => ({ ...one, delivery: delivery(7, { gateway: { logged: 100, why: {} } }) })),
  }));
  expect(retriesMarkdown({ rows })).toContain(
    '| Caddy | nothing fixed, application exits at once | proxy with 3 retries | 14 of 200 |  | 1.050 | not logged |',
  );
});

it('the report has a section for each where they were measured, and none where they were not', () => {
  const sections = waySections([...rowsWith({}), ...rowsWith({ retries: [0, 3] })]);
  expect(sections.map(({ title }) => title)).toEqual(['Through a proxy', 'Retries']);
  const [gateways, retries] = sections.map(({ body }) => body.map(({ markup }) => markup).join(''));
  expect(gateways).toMatch(/<svg .*<td class="n good">0 of 200<\/td>/s);
  expect(retries).toContain('Retries: what they hide, and what they cost');
  expect(waySections(usual.rows)).toEqual([]);
});

it('the picture divides each bar by what clients saw', () => {
  const svg = gatewaysSvg({ title: 'Losses', rows: rowsWith({}) });
  expect(svg).toContain('>502<');
  expect(svg).toContain('nginx');
  expect(svg).not.toContain('>503<');
});
