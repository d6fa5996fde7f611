// A decision from the watched state, which shares and leaves out what it can, is the one from the whole objects.

import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { admit } from '../../../src/admission/admit.ts';
import { readReview } from '../../../src/admission/review.ts';
import { screen } from '../../../src/admission/skip.ts';
import { boundsOf, type CachedKind, watchedKinds } from '../../../src/cluster/cache/kinds.ts';
import { createLiveState, type LiveState } from '../../../src/cluster/cache/live-state.ts';
import type { ClusterState } from '../../../src/cluster-state/cluster-state.ts';
import { composeClusterState } from '../../../src/cluster-state/compose.ts';
import { readObjects } from '../../../src/cluster-state/readers.ts';
import type { JsonObject } from '../../../src/workload/json.ts';

type Objects = Partial<Record<CachedKind, readonly JsonObject[]>>;

const apiVersions: Partial<Record<CachedKind, string>> = {
  Namespace: 'v1',
  Service: 'v1',
  Node: 'v1',
  PersistentVolumeClaim: 'v1',
  HorizontalPodAutoscaler: 'autoscaling/v2',
  ClusterRolloutPolicy: 'hitless.dev/v1alpha1',
  RolloutPolicy: 'hitless.dev/v1alpha1',
};

const namespaces = ['bank', 'shop', 'zoo'] as const;
const apps = ['web', 'api', 'job'] as const;
const [namespace, app] = [fc.constantFrom(...namespaces), fc.constantFrom(...apps)];
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
const texts = (pairs: Readonly<Record<string, fc.Arbitrary<string>>>) => fc.record(pairs, { requiredKeys: [] });
const seconds = fc.integer({ min: 4, max: 30 }).map((count) => ({ preStopSleep: { seconds: count } }));

const labels = texts({ tier: fc.constantFrom('front', 'back'), 'istio-injection': fc.constant('enabled') });
const annotations = texts({
  'hitless.dev/pre-stop-sleep-seconds': fc.constantFrom('7', 'x'),
  'hitless.dev/mod': fc.constant('off'),
  'linkerd.io/inject': fc.constant('enabled'),
  'config.linkerd.io/shutdown-grace-period': fc.constant('90'),
  'kubectl.kubernetes.io/last-applied-configuration': fc.constant('x'.repeat(3000)),
});
const port = fc.record({
  port: fc.constantFrom(80, 8080),
  targetPort: fc.constantFrom('http', 8080, 9090),
  protocol: fc.constantFrom('TCP', 'UDP'),
});
const service = fc.record(
  {
    selector: fc.record({ app }),
    ports: fc.array(port, { maxLength: 3 }),
    clusterIP: fc.constant('None'),
    publishNotReadyAddresses: fc.constant(true),
    type: fc.constantFrom('LoadBalancer', 'ExternalName'),
  },
  { requiredKeys: ['selector', 'ports'] },
);
const selector = maybe(fc.record({ matchLabels: fc.record({ app }) }));
const namespaceSelector = maybe(
  fc.oneof(
    fc.record({ matchLabels: fc.record({ tier: fc.constantFrom('front', 'back') }) }),
    fc.record({ matchLabels: fc.record({ 'kubernetes.io/metadata.name': namespace }) }),
    fc.constant({ matchExpressions: [{ key: 'tier', operator: 'Exists' }] }),
  ),
);

interface Named {
  readonly namespace?: string;
  readonly name: string;
}

/** In the order in which an API server lists them, each once. */
function listed(objects: readonly (JsonObject & { readonly metadata: Named })[]): readonly JsonObject[] {
  const keyOf = ({ metadata }: { readonly metadata: Named }) => `${metadata.namespace ?? ''}/${metadata.name}`;
  const once = new Map(objects.map((object) => [keyOf(object), object]));
  return [...once.values()].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
}

const inNamespaces = <T>(spec: fc.Arbitrary<T>, names: fc.Arbitrary<string>, most = 8) =>
  fc
    .array(fc.record({ metadata: fc.record({ name: names, namespace }), spec }), { maxLength: most })
    .map((all) => listed(all as never));

const world: fc.Arbitrary<Objects> = fc.record({
  Namespace: fc
    .array(fc.record({ metadata: fc.record({ name: namespace, labels, annotations }) }), { maxLength: 5 })
    .map((all) => listed(all as never)),
  Service: inNamespaces(service, fc.constantFrom('a', 'b', 'c')),
  HorizontalPodAutoscaler: inNamespaces(
    fc.record({
      scaleTargetRef: fc.record({ apiVersion: fc.constant('apps/v1'), kind: fc.constant('Deployment'), name: app }),
      minReplicas: fc.integer({ min: 1, max: 3 }),
      maxReplicas: fc.integer({ min: 3, max: 9 }),
    }),
    app,
  ),
  PersistentVolumeClaim: inNamespaces(
    fc.record({ accessModes: fc.constantFrom(['ReadWriteOnce'], ['ReadWriteMany']) }),
    fc.constantFrom('data', 'logs'),
  ),
  RolloutPolicy: inNamespaces(
    fc
      .tuple(seconds, selector)
      .map(([spec, workloadSelector]) => ({ ...spec, ...(workloadSelector && { workloadSelector }) })),
    fc.constantFrom('own', 'extra'),
    4,
  ),
  ClusterRolloutPolicy: fc
    .array(
      fc.tuple(
        fc.constantFrom('p', 'q', 'r', 's'),
        fc.integer({ min: 0, max: 2 }),
        seconds,
        namespaceSelector,
        selector,
      ),
      { maxLength: 6 },
    )
    .map((all) =>
      listed(
        all.map(([name, priority, spec, where, which]) => ({
          metadata: { name },
          spec: {
            priority,
            ...spec,
            ...(where && { namespaceSelector: where }),
            ...(which && { workloadSelector: which }),
          },
        })) as never,
      ),
    ),
  Node: fc.array(fc.constantFrom('v1.28.1', 'v1.31.0', 'v1.34.2'), { maxLength: 3 }).map((all) =>
    all.map((version, index) => ({
      metadata: { name: `n${index}` },
      status: { nodeInfo: { kubeletVersion: version } },
    })),
  ),
});

function documentsOf(objects: Objects) {
  return Object.entries(objects).flatMap(([kind, list]) =>
    list.map((object) => ({
      file: 'cluster',
      value: { apiVersion: apiVersions[kind as CachedKind] ?? '', kind, ...object },
      position: () => ({ line: 1, column: 1 }),
      doubled: [],
    })),
  );
}

/** All that is watched is known, as after the first lists; nothing else differs from objects in files. */
function plain(objects: Objects): ClusterState {
  return {
    ...composeClusterState(readObjects(documentsOf(objects) as never).objects),
    knows: (kind) => watchedKinds.some((one) => one === kind),
  };
}

const watchable = Object.keys(apiVersions) as readonly CachedKind[];

function list(live: LiveState, objects: Objects): void {
  for (const kind of watchedKinds) {
    const stage = live.sinks[kind].stage();
    for (const object of objects[kind] ?? []) stage.add(object);
    stage.commit();
  }
  live.flush();
}

const template = JSON.parse(
  readFileSync(new URL('../../server/reviews/01-kubectl-create.json', import.meta.url), 'utf8'),
);

/** The whole answer for a Deployment of this app, its findings included. */
function decision(state: ClusterState, namespace: string, app: string): string {
  const request = structuredClone(template.request);
  const { object } = request;
  Object.assign(request, { namespace, name: app });
  object.metadata = { ...object.metadata, namespace, name: app, labels: { app } };
  object.spec.selector = { matchLabels: { app } };
  object.spec.template.metadata.labels = { app };
  object.spec.template.spec.volumes = [{ name: 'data', persistentVolumeClaim: { claimName: 'data' } }];
  const { response, findings } = admit(screen(readReview({ ...template, request })), state, 'enforce');
  return JSON.stringify({ response, findings });
}

function decisions(state: ClusterState): readonly string[] {
  return [...namespaces, 'unknown'].flatMap((where) => apps.map((app) => decision(state, where, app)));
}

/** Only what differs is worth reading. */
function expectSame(watched: ClusterState, whole: ClusterState): void {
  const wanted = decisions(whole);
  const different = decisions(watched).flatMap((answer, index) => (answer === wanted[index] ? [] : [index]));
  const [first] = different;
  if (first !== undefined) expect(decisions(watched)[first]).toBe(wanted[first]);
}

const live = () => createLiveState(() => undefined, boundsOf(2 ** 28));
const runs = { numRuns: Number(process.env.HITLESS_TEST_RUNS ?? 60) };

describe('decisions from the watched state', () => {
  test('are those from the whole objects, after a first list and after another one over it', () => {
    fc.assert(
      fc.property(world, world, (first, second) => {
        const watched = live();
        for (const objects of [first, second]) {
          list(watched, objects);
          expectSame(watched.state, plain(objects));
        }
      }),
      runs,
    );
  });

  test('are the same when the second world comes as events, in any order', () => {
    fc.assert(
      fc.property(world, world, fc.infiniteStream(fc.nat()), (first, second, order) => {
        const watched = live();
        list(watched, first);
        const events = watchable.flatMap((kind) => [
          ...(first[kind] ?? []).map((object) => ({ kind, object, type: 'remove' as const })),
          ...(second[kind] ?? []).map((object) => ({ kind, object, type: 'put' as const })),
        ]);
        const gone = events.filter(({ type }) => type === 'remove');
        const come = events.filter(({ type }) => type === 'put').map((event) => ({ event, at: order.next().value }));
        for (const { kind, object } of gone) watched.sinks[kind].remove(object);
        for (const { event } of come.sort((a, b) => a.at - b.at)) watched.sinks[event.kind].put(event.object);
        watched.flush();
        expectSame(watched.state, plain(second));
      }),
      runs,
    );
  });

  test.each(watchable)('depend on objects of kind %s, so that the tests above can fail', (kind) => {
    const worlds = fc.sample(world, { numRuns: 60, seed: 1 });
    const differs = worlds.filter((objects) => {
      const without = decisions(plain({ ...objects, [kind]: [] }));
      return decisions(plain(objects)).some((answer, index) => answer !== without[index]);
    });
    expect(differs.length).toBeGreaterThan(5);
  });
});
