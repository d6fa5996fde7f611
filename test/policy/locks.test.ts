// Sections that a ClusterRolloutPolicy locks: what teams write about them does not count, and is said to be ignored.

import { describe, expect, it } from 'vitest';
import { locksOf } from '../../src/policy/locks.ts';
import type { PolicyDocument } from '../../src/policy/policy.ts';
import { clusterPolicy, fieldOf, selected, shopPolicy } from '../support/policy.ts';

const sleepPath = 'preStopSleep.seconds';
const platform = (rest: Partial<PolicyDocument> = {}) =>
  clusterPolicy('platform', { locked: ['preStopSleep'], spec: { preStopSleep: { seconds: 15 } }, ...rest });

describe('a locked section', () => {
  it('is not overridden by a RolloutPolicy, which is said', () => {
    const team = shopPolicy('team', {
      spec: { preStopSleep: { seconds: 2, when: 'always' }, rollingUpdate: { maxSurge: 2 } },
    });
    const selection = selected({ documents: [platform(), team] });
    expect(fieldOf(selection, sleepPath)).toEqual([15, 'ClusterRolloutPolicy platform']);
    // a field that the locking policy leaves to the built-in defaults is locked as well
    expect(fieldOf(selection, 'preStopSleep.when')).toEqual(['traffic', 'built-in default']);
    expect(fieldOf(selection, 'rollingUpdate.maxSurge')).toEqual([2, 'RolloutPolicy shop/team']);
    expect(selection.mistakes).toEqual([
      'RolloutPolicy shop/team is ignored for preStopSleep: ClusterRolloutPolicy platform locks it.',
    ]);
    expect(selection.ownMistakes).toEqual([]);
  });

  it('nor by annotations of the Namespace and of the workload, which is said', () => {
    const annotations = { 'hitless.dev/pre-stop-sleep-seconds': '0', 'hitless.dev/min-ready-seconds': '5' };
    const namespace = { annotations: { 'hitless.dev/pre-stop-sleep-seconds': '4' } };
    const selection = selected({ documents: [platform()], annotations, namespace });
    expect(fieldOf(selection, sleepPath)).toEqual([15, 'ClusterRolloutPolicy platform']);
    expect(fieldOf(selection, 'preStopSleep.action')[0]).toBe('fill');
    expect(fieldOf(selection, 'minReadySeconds.seconds')[0]).toBe(5);
    const own =
      'Deployment annotation hitless.dev/pre-stop-sleep-seconds is ignored: ClusterRolloutPolicy platform locks preStopSleep.';
    expect(selection.mistakes).toEqual([
      'Namespace shop annotation hitless.dev/pre-stop-sleep-seconds is ignored: ClusterRolloutPolicy platform locks preStopSleep.',
      own,
    ]);
    // whoever writes the workload need not know the names of policies
    expect(selection.ownMistakes).toEqual([
      'Deployment annotation hitless.dev/pre-stop-sleep-seconds is ignored: a policy locks preStopSleep.',
    ]);
  });

  it('does not give way to a grace period or a maximum that a team sets', () => {
    const annotated = selected({
      documents: [platform()],
      annotations: { 'hitless.dev/termination-grace-period-seconds': '10' },
    });
    expect(fieldOf(annotated, sleepPath)[0]).toBe(15);
    expect(annotated.mistakes).toEqual([
      'Deployment annotation hitless.dev/termination-grace-period-seconds is 10 and is ignored: the preStop sleep takes 15 s (ClusterRolloutPolicy platform), write at least 17.',
    ]);
    expect(annotated.ownMistakes).toEqual([
      'Deployment annotation hitless.dev/termination-grace-period-seconds is 10 and is ignored: the preStop sleep takes 15 s, write at least 17.',
    ]);
    const team = shopPolicy('team', { spec: { terminationGracePeriod: { drainSeconds: 1, maximumSeconds: 5 } } });
    expect(fieldOf(selected({ documents: [platform(), team] }), sleepPath)[0]).toBe(15);
  });

  it('is overridden by a ClusterRolloutPolicy of a higher priority, and by none of a lower one', () => {
    const high = clusterPolicy('high', { priority: 1, spec: { preStopSleep: { seconds: 30 } } });
    const low = clusterPolicy('low', { priority: -1, spec: { preStopSleep: { seconds: 1, minimumSeconds: 1 } } });
    const selection = selected({ documents: [high, low, platform()] });
    expect(fieldOf(selection, sleepPath)).toEqual([30, 'ClusterRolloutPolicy high']);
    expect(fieldOf(selection, 'preStopSleep.minimumSeconds')).toEqual([1, 'ClusterRolloutPolicy low']);
    expect(selection.mistakes).toEqual([]);
  });

  it('is one as soon as any policy that matches locks it, and the highest of these is named', () => {
    const team = shopPolicy('team', { spec: { preStopSleep: { seconds: 2 } } });
    const documents = [
      clusterPolicy('low', { priority: -5, locked: ['preStopSleep'] }),
      clusterPolicy('high', { spec: { preStopSleep: { seconds: 9 } } }),
      team,
    ];
    expect(fieldOf(selected({ documents }), sleepPath)).toEqual([9, 'ClusterRolloutPolicy high']);
    const [mistake] = selected({ documents: [...documents, platform()] }).mistakes;
    expect(mistake).toContain('ClusterRolloutPolicy platform locks');
  });

  it('is not locked for workloads that the policy does not select', () => {
    const elsewhere = platform({ workloadSelector: { matchLabels: { app: 'web' } } });
    const team = shopPolicy('team', { spec: { preStopSleep: { seconds: 4 } } });
    const sleepOf = (app: string) => fieldOf(selected({ documents: [elsewhere, team], labels: { app } }), sleepPath)[0];
    expect([sleepOf('web'), sleepOf('api'), sleepOf('web')]).toEqual([15, 4, 15]);
  });

  it('names at most 20 RolloutPolicies', () => {
    const teams = Array.from({ length: 25 }, (_, at) =>
      shopPolicy(`team-${at}`, { spec: { preStopSleep: { seconds: 2 } } }),
    );
    const { mistakes } = selected({ documents: [platform(), ...teams] });
    expect(mistakes).toHaveLength(21);
    expect(mistakes.at(-1)).toBe('RolloutPolicies are ignored for 5 more settings that ClusterRolloutPolicies lock.');
  });
});

describe('a locked field', () => {
  it('leaves the rest of its section to teams', () => {
    const locking = platform({ locked: ['preStopSleep.seconds'] });
    const team = shopPolicy('team', { spec: { preStopSleep: { seconds: 2, minimumSeconds: 20 } } });
    const selection = selected({ documents: [locking, team] });
    expect(fieldOf(selection, sleepPath)).toEqual([15, 'ClusterRolloutPolicy platform']);
    // 20 would be more than the sleep, which does not give way
    expect(fieldOf(selection, 'preStopSleep.minimumSeconds')[0]).toBe(15);
    expect(selection.mistakes).toEqual([
      'RolloutPolicy shop/team is ignored for preStopSleep.seconds: ClusterRolloutPolicy platform locks it.',
    ]);
  });

  it('locks the whole grace period with the drain', () => {
    const locking = clusterPolicy('platform', {
      locked: ['terminationGracePeriod.drainSeconds'],
      spec: { terminationGracePeriod: { drainSeconds: 40 } },
    });
    const selection = selected({
      documents: [locking],
      annotations: { 'hitless.dev/termination-grace-period-seconds': '15' },
    });
    expect(fieldOf(selection, 'terminationGracePeriod.drainSeconds')[0]).toBe(40);
    expect(selection.mistakes[0]).toContain('locks terminationGracePeriod.drainSeconds');
  });
});

describe('a maxSurge that is locked at 0', () => {
  const locking = (rollingUpdate: PolicyDocument['spec']['rollingUpdate'], locked = ['rollingUpdate.maxSurge']) =>
    clusterPolicy('platform', { locked, spec: { rollingUpdate: { maxSurge: 0, ...rollingUpdate } } });
  const team = (maxUnavailable: number | string) =>
    shopPolicy(`team-${maxUnavailable}`, { spec: { rollingUpdate: { maxUnavailable } } });
  const strategyOf = (selection: ReturnType<typeof selected>) =>
    ['maxSurge', 'maxUnavailable'].map((field) => fieldOf(selection, `rollingUpdate.${field}`));
  const platformsOwn = [
    [0, 'ClusterRolloutPolicy platform'],
    [1, 'ClusterRolloutPolicy platform'],
  ];
  const why =
    'ClusterRolloutPolicy platform locks rollingUpdate.maxSurge, which keeps maxSurge at 0, and both cannot be 0.';

  it.each([0, '0%'])('does not give way to a RolloutPolicy with maxUnavailable %j', (zero) => {
    const selection = selected({ documents: [locking({ maxUnavailable: 1 }), team(zero)] });
    expect(strategyOf(selection)).toEqual(platformsOwn);
    expect(selection.mistakes).toEqual([
      `RolloutPolicy shop/team-${zero} is ignored for rollingUpdate.maxUnavailable: ${why}`,
    ]);
  });

  it('nor to annotations of the Namespace and the workload; what a lower layer says counts', () => {
    const annotations = { 'hitless.dev/max-unavailable': '0' };
    const documents = [locking({ maxUnavailable: 1 }), team(2)];
    const selection = selected({ documents, annotations, namespace: { annotations } });
    expect(strategyOf(selection)).toEqual([platformsOwn[0], [2, 'RolloutPolicy shop/team-2']]);
    expect(selection.mistakes).toEqual([
      `Namespace shop annotation hitless.dev/max-unavailable is ignored: ${why}`,
      `Deployment annotation hitless.dev/max-unavailable is ignored: ${why}`,
    ]);
    expect(selection.ownMistakes.join()).not.toContain('platform');
  });

  it('is left as it is beside any other maxUnavailable', () => {
    const selection = selected({ documents: [locking({ maxUnavailable: 1 }), team('50%')] });
    expect(strategyOf(selection)).toEqual([platformsOwn[0], ['50%', 'RolloutPolicy shop/team-50%']]);
    expect(selection.mistakes).toEqual([]);
  });

  it('becomes 1 where the platform itself says 0 for both', () => {
    const selection = selected({ documents: [locking({}), team(0)] });
    expect(strategyOf(selection).map(([value]) => value)).toEqual([1, 0]);
    expect(selection.mistakes).toEqual([]);
  });
});

it('opting out stays possible', () => {
  expect(selected({ documents: [platform()], annotations: { 'hitless.dev/mode': 'off' } }).mode).toBe('off');
});

it('costs nothing where nothing is locked', () => {
  expect(locksOf([clusterPolicy('a', {}), shopPolicy('b', {})])).toBeUndefined();
});
