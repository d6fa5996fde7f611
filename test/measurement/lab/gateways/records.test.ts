// What the proxies log, read from lines that the programs of Debian 12 wrote: each answered the same requests of one backend.

import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import type { GatewayRecord } from '../../../../src/measurement/lab/gateways/gateway.ts';
import { gateways } from '../../../../src/measurement/lab/gateways/gateways.ts';
import { type GatewayName, gatewayNames } from '../../../../src/measurement/lab/gateways/names.ts';

function recorded(name: GatewayName, file = `${name}.ndjson`): ReadonlyMap<string, GatewayRecord> {
  const text = readFileSync(new URL(`recorded/${file}`, import.meta.url), 'utf8');
  const lines = text.trimEnd().split('\n');
  const records = gateways[name].records(lines.map((line) => JSON.parse(line)));
  return new Map(records.map((record) => [record.requestId, record]));
}

const requests = [
  'refused-1',
  'ok-1',
  'ok-2',
  'close-1',
  'close-2',
  'reset-1',
  'reset-2',
  'cut-1',
  'app-503',
  'gone-1',
];

it.each(gatewayNames)('%s has one record of each request', (name) => {
  expect([...recorded(name).keys()]).toEqual(expect.arrayContaining(requests));
});

it.each([
  ['nginx', 502],
  ['haproxy', 503],
  ['caddy', 502],
] as const)('%s answers %d where nothing listens, and says that it could not connect', (name, status) => {
  expect(recorded(name).get('refused-1')).toMatchObject({ status, reason: 'could not connect' });
});

it.each(gatewayNames)('%s answers 502 where the application closes or resets before an answer', (name) => {
  for (const id of ['close-1', 'close-2', 'reset-1', 'reset-2'])
    expect(recorded(name).get(id)).toMatchObject({ status: 502, reason: 'closed before an answer' });
});

it.each(gatewayNames)('%s blames nobody for what the application answers itself', (name) => {
  for (const [id, status] of [
    ['ok-1', 200],
    ['ok-2', 200],
    ['app-503', 503],
  ] as const)
    expect(recorded(name).get(id)).toMatchObject({ status });
  for (const id of ['ok-1', 'ok-2', 'app-503']) expect(recorded(name).get(id)).not.toHaveProperty('reason');
});

it('each has its own way with an answer that was cut, and with a client that gave up', () => {
  const of = (name: GatewayName, id: string) => recorded(name).get(id);
  expect(of('haproxy', 'cut-1')).toMatchObject({ status: 200, reason: 'closed in the answer' });
  for (const name of ['nginx', 'caddy'] as const) expect(of(name, 'cut-1')).toMatchObject({ status: 200 });
  expect(of('nginx', 'gone-1')).toMatchObject({ status: 499, reason: 'the client had gone' });
  expect(of('caddy', 'gone-1')).toMatchObject({ status: 0 });
});

it('nginx retries a GET on a kept connection that broke, and no POST', () => {
  const nginx = recorded('nginx');
  expect(nginx.get('second-2')).toMatchObject({ status: 200, attempts: 2 });
  expect(nginx.get('second-2')).not.toHaveProperty('reason');
  expect(nginx.get('second-3')).toMatchObject({ status: 502, attempts: 1 });
});

it('HAProxy tries a connection four times as by default, and a request once', () => {
  const haproxy = recorded('haproxy');
  expect([haproxy.get('refused-1')?.attempts, haproxy.get('close-1')?.attempts]).toEqual([4, 1]);
});

it.each([
  'nginx',
  'haproxy',
] as const)('with 3 retries %s tries a GET four times, and a POST that was sent once', (name) => {
  const records = recorded(name, `${name}-retries.ndjson`);
  const attempts = ['refused-1', 'reset-1', 'reset-2'].map((id) => records.get(id)?.attempts);
  expect(attempts).toEqual([4, 4, 1]);
});

it.each(gatewayNames)('%s: lines that are no record are left out', (name) => {
  expect(gateways[name].records([{}, { requestId: '', status: 200 }, { msg: 'serving', status: 'ok' }])).toEqual([]);
});
