// Of each lost request: the pod that got it, and what the proxy logged of its last try.

import { expect, it } from 'vitest';
import { proxiedLosses } from '../../../src/measurement/lab/proxied-losses.ts';
import type { Sample } from '../../../src/measurement/load/sample.ts';

const lost: Sample = { lane: 'get-kept', dueMs: 0, sentMs: 0, endMs: 1, connection: 'reused', outcome: 'timeout' };

it('joins the requests with both logs by their ids, and tells of lost ones alone', () => {
  const samples: Sample[] = [
    { ...lost, request: 1 },
    { ...lost, request: 2 },
    { ...lost, request: 3 },
    { ...lost, request: 4, outcome: 'ok' },
    lost,
  ];
  const record = { status: 502, upstreams: [] };
  const records = [
    { ...record, requestId: 'get-kept-1', reason: 'could not connect' },
    { ...record, requestId: 'get-kept-1', reason: 'closed before an answer' },
    { ...record, requestId: 'get-kept-2', reason: 'could not connect' },
    { ...record, requestId: 'get-kept-4', status: 200 },
  ];
  const logs = new Map([
    ['web-1', [{ listening: 1 }, { requests: ['get-kept-4', 7] }]],
    ['web-2', [{ requests: ['get-kept-1'] }]],
  ]);
  expect(proxiedLosses(samples, records, logs)).toEqual({
    'get-kept-1': { pod: 'web-2', reason: 'closed before an answer' },
    'get-kept-2': { reason: 'could not connect' },
    'get-kept-3': {},
  });
});
