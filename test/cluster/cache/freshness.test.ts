// When the log says that the cluster state is stale, and when that it is current again: with a clock of our own.

import { expect, test } from 'vitest';
import { createFreshness, type FreshnessEvent } from '../../../src/cluster/cache/freshness.ts';
import { awaited, watchedKinds as kinds } from '../../../src/cluster/cache/kinds.ts';

function given() {
  let now = 1_000_000;
  const reports: FreshnessEvent[] = [];
  const freshness = createFreshness((report) => void reports.push(report), { clock: () => now });
  const pass = (seconds: number) => {
    for (let second = 0; second < seconds; second += 1) {
      now += 1000;
      freshness.check();
    }
  };
  const all = (state: Parameters<typeof freshness.note>[1]) => {
    for (const kind of kinds) freshness.note(kind, state);
  };
  return { ...freshness, reports, pass, all };
}

const lost = (reason = 'connect ECONNREFUSED', silentMs = 0) => ({ kind: 'lost', reason, silentMs }) as const;

test('the age of a kind begins when its watch is lost, and is 0 while one is open', () => {
  const { note, ages, pass, all } = given();
  all({ kind: 'listed' });
  all({ kind: 'open' });
  pass(100);
  expect(ages().Service).toBe(0);
  note('Service', lost());
  pass(7);
  note('Service', lost('again'));
  pass(3);
  expect(ages()).toMatchObject({ Service: 10, Namespace: 0 });
  note('Service', { kind: 'open' });
  expect(ages().Service).toBe(0);
});

test('silence before a connection was given up counts as age', () => {
  const { note, ages, all } = given();
  all({ kind: 'listed' });
  note('Node', lost('nothing came for 100 s', 100_000));
  expect(ages().Node).toBe(100);
});

test('before the first list the age is the time since the start', () => {
  const { ages, pass } = given();
  pass(5);
  expect(ages().Namespace).toBe(5);
});

test('a short gap is no news; a long one is said once, repeated every ten minutes, and ended by a line', () => {
  const { reports, pass, all, note } = given();
  all({ kind: 'listed' });
  all(lost());
  pass(14);
  all({ kind: 'open' });
  pass(5);
  expect(reports.splice(0)).toEqual([{ kind: 'synced', seconds: 0 }]);
  all(lost());
  pass(300);
  expect(reports.splice(0)).toEqual([{ kind: 'stale', of: kinds, seconds: 16, reasons: ['connect ECONNREFUSED'] }]);
  pass(400);
  expect(reports.splice(0)).toEqual([{ kind: 'stale', of: kinds, seconds: 616, reasons: ['connect ECONNREFUSED'] }]);
  for (const kind of kinds.slice(1)) note(kind, { kind: 'open' });
  pass(1);
  expect(reports).toEqual([]);
  all({ kind: 'open' });
  note(kinds[0] ?? 'Namespace', lost());
  pass(1);
  expect(reports).toEqual([]);
  all({ kind: 'open' });
  pass(10);
  expect(reports).toEqual([{ kind: 'fresh', seconds: 703 }]);
});

test('kinds that are not required hold up the start for some seconds at most, and those of definitions never', () => {
  const { reports, pass, note, missing } = given();
  for (const kind of kinds) if (awaited(kind) === 'always') note(kind, { kind: 'listed' });
  const briefly = kinds.filter((kind) => awaited(kind) === 'briefly');
  expect(missing()).toEqual(briefly.map((kind) => `the first list of ${kind} is not complete yet`));
  for (const kind of briefly.slice(1)) note(kind, { kind: 'listed' });
  const last = 'HorizontalPodAutoscaler';
  note(last, lost('500: etcd'));
  expect(missing()).toEqual([`the first list of ${last} is not complete yet (500: etcd)`]);
  pass(15);
  expect(missing()).toHaveLength(1);
  pass(1);
  expect(missing()).toEqual([]);
  expect(reports).toEqual([
    { kind: 'unlisted', of: last, reason: '500: etcd' },
    { kind: 'synced', seconds: 16, without: [last] },
  ]);
});

test('kinds that are required hold it up however long that takes', () => {
  const { pass, note, missing, reports } = given();
  for (const kind of kinds) if (kind !== 'Service') note(kind, { kind: 'listed' });
  pass(1000);
  expect(missing()).toEqual(['the first list of Service is not complete yet']);
  note('Service', { kind: 'listed' });
  expect(reports).toEqual([{ kind: 'synced', seconds: 1000 }]);
});

test('a kind that may not be read has no age, even when the API server is away', () => {
  const { note, all, ages, pass, reports } = given();
  all({ kind: 'listed' });
  all({ kind: 'open' });
  note('Ingress', { kind: 'forbidden', reason: '403: no' });
  note('Ingress', { kind: 'forbidden', reason: '403: no' });
  note('Ingress', { kind: 'listed' });
  note('Ingress', lost());
  pass(100);
  expect(ages()).not.toHaveProperty('Ingress');
  expect(reports.splice(0).map(({ kind }) => kind)).toEqual(['synced', 'forbidden']);
  note('Ingress', { kind: 'open' });
  expect(ages().Ingress).toBe(0);
  expect(reports).toEqual([{ kind: 'found', of: 'Ingress' }]);
});

test('a kind that does not exist is current: there is nothing to know', () => {
  const { ages, pass, note, all, reports } = given();
  all({ kind: 'listed' });
  note('RolloutPolicy', { kind: 'absent' });
  pass(100);
  expect(ages().RolloutPolicy).toBe(0);
  expect(reports.map(({ kind }) => kind)).toEqual(['synced', 'absent']);
});
