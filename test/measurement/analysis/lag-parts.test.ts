// The parts of the network's lag, from what the API server, the rules of the node and the pods said.

import { describe, expect, it } from 'vitest';
import { lagPartsOf, podLagParts } from '../../../src/measurement/analysis/lag-parts.ts';
import { podRoutes, type RuleChange } from '../../../src/measurement/analysis/pod-routes.ts';
import type { TestAppLog } from '../../../src/measurement/analysis/test-app-log.ts';
import type { RolloutEvent } from '../../../src/measurement/rollout/event.ts';

const change = (atMs: number, port: string, ...addresses: readonly string[]): RuleChange => {
  return { atMs, service: 'web', port, addresses };
};
const log = (pod: string, connectionsMs: readonly number[], sigtermMs?: number): TestAppLog => {
  return { pod, connectionsMs, ...(sigtermMs !== undefined && { sigtermMs }) };
};

describe('the route to a pod', () => {
  const routes = (changes: readonly RuleChange[], logs: readonly TestAppLog[] = []) =>
    podRoutes({ changes, addresses: new Map([['old', 'a']]) }, logs);

  it('lasts from the first rule of any port to the last', () => {
    const changes = [
      change(1, 'http', 'a'),
      change(2, 'grpc', 'a', 'b'),
      change(8, 'http', 'b'),
      change(9, 'grpc', 'b'),
    ];
    expect(routes(changes, [log('old', [3, 7])])).toEqual([{ pod: 'old', fromMs: 1, toMs: 9, lastArrivalMs: 7 }]);
  });

  it('has no end while a rule leads there', () => {
    expect(routes([change(1, 'http', 'a'), change(2, 'grpc', 'b')])).toEqual([{ pod: 'old', fromMs: 1 }]);
  });

  it('that comes back ends when it goes for good', () => {
    const changes = [change(1, 'http', 'a'), change(2, 'http'), change(3, 'http', 'a'), change(4, 'http', 'b')];
    expect(routes(changes)).toEqual([{ pod: 'old', fromMs: 1, toMs: 4 }]);
  });

  it('of which no rule said anything is not known', () => {
    expect(routes([change(1, 'http', 'b')])).toEqual([{ pod: 'old' }]);
  });

  it('is not known where two pods had one address', () => {
    const addresses = new Map([
      ['old', 'a'],
      ['new', 'a'],
      ['other', 'b'],
    ]);
    expect(podRoutes({ changes: [change(1, 'http', 'a', 'b')], addresses }, [])).toEqual([{ pod: 'other', fromMs: 1 }]);
  });
});

describe('the lag of a pod by its parts', () => {
  const events: readonly RolloutEvent[] = [
    { kind: 'endpoint', pod: 'old', slice: 's', what: 'ready', atMs: 0 },
    { kind: 'pod', pod: 'old', what: 'deleting', atMs: 1000 },
    { kind: 'endpoint', pod: 'old', slice: 's', what: 'terminating', serving: true, atMs: 1040 },
    { kind: 'endpoint', pod: 'new', slice: 's', what: 'ready', atMs: 1050 },
    { kind: 'endpoint', pod: 'old', slice: 's', what: 'removed', atMs: 9000 },
  ];
  const route = { pod: 'old', fromMs: 10, toMs: 1700, lastArrivalMs: 1712.34 };
  const partsOf = (routes: Parameters<typeof podLagParts>[1]['routes'], logs: readonly TestAppLog[]) =>
    podLagParts(events, { row: 'all drains ×2', routes, logs });

  it('is counted from its deletion', () => {
    const pods = partsOf([route], [log('old', [1712.34], 11_000)]);
    expect(pods).toEqual([
      { pod: 'old', row: 'all drains ×2', sliceMs: 40, ruleMs: 700, silentMs: 10_000, lastArrivalMs: 712.3 },
    ]);
    expect(lagPartsOf(pods)).toEqual({
      slice: { pods: 1, p50: 40, p99: 40, max: 40 },
      rule: { pods: 1, p50: 660, p99: 660, max: 660 },
      network: { pods: 1, p50: 700, p99: 700, max: 700 },
      arrival: { pods: 1, p50: 12.3, p99: 12.3, max: 12.3 },
    });
  });

  it('does not call it the last arrival when the pod stopped listening before', () => {
    const parts = lagPartsOf(partsOf([{ ...route, lastArrivalMs: 1005 }], [log('old', [1005], 1010)]));
    expect(parts.arrival).toBeUndefined();
    expect(parts.unheard).toEqual({ pods: 1, p50: 690, p99: 690, max: 690 });
  });

  it('is unknown, not nothing, where the rules did not say', () => {
    const pods = partsOf([], [log('old', [1100], 11_000)]);
    expect(pods).toEqual([{ pod: 'old', row: 'all drains ×2', sliceMs: 40, silentMs: 10_000 }]);
    expect(lagPartsOf(pods)).toEqual({ slice: { pods: 1, p50: 40, p99: 40, max: 40 } });
  });

  it('is unknown where the deletion was seen after the rule had gone: a machine too busy to measure', () => {
    const pods = partsOf([{ ...route, toMs: 600 }], [log('old', [590], 11_000)]);
    expect(pods).toEqual([{ pod: 'old', row: 'all drains ×2' }]);
    expect(lagPartsOf(pods)).toEqual({});
  });

  it('of none is empty', () => {
    expect(lagPartsOf([])).toEqual({});
  });
});
