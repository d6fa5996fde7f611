// The progress of a rollout of each kind, from statuses as their controllers write them.

import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/workload/json.ts';
import {
  daemonSetProgress,
  daemonSetStandstill,
  lastDaemonSetRollout,
} from '../../src/workload/kinds/daemon-set-progress.ts';
import {
  argoRolloutStandstill,
  lastArgoRollout,
  rolloutProgress,
  scaleDownDelaySeconds,
  startsArgoRollout,
} from '../../src/workload/kinds/rollout-progress.ts';
import {
  lastStatefulSetRollout,
  statefulSetProgress,
  statefulSetStandstill,
} from '../../src/workload/kinds/stateful-set-progress.ts';
import type { Workload } from '../../src/workload/workload.ts';

function object(spec: JsonObject, status: JsonObject | undefined, metadata: JsonObject = {}): Workload {
  return { metadata: { name: 'web', generation: 3, ...metadata }, spec, ...(status && { status }) } as never;
}

describe('a StatefulSet', () => {
  const set = (
    status: JsonObject | undefined,
    updateStrategy: JsonObject = rolling(0),
    replicas: number | undefined = 3,
  ) => object({ updateStrategy, ...(replicas !== undefined && { replicas }) }, status);
  const rolling = (partition: number) => ({ type: 'RollingUpdate', rollingUpdate: { partition } });
  const done = { observedGeneration: 3, replicas: 3, readyReplicas: 3, updatedReplicas: 3 };

  it.each([
    ['every pod new and ready', done, undefined, 'complete', '3 of 3 new pods are ready'],
    [
      'a pod that is not ready',
      { ...done, readyReplicas: 2 },
      undefined,
      'progressing',
      '3 of 3 pods are new, 2 ready',
    ],
    ['an old pod', { ...done, updatedReplicas: 2 }, undefined, 'progressing', '2 of 3 pods are new, 3 ready'],
    [
      'a status of the generation before',
      { ...done, observedGeneration: 2 },
      undefined,
      'progressing',
      'its controller has not seen the change yet',
    ],
    ['no status', undefined, undefined, 'progressing', 'its controller has not seen the change yet'],
    [
      'a partition that is reached',
      { ...done, updatedReplicas: 1 },
      rolling(2),
      'complete',
      '1 of 1 new pods are ready; its partition keeps 2 old pods',
    ],
    [
      'a partition that is not reached',
      { ...done, updatedReplicas: undefined },
      rolling(2),
      'progressing',
      '0 of 1 pods are new, 3 ready; its partition keeps 2 old pods',
    ],
    [
      'OnDelete with old pods',
      { ...done, updatedReplicas: 1 },
      { type: 'OnDelete' },
      'progressing',
      '1 of 3 pods are new, 3 ready; type OnDelete replaces a pod when somebody deletes it',
    ],
    ['OnDelete without old pods', done, { type: 'OnDelete' }, 'complete', '3 of 3 new pods are ready'],
  ])('with %s', (_name, status, strategy, what, detail) => {
    expect(statefulSetProgress(set(status as JsonObject, strategy))).toMatchObject({ what, detail });
  });

  it('has one replica where none is written', () => {
    const status = { observedGeneration: 3, replicas: 1, readyReplicas: 1, updatedReplicas: 1 };
    expect(statefulSetProgress(object({}, status)).what).toBe('complete');
    expect(statefulSetProgress(object({}, { ...status, readyReplicas: 0 })).what).toBe('progressing');
  });

  it.each([
    ['no status', undefined, 'unknown', 0, 0],
    ['old pods', { ...done, updatedReplicas: 1 }, 'underway', 3, 2],
    ['a status of the generation before', { ...done, observedGeneration: 2 }, 'underway', 3, 0],
    ['none', done, 'complete', 3, 0],
  ])('with %s: its last rollout', (_name, status, what, pods, oldPods) => {
    expect(lastStatefulSetRollout(set(status))).toEqual({ what, detail: '', pods, oldPods });
  });

  it.each([
    ['OnDelete', { type: 'OnDelete' }, 'its updateStrategy is OnDelete'],
    ['a partition at its replicas', rolling(3), 'its partition of 3 keeps each of its 3 pods at the old version'],
    ['a partition above its replicas', rolling(5), 'its partition of 5 keeps'],
    ['a partition below its replicas', rolling(2), undefined],
    ['no strategy', {}, undefined],
  ])('stands still with %s, or does not', (_name, strategy, reason) => {
    const found = statefulSetStandstill(set(done, strategy));
    if (reason === undefined) expect(found).toBeUndefined();
    else expect(found).toContain(reason);
  });
});

describe('a DaemonSet', () => {
  const done = {
    observedGeneration: 3,
    desiredNumberScheduled: 4,
    currentNumberScheduled: 4,
    updatedNumberScheduled: 4,
    numberAvailable: 4,
  };
  const set = (status: JsonObject | undefined, type = 'RollingUpdate') => object({ updateStrategy: { type } }, status);

  it.each([
    ['every node new', done, 'complete', '4 of 4 nodes have a new pod that is available'],
    [
      'an old node',
      { ...done, updatedNumberScheduled: 3 },
      'progressing',
      '3 of 4 nodes have a new pod, 4 an available one',
    ],
    [
      'a pod that is not available',
      { ...done, numberAvailable: 3 },
      'progressing',
      '4 of 4 nodes have a new pod, 3 an available one',
    ],
    ['no node', { observedGeneration: 3, desiredNumberScheduled: 0 }, 'complete', 'it runs on no node'],
    ['an old status', { ...done, observedGeneration: 2 }, 'progressing', 'its controller has not seen the change yet'],
    ['no status', undefined, 'progressing', 'its controller has not seen the change yet'],
  ])('with %s', (_name, status, what, detail) => {
    expect(daemonSetProgress(set(status))).toEqual({ what, detail });
  });

  it('waits for somebody under OnDelete', () => {
    expect(daemonSetProgress(set({ ...done, updatedNumberScheduled: 1 }, 'OnDelete'))).toMatchObject({ waits: true });
    expect(daemonSetProgress(set(done, 'OnDelete')).what).toBe('complete');
    expect(daemonSetStandstill(set(done, 'OnDelete'))).toContain('OnDelete');
  });

  it('stands still on no node, once its controller has counted them', () => {
    expect(daemonSetStandstill(set({ observedGeneration: 3, desiredNumberScheduled: 0 }))).toContain(
      'it runs on no node',
    );
    expect(daemonSetStandstill(set({ observedGeneration: 2, desiredNumberScheduled: 0 }))).toBeUndefined();
    expect(daemonSetStandstill(set(undefined))).toBeUndefined();
    expect(daemonSetStandstill(set(done))).toBeUndefined();
  });

  it.each([
    ['no status', undefined, 'unknown', 0, 0],
    ['old pods', { ...done, updatedNumberScheduled: 1 }, 'underway', 4, 3],
    ['none', done, 'complete', 4, 0],
  ])('with %s: its last rollout', (_name, status, what, pods, oldPods) => {
    expect(lastDaemonSetRollout(set(status))).toEqual({ what, detail: '', pods, oldPods });
  });
});

describe('an Argo Rollout', () => {
  const healthy = {
    observedGeneration: '3',
    phase: 'Healthy',
    replicas: 2,
    updatedReplicas: 2,
    availableReplicas: 2,
    currentPodHash: 'b',
  };
  const steps = [
    { setWeight: 20 },
    { pause: {} },
    { setWeight: 60 },
    { pause: { duration: '1h' } },
    { pause: { duration: 30 } },
  ];
  const canary = { replicas: 2, strategy: { canary: { steps } } };
  const rollout = (status: JsonObject | undefined, spec: JsonObject = canary, metadata: JsonObject = {}) =>
    object(spec, status, metadata);
  const paused = (reason: string, currentStepIndex = 0) => ({
    ...healthy,
    phase: 'Paused',
    updatedReplicas: 1,
    currentStepIndex,
    controllerPause: true,
    pauseConditions: [{ reason, startTime: '2026-01-01T00:00:00Z' }],
  });

  it.each([
    ['Healthy', healthy, 'complete', '2 of 2 new pods are available'],
    [
      'Progressing',
      { ...healthy, phase: 'Progressing', updatedReplicas: 1, message: 'more replicas need to be updated' },
      'progressing',
      '1 of 2 pods are new, 2 available; more replicas need to be updated',
    ],
    [
      'Degraded',
      { ...healthy, phase: 'Degraded', message: 'RolloutAborted: Rollout aborted update to revision 3' },
      'failed',
      'RolloutAborted: Rollout aborted update to revision 3',
    ],
    [
      'a Healthy one of the generation before',
      { ...healthy, observedGeneration: '2' },
      'progressing',
      'its controller has not seen the change yet',
    ],
    ['nothing', undefined, 'progressing', 'its controller has not seen the change yet'],
    [
      'a pause that somebody ended',
      { ...paused('CanaryPauseStep'), pauseConditions: [] },
      'progressing',
      'its pause ends',
    ],
    [
      'pods that cannot be created',
      {
        ...healthy,
        phase: 'Progressing',
        updatedReplicas: 0,
        message: 'more replicas need to be updated',
        conditions: [{ type: 'ReplicaFailure', status: 'True', reason: 'FailedCreate', message: 'exceeded quota' }],
      },
      'progressing',
      '0 of 2 pods are new, 2 available; exceeded quota',
    ],
  ])('with %s', (_name, status, what, detail) => {
    expect(rolloutProgress(rollout(status))).toEqual({ what, detail });
  });

  const blueGreen = (fields: JsonObject) => ({
    replicas: 2,
    strategy: { blueGreen: { activeService: 'web', ...fields } },
  });
  it.each([
    [
      'at a step without an end',
      paused('CanaryPauseStep', 1),
      canary,
      'paused at step 2 of 5 until somebody promotes it',
    ],
    ['at a step with a duration', paused('CanaryPauseStep', 3), canary, 'paused at step 4 of 5, for 1h'],
    ['at a step of seconds', paused('CanaryPauseStep', 4), canary, 'paused at step 5 of 5, for 30 s'],
    [
      'before the switch',
      paused('BlueGreenPause'),
      blueGreen({}),
      'paused before the Service switches until somebody promotes it',
    ],
    [
      'before the switch for a while',
      paused('BlueGreenPause'),
      blueGreen({ autoPromotionSeconds: 60 }),
      'paused before the Service switches, for 60 s',
    ],
    [
      'by an analysis',
      paused('InconclusiveAnalysisRun'),
      canary,
      'paused because an analysis was inconclusive until somebody promotes it',
    ],
    ['by its spec', { ...healthy, phase: 'Paused' }, { ...canary, paused: true }, 'paused by spec.paused'],
  ])('waits where it is paused %s', (_name, status, spec, where) => {
    const progress = rolloutProgress(rollout(status, spec));
    expect(progress).toMatchObject({ what: 'progressing', waits: true });
    expect(progress.detail).toMatch(new RegExp(`available; ${where}$`));
  });

  it('is complete while old pods are kept, and says how many', () => {
    expect(rolloutProgress(rollout({ ...healthy, replicas: 4 }, blueGreen({})))).toMatchObject({
      what: 'complete',
      oldPods: 2,
    });
  });

  it('with a workloadRef is not complete until its controller has read the changed template', () => {
    const spec = { ...canary, workloadRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' } };
    const metadata = { annotations: { 'rollout.argoproj.io/workload-generation': '7' } };
    const at = (workloadObservedGeneration: string) =>
      rolloutProgress(rollout({ ...healthy, workloadObservedGeneration }, spec, metadata)).what;
    expect(at('6')).toBe('progressing');
    expect(at('7')).toBe('complete');
  });

  it.each([
    ['nothing', undefined, 'unknown', ''],
    ['Healthy', healthy, 'complete', ''],
    ['a Healthy one of the generation before', { ...healthy, observedGeneration: '2' }, 'underway', ''],
    ['a pause', paused('CanaryPauseStep', 1), 'underway', ''],
    [
      'an abort',
      {
        ...healthy,
        phase: 'Degraded',
        abort: true,
        conditions: [{ type: 'Progressing', status: 'False', reason: 'RolloutAborted' }],
      },
      'underway',
      '',
    ],
    [
      'a deadline exceeded',
      {
        ...healthy,
        phase: 'Degraded',
        conditions: [{ type: 'Progressing', status: 'False', reason: 'ProgressDeadlineExceeded' }],
      },
      'stuck',
      'it exceeded its progress deadline',
    ],
    [
      'a spec that is refused',
      {
        ...healthy,
        phase: 'Degraded',
        conditions: [{ type: 'InvalidSpec', status: 'True', message: 'The Rollout "web" is invalid' }],
      },
      'stuck',
      'its controller refuses its spec: The Rollout "web" is invalid',
    ],
    [
      'pods that cannot be created',
      {
        ...healthy,
        phase: 'Progressing',
        conditions: [{ type: 'ReplicaFailure', status: 'True', reason: 'FailedCreate', message: 'quota' }],
      },
      'stuck',
      'its pods cannot be created: quota',
    ],
  ])('with %s: its last rollout', (_name, status, what, detail) => {
    expect(lastArgoRollout(rollout(status))).toMatchObject({ what, detail });
  });

  const template = (image: string) => ({ template: { spec: { containers: [{ name: 'web', image }] } } });
  const ref = { workloadRef: { kind: 'Deployment', name: 'web' } };
  it.each([
    ['a template', { spec: template('a') }, { spec: template('b') }, true],
    [
      'nothing',
      { spec: template('a'), status: { currentPodHash: 'a' } },
      { spec: template('a'), status: { currentPodHash: 'b' } },
      false,
    ],
    [
      'the time of a restart',
      { spec: template('a') },
      { spec: { ...template('a'), restartAt: '2026-01-01T00:00:00Z' } },
      true,
    ],
    [
      'a time of a restart that is removed',
      { spec: { ...template('a'), restartAt: '2026-01-01T00:00:00Z' } },
      { spec: template('a') },
      false,
    ],
    [
      'the template of its Deployment',
      { spec: ref, status: { currentPodHash: 'a' } },
      { spec: ref, status: { currentPodHash: 'b' } },
      true,
    ],
    ['its first hash', { spec: ref }, { spec: ref, status: { currentPodHash: 'b' } }, false],
  ])('starts with a change of %s, or does not', (_name, before, now, starts) => {
    expect(startsArgoRollout(before as never, now as never)).toBe(starts);
  });

  it.each([
    ['a canary', canary, 0],
    ['blue-green', blueGreen({}), 30],
    ['blue-green without a delay', blueGreen({ scaleDownDelaySeconds: 0 }), 0],
    ['a routed canary', { strategy: { canary: { trafficRouting: {}, scaleDownDelaySeconds: 90 } } }, 90],
    [
      'a routed canary with a dynamic stable scale',
      { strategy: { canary: { trafficRouting: {}, dynamicStableScale: true } } },
      0,
    ],
  ])('with %s keeps old pods for so long', (_name, spec, seconds) => {
    expect(scaleDownDelaySeconds(rollout(healthy, spec))).toBe(seconds);
  });

  it('stands still while it is paused, and with old pods that stay for hours', () => {
    expect(argoRolloutStandstill(rollout(healthy, { ...canary, paused: true }))).toContain('it is paused');
    expect(argoRolloutStandstill(rollout(healthy, blueGreen({ scaleDownDelaySeconds: 86_400 })))).toContain('86400');
    expect(argoRolloutStandstill(rollout(healthy, blueGreen({})))).toBeUndefined();
  });
});
