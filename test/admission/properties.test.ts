// Histories of writes by many clients under changing policies, each played twice: once through our webhook, and once in a
// shadow where nobody patches. The shadow is what the author wrote; it says what we must recover and must not change.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { recoverAuthor } from '../../src/admission/author-document.ts';
import { deployment as kind } from '../../src/workload/kinds/deployment.ts';
import type { Deployment } from '../../src/workload/workload.ts';
import { clientSideApply, clone, create, edit, put, refusals, serverSideApply } from '../support/api-server.ts';
import { seed } from '../support/seed.ts';
import { policy, stateOf, type Written, write } from '../support/webhook.ts';

// biome-ignore lint/suspicious/noExplicitAny: manifests of any shape are generated here
type Any = any;

const played = { numRuns: Number(process.env.HITLESS_TEST_RUNS ?? 300), seed };

// An author's numbers never equal ours here: who wrote an equal one is a question of proof, and has tests of its own.
const hook = fc.constantFrom(
  { exec: { command: ['/quit'] } },
  { httpGet: { port: 8080 } },
  { sleep: { seconds: 4 } },
  { sleep: { seconds: 1 } },
  { exec: { command: ['sh', '-c', 'sleep 17 && /quit'] } },
  { exec: { command: ['sleep 9'] } },
);
const probe = fc.constantFrom(
  { httpGet: { path: '/ready', port: 8080 }, periodSeconds: 7 },
  { exec: { command: ['/check'] } },
  { tcpSocket: { port: 9999 }, successThreshold: 2 },
);
const liveness = fc.constantFrom(
  { httpGet: { path: '/live', port: 8080 }, initialDelaySeconds: 33 },
  { grpc: { port: 8080 } },
  { exec: { command: ['/live'] }, periodSeconds: 5 },
);
const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined, freq: 2 });
const container = (name: string) =>
  fc.record({
    name: fc.constant(name),
    image: fc.constantFrom('app:1', 'app:2'),
    ports: maybe(fc.constant([{ containerPort: 8080 }])),
    readinessProbe: maybe(probe),
    livenessProbe: maybe(liveness),
    lifecycle: maybe(
      fc.oneof(
        { weight: 4, arbitrary: hook.map((preStop) => ({ preStop })) },
        { weight: 1, arbitrary: fc.constant({}) },
      ),
    ),
  });
const strategy = fc.constantFrom(
  { type: 'Recreate' },
  { type: 'RollingUpdate' },
  { rollingUpdate: { maxSurge: 0 } },
  { rollingUpdate: { maxSurge: 0, maxUnavailable: 1 } },
  { rollingUpdate: { maxSurge: '30%' } },
  { rollingUpdate: { maxUnavailable: '25%', maxSurge: '25%' } },
);
const manifest: fc.Arbitrary<Any> = fc
  .record({
    containers: fc
      .subarray(['web', 'proxy', 'side'], { minLength: 1 })
      .chain((names) => fc.tuple(...names.map(container))),
    replicas: fc.constantFrom(0, 1, 3, 40),
    grace: maybe(fc.constantFrom(0, 5, 30, 61, 77)),
    strategy: maybe(strategy),
    minReadySeconds: maybe(fc.constantFrom(0, 3)),
    progressDeadlineSeconds: maybe(fc.constantFrom(6, 600)),
    optOut: maybe(fc.constantFrom('off', 'audit')),
    hostPort: fc.boolean(),
  })
  .map(({ containers, grace, optOut, hostPort, ...spec }) => ({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web', namespace: 'shop', ...(optOut && { annotations: { 'hitless.dev/mode': optOut } }) },
    spec: {
      ...spec,
      selector: { matchLabels: { app: 'web' } },
      template: {
        metadata: { labels: { app: 'web' } },
        spec: { containers, terminationGracePeriodSeconds: grace, ...(hostPort && { hostNetwork: true }) },
      },
    },
  }))
  .map((object) => JSON.parse(JSON.stringify(object)));

const action = fc.constantFrom('off', 'report', 'fill', 'enforce');
const rollout = fc.record({
  readinessProbe: fc.record({ action, periodSeconds: fc.constantFrom(1, 2) }),
  preStopSleep: fc.record({
    action,
    seconds: fc.constantFrom(10, 15, 25),
    mechanism: fc.constantFrom('auto', 'exec'),
  }),
  terminationGracePeriod: fc.record({ action, drainSeconds: fc.constantFrom(20, 29) }),
  rollingUpdate: fc.record({ action, maxSurge: fc.constantFrom('20%', '25%') }),
  minReadySeconds: fc.record({ action, seconds: fc.constantFrom(8, 9) }),
});
const service = {
  name: 'web',
  namespace: 'shop',
  selector: { app: 'web' },
  ports: [{ port: 80, targetPort: 8080, protocol: 'TCP' }],
};

const stateUnder = (spec: Any) => stateOf({ services: [service], policies: [policy(spec)] });

// What the controller has reported before a write.
const condition = (type: string, status: string, reason: string) => ({ type, status, reason });
const status = fc.constantFrom<Any>(
  undefined,
  {},
  { conditions: [condition('Progressing', 'False', 'ProgressDeadlineExceeded')] },
  { replicas: 4, conditions: [condition('ReplicaFailure', 'True', 'FailedCreate')] },
  { replicas: 4, conditions: [condition('Progressing', 'True', 'ReplicaSetUpdated')] },
  { replicas: 4, conditions: [condition('Progressing', 'True', 'NewReplicaSetAvailable')] },
  { observedGeneration: -1, conditions: [condition('Progressing', 'False', 'ProgressDeadlineExceeded')] },
);

const step = fc.record({
  status,
  client: fc.constantFrom('apply', 'apply', 'put', 'label', 'restart', 'undo', 'forget'),
  manifest: fc.oneof({ weight: 2, arbitrary: manifest }, { weight: 1, arbitrary: fc.constant(undefined) }),
  rollout,
  mode: fc.constantFrom('enforce' as const, 'enforce' as const, 'audit' as const),
});
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

interface State {
  readonly live: Deployment;
  readonly shadow: Deployment;
  readonly manifest: Any;
}

const history = fc.record({
  first: manifest,
  rollout,
  by: fc.constantFrom('client-side' as const, 'server-side' as const),
  steps: fc.array(step, { maxLength: 8 }),
});

function reported(state: State, status: Any): State {
  return { ...state, live: edit(state.live, (object) => Object.assign(object, { status })) };
}

/** The same write on the live object and on the shadow. */
function writeBoth(
  state: State,
  { client, manifest }: Step,
  revisions: readonly State[],
  apply: typeof clientSideApply,
): State {
  const next = manifest ?? state.manifest;
  const both = (change: (object: Any, of: 'live' | 'shadow') => Any) => ({
    live: change(state.live, 'live'),
    shadow: change(state.shadow, 'shadow'),
  });
  if (client === 'apply') return { ...both((object) => apply(next, object)), manifest: next };
  if (client === 'put') return { ...both((object) => put(next, object)), manifest: next };
  if (client === 'undo')
    return { ...both((object, of) => undo(object, (revisions[0] ?? state)[of])), manifest: state.manifest };
  const change = (object: Any) => {
    if (client === 'label')
      object.metadata.labels = { ...object.metadata.labels, n: `${(object.metadata.labels?.n ?? '') as string}x` };
    if (client === 'restart')
      object.spec.template.metadata.annotations = {
        at: `${(object.spec.template.metadata.annotations?.at ?? '') as string}x`,
      };
    if (client === 'forget') delete object.metadata.annotations;
  };
  return { ...both((object) => edit(object, change)), manifest: state.manifest };
}

function undo(object: Any, revision: Any): Any {
  return edit(object, (o) => {
    o.spec.template = clone(revision.spec.template);
    o.metadata.annotations = clone(revision.metadata.annotations ?? {});
  });
}

const editable =
  /^\/(metadata\/annotations(\/hitless\.dev~1injected)?|spec\/(minReadySeconds|strategy(\/rollingUpdate(\/max(Surge|Unavailable))?)?|template\/spec\/(terminationGracePeriodSeconds|containers\/\d+\/(lifecycle(\/preStop(\/(sleep|exec)(\/.*)?)?)?|readinessProbe(\/.*)?))))$/;

/** What holds for every answer. */
function check(written: Written, shadow: Deployment): void {
  for (const { op, path } of written.patch) {
    expect(['add', 'replace', 'remove']).toContain(op);
    expect(path).toMatch(editable);
  }
  const { warnings = [] } = written.verdict.response;
  expect(warnings.join('').length).toBeLessThan(4_096);
  if (refusals(shadow).length === 0) expect(written.refused).toEqual([]);
}

/** The shadow keeps the gift that type Recreate gets; nothing else of ours. */
function heal({ shadow, manifest }: State): Deployment {
  const { strategy } = shadow.spec;
  const stray = strategy?.rollingUpdate !== undefined && manifest.spec.strategy?.rollingUpdate === undefined;
  if (strategy?.type !== 'Recreate' || !stray) return shadow;
  return { ...shadow, spec: { ...shadow.spec, strategy: { type: 'Recreate' } } };
}

describe('any history', () => {
  it('ends in an object that the API server takes, holds the author’s document, and rolls only when the author does', () => {
    fc.assert(
      fc.property(history, ({ first, rollout, by, steps }) => {
        const apply = by === 'client-side' ? clientSideApply : serverSideApply;
        const born = apply(first);
        const written = write({ object: born, state: stateUnder(rollout) });
        fc.pre(refusals(born).length === 0);
        check(written, born);
        const revisions: State[] = [{ live: written.object, shadow: born, manifest: first }];
        let state = revisions[0] as State;
        for (const step of steps) {
          if (step.status !== undefined) state = reported(state, step.status);
          const next = writeBoth(state, step, revisions, apply);
          const { live: object } = next;
          const written = write({ object, old: state.live, state: stateUnder(step.rollout), mode: step.mode });
          const shadow = written.verdict.decision === 'skipped' ? next.shadow : heal(next);
          check(written, shadow);
          if (written.refused.length > 0 || refusals(shadow).length > 0) continue;
          // Where an apply still owns the port of a probe that an undo brings back, nobody can know whose the rest is.
          const isDoubtful = by === 'server-side' && step.client === 'undo';
          if (!isDoubtful) expectRecovered(object, state.live, shadow);
          // An apply, or an undo that brings its annotation back, proves that a default was written, which a PUT could not: that
          // change was asked for.
          const wrote30 = [next, ...revisions].some(
            ({ manifest }) => manifest.spec.template.spec.terminationGracePeriodSeconds === 30,
          );
          const proven = wrote30 && ['apply', 'undo'].includes(step.client);
          if (!proven) expectNoSurprise(written, state, shadow);
          const again = write({
            object: written.object,
            old: written.object,
            state: stateUnder(step.rollout),
            mode: step.mode,
          });
          expect(again.patch.filter(({ path }) => inTemplatePointer(path))).toEqual([]);
          // Another client that writes the author's value over one that we raised takes the field away from its applier: when
          // that one later drops it, the API server keeps it, and nobody can know better.
          if (by === 'server-side' && ['undo', 'put'].includes(step.client)) break;
          state = { live: written.object, shadow, manifest: next.manifest };
          revisions.push(state);
        }
      }),
      played,
    );
  });

  it('is planned only once: the API server may call again within the same request', () => {
    fc.assert(
      fc.property(
        manifest,
        rollout,
        fc.constantFrom(create, clientSideApply, serverSideApply),
        (object, rollout, client) => {
          const state = stateUnder(rollout);
          const first = write({ object: client(object), state });
          expect(write({ object: first.object, state }).patch).toEqual([]);
          expect(write({ object: first.object, old: first.object, state }).patch).toEqual([]);
        },
      ),
      played,
    );
  });
});

function inTemplatePointer(pointer: string): boolean {
  return kind.inTemplate(pointer.slice(1).replaceAll('/', '.'));
}

function expectRecovered(object: Deployment, old: Deployment, shadow: Deployment): void {
  const { author } = recoverAuthor(object, { kind, oldObject: old });
  expect(tidy(author.spec.template)).toEqual(tidy(shadow.spec.template));
}

function expectNoSurprise(written: Written, state: State, shadow: Deployment): void {
  if (JSON.stringify(tidy(shadow.spec.template)) !== JSON.stringify(tidy(state.shadow.spec.template))) return;
  expect(tidy(written.object.spec.template)).toEqual(tidy(state.live.spec.template));
}

/** An empty lifecycle is none. */
function tidy(template: Any): Any {
  return JSON.parse(
    JSON.stringify(template, (key, value) =>
      key === 'lifecycle' && Object.keys(value).length === 0 ? undefined : value,
    ),
  );
}
