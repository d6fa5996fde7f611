// Layers that are fine by themselves and contradict each other once they are merged.

import { describe, expect, it } from 'vitest';
import { autoSleepSeconds } from '../../src/policy/auto-sleep.ts';
import { clusterPolicy, fieldOf, selected, shopPolicy } from '../support/policy.ts';

const sleepName = 'hitless.dev/pre-stop-sleep-seconds';
const graceName = 'hitless.dev/termination-grace-period-seconds';

describe('a sleep shorter than the minimum', () => {
  it('lowers the minimum when the sleep is from the higher layer', () => {
    const selection = selected({ annotations: { [sleepName]: '2' } });
    expect(fieldOf(selection, 'preStopSleep.seconds')).toEqual([2, `Deployment annotation ${sleepName}`]);
    expect(fieldOf(selection, 'preStopSleep.minimumSeconds')).toEqual([
      2,
      `built-in default, changed from 3 to 2 to fit preStopSleep.seconds of Deployment annotation ${sleepName}`,
    ]);
  });

  it('is raised when the minimum is from the higher layer', () => {
    const selection = selected({ documents: [shopPolicy('web', { spec: { preStopSleep: { minimumSeconds: 15 } } })] });
    expect(fieldOf(selection, 'preStopSleep.seconds')).toEqual([
      15,
      'built-in default, changed from 10 to 15 to fit preStopSleep.minimumSeconds of RolloutPolicy shop/web',
    ]);
  });
});

describe('maxUnavailable and maxSurge both zero', () => {
  it.each([
    [{ maxSurge: 0 }, 'ClusterRolloutPolicy a'],
    [{ maxSurge: '0%' }, 'ClusterRolloutPolicy a'],
  ])('surges by one pod when a layer says only %j', (rollingUpdate, origin) => {
    const selection = selected({ documents: [clusterPolicy('a', { spec: { rollingUpdate } })] });
    expect(fieldOf(selection, 'rollingUpdate.maxUnavailable')[0]).toBe(0);
    const before = rollingUpdate.maxSurge;
    expect(fieldOf(selection, 'rollingUpdate.maxSurge')).toEqual([
      1,
      `${origin}, changed from ${before} to 1 to fit rollingUpdate.maxUnavailable of built-in default`,
    ]);
  });

  it('surges by one pod as well when the higher layer says maxUnavailable', () => {
    const documents = [
      clusterPolicy('a', { spec: { rollingUpdate: { maxUnavailable: 1, maxSurge: 0 } } }),
      shopPolicy('b', { spec: { rollingUpdate: { maxUnavailable: '0%' } } }),
    ];
    const selection = selected({ documents });
    expect(fieldOf(selection, 'rollingUpdate.maxSurge')[0]).toBe(1);
    expect(fieldOf(selection, 'rollingUpdate.maxUnavailable')).toEqual(['0%', 'RolloutPolicy shop/b']);
  });

  it('is left alone when only one of them is', () => {
    const documents = [clusterPolicy('a', { spec: { rollingUpdate: { maxUnavailable: 1, maxSurge: 0 } } })];
    expect(fieldOf(selected({ documents }), 'rollingUpdate.maxSurge')).toEqual([0, 'ClusterRolloutPolicy a']);
  });
});

describe('sleep and drain beyond the longest grace period', () => {
  it('raise it when one of them is from the higher layer', () => {
    const drain = selected({
      documents: [clusterPolicy('a', { spec: { terminationGracePeriod: { drainSeconds: 7_200 } } })],
    });
    expect(fieldOf(drain, 'terminationGracePeriod.maximumSeconds')).toEqual([
      7_210,
      'built-in default, changed from 3600 to 7210 to fit terminationGracePeriod.drainSeconds of ClusterRolloutPolicy a',
    ]);
    const documents = [clusterPolicy('a', { spec: { terminationGracePeriod: { maximumSeconds: 30 } } })];
    const sleep = selected({ documents, annotations: { [sleepName]: '60' } });
    expect(fieldOf(sleep, 'terminationGracePeriod.maximumSeconds')[0]).toBe(80);
  });

  it('give way when it is from the higher layer: the drain first', () => {
    const documents = [clusterPolicy('a', { spec: { terminationGracePeriod: { maximumSeconds: 15 } } })];
    const selection = selected({ documents });
    expect(fieldOf(selection, 'preStopSleep.seconds')).toEqual([10, 'built-in default']);
    expect(fieldOf(selection, 'terminationGracePeriod.drainSeconds')).toEqual([
      5,
      'built-in default, changed from 20 to 5 to fit terminationGracePeriod.maximumSeconds of ClusterRolloutPolicy a',
    ]);
  });

  it.each([
    [8, 6, 3, 2],
    [4, 2, 2, 2],
    [1, 1, 1, 0],
  ])('in a period of %i s leave a sleep of %i s, a minimum of %i s and a drain of %i s', (maximumSeconds, sleep, minimum, drain) => {
    const documents = [clusterPolicy('a', { spec: { terminationGracePeriod: { maximumSeconds } } })];
    const { preStopSleep, terminationGracePeriod } = selected({ documents }).policy.spec;
    expect([preStopSleep.seconds, preStopSleep.minimumSeconds]).toEqual([sleep, minimum]);
    expect(terminationGracePeriod).toMatchObject({ drainSeconds: drain, maximumSeconds });
  });

  it('are no contradiction while the sleep is off', () => {
    const documents = [
      clusterPolicy('a', { spec: { preStopSleep: { action: 'off', seconds: 600 } } }),
      shopPolicy('b', { spec: { terminationGracePeriod: { maximumSeconds: 20 } } }),
    ];
    const { preStopSleep, terminationGracePeriod } = selected({ documents }).policy.spec;
    expect([preStopSleep.seconds, terminationGracePeriod.drainSeconds]).toEqual([600, 20]);
  });
});

describe('a whole grace period by annotation', () => {
  it('shortens the sleep and the drain that come from lower layers', () => {
    const { policy, mistakes } = selected({ annotations: { [graceName]: '8' } });
    expect(policy.spec.preStopSleep.seconds).toBe(6);
    expect(policy.spec.terminationGracePeriod).toMatchObject({ seconds: 8, drainSeconds: 2 });
    expect(mistakes).toEqual([]);
  });

  it('leaves the sleep alone where it fits, and the drain gets the rest', () => {
    const { policy } = selected({ annotations: { [graceName]: '12', [sleepName]: '10' } });
    expect(policy.spec.preStopSleep.seconds).toBe(10);
    expect(policy.spec.terminationGracePeriod).toMatchObject({ seconds: 12, drainSeconds: 2 });
  });

  it('raises the maximum of a document', () => {
    const documents = [clusterPolicy('a', { spec: { terminationGracePeriod: { maximumSeconds: 60 } } })];
    const { policy } = selected({ documents, annotations: { [graceName]: '90' } });
    expect(policy.spec.terminationGracePeriod).toMatchObject({ seconds: 90, maximumSeconds: 90, drainSeconds: 20 });
  });

  it('is dropped, and said, when a sleep of the same object does not fit into it', () => {
    const selection = selected({ annotations: { [graceName]: '20', [sleepName]: '30' } });
    expect(fieldOf(selection, 'terminationGracePeriod.seconds')).toEqual([undefined, undefined]);
    expect(selection.policy.spec.terminationGracePeriod).toMatchObject({ drainSeconds: 20 });
    expect(selection.policy.spec.preStopSleep.seconds).toBe(30);
    expect(selection.mistakes).toEqual([
      `Deployment annotation ${graceName} is 20 and is ignored: the preStop sleep takes 30 s (Deployment annotation ${sleepName}), write at least 32.`,
    ]);
  });

  it('of the Namespace is dropped when the sleep of a Deployment does not fit into it', () => {
    const selection = selected({
      namespace: { annotations: { [graceName]: '20' } },
      annotations: { [sleepName]: '30' },
    });
    expect(selection.policy.spec.terminationGracePeriod.seconds).toBeUndefined();
    expect(selection.mistakes).toHaveLength(1);
  });

  it('may be short where there is no sleep', () => {
    const { policy, mistakes } = selected({ annotations: { [graceName]: '1', [sleepName]: '0' } });
    expect(policy.spec.terminationGracePeriod).toMatchObject({ seconds: 1, drainSeconds: 1 });
    expect(mistakes).toEqual([]);
  });
});

describe('a sleep of auto', () => {
  const auto = { preStopSleep: { seconds: 'auto' } } as const;

  it('is never shorter than the minimum, whichever layer set that', () => {
    const documents = [
      clusterPolicy('a', { spec: auto }),
      shopPolicy('b', { spec: { preStopSleep: { minimumSeconds: 15 } } }),
    ];
    const selection = selected({ documents });
    expect(fieldOf(selection, 'preStopSleep.seconds')).toEqual(['auto', 'ClusterRolloutPolicy a']);
    expect(fieldOf(selection, 'preStopSleep.minimumSeconds')).toEqual([15, 'RolloutPolicy shop/b']);
    expect(autoSleepSeconds(selection.policy.spec, 2)).toBe(15);
  });

  it('makes room for the longest in a maximum of a lower layer', () => {
    const documents = [clusterPolicy('a', { spec: { terminationGracePeriod: { maximumSeconds: 60 } } })];
    const selection = selected({ documents, annotations: { [sleepName]: 'auto' } });
    expect(fieldOf(selection, 'terminationGracePeriod.maximumSeconds')).toEqual([
      140,
      `ClusterRolloutPolicy a, changed from 60 to 140 to fit preStopSleep.seconds of Deployment annotation ${sleepName}`,
    ]);
    expect(autoSleepSeconds(selection.policy.spec, 120)).toBe(120);
  });

  it('gives way to a maximum of its own or a higher layer, and leaves the drain its time', () => {
    const maximum = { terminationGracePeriod: { maximumSeconds: 60 } };
    const own = selected({ documents: [clusterPolicy('a', { spec: { ...auto, ...maximum } })] });
    const higher = selected({ documents: [clusterPolicy('a', { spec: auto }), shopPolicy('b', { spec: maximum })] });
    for (const { policy } of [own, higher]) {
      expect(policy.spec.terminationGracePeriod).toMatchObject({ maximumSeconds: 60, drainSeconds: 20 });
      expect(autoSleepSeconds(policy.spec, 120)).toBe(40);
      expect(autoSleepSeconds(policy.spec, 30)).toBe(30);
    }
  });

  it('becomes a number where not even the shortest fits', () => {
    const documents = [
      clusterPolicy('a', { spec: auto }),
      shopPolicy('b', { spec: { terminationGracePeriod: { maximumSeconds: 8 } } }),
    ];
    expect(fieldOf(selected({ documents }), 'preStopSleep.seconds')).toEqual([
      6,
      'ClusterRolloutPolicy a, changed from auto to 6 to fit terminationGracePeriod.maximumSeconds of RolloutPolicy shop/b',
    ]);
  });

  it('fits into a whole grace period by annotation', () => {
    const { policy, mistakes } = selected({ annotations: { [sleepName]: 'auto', [graceName]: '50' } });
    expect(autoSleepSeconds(policy.spec, 120)).toBe(30);
    expect(mistakes).toEqual([]);
  });

  it('drops one that has no room for the shortest', () => {
    const { mistakes } = selected({ annotations: { [sleepName]: 'auto', [graceName]: '11' } });
    expect(mistakes).toEqual([
      `Deployment annotation ${graceName} is 11 and is ignored: the preStop sleep takes at least 10 s (Deployment annotation ${sleepName}), write at least 12.`,
    ]);
  });
});
