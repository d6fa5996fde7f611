// What became of requests: the samples of the clients, joined with the logs of the proxy and of the application.

import { expect, it } from 'vitest';
import { deliveryOf } from '../../../src/measurement/lab/delivery.ts';
import type { GatewayRecord } from '../../../src/measurement/lab/gateways/gateway.ts';
import type { Sample } from '../../../src/measurement/load/sample.ts';

const ok: Sample = { lane: 'get-new', dueMs: 0, sentMs: 0, endMs: 1, connection: 'new', outcome: 'ok', status: 200 };
const bad = { outcome: 'http-error', status: 502 } as const;
const record = (requestId: string, changes: Partial<GatewayRecord> = {}): GatewayRecord => ({
  requestId,
  status: 200,
  upstreams: ['10.96.0.7:80'],
  attempts: 1,
  ...changes,
});
const refused = { status: 502, reason: 'could not connect' };

it('without ids nothing is known', () => {
  expect(deliveryOf([ok], { records: undefined, application: [] })).toBeUndefined();
});

it('counts what clients sent and saw, and what arrived', () => {
  const samples: Sample[] = [
    { ...ok, request: 1 },
    { ...ok, request: 2, retries: 2 },
    { ...ok, request: 3, retries: 3, ...bad },
    { ...ok, request: 1, lane: 'post-kept', outcome: 'timeout' },
  ];
  const pods = [
    [{ listening: 1 }, { requests: ['get-new-1', 'get-new-2'] }],
    [{ requests: ['get-new-2', 'warm-up-9', 7] }, { requests: ['post-kept-1'] }],
  ];
  expect(deliveryOf(samples, { records: undefined, application: pods })).toEqual({
    asked: 4,
    sent: 1 + 3 + 4 + 1,
    hidden: 1,
    arrived: 4,
    repeated: 1,
    saw: { 502: 1, timeout: 1 },
  });
});

it('says of each lost request what the proxy logged of its last try', () => {
  const samples: Sample[] = [1, 2, 3, 4].map((request) => ({ ...ok, request, ...(request > 1 && bad) }));
  const records = [
    record('get-new-1', { attempts: 2 }),
    record('get-new-2', { status: 502, reason: 'closed before an answer' }),
    record('get-new-2', refused),
    record('get-new-3', { ...refused, attempts: 4 }),
    record('get-new-900', refused),
  ];
  const { gateway } = deliveryOf(samples, { records, application: [] }) ?? {};
  expect(gateway).toEqual({
    logged: 4,
    tries: 2 + 1 + 1 + 4,
    hidden: 1,
    why: { '502 could not connect': 2, 'not logged': 1 },
  });
});

it('does not make up tries that a proxy does not log', () => {
  const { attempts: _, ...silent } = record('get-new-1', { status: 0 });
  const samples: Sample[] = [{ ...ok, request: 1, outcome: 'timeout' }];
  expect(deliveryOf(samples, { records: [silent], application: [] })?.gateway).toEqual({
    logged: 1,
    why: { 'no answer': 1 },
  });
});
