// A namespace full of the largest objects that the API server stores, and `hitless serve --cluster` with the limits of the chart.

import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, test, vi } from 'vitest';
import { resources, watchedKinds } from '../../../src/cluster/cache/kinds.ts';
import { type Huge, hugeApiServer } from '../../support/huge-api-server.ts';
import { kubeconfig } from '../../support/kubeconfig.ts';
import { callPlain, type Running, review, start, stop } from '../../support/process.ts';

const create = readFileSync(new URL('../../server/reviews/01-kubectl-create.json', import.meta.url), 'utf8');
const { namespace } = JSON.parse(create).request;

/** Of a container of 512 MiB Node.js takes half for its objects. */
const limits = '--max-old-space-size=256 --max-semi-space-size=4';
const memoryLimitMiB = 512;

const ending: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const end of ending.splice(0).reverse()) await end();
});

async function given(collections: Readonly<Record<string, Huge>>): Promise<Running> {
  const server = await hugeApiServer(collections);
  ending.push(server.stop);
  const file = await kubeconfig({ fake: server.url });
  const running = await start({ flags: ['--cluster'], environment: { KUBECONFIG: file, NODE_OPTIONS: limits } });
  ending.push(() => stop(running));
  return running;
}

/** Waits until it is ready; fails when it has ended instead. */
async function ready(running: Running): Promise<void> {
  const readiness = () =>
    running.child.exitCode ?? running.child.signalCode ?? callPlain(running, '/readyz').then(({ body }) => body);
  await expect.poll(async () => readiness(), { timeout: 100_000, interval: 100 }).toBe('ok\n');
}

/** The most that it ever had. Only Linux tells. */
function mostMemoryMiB({ child }: Running): number {
  if (process.platform !== 'linux') return 0;
  const text = readFileSync(`/proc/${child.pid}/status`, 'utf8');
  return Number(/VmHWM:\s+(\d+)/.exec(text)?.[1]) / 1024;
}

/** On a busy machine calls may come while the event loop is behind, and are refused: it is asked again for a minute. */
async function patched(running: Running): Promise<string> {
  for (const end = performance.now() + 60_000; ; ) {
    const { status, body } = await review(running, create);
    if (status === 503 && performance.now() < end) await sleep(1000);
    else if (status !== 200) throw new Error(`${status}: ${body}`);
    else return Buffer.from(JSON.parse(body).response.patch ?? '', 'base64').toString();
  }
}

// The log is written behind the answers.
const patience = { timeout: 30_000 };

const leftOut = (running: Running) =>
  running
    .lines()
    .filter(({ message }) => message === 'objects in the cluster are too large or too many and are not used');

const policyOf = (name: string, spec: object, where = 'hostile') =>
  JSON.stringify({ metadata: { name, namespace: where }, spec });
const texts = (count: number) => Array.from({ length: count }, (_, index) => String(index).padStart(63, 'v'));

// What validation refuses, in the three ways that take the most memory.
const shapes = [
  { workloadSelector: { matchExpressions: [{ key: 'app', operator: 'In', values: texts(16_500) }] } },
  Object.fromEntries(texts(15_000).map((text) => [text, 1])),
  { readinessProbe: { handler: 'x'.repeat(1_100_000) } },
];

test('150 policies of 1.1 MB in one namespace leave the others as they are', async () => {
  const own = policyOf('own', { preStopSleep: { seconds: 17 } }, namespace);
  const running = await given({
    [resources.RolloutPolicy.path]: {
      count: 151,
      make: (index) => (index === 150 ? own : policyOf(`p${1000 + index}`, shapes[index % shapes.length] ?? {})),
    },
  });
  await ready(running);
  expect(await patched(running)).toContain('"sleep":{"seconds":17}');
  expect(mostMemoryMiB(running)).toBeLessThan(memoryLimitMiB);
  await vi.waitFor(() => expect(leftOut(running)).toHaveLength(150), patience);
});

test('500 Services of 5,000 ports in one namespace leave the others as they are', async () => {
  const ports = Array.from({ length: 5_000 }, (_, index) => ({
    name: `port-${index}`,
    port: index + 1,
    protocol: 'TCP',
  }));
  const spec = { selector: { app: 'web' }, ports };
  const running = await given({
    [resources.Service.path]: {
      count: 500,
      make: (index) => JSON.stringify({ metadata: { name: `s${1000 + index}`, namespace: 'hostile' }, spec }),
    },
  });
  await ready(running);
  expect(await patched(running)).toContain('"sleep":{"seconds":10}');
  expect(mostMemoryMiB(running)).toBeLessThan(memoryLimitMiB);
  await vi.waitFor(() => expect(leftOut(running)).toHaveLength(500), patience);
});

test('forty namespaces full of objects that are just small enough are held within the same memory', async () => {
  const ports = Array.from({ length: 1_000 }, (_, index) => ({
    name: `port-${index}`,
    port: index + 1,
    protocol: 'TCP',
  }));
  const spec = { selector: { app: 'web' }, ports };
  const labels = { workloadSelector: { matchExpressions: [{ key: 'app', operator: 'In', values: texts(100) }] } };
  const place = (index: number, each: number) => `hostile-${1000 + Math.floor(index / each)}`;
  const running = await given({
    [resources.Service.path]: {
      count: 1_600,
      make: (index) =>
        JSON.stringify({ metadata: { name: `s${1000 + (index % 40)}`, namespace: place(index, 40) }, spec }),
    },
    [resources.RolloutPolicy.path]: {
      count: 8_000,
      make: (index) => policyOf(`p${1000 + (index % 200)}`, labels, place(index, 200)),
    },
  });
  await ready(running);
  expect(await patched(running)).toContain('"sleep":{"seconds":10}');
  expect(mostMemoryMiB(running)).toBeLessThan(memoryLimitMiB);
  await vi.waitFor(() => expect(leftOut(running).length).toBeGreaterThan(0), patience);
});

test('forty namespaces full of every kind are held within the same memory', async () => {
  const long = (index: number) => String(index).padStart(63, 's');
  const backend = (index: number) => ({ path: '/', backend: { service: { name: long(index), port: { number: 80 } } } });
  const amounts = Object.fromEntries(Array.from({ length: 300 }, (_, i) => [`requests.example.com/${long(i)}`, '1']));
  const many = Array.from({ length: 500 }, (_, index) => index);
  const target = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'x'.repeat(253) };
  const ports = Array.from({ length: 1_000 }, (_, index) => ({ port: index + 1 }));
  const labels = { workloadSelector: { matchExpressions: [{ key: 'app', operator: 'In', values: texts(100) }] } };
  const specs: Partial<Record<keyof typeof resources, readonly [count: number, spec: object]>> = {
    Service: [1_600, { selector: { app: 'web' }, ports }],
    RolloutPolicy: [8_000, labels],
    Ingress: [800, { rules: [{ http: { paths: many.map(backend) } }] }],
    HTTPRoute: [800, { rules: many.map((index) => ({ backendRefs: [{ name: long(index) }] })) }],
    ResourceQuota: [1_000, { hard: amounts }],
    LimitRange: [1_000, { limits: [{ type: 'Container', default: amounts }] }],
    HorizontalPodAutoscaler: [30_000, { scaleTargetRef: target, maxReplicas: 3 }],
    PersistentVolumeClaim: [60_000, { accessModes: ['ReadWriteOnce', 'ReadOnlyMany', 'ReadWriteMany'] }],
    Gateway: [10_000, { gatewayClassName: 'x'.repeat(253) }],
    TargetGroupBinding: [10_000, { serviceRef: { name: 'x'.repeat(253) } }],
    Rollout: [10_000, { workloadRef: target }],
  };
  const huge = Object.entries(specs).map(([kind, [count, spec]]) => {
    const text = JSON.stringify(spec);
    const place = (index: number) => `"name":"n${100_000 + index}","namespace":"hostile-${1000 + (index % 40)}"`;
    const make = (index: number) => `{"metadata":{${place(index)}},"spec":${text}}`;
    return [resources[kind as keyof typeof resources].path, { count, make }] as const;
  });
  const running = await given(Object.fromEntries(huge));
  await ready(running);
  expect(await patched(running)).toContain('"sleep":{"seconds":10}');
  const unlisted = async () => {
    const { body } = await callPlain(running, '/metrics');
    return watchedKinds.filter((kind) => !body.includes(`hitless_cluster_objects{kind="${kind}"}`));
  };
  await expect.poll(unlisted, { timeout: 100_000, interval: 500 }).toEqual([]);
  await vi.waitFor(() => expect(leftOut(running).length).toBeGreaterThan(300), patience);
  expect(await patched(running)).toContain('"sleep":{"seconds":10}');
  expect(mostMemoryMiB(running)).toBeLessThan(memoryLimitMiB);
}, 400_000);
