// From when on a write without the webhook is a miss: not before what decides was as it is now.

import { describe, expect, it } from 'vitest';
import { createChanges } from '../../../src/commands/scan/changes.ts';
import { settledIn, unknownCalls } from '../../../src/commands/scan/settled.ts';
import { version } from '../../../src/version.ts';
import type { JsonObject } from '../../../src/workload/json.ts';

const second = (at: number) => new Date(at * 1000).toISOString();
const times = (...at: number[]) =>
  at.map((one) => ({ manager: 'm', operation: 'Update', time: second(one), fieldsV1: { 'f:metadata': {} } }));
const namespace = { name: 'shop', labels: { 'hitless.dev/mode': 'enforce' }, annotations: {} };
const bundle = { 'f:webhooks': { 'k:{"name":"enforce.hitless.dev"}': { 'f:clientConfig': { 'f:caBundle': {} } } } };

function configuration(created: number, ...more: JsonObject[]): JsonObject {
  return {
    metadata: { name: 'hitless', creationTimestamp: second(created), managedFields: [...times(created), ...more] },
  };
}

interface Given {
  readonly labelled?: number;
  readonly policies?: readonly {
    readonly kind: 'ClusterRolloutPolicy' | 'RolloutPolicy';
    readonly in?: string;
    readonly at: number;
    readonly generation?: number;
  }[];
}

function changesOf({ labelled = 100, policies = [] }: Given = {}) {
  const changes = createChanges();
  changes.note('Namespace', {
    metadata: { name: 'shop', creationTimestamp: second(1), managedFields: times(labelled) },
  });
  for (const [index, { kind, in: home, at, generation = 2 }] of policies.entries()) {
    const metadata = {
      name: `p${index}`,
      uid: `u${index}`,
      generation,
      creationTimestamp: second(1),
      managedFields: times(at),
    };
    changes.note(kind, { metadata: { ...metadata, ...(home && { namespace: home }) } });
  }
  return changes;
}

const settled = (given: Given, rest: Partial<Parameters<typeof settledIn>[1]> = {}) =>
  settledIn(namespace, { changes: changesOf(given), configurations: [configuration(50)], before: undefined, ...rest });
const since = (...args: Parameters<typeof settled>) => settled(...args).sinceMs / 1000;

describe('at the first scan', () => {
  it.each<[string, Given, number]>([
    ['the label of the namespace', { labelled: 100 }, 110],
    ['a policy of the cluster', { policies: [{ kind: 'ClusterRolloutPolicy', at: 300 }] }, 310],
    ['a policy of the namespace', { policies: [{ kind: 'RolloutPolicy', in: 'shop', at: 400 }] }, 410],
    ['not a policy of another one', { policies: [{ kind: 'RolloutPolicy', in: 'other', at: 400 }] }, 110],
    ['not the label of a policy', { policies: [{ kind: 'RolloutPolicy', in: 'shop', at: 400, generation: 1 }] }, 110],
  ])('counts %s', (_, given, expected) => {
    expect(since(given)).toBe(expected);
  });

  it('counts the webhook configuration, but not its caBundles', () => {
    const configurations = [configuration(500, { time: second(900), fieldsV1: bundle })];
    expect(since({}, { configurations })).toBe(510);
    const changed = { ...bundle, 'f:metadata': { 'f:labels': { 'f:helm.sh/chart': {} } } };
    expect(since({}, { configurations: [configuration(500, { time: second(900), fieldsV1: changed })] })).toBe(910);
  });

  it('knows nothing of a namespace whose managedFields are gone', () => {
    const changes = createChanges();
    changes.note('Namespace', { metadata: { name: 'shop', creationTimestamp: second(1) } });
    expect(settledIn(namespace, { changes, configurations: [], before: undefined }).sinceMs).toBe(Infinity);
  });
});

describe('after an earlier scan', () => {
  const before = { began: 5_000, writer: version, fingerprints: { shop: settled({}).mark } };
  const policies = [{ kind: 'RolloutPolicy', in: 'shop', at: 400 } as const];

  it('only what was written since then is judged, even where objects were touched or made anew', () => {
    expect(since({ labelled: 6_000 }, { before, configurations: [configuration(6_000)] })).toBe(4_990);
  });

  it('what was written just before the namespace opted in is not judged, though that was just before the earlier scan', () => {
    expect(since({ labelled: 4_998 }, { before })).toBe(5_008);
    expect(since({ labelled: 5_000 }, { before })).toBe(5_010);
    expect(since({ labelled: 4_970 }, { before })).toBe(4_990);
  });

  it('a namespace that opted in since then counts from its label', () => {
    expect(since({ labelled: 6_000 }, { before: { ...before, fingerprints: {} } })).toBe(6_010);
  });

  it('a policy that came or changed since then counts from its change', () => {
    const changed = [{ ...policies[0], at: 6_000 }] as Given['policies'];
    expect(since({ policies: changed ?? [] }, { before })).toBe(6_010);
  });

  it('nothing is judged when something is gone, which tells no time', () => {
    const with1 = { ...before, fingerprints: { shop: settled({ policies }).mark } };
    expect(since({}, { before: with1 })).toBe(Infinity);
  });

  it('another version of hitless counts from its installation, when its pods have come', () => {
    const other = { ...before, writer: '0.0.1' };
    expect(since({}, { before: other, configurations: [configuration(6_000)] })).toBe(6_120);
    expect(since({}, { before: other })).toBe(Infinity);
  });
});

describe('which workloads the webhook is called for', () => {
  const entry = (more: JsonObject) => [
    { webhooks: [{ name: 'enforce.hitless.dev', matchConditions: [{ name: 'stays' }], ...more }] },
  ];

  it('is known by the conditions of the chart', () => {
    expect(unknownCalls(entry({}))).toBeUndefined();
    expect(unknownCalls(entry({ objectSelector: {} }))).toBeUndefined();
    expect(unknownCalls([])).toBeUndefined();
  });

  it('is not known by those of somebody else', () => {
    const matchConditions = [{ name: 'stays' }, { name: 'not-by-flux' }];
    expect(unknownCalls(entry({ matchConditions }))).toBe('its matchConditions include not-by-flux');
    expect(unknownCalls(entry({ objectSelector: { matchLabels: { a: 'b' } } }))).toBe('it has an objectSelector');
  });
});
