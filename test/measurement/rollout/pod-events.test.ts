// What recorded rollouts do not show: hooks of every kind, crashes seen late, odd objects.

import { describe, expect, it } from 'vitest';
import { logObjects, readTestAppLog, withLogs } from '../../../src/measurement/analysis/test-app-log.ts';
import { endpointEvents } from '../../../src/measurement/rollout/endpoint-events.ts';
import type { Endpoint, EndpointSlice, Pod } from '../../../src/measurement/rollout/objects.ts';
import { inOrder } from '../../../src/measurement/rollout/order.ts';
import { podEvents, preStopMs } from '../../../src/measurement/rollout/pod-events.ts';
import { ownPodName, podNaming } from '../../../src/measurement/rollout/pod-naming.ts';
import { workloadEvents } from '../../../src/measurement/rollout/workload-events.ts';
import { deployment as kind } from '../../../src/workload/kinds/deployment.ts';
import type { Deployment, PreStop } from '../../../src/workload/workload.ts';

const running = { state: { running: {} }, restartCount: 0 };
const ready = [{ type: 'Ready', status: 'True' }];

function pod(changes: object = {}, hooks: readonly (PreStop | undefined)[] = [undefined], metadata: object = {}): Pod {
  const containers = hooks.map((preStop, i) => ({ name: `c${i}`, ...(preStop && { lifecycle: { preStop } }) }));
  return {
    metadata: { name: 'web-1', uid: 'u1', ...metadata },
    spec: { containers },
    status: { conditions: ready, containerStatuses: [running], ...changes },
  };
}

const deleted = { deletionTimestamp: '2026-11-22T07:22:19Z', deletionGracePeriodSeconds: 30 };
const words = (before: Pod | undefined, now: Pod | undefined) =>
  podEvents({ before, now }, podNaming(), 0).map(({ what }) => what);

describe('from deletion to SIGTERM', () => {
  it.each<{ hooks: readonly (PreStop | undefined)[]; seconds: number | undefined }>([
    { hooks: [undefined], seconds: 0 },
    { hooks: [{ sleep: { seconds: 5 } }], seconds: 5 },
    { hooks: [{ sleep: { seconds: 5 } }, { sleep: { seconds: 12 } }, undefined], seconds: 12 },
    { hooks: [{ exec: { command: ['sleep', '7'] } }], seconds: 7 },
    { hooks: [{ exec: { command: ['/bin/sleep', '2.5s'] } }], seconds: 2.5 },
    { hooks: [{ exec: { command: ['/bin/sh', '-c', 'sleep 15'] } }], seconds: 15 },
    { hooks: [{ exec: { command: ['sh', '-c', 'sleep 15 && nginx -s quit'] } }], seconds: 15 },
    { hooks: [{ exec: { command: ['nginx', '-s', 'quit'] } }], seconds: undefined },
    { hooks: [{ httpGet: { port: 80, path: '/quit' } }], seconds: undefined },
    { hooks: [{ sleep: { seconds: 600 } }], seconds: 30 },
  ])('$hooks take $seconds s', ({ hooks, seconds }) => {
    expect(preStopMs(pod({}, hooks, deleted))).toBe(seconds === undefined ? undefined : seconds * 1000);
  });

  it('is not told where nobody can know it', () => {
    const hooks = [{ httpGet: { port: 80, path: '/quit' } }];
    expect(words(pod({}, hooks), pod({}, hooks, deleted))).toEqual(['deleting']);
  });
});

describe('a pod', () => {
  it('says nothing twice', () => {
    expect(words(pod(), pod())).toEqual([]);
    expect(words(pod({}, [undefined], deleted), pod({}, [undefined], deleted))).toEqual([]);
  });

  it('that is seen first as it leaves was there before', () => {
    expect(words(undefined, pod({}, [undefined], deleted))).toEqual([
      'created',
      'started',
      'ready',
      'deleting',
      'sleep-end',
    ]);
  });

  it('that vanishes while it runs has stopped', () => {
    expect(words(pod(), undefined)).toEqual(['stopped', 'gone']);
  });

  it('that vanishes after its end has stopped once', () => {
    const ended = pod({ containerStatuses: [{ state: { terminated: {} }, restartCount: 0 }] });
    expect(words(pod(), ended)).toEqual(['stopped']);
    expect(words(ended, undefined)).toEqual(['gone']);
  });

  it('that restarted between two words has stopped and started', () => {
    expect(words(pod(), pod({ containerStatuses: [{ ...running, restartCount: 1 }] }))).toEqual([
      'stopped',
      'started',
      'ready',
    ]);
  });

  it('that waits for its next attempt after a crash has stopped', () => {
    const waiting = { state: { waiting: {} }, lastState: { terminated: {} }, restartCount: 1 };
    expect(words(pod(), pod({ conditions: [], containerStatuses: [waiting] }))).toEqual(['stopped', 'not-ready']);
  });

  it('with a sidecar has not stopped before both did', () => {
    const ended = { state: { terminated: {} }, restartCount: 0 };
    const both = pod({ containerStatuses: [running, running] });
    expect(words(both, pod({ containerStatuses: [ended, running] }))).toEqual([]);
    expect(words(pod({ containerStatuses: [ended, running] }), pod({ containerStatuses: [ended, ended] }))).toEqual([
      'stopped',
    ]);
  });

  it('without a status yet is only created', () => {
    expect(words(undefined, { ...pod(), status: {} })).toEqual(['created']);
  });
});

function slice(...endpoints: [string, Endpoint['conditions']?][]): EndpointSlice {
  return {
    metadata: { name: 'web-abc', uid: 's1' },
    endpoints: endpoints.map(([name, conditions]) => ({
      targetRef: { kind: 'Pod', name },
      ...(conditions && { conditions }),
    })),
  };
}

describe('a pod that comes again under its name, as those of StatefulSets do', () => {
  const first = pod({}, [undefined], { name: 'web-0', uid: 'a' });
  const second = pod({}, [undefined], { name: 'web-0', uid: 'b' });

  it('has a number behind its name', () => {
    const naming = podNaming();
    const events = [
      ...podEvents({ before: undefined, now: first }, naming, 1),
      ...podEvents({ before: first, now: undefined }, naming, 2),
      ...podEvents({ before: undefined, now: second }, naming, 3),
    ];
    expect(events.map(({ pod: name, what }) => `${name} ${what}`)).toEqual([
      'web-0 created',
      'web-0 started',
      'web-0 ready',
      'web-0 stopped',
      'web-0 gone',
      'web-0 #2 created',
      'web-0 #2 started',
      'web-0 #2 ready',
    ]);
    expect(events.map(({ pod: name }) => ownPodName(name))).toEqual(Array(8).fill('web-0'));
  });

  it('has an endpoint of its own', () => {
    const naming = podNaming();
    naming('web-0', 'a');
    const listed = (uid: string, conditions: Endpoint['conditions']): EndpointSlice => ({
      metadata: { name: 'web-abc', uid: 's1' },
      endpoints: [{ targetRef: { kind: 'Pod', name: 'web-0', uid }, ...(conditions && { conditions }) }],
    });
    const change = { before: listed('a', { ready: true }), now: listed('b', { ready: false }) };
    expect(endpointEvents(change, naming, 0).map(({ pod: name, what }) => `${name} ${what}`)).toEqual([
      'web-0 removed',
      'web-0 #2 not-ready',
    ]);
  });

  it('without a uid is the last one of its name', () => {
    const naming = podNaming();
    expect(naming('web-0', undefined)).toBe('web-0');
    naming('web-0', 'a');
    naming('web-0', 'b');
    expect(naming('web-0', undefined)).toBe('web-0 #2');
    expect(naming('web-0', 'a')).toBe('web-0');
  });
});

describe('an endpoint', () => {
  const told = (before: EndpointSlice | undefined, now: EndpointSlice | undefined) =>
    endpointEvents({ before, now }, podNaming(), 0).map(({ pod, what, serving }) =>
      [pod, what, ...(serving === undefined ? [] : [serving])].join(' '),
    );

  it('without conditions is ready', () => expect(told(undefined, slice(['a']))).toEqual(['a ready']));
  it('that is terminating and still passes its probe serves', () =>
    expect(told(slice(['a']), slice(['a', { ready: false, serving: true, terminating: true }]))).toEqual([
      'a terminating true',
    ]));
  it('that stops to pass its probe while it terminates is told again', () =>
    expect(
      told(
        slice(['a', { ready: false, serving: true, terminating: true }]),
        slice(['a', { ready: false, serving: false, terminating: true }]),
      ),
    ).toEqual(['a terminating false']));
  it('goes with its slice', () => expect(told(slice(['a'], ['b']), undefined)).toEqual(['a removed', 'b removed']));
  it('is silent without a change', () => expect(told(slice(['a'], ['b']), slice(['b'], ['a']))).toEqual([]));
  it('of no pod is left out', () => expect(told(undefined, { ...slice(), endpoints: [{}] })).toEqual([]));
  it('is none in a slice with null', () => expect(told(undefined, { ...slice(), endpoints: null })).toEqual([]));
});

describe('a Deployment', () => {
  const deployment = (changes: object, status: object): Deployment => ({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web', uid: 'd1', generation: 1 },
    spec: { replicas: 2, template: { spec: { containers: [] } }, ...changes },
    status: { observedGeneration: 1, replicas: 2, updatedReplicas: 2, availableReplicas: 2, ...status },
  });

  it('that is scaled begins no rollout', () => {
    const events = workloadEvents(kind, { before: deployment({}, {}), now: deployment({ replicas: 3 }, {}) }, 0);
    expect(events.map(({ what }) => what)).toEqual(['progressing']);
  });

  it('whose controller has not looked yet is not complete', () => {
    const fresh = { ...deployment({}, {}), metadata: { name: 'web', uid: 'd1', generation: 2 } };
    expect(workloadEvents(kind, { before: undefined, now: fresh }, 0)).toMatchObject([
      { what: 'progressing', detail: '0 of 2 pods are new, 2 available' },
    ]);
  });

  it('that cannot make pods says why', () => {
    const conditions = [{ type: 'ReplicaFailure', status: 'True', message: 'exceeded quota' }];
    const now = deployment({}, { updatedReplicas: 0, conditions });
    const [event] = workloadEvents(kind, { before: undefined, now }, 0);
    expect(event?.detail).toContain('exceeded quota');
  });

  it('that is deleted has failed', () => {
    expect(workloadEvents(kind, { before: deployment({}, {}), now: undefined }, 0)).toMatchObject([{ what: 'failed' }]);
  });
});

describe('the log of a test application', () => {
  const lines = [
    '{"listening":10}',
    'a warning',
    '{"connections":[30,20]}',
    '{"connections":[40]}',
    '{"sigterm":50}',
    '{"exit":',
    '{"exit":60}',
  ];

  it('is read with its times shifted, without the lines of others', () => {
    expect(readTestAppLog('a', logObjects(lines), 1000)).toEqual({
      pod: 'a',
      listeningMs: 1010,
      sigtermMs: 1050,
      exitMs: 1060,
      connectionsMs: [1020, 1030, 1040],
    });
  });

  it('says when it stopped listening, if that was before its exit', () => {
    const log = readTestAppLog('a', logObjects([...lines, '{"closed":51}']));
    expect(log.closedMs).toBe(51);
    expect(withLogs([], [log])).toContainEqual({ kind: 'pod', pod: 'a', what: 'closed', atMs: 51 });
  });

  it('takes the place of computed and late events of its pod alone', () => {
    const event = (name: string, what: 'deleting' | 'sleep-end' | 'stopped', atMs: number) =>
      ({ kind: 'pod', pod: name, what, atMs }) as const;
    const events = ['a', 'b'].flatMap((name) => [
      event(name, 'deleting', 0),
      event(name, 'sleep-end', 55),
      event(name, 'stopped', 99),
    ]);
    const merged = withLogs(events, [readTestAppLog('a', logObjects(lines))]);
    const of = (name: string) =>
      merged.filter((one) => one.kind === 'pod' && one.pod === name).map(({ what, atMs }) => [what, atMs]);
    expect(of('a')).toEqual([
      ['deleting', 0],
      ['listening', 10],
      ['sleep-end', 50],
      ['closed', 60],
      ['stopped', 60],
    ]);
    expect(of('b')).toEqual([
      ['deleting', 0],
      ['sleep-end', 55],
      ['stopped', 99],
    ]);
  });
});

describe('events in order', () => {
  it('leave out the end of a sleep that the pod did not live to see', () => {
    const naming = podNaming();
    const told = podEvents({ before: undefined, now: pod({}, [{ sleep: { seconds: 5 } }], deleted) }, naming, 100);
    const ordered = inOrder([...told, ...podEvents({ before: pod(), now: undefined }, naming, 1000)]);
    expect(ordered.map(({ what }) => what)).toEqual(['created', 'started', 'ready', 'deleting', 'stopped', 'gone']);
  });

  it('say each thing once', () => {
    const once = () => podEvents({ before: undefined, now: pod() }, podNaming(), 1);
    const twice = [...once(), ...once()].toSorted((a, b) => a.what.localeCompare(b.what));
    expect(inOrder(twice)).toHaveLength(3);
  });
});
