// The small parts of verify: addresses, refusals, phases, the recording, the result.

import { describe, expect, it } from 'vitest';
import type { Sample } from '../../../src/measurement/load/sample.ts';
import { readLoadSettings } from '../../../src/measurement/load/settings.ts';
import type { RolloutEvent } from '../../../src/measurement/rollout/event.ts';
import { trafficKinds } from '../../../src/measurement/traffic.ts';
import { phaseOf } from '../../../src/measurement/verify/phase.ts';
import { whyUnmeasurable } from '../../../src/measurement/verify/preconditions.ts';
import { createRecording, withoutThePast } from '../../../src/measurement/verify/recording.ts';
import { type About, countMeasured, resultOf, slimmed } from '../../../src/measurement/verify/result.ts';
import type { VerifyMeasurement } from '../../../src/measurement/verify/setup.ts';
import { trafficOf } from '../../../src/measurement/verify/urls.ts';
import { deployment as kind } from '../../../src/workload/kinds/deployment.ts';
import type { Deployment } from '../../../src/workload/workload.ts';
import { heard, replay } from '../../support/rollout/replay.ts';

const sample = (sentMs: number, changes: Partial<Sample> = {}): Sample => ({
  lane: 'get-new',
  dueMs: sentMs,
  sentMs,
  endMs: sentMs + 1,
  connection: 'new',
  outcome: 'ok',
  ...changes,
});

describe('the address of a lane', () => {
  it.each([
    ['http://shop/a?b=1', 'get-new', 'http://shop:80/a?b=1'],
    ['https://shop:8443/a', 'post-kept', 'https://shop:8443/a'],
    ['https://shop/chat', 'websocket', 'wss://shop:443/chat'],
    ['http://shop:8080/', 'websocket', 'ws://shop:8080/'],
    ['grpc://shop:9090', 'grpc-unary', 'grpc://shop:9090/grpc.health.v1.Health/Check'],
    ['https://shop/a', 'grpc-stream', 'grpcs://shop:443'],
    ['http://[fd00::1]:80/', 'get-kept', 'http://[fd00::1]:80/'],
  ] as const)('of %s for %s is %s', (url, lane, wanted) => {
    expect(trafficOf(url, [lane], 100)).toEqual([{ lane, url: wanted, rate: 100 }]);
  });

  it('is always one that the load takes', () => {
    for (const url of ['http://shop/x', 'https://shop:1/']) {
      const settings = { lanes: trafficOf(url, trafficKinds, 50), timeoutMs: 5000, retries: 0, connections: 4 };
      expect(readLoadSettings(settings)).toEqual({ settings });
    }
  });

  it.each(['shop', 'shop:80', 'ftp://shop/', 'file:///etc'])('is not taken from %s', (url) => {
    expect(() => trafficOf(url, ['get-new'], 1)).toThrow(/^--url must be an address/);
  });
});

const deployment = (spec: object = {}): Deployment => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web' },
  spec: { template: { spec: { containers: [{ name: 'web' }] } }, ...spec },
});

it('a password in the address is refused, and not repeated', () => {
  expect(() => trafficOf('http://me:secret@shop/', ['get-new'], 1)).toThrow(
    /^--url must not have a user name or password/,
  );
});

describe('a Deployment is refused', () => {
  it.each([
    [{ paused: true }, /paused/],
    [{ replicas: 0 }, /0 replicas/],
    [{ strategy: { type: 'Recreate' } }, /Recreate: every old pod stops before/],
  ])('with %j', (spec, words) => expect(whyUnmeasurable(kind, deployment(spec))).toMatch(words));
  it('for nothing else', () => expect(whyUnmeasurable(kind, deployment({ replicas: 1 }))).toBeUndefined());
});

describe('the phase of a recorded rollout', () => {
  const events = heard('probe-and-sleep');
  const until = (atMs: number) =>
    phaseOf(
      events.filter((event) => event.atMs <= atMs || event.what === 'sleep-end'),
      0,
    );
  const at = (what: string, kind = 'workload') =>
    events.findLast((event) => event.kind === kind && event.what === what)?.atMs ?? 0;
  const beganMs = at('changed');

  it('is before it, complete, until the pod template changes', () => {
    expect(until(beganMs - 1)).toEqual({ kind: 'before', complete: true });
  });
  it('is rolling with how far it is', () => {
    expect(until(beganMs + 1)).toMatchObject({ kind: 'rolling', beganMs, detail: '0 of 2 pods are new, 2 available' });
  });
  it('is leaving while old pods sleep', () => {
    expect(until(at('complete') + 1)).toEqual({ kind: 'leaving', beganMs, pods: 2 });
  });
  it('is over when the last of them is gone', () => {
    expect(until(Number.POSITIVE_INFINITY)).toEqual({ kind: 'over', beganMs, overMs: at('gone', 'pod') });
  });
  it('is before the next one for whoever asks for a later one', () => {
    expect(phaseOf(events, beganMs)).toEqual({ kind: 'before', complete: true });
  });
  it('is failed when it misses its deadline', () => {
    expect(phaseOf(heard('misses-its-deadline'), 0)).toMatchObject({
      kind: 'failed',
      detail: expect.stringContaining('timed out'),
    });
  });
  it('is not begun by a crash', () => {
    expect(phaseOf(heard('a-pod-crashes'), 0)).toEqual({ kind: 'before', complete: true });
  });
});

describe('the tape', () => {
  const pod = (name: string, what: 'created' | 'gone', atMs: number): RolloutEvent => ({
    kind: 'pod',
    pod: name,
    what,
    atMs,
  });

  it('cuts out the requests that were due in between, in order, and what happened until then', () => {
    const tape = createRecording(() => 0);
    for (const ms of [50, 10, 30, 90]) tape.sampled(sample(ms));
    for (const ms of [70, 5, 99]) tape.happened(pod(`p${ms}`, 'created', ms));
    const { samples, events } = tape.cut(20, 80);
    expect(samples.map(({ dueMs }) => dueMs)).toEqual([30, 50]);
    expect(events.map(({ atMs }) => atMs)).toEqual([5, 70]);
  });

  it('forgets requests, not events', () => {
    const tape = createRecording(() => 0);
    tape.sampled(sample(10));
    tape.sampled(sample(20));
    tape.happened(pod('a', 'created', 1));
    tape.forget(15);
    expect(tape.samples()).toHaveLength(1);
    expect(tape.events).toHaveLength(1);
  });

  it('leaves pods of the past out of a drawing', () => {
    const events = [pod('a', 'created', 1), pod('a', 'gone', 5), pod('b', 'created', 1), pod('b', 'gone', 50)];
    const { events: drawn } = withoutThePast({ startedMs: 10, endedMs: 60, samples: [], events });
    expect(drawn.map((event) => event.kind === 'pod' && event.pod)).toEqual(['b', 'b']);
  });
});

describe('the result', () => {
  const about: About = {
    versions: { hitless: '0', kubernetes: 'v1', node: 'v24' },
    command: 'hitless verify',
    startedAt: '2026-11-22T00:00:00.000Z',
    durationSeconds: 1,
    target: { kind: 'Deployment', namespace: 'shop', name: 'web' },
    url: 'http://shop/',
    from: 'here',
    kinds: ['get-new'],
    rate: 100,
    maxLost: 1,
    failures: [],
  };
  const rolled = replay('without-sleep');
  const deletingMs = rolled.find(({ what }) => what === 'deleting')?.atMs ?? 0;
  const measured = (lost: readonly Sample[], ended: VerifyMeasurement['ended'] = 'complete'): VerifyMeasurement => ({
    measurement: { startedMs: 0, endedMs: 200_000, samples: [sample(1, { pod: 'old' }), ...lost], events: rolled },
    beganMs: 92,
    ended,
    ...(ended === 'complete' ? {} : { detail: 'it hangs.' }),
  });
  const result = (...all: VerifyMeasurement[]) =>
    resultOf(
      about,
      all.map((one) => countMeasured(one)),
      { kind, workload: deployment() },
    );
  const refused = sample(deletingMs + 400, { outcome: 'refused' });
  const silent = sample(deletingMs + 400, { outcome: 'timeout', detail: 'no connection' });

  it('is passed while no rollout loses more than it may', () => {
    expect(result(measured([silent]), measured([silent]))).toMatchObject({
      verdict: 'passed',
      lost: 2,
      causes: { 'endpoint-lag': 2 },
    });
  });
  it('is lost when one does', () => {
    expect(result(measured([]), measured([refused, refused])).verdict).toBe('lost');
  });
  it('is unknown without a rollout, and with one that did not end, which it says', () => {
    expect(result().verdict).toBe('unknown');
    const { verdict, failures } = result(measured([], 'stuck'));
    expect(verdict).toBe('unknown');
    expect(failures).toEqual(['rollout 1 is stuck: it hangs; see kubectl rollout status and kubectl get pods']);
  });
  it('is lost also where the rollout failed', () => {
    expect(result(measured([refused, refused], 'failed')).verdict).toBe('lost');
  });
  it('advises a sleep from how late the last loss was', () => {
    expect(result(measured([silent])).advice[0]?.text).toContain('the last one 0.4 s after the pod was deleted');
  });
  it('advises no sleep for a lone loss among many answers: connection tracking kept its source port for the pod', () => {
    const answers = Array.from({ length: 40 }, (_, at) => sample(deletingMs + at * 10));
    const [{ cause, text = '' } = {}] = result(measured([...answers, silent])).advice;
    expect(cause).toBe('endpoint-lag');
    expect(text).toMatch(/^Nothing was lost while pods were terminating.*connection tracking/);
    const [few] = result(measured([...answers.slice(0, 5), silent])).advice;
    expect(few?.text).toContain('the last one 0.4 s after');
  });
  it('advises a probe and a sleep where an old pod or a new one lost it, and takes the sleep from neither', () => {
    const { causes, advice } = result(measured([refused]));
    expect(causes).toEqual({ 'lag-or-not-ready': 1 });
    expect(advice.map(({ cause }) => cause)).toEqual(['lag-or-not-ready']);
    expect(advice[0]?.text).toMatch(
      /readinessProbe .*rule readiness-probe.* preStop sleep of \d+ s .*rule pre-stop-sleep/,
    );
  });
  it('advises nothing of the kind for connections that nobody answered a minute later', () => {
    const stale = sample(60_000, { outcome: 'timeout', endMs: 65_000 });
    expect(result(measured([stale])).advice[0]?.text).toContain('wait two minutes');
  });
  it('keeps the single requests of the worst rollouts only, and draws the same', () => {
    const all = [0, 3, 1, 2, 0].map((lost) => countMeasured(measured(Array(lost).fill(refused))));
    const kept = slimmed(all);
    const rolled = { kind, workload: deployment() };
    expect(kept.map(({ measurement }) => measurement.samples.length > 0)).toEqual([false, true, true, true, false]);
    expect(resultOf(about, kept, rolled)).toEqual(resultOf(about, all, rolled));
  });
  it('counts what was lost before the rollout began', () => {
    const early = sample(50, { outcome: 'refused' });
    expect(result(measured([early, refused])).rollouts[0]?.lostBefore).toBe(1);
  });
});
