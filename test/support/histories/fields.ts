// The manifests of histories: a few fields each, with values that an author likes, that hitless writes, or that the API server
// fills in; small enough that shrunk histories can be read.

import fc from 'fast-check';
import { copy } from '../cluster/copy.ts';
import { deployment } from '../cluster/kinds/deployment.ts';
import type { ModelKind } from '../cluster/model-kind.ts';
import { fieldsFor, lastKey, replicasOf, specOf, strategyFor } from './kind-fields.ts';

// biome-ignore lint/suspicious/noExplicitAny: manifests of any shape
type Any = any;

/** What stands in one manifest; undefined: nothing. */
export interface Fields {
  readonly image?: string | undefined;
  readonly grace?: number | undefined;
  readonly hook?: Any;
  readonly probe?: Any;
  readonly liveness?: Any;
  readonly strategy?: Any;
  readonly minReady?: number | undefined;
  readonly deadline?: number | undefined;
  readonly mode?: string | undefined;
  readonly replicas?: number | undefined;
  /** An annotation hitless.dev/injected, as a manifest has it that was exported from a cluster, or forged. */
  readonly record?: string | undefined;
  /** A second container. */
  readonly proxy?: Any;
}

const handlers = [
  { httpGet: { port: 8080 } },
  { httpGet: { path: '/', port: 8080 } },
  { httpGet: { path: '/live', port: 8080 } },
  { httpGet: { path: '/live', port: 8443, scheme: 'HTTPS', httpHeaders: [{ name: 'X', value: 'y' }] } },
  { httpGet: { path: '/ready', port: 8080, host: 'example.org' } },
  { tcpSocket: { port: 8080 } },
  { grpc: { port: 8080 } },
  { grpc: { port: 8081, service: 'shop' } },
  { exec: { command: ['/check'] } },
];
const handler = fc.constantFrom(...handlers);
/** Without one number or with one: of the author's, of ours, of the API's. */
const numbers = fc.constantFrom(
  {},
  {},
  { periodSeconds: 1 },
  { periodSeconds: 10 },
  { periodSeconds: 5 },
  { failureThreshold: 6 },
  { initialDelaySeconds: 9 },
  { initialDelaySeconds: 0 },
);
const probe = fc.tuple(handler, numbers).map(([kind, number]) => ({ ...kind, ...number }));
const hook = fc.constantFrom(
  { preStop: { sleep: { seconds: 10 } } },
  { preStop: { sleep: { seconds: 15 } } },
  { preStop: { sleep: { seconds: 3 } } },
  { preStop: { sleep: { seconds: 1 } } },
  { preStop: { exec: { command: ['/quit'] } } },
  { preStop: { exec: { command: ['sleep', '10'] } } },
  { preStop: { httpGet: { port: 8080, path: '/quit' } } },
  { postStart: { exec: { command: ['/start'] } } },
);
const grace = fc.constantFrom(30, 35, 5, 15, 20, 40, 61);
const strategy = fc.constantFrom(
  { type: 'RollingUpdate' },
  { type: 'Recreate' },
  { rollingUpdate: { maxUnavailable: 0 } },
  { rollingUpdate: { maxUnavailable: 1 } },
  { rollingUpdate: { maxUnavailable: 1, maxSurge: 0 } },
  { rollingUpdate: { maxSurge: 0 } },
  { rollingUpdate: { maxSurge: '25%' } },
  { rollingUpdate: { maxUnavailable: '25%', maxSurge: '25%' } },
  { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 0, maxSurge: '25%' } },
);
const minReady = fc.constantFrom(0, 7, 2, 9);
const proxy = fc.record({
  lifecycle: fc.option(hook, { nil: undefined }),
  readinessProbe: fc.option(probe, { nil: undefined }),
});

// What `kubectl get -o yaml` exports under two policies, and what somebody may make of it.
const web = 'spec.template.spec.containers[web]';
const records = [
  '{}',
  '{"spec.strategy.rollingUpdate.maxUnavailable":0}',
  `{"spec.minReadySeconds":7,"${web}.lifecycle.preStop.sleep":{"seconds":10}}`,
  `{"spec.strategy.rollingUpdate.maxUnavailable":0,"${web}.lifecycle.preStop.sleep":{"seconds":10},"${web}.readinessProbe.periodSeconds":1,"${web}.readinessProbe.tcpSocket":{"port":8080}}`,
];

const or = (value: fc.Arbitrary<Any>) => fc.option(value, { nil: undefined, freq: 2 });
export const values: { readonly [F in keyof Required<Fields>]: fc.Arbitrary<Any> } = {
  image: fc.constantFrom('app:1', 'app:2', 'app:3'),
  grace: or(grace),
  hook: or(hook),
  probe: or(probe),
  liveness: or(probe),
  strategy: or(strategy),
  minReady: or(minReady),
  deadline: fc.constantFrom(undefined, undefined, 600, 8, 5),
  mode: fc.constantFrom(undefined, 'off', 'off', 'audit'),
  replicas: fc.constantFrom(undefined, 1, 4, 4),
  record: fc.constantFrom(undefined, ...records),
  proxy: or(proxy),
};

/** A record in a manifest is rare. */
const names = (Object.keys(values) as (keyof Fields)[]).filter((name) => name !== 'record');

/** One to three fields of a manifest, and what they become. */
export const change: fc.Arbitrary<Fields> = fc
  .uniqueArray(fc.constantFrom(...names, ...names, ...names, 'record' as const), { minLength: 1, maxLength: 3 })
  .chain((names) => fc.record(Object.fromEntries(names.map((name) => [name, values[name]]))));

/** What a second manager cares for. */
export const partial: fc.Arbitrary<Fields> = fc
  .uniqueArray(fc.constantFrom('grace', 'hook', 'probe', 'strategy', 'minReady', 'replicas' as const), {
    minLength: 1,
    maxLength: 2,
  })
  .chain((names) => fc.record(Object.fromEntries(names.map((name) => [name, values[name as keyof Fields]]))));

/** The whole manifest of an author. */
export function manifestOf(all: Fields, model: ModelKind = deployment): Any {
  const { image = 'app:1', mode, record, replicas = 4, proxy, ...fields } = fieldsFor(model, all);
  const web = { name: 'web', image, ports: [{ containerPort: 8080 }], ...containerOf(fields) };
  const containers = proxy === undefined ? [web] : [web, { name: 'proxy', image: 'proxy:1', ...proxy }];
  return clean({
    apiVersion: model.apiVersion,
    kind: model.kind,
    metadata: { name: 'web', namespace: 'shop', labels: { app: 'web' }, ...annotationsOf(mode, record) },
    spec: {
      ...replicasOf(model, replicas),
      selector: { matchLabels: { app: 'web' } },
      ...(model.kind === 'StatefulSet' && { serviceName: 'web' }),
      ...(model.kind === 'Rollout' && { strategy: { canary: {} } }),
      ...specOf(model, fields),
      template: {
        metadata: { labels: { app: 'web' } },
        spec: { containers, terminationGracePeriodSeconds: fields.grace },
      },
    },
  });
}

/** The manifest of a manager that applies those fields alone. */
export function partialOf(all: Fields, model: ModelKind = deployment): Any {
  const { replicas, grace, ...fields } = fieldsFor(model, all);
  const container = clean(containerOf(fields));
  const containers = Object.keys(container).length === 0 ? undefined : [{ name: 'web', ...container }];
  const pod = clean({ containers, terminationGracePeriodSeconds: grace });
  return clean({
    apiVersion: model.apiVersion,
    kind: model.kind,
    metadata: { name: 'web', namespace: 'shop' },
    spec: {
      ...replicasOf(model, replicas),
      ...specOf(model, fields),
      template: Object.keys(pod).length === 0 ? undefined : { spec: pod },
    },
  });
}

const annotationsOf = (mode: string | undefined, record: string | undefined) =>
  mode === undefined && record === undefined
    ? {}
    : { annotations: { 'hitless.dev/mode': mode, 'hitless.dev/injected': record } };
const containerOf = ({ probe, liveness, hook }: Fields) => ({
  readinessProbe: probe,
  livenessProbe: liveness,
  lifecycle: hook,
});

function clean(value: Any): Any {
  return JSON.parse(JSON.stringify(value));
}

/** The same fields set or taken out in a stored object, as somebody in an editor does. */
export function editIn(object: Any, all: Fields, model: ModelKind = deployment): void {
  const { spec } = object;
  const { strategy, ...fields } = fieldsFor(model, all);
  const web = spec.template.spec.containers.find(({ name }: Any) => name === 'web');
  const set = (target: Any, field: string, value: Any) => {
    if (value === undefined) delete target[field];
    else target[field] = copy(value);
  };
  const places: Readonly<Record<string, readonly [Any, string] | undefined>> = {
    image: [web, 'image'],
    grace: [spec.template.spec, 'terminationGracePeriodSeconds'],
    hook: [web, 'lifecycle'],
    probe: [web, 'readinessProbe'],
    minReady: [spec, 'minReadySeconds'],
    replicas: model.kind === 'DaemonSet' ? undefined : [spec, 'replicas'],
  };
  if ('strategy' in all) set(spec, lastKey(model.strategy), strategy && strategyFor(model, strategy));
  for (const [name, value] of Object.entries(fields)) {
    const place = places[name];
    if (place !== undefined) set(place[0], place[1], value);
  }
}
