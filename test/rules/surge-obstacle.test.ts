// Selectors that only a manifest on disk can have: the API server refuses them, and a rule must not fall over them.

import { expect, it } from 'vitest';
import { surgeObstacle } from '../../src/rules/surge-obstacle.ts';
import { noSurroundings } from '../../src/rules/surroundings.ts';
import type { Json } from '../../src/workload/json.ts';
import { deployment } from '../../src/workload/kinds/deployment.ts';

function obstacle(labelSelector: Json | undefined): string | undefined {
  const term = { topologyKey: 'kubernetes.io/hostname', ...(labelSelector !== undefined && { labelSelector }) };
  const affinity = { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [term] } };
  return surgeObstacle({
    kind: deployment,
    template: { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'web' }], affinity } },
    surroundings: noSurroundings,
  })?.what;
}

it.each<[string, Json]>([
  ['labels that are a list', { matchLabels: ['app'] }],
  ['expressions that are no list', { matchExpressions: { key: 'app', operator: 'Exists' } }],
  ['an expression that is a text', { matchExpressions: ['app'] }],
  ['values that are no list', { matchExpressions: [{ key: 'app', operator: 'In', values: 'web' }] }],
])('%s may mean these pods', (_case, selector) => {
  expect(obstacle(selector)).toContain('anti-affinity');
});

it.each<[string, Json | undefined, boolean]>([
  ['no selector selects nothing', undefined, false],
  ['an empty one selects every pod', {}, true],
  ['one with an expression without values', { matchExpressions: [{ key: 'app', operator: 'Exists' }] }, true],
  ['one for other values', { matchExpressions: [{ key: 'app', operator: 'In', values: ['api'] }] }, false],
])('%s', (_case, selector, expected) => {
  expect(obstacle(selector) !== undefined).toBe(expected);
});
