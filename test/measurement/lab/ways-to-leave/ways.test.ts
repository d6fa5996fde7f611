// What each way to leave does to the pods of a workload, and when it is over.

import { describe, expect, it } from 'vitest';
import { type LeaveName, leaveNames } from '../../../../src/measurement/lab/ways-to-leave/names.ts';
import { additionsFor, wayOf } from '../../../../src/measurement/lab/ways-to-leave/ways.ts';
import { refused } from '../../../support/lab/fake-cluster.ts';
import { leaveScene, podOf } from '../../../support/lab/leave-scene.ts';

async function acted(name: LeaveName, given: Parameters<typeof leaveScene>[0] = {}) {
  const staged = leaveScene(given);
  await wayOf(name).act(staged.scene);
  return staged;
}

it.each([
  ['scale-down', ['patch', 'wait']],
  ['delete', ['delete a', 'wait']],
  ['eviction', ['evict a', 'wait']],
  ['drain', ['cordon node-1', 'evict a', 'evict b', 'wait', 'uncordon node-1']],
  [
    'drain-with-pdb',
    ['create budget', 'cordon node-1', 'evict a', 'evict b', 'wait', 'uncordon node-1', 'remove budget'],
  ],
  ['liveness-restart', ['ask a /control/hang', 'wait']],
  ['crash', ['ask a /control/crash', 'wait']],
  ['sigkill', ['ask a /control/kill', 'wait']],
] as const)('%s: %j', async (name, wanted) => {
  expect((await acted(name)).did).toEqual(wanted);
});

it('every way has a title of its own, and says in whole sentences what hitless can do', () => {
  const ways = leaveNames.map(wayOf);
  expect(new Set(ways.map(({ title }) => title)).size).toBe(leaveNames.length);
  for (const { verdict } of ways) expect(verdict).toMatch(/^(?:[A-Z]|hitless ).*\.$/);
});

it('what is not announced is never promised', () => {
  const promised = leaveNames.map(wayOf).filter(({ promisesNoLoss }) => promisesNoLoss);
  expect(promised.length).toBeGreaterThan(0);
  expect(promised.every(({ voluntary }) => voluntary)).toBe(true);
});

describe('it is over', () => {
  const [a, b, c, d] = ['a', 'b', 'c', 'd'].map((name) => podOf(name));
  const pods = (...some: readonly (typeof a)[]) => some.filter((one) => one !== undefined);

  it.each(['delete', 'eviction'] as const)('after %s when that pod is gone, not one of its name', async (name) => {
    const { isOver } = await acted(name);
    expect(isOver(pods(a, b))).toBe(false);
    expect(isOver(pods(a, b, c))).toBe(false);
    expect(isOver(pods(b, c))).toBe(true);
    expect(isOver(pods(podOf('a', { uid: 'later' }), b))).toBe(true);
  });

  it.each(['drain', 'drain-with-pdb'] as const)('after %s when all of them are', async (name) => {
    const { isOver } = await acted(name);
    expect(isOver(pods(b, c))).toBe(false);
    expect(isOver(pods(c, d))).toBe(true);
  });

  it.each([
    'crash',
    'sigkill',
    'liveness-restart',
  ] as const)('after %s when its container started again', async (name) => {
    const { isOver } = await acted(name);
    expect(isOver(pods(a, b))).toBe(false);
    expect(isOver(pods(a, podOf('b', { restartCount: 1 })))).toBe(false);
    expect(isOver(pods(podOf('a', { restartCount: 1 }), b))).toBe(true);
  });

  it('after a scale-down when there is one pod less', async () => {
    const { isOver, bodies } = await acted('scale-down');
    expect(bodies).toEqual([{ spec: { replicas: 1 } }]);
    expect(isOver(pods(a, b))).toBe(false);
    expect(isOver(pods(b))).toBe(true);
  });
});

describe('a drain', () => {
  const spread = [podOf('a'), ...['b', 'c'].map((name) => podOf(name, { nodeName: 'node-2' }))];

  it('is of the node with most of the pods, and leaves the others alone', async () => {
    const { did } = await acted('drain', { pods: spread });
    expect(did).toEqual(['cordon node-2', 'evict b', 'evict c', 'wait', 'uncordon node-2']);
  });

  it('has a budget that lets one pod go at a time, whatever their number', async () => {
    const { bodies } = await acted('drain-with-pdb', { pods: spread });
    expect(bodies).toMatchObject([{ spec: { minAvailable: 2, selector: { matchLabels: { app: 'web' } } } }]);
  });

  it('asks again while the budget says no, as kubectl does', async () => {
    let no = 1;
    const asked: string[] = [];
    const { did } = await acted('drain-with-pdb', {
      answers: {
        'POST .*/pods/b/eviction': ({ path }) => {
          asked.push(path);
          return no-- > 0 ? refused(429, 'would violate the budget') : {};
        },
      },
    });
    expect(asked).toHaveLength(2);
    expect(did.at(-2)).toBe('uncordon node-1');
  }, 20_000);

  it('takes a pod that left by itself for evicted', async () => {
    const { did } = await acted('drain', { answers: { 'POST .*/pods/a/eviction': () => refused(404, 'not found') } });
    expect(did).toContain('wait');
  });

  it.each([
    ['is refused', { 'POST .*/pods/a/eviction': () => refused(403, 'you may not') }, '403: you may not'],
    ['cannot be asked for', { 'POST .*/pods/a/eviction': () => Promise.reject(new Error('reset')) }, 'reset'],
  ])('uncordons the node when an eviction %s', async (_how, answers, reason) => {
    const staged = leaveScene({ answers });
    await expect(wayOf('drain-with-pdb').act(staged.scene)).rejects.toThrow(reason);
    expect(staged.did.slice(-2)).toEqual(['uncordon node-1', 'remove budget']);
  });

  it('uncordons the node when it is interrupted while the budget says no', async () => {
    const staged = leaveScene({
      answers: {
        'POST .*/eviction': () => {
          staged.abort.abort(new Error('interrupted'));
          return refused(429, 'would violate the budget');
        },
      },
    });
    await expect(wayOf('drain').act(staged.scene)).rejects.toThrow('interrupted');
    expect(staged.did).toEqual(['cordon node-1', 'uncordon node-1']);
  });
});

describe('the pods of a row', () => {
  it('have nothing more for a rollout', () => {
    expect(additionsFor({}, { toleratesCordon: true })).toEqual({ args: [], container: {}, spec: {} });
  });

  it('obey others only where the way asks for it', () => {
    const obeying = leaveNames.filter((leave) => additionsFor({ leave }, {}).args.includes('--controls'));
    expect(obeying).toEqual(['liveness-restart', 'crash', 'sigkill']);
  });

  it('tolerate a cordon only where a drain has no other node', () => {
    const tolerating = (toleratesCordon: boolean) =>
      leaveNames.filter((leave) => 'tolerations' in additionsFor({ leave }, { toleratesCordon }).spec);
    expect(tolerating(true)).toEqual(['drain-with-pdb', 'drain']);
    expect(tolerating(false)).toEqual([]);
  });
});
