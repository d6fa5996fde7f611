// A round over many workloads and policies, beside the answers of the webhook.

import { afterEach, expect, it, vi } from 'vitest';
import { writeStatuses } from '../../../src/cluster/policy-status/round.ts';
import { storedObjects } from '../../support/stored-objects.ts';

afterEach(() => {
  vi.restoreAllMocks();
});

it('lets answers go out between two workloads when it has taken its time', async () => {
  const at = await storedObjects();
  for (let i = 0; i < 50; i += 1) at.put(`/apis/apps/v1/namespaces/shop/deployments/web-${i}`, {});
  for (let i = 0; i < 50; i += 1)
    at.put(`/apis/hitless.dev/v1alpha1/namespaces/shop/rolloutpolicies/p-${i}`, { spec: {} });
  const shop = { name: 'shop', labels: { 'hitless.dev/mode': 'enforce' }, annotations: {} };
  const team = { kind: 'RolloutPolicy', namespace: 'shop', name: 'p', priority: 0, spec: {} } as const;
  // every step takes 20 ms
  let now = 0;
  vi.spyOn(performance, 'now').mockImplementation(() => {
    now += 20;
    return now;
  });
  const stepsPerTurn: number[] = [];
  const known = {
    namespaces: () => [shop],
    policies: () => [team],
    leavesOut: () => {
      steps += 1;
      return false;
    },
  };
  let steps = 0;
  let ended = false;
  const turn = () => {
    stepsPerTurn.push(steps);
    steps = 0;
    if (!ended) setImmediate(turn);
  };
  setImmediate(turn);
  const signal = new AbortController().signal;
  await writeStatuses({ api: at.api, known, ownNamespace: 'hitless', cap: 'enforce', signal, puzzling: new Set() });
  ended = true;
  stepsPerTurn.push(steps);
  at.stop();
  expect(stepsPerTurn.reduce((sum, count) => sum + count, 0)).toBe(50);
  expect(Math.max(...stepsPerTurn)).toBeLessThanOrEqual(2);
});
