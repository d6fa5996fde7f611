// What counts as missed by the webhook, and what only waits: an object, the templates of its controller, and what changed around it.

import { describe, expect, it } from 'vitest';
import { type Api, ApiError } from '../../../src/cluster/client/api.ts';
import { type Changes, createChanges } from '../../../src/commands/scan/changes.ts';
import { createMissSearch } from '../../../src/commands/scan/misses.ts';
import type { JsonObject } from '../../../src/workload/json.ts';
import type { Service } from '../../../src/workload/kubernetes.ts';
import type { Workload } from '../../../src/workload/workload.ts';
import { defaulted } from '../../support/api-server.ts';
import { stateOf, write } from '../../support/webhook.ts';

const second = (at: number) => new Date(at * 1000).toISOString();
const entry = (at: number, more: JsonObject = {}): JsonObject => {
  return { manager: 'kubectl-create', operation: 'Update', time: second(at), fieldsV1: { 'f:spec': {} }, ...more };
};

interface Stored {
  readonly created: number;
  readonly entries?: readonly JsonObject[];
  readonly container?: JsonObject;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly patched?: boolean;
}

/** With a probe to copy and a port, the webhook writes whatever stands around it. */
const usual = { ports: [{ containerPort: 8080 }], livenessProbe: { tcpSocket: { port: 8080 } } };

function stored({
  created,
  entries = [entry(created)],
  container = usual,
  annotations = {},
  patched,
}: Stored): Workload {
  const labels = { app: 'web' };
  const spec = {
    selector: { matchLabels: labels },
    template: { metadata: { labels }, spec: { containers: [{ name: 'web', image: 'web:1', ...container }] } },
  };
  const object = defaulted({ metadata: { name: 'web', namespace: 'shop', annotations }, spec });
  const whole = patched ? write({ object, mode: 'enforce' }).object : object;
  const metadata = { uid: 'u1', resourceVersion: '5', creationTimestamp: second(created), managedFields: entries };
  return { ...whole, metadata: { ...whole.metadata, ...metadata } } as Workload;
}

interface Around {
  /** When the youngest ReplicaSet was created; forbidden: it may not be listed. */
  readonly replicaSet?: number | 'forbidden';
  readonly settled?: number;
  readonly known?: Readonly<Record<string, number>>;
  readonly services?: readonly Service[];
  readonly changes?: Changes;
}

function apiWith(replicaSet: Around['replicaSet']): Api {
  const item = (created: number) => ({
    metadata: {
      name: 'web-1',
      creationTimestamp: second(created),
      ownerReferences: [{ uid: 'u1', kind: 'Deployment' }],
    },
  });
  return {
    json: async ({ path }) => {
      if (replicaSet === 'forbidden') throw new ApiError(403, 'forbidden');
      const has = typeof replicaSet === 'number' && path.endsWith('/replicasets');
      return { metadata: {}, items: has ? [item(replicaSet)] : [] } as unknown as JsonObject;
    },
    stream: () => Promise.reject(new Error('nothing is watched')),
  };
}

async function look(workload: Workload, around: Around = {}) {
  const { replicaSet, settled = 1_000, known = {}, services = [], changes = createChanges() } = around;
  let undated = 0;
  const search = createMissSearch({
    ...{ api: apiWith(replicaSet), state: stateOf({ services }), changes, known },
    settledMs: () => settled * 1000,
    onUndated: () => {
      undated += 1;
    },
  });
  const miss = await search.look(workload);
  return {
    miss: miss && { at: miss.writtenMs / 1000, rules: [...new Set(miss.edits.map(({ rule }) => rule))] },
    undated,
  };
}

const all = ['readiness-probe', 'pre-stop-sleep'];

describe('missed is', () => {
  it('what was created without the webhook', async () => {
    expect((await look(stored({ created: 2_000 }))).miss).toEqual({ at: 2_000, rules: all });
  });

  it('a later template of a workload that is older than the opt-in', async () => {
    const workload = stored({ created: 500, entries: [entry(500), entry(2_000)] });
    expect((await look(workload, { replicaSet: 2_001 })).miss).toEqual({ at: 2_001, rules: all });
  });

  it('also what was scaled or got a status since', async () => {
    const entries = [entry(2_000), entry(5_000, { subresource: 'scale' }), entry(6_000, { subresource: 'status' })];
    expect((await look(stored({ created: 2_000, entries }))).miss).toBeDefined();
  });

  it('what an earlier scan found, for as long as it has that template, whatever else was written since', async () => {
    const workload = stored({ created: 2_000, entries: [entry(9_000)] });
    expect((await look(workload, { settled: 8_000, known: { u1: 2_000 } })).miss?.at).toBe(2_000);
    expect((await look(workload, { settled: 8_000, known: { u1: 1_999 } })).miss).toBeUndefined();
  });
});

describe('not missed is', () => {
  it.each<[string, Stored, Around]>([
    ['what the webhook wrote into', { created: 2_000, patched: true }, {}],
    ['what another webhook added to after it', { created: 2_000, annotations: { 'hitless.dev/injected': '{}' } }, {}],
    ['what waits for its first template change', { created: 500 }, { replicaSet: 501 }],
    ['what waits, and was scaled or labelled since', { created: 500, entries: [entry(2_000)] }, { replicaSet: 501 }],
    ['a ReplicaSet that was only made anew', { created: 500 }, { replicaSet: 2_000 }],
    ['what is opted out', { created: 2_000, annotations: { 'hitless.dev/mode': 'off' } }, {}],
    ['what was only to be audited', { created: 2_000, annotations: { 'hitless.dev/mode': 'audit' } }, {}],
    ['what may have been opted out until later', { created: 2_000, entries: [entry(2_000), entry(3_000)] }, {}],
    ['what was written before anything is known', { created: 2_000 }, { settled: Infinity }],
    ['what needs nothing', { created: 2_000, container: {} }, {}],
    ['what does not tell when it was changed', { created: 2_000, entries: [] }, {}],
  ])('%s', async (_, workload, around) => {
    expect(await look(stored(workload), around)).toEqual({ miss: undefined, undated: 0 });
  });

  it('what only a Service asks for that came later', async () => {
    const container = { ports: [], livenessProbe: undefined } as unknown as JsonObject;
    const workload = stored({ created: 2_000, container });
    const services: Service[] = [
      {
        name: 'web',
        namespace: 'shop',
        selector: { app: 'web' },
        ports: [{ port: 80, targetPort: 8080, protocol: 'TCP' }],
      },
    ];
    const since = (at: number) => {
      const changes = createChanges();
      const managedFields = [entry(at)];
      changes.note('Service', {
        metadata: { name: 'web', namespace: 'shop', creationTimestamp: second(at), managedFields },
      });
      return { services, changes };
    };
    expect((await look(workload, since(1_500))).miss?.rules).toEqual(['pre-stop-sleep']);
    expect((await look(workload, since(2_500))).miss).toBeUndefined();
  });
});

it('without permission to date templates only new workloads are judged, and that is said', async () => {
  const older = stored({ created: 500, entries: [entry(2_000)] });
  expect(await look(older, { replicaSet: 'forbidden' })).toEqual({ miss: undefined, undated: 1 });
  expect((await look(stored({ created: 2_000 }), { replicaSet: 'forbidden' })).miss).toBeDefined();
});
