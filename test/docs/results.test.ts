// The figures in the documents are those that were measured: docs/results against docs/results/lab.json.

import { existsSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { certaintyResult, certaintyTable } from '../../scripts/certainty.ts';
import { gatewayPictures, gatewaysResult } from '../../scripts/gateways.ts';
import {
  dataPlaneResults,
  kindsResult,
  kindsTable,
  labResult,
  lagPartsTable,
  leavingResult,
  leavingTable,
  pictures,
  resultsTable,
  routePictures,
} from '../../scripts/results.ts';
import { lagPartsOf } from '../../src/measurement/analysis/lag-parts.ts';
import type { LabResult } from '../../src/measurement/lab/result.ts';
import { promisesNoLoss, rowKey } from '../../src/measurement/lab/rows.ts';
import { leaveNames } from '../../src/measurement/lab/ways-to-leave/names.ts';
import { deliveryIn } from '../../src/measurement/report/by-way.ts';
import { trafficKinds } from '../../src/measurement/traffic.ts';
import { hitless } from '../support/hitless.ts';

const root = new URL('../../', import.meta.url);

function measured(): LabResult {
  const result = labResult();
  if (result === undefined)
    throw new Error(
      'docs/results/lab.json is not there: measure with hitless lab --json docs/results/lab.json, then npm run results',
    );
  return result;
}

/** Every rollout of every row, in the order of time. */
function rollouts() {
  return measured()
    .rows.flatMap((row) =>
      row.rollouts.map(({ startedMs, durationMs, lanes }) => {
        const lost = lanes.reduce((sum, lane) => sum + lane.lost, 0);
        return { row, startedMs, endedMs: startedMs + durationMs, lost };
      }),
    )
    .toSorted((a, b) => a.startedMs - b.startedMs);
}

it('the table of every row is that of the raw data (npm run results writes it)', () => {
  expect(readFileSync(new URL('docs/results/README.md', root), 'utf8')).toContain(resultsTable(measured()));
});

it('the table of the kinds is that of the raw data, in which what is promised holds', () => {
  const kinds = kindsResult();
  expect(readFileSync(new URL('docs/results/README.md', root), 'utf8')).toContain(kindsTable(kinds));
  for (const row of (kinds?.rows ?? []).filter(promisesNoLoss)) expect(row.lost, rowKey(row)).toBe(0);
});

it('the table of a million requests is that of the raw data, in which nothing is lost', () => {
  const certainty = certaintyResult();
  expect(readFileSync(new URL('docs/results/README.md', root), 'utf8')).toContain(certaintyTable(certainty));
  const rows = certainty?.rows ?? [];
  expect(rows.reduce((sum, { sent }) => sum + sent, 0)).toBeGreaterThanOrEqual(1_000_000);
  for (const row of rows) expect([rowKey(row), promisesNoLoss(row), row.lost]).toEqual([rowKey(row), true, 0]);
});

it('the table of the ways to leave is that of the raw data, in which what is promised holds', () => {
  const leaving = leavingResult();
  expect(readFileSync(new URL('docs/results/README.md', root), 'utf8')).toContain(leavingTable(leaving));
  const rows = leaving?.rows.filter(({ leave }) => leave !== undefined) ?? [];
  expect(new Set(rows.map(({ leave }) => leave))).toEqual(new Set(leaving === undefined ? [] : leaveNames));
  for (const row of rows) expect(row.rollouts.length, rowKey(row)).toBeGreaterThanOrEqual(3);
  for (const row of rows.filter(promisesNoLoss)) expect(row.lost, rowKey(row)).toBe(0);
  expect(leaving?.timelines ?? []).toEqual([]);
});

it('the table of the lag by part is that of the raw data, which hold every pod and come to the same percentiles', () => {
  const results = dataPlaneResults();
  expect(readFileSync(new URL('docs/results/README.md', root), 'utf8')).toContain(lagPartsTable(results));
  for (const { lagParts, rows, failures, command } of results) {
    expect(failures.filter((one) => one.includes('unknown'))).toEqual([]);
    expect(command).toContain('--data-plane');
    expect(lagParts?.parts).toEqual(lagPartsOf(lagParts?.pods ?? []));
    for (const row of rows) {
      const own = lagParts?.pods.filter((pod) => pod.row === rowKey(row)) ?? [];
      expect(own.length, rowKey(row)).toBe(row.rollouts.length * row.replicas);
    }
  }
});

it('behind nginx clients see 502s with nothing fixed, and where no loss is promised none is lost behind any proxy', () => {
  const { rows = [] } = gatewaysResult() ?? {};
  const behind = rows.filter(({ through }) => through !== undefined);
  expect(behind.length).toBeGreaterThan(0);
  for (const row of behind.filter(({ through, fixes }) => through === 'nginx' && fixes === 'nothing'))
    if (row.rolls === undefined && row.upstream === undefined)
      expect(deliveryIn(row)?.saw['502'], rowKey(row)).toBeGreaterThan(0);
  for (const row of behind.filter(promisesNoLoss)) expect(row.lost, rowKey(row)).toBe(0);
});

it('the pictures are those of the raw data (npm run results draws them)', () => {
  const gateways = gatewaysResult();
  const drawn = {
    ...pictures(measured()),
    ...routePictures(dataPlaneResults()),
    ...(gateways && gatewayPictures(gateways)),
  };
  expect(Object.keys(drawn)).toContain('losses.svg');
  for (const [name, svg] of Object.entries(drawn)) {
    const file = new URL(`docs/results/${name}`, root);
    expect(existsSync(file), `docs/results/${name} is not there`).toBe(true);
    expect(readFileSync(file, 'utf8') === svg, `docs/results/${name} is another picture`).toBe(true);
  }
});

it('every picture that the README shows is there', () => {
  const shown = Array.from(
    readFileSync(new URL('README.md', root), 'utf8').matchAll(/\]\((docs\/results\/[\w.-]+\.svg)\)/g),
    ([, name]) => name ?? '',
  );
  expect(shown.length).toBeGreaterThan(0);
  measured();
  for (const name of shown) expect(existsSync(new URL(name, root)), `${name} is not there`).toBe(true);
});

it('the raw data say with what they were measured, and their sums are right', async () => {
  const { command, versions, rows } = measured();
  const { out } = await hitless(['lab', '--help']);
  const flags = Array.from(command.matchAll(/ (--[\w-]+)/g), ([, flag]) => flag ?? '');
  expect(flags.length).toBeGreaterThan(0);
  for (const flag of flags) expect(out).toContain(flag);
  expect(command).not.toMatch(/--(?:json|report|kubeconfig) /);
  expect(Object.values(versions).every((version) => version !== '')).toBe(true);
  for (const { fixes, rollouts: own, sent, lost, causes } of rows) {
    expect(own.length).toBeGreaterThanOrEqual(fixes === 'all' ? 20 : 1);
    expect(own.flatMap(({ lanes }) => lanes).reduce((sum, lane) => sum + lane.sent, 0)).toBe(sent);
    expect(Object.values(causes).reduce((sum, n) => sum + n, 0)).toBe(lost);
  }
});

it('all of hitless lost nothing where the application drains', () => {
  const promised = measured().rows.filter(({ fixes, drains }) => fixes === 'all' && drains);
  expect(promised.length).toBeGreaterThan(0);
  for (const { lanes: own } of promised) {
    expect(own.map(({ lane }) => lane)).toEqual([...trafficKinds]);
    for (const { lane, lost, sent } of own) expect([lane, lost, sent > 0]).toEqual([lane, 0, true]);
  }
});

it('no loss is carried over: each rollout with all fixed came within two minutes after a lossy one, and lost nothing', () => {
  const all = rollouts();
  const fixed = all.filter(({ row }) => row.fixes === 'all' && row.drains);
  const afterLosses = fixed.filter((one) =>
    all.some(
      ({ row, lost, endedMs }) =>
        row.fixes !== 'all' && lost > 0 && endedMs <= one.startedMs && one.startedMs - endedMs < 120_000,
    ),
  );
  expect(afterLosses).toHaveLength(fixed.length);
  expect(afterLosses.map(({ lost }) => lost)).toEqual(afterLosses.map(() => 0));
});

it('the recommended sleep is longer than the lag of every pod that was measured', () => {
  const { lag, recommendation } = measured();
  expect(lag?.pods).toBeGreaterThanOrEqual(10);
  expect((recommendation?.sleepSeconds ?? 0) * 1000).toBeGreaterThan(lag?.max ?? Number.POSITIVE_INFINITY);
});
