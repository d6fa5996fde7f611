// The matrix of the experiment, and what each of its rows writes.

import { describe, expect, it } from 'vitest';
import { type LabKindName, labKindNames } from '../../../src/measurement/lab/lab-kinds.ts';
import { testAppService, testAppWorkload } from '../../../src/measurement/lab/objects.ts';
import { planned } from '../../../src/measurement/lab/plan.ts';
import type { LabRow } from '../../../src/measurement/lab/result.ts';
import {
  fixNames,
  fixNamesOf,
  fixTitle,
  promisesNoLoss,
  quickFixNames,
  rowKey,
  rowsOf,
  specFor,
} from '../../../src/measurement/lab/rows.ts';
import { leaveNames } from '../../../src/measurement/lab/ways-to-leave/names.ts';
import { leavingFixNames, leavingRows } from '../../../src/measurement/lab/ways-to-leave/rows.ts';
import { getAt } from '../../../src/workload/path.ts';
import { hitless } from '../../support/hitless.ts';

const settings = {
  namespace: 'lab',
  image: 'hitless:1',
  imagePullPolicy: 'Never',
  startUpMs: 100,
  workMs: 1,
} as const;
const row = { fixes: 'all', title: '', drains: true, replicas: 4 };

const fields = {
  'readiness-probe': 'spec.template.spec.containers[test-app].readinessProbe.tcpSocket.port',
  'pre-stop-sleep': 'spec.template.spec.containers[test-app].lifecycle.preStop.sleep.seconds',
  'termination-grace-period': 'spec.template.spec.terminationGracePeriodSeconds',
  'rolling-update': 'spec.strategy.rollingUpdate.maxUnavailable',
  'min-ready-seconds': 'spec.minReadySeconds',
} as const;

function written(fixes: string, sleepSeconds = 25): readonly string[] {
  const deployment = testAppWorkload('web', row, settings);
  const service = testAppService('web', 'lab');
  const result = planned(deployment, service, specFor(fixes, sleepSeconds));
  return Object.entries(fields)
    .filter(([, path]) => getAt(result, path) !== undefined)
    .map(([rule]) => rule);
}

const usual = ['readiness-probe', 'pre-stop-sleep', 'termination-grace-period', 'rolling-update'];

it('nothing fixed is what an author without hitless writes', () => {
  expect(written('nothing')).toEqual([]);
});

it.each(Object.keys(fields))('only/%s writes the field of this rule and no other', (rule) => {
  expect(written(`only/${rule}`)).toEqual([rule]);
});

it.each(usual)('without/%s writes the fields of the other rules', (rule) => {
  expect(written(`without/${rule}`)).toEqual(usual.filter((other) => other !== rule));
});

it('all writes the fields of every rule that is on by default', () => {
  expect(written('all')).toEqual(usual);
});

it('the sleep is the one that was asked for', () => {
  const deployment = planned(testAppWorkload('web', row, settings), testAppService('web', 'lab'), specFor('all', 7));
  expect(getAt(deployment, fields['pre-stop-sleep'])).toBe(7);
});

it('a Deployment with its fixes in it is closed to the webhook', () => {
  const deployment = planned(testAppWorkload('web', row, settings), testAppService('web', 'lab'), specFor('all', 7));
  expect(deployment.metadata.annotations).toMatchObject({ 'hitless.dev/mode': 'off' });
});

it('the matrix is every combination, and every row has a title of its own', () => {
  const rows = rowsOf({ fixes: fixNames, drains: [false, true], replicas: [1, 2, 4] });
  expect(rows).toHaveLength(fixNames.length * 6);
  expect(new Set(rows.map(({ fixes, drains, replicas }) => `${fixes} ${drains} ${replicas}`)).size).toBe(rows.length);
  expect(new Set(fixNames.map(fixTitle)).size).toBe(fixNames.length);
});

it('the quick run measures a row for each of the two great causes, and both ends', () => {
  expect(quickFixNames).toEqual(['nothing', 'only/rolling-update', 'without/pre-stop-sleep', 'all']);
});

it('the rows that the help names exist', async () => {
  const [, named = ''] = /such as\s+(\S+)/.exec((await hitless(['lab', '--help'])).out) ?? [];
  expect(named.split(',').length).toBeGreaterThan(1);
  expect(fixNames).toEqual(expect.arrayContaining(named.split(',')));
});

describe('other kinds', () => {
  const own = (kind: LabKindName, name: string, replicas = 2): LabRow => ({
    kind,
    fixes: name,
    title: name,
    drains: true,
    replicas,
  });
  const fieldsOf = (kind: LabKindName, name: string) => {
    const workload = testAppWorkload('web', own(kind, name), settings);
    const result = planned(workload, testAppService('web', 'lab'), specFor(name, 25));
    const at = (path: string) => getAt(result, path);
    return {
      probe: at(fields['readiness-probe']),
      sleep: at(fields['pre-stop-sleep']),
      grace: at(fields['termination-grace-period']),
      daemonSet: at('spec.updateStrategy.rollingUpdate'),
    };
  };

  it.each([
    ['statefulset', 'nothing', { probe: undefined, sleep: undefined, grace: undefined, daemonSet: undefined }],
    ['statefulset', 'all', { probe: undefined, sleep: 25, grace: 56, daemonSet: undefined }],
    ['statefulset', 'advised', { probe: 'http', sleep: 25, grace: 56, daemonSet: undefined }],
    ['daemonset', 'all', { probe: undefined, sleep: 25, grace: 56, daemonSet: { maxSurge: 1, maxUnavailable: 0 } }],
    ['daemonset', 'advised', { probe: 'http', sleep: 25, grace: 56, daemonSet: { maxSurge: 1, maxUnavailable: 0 } }],
    ['rollout', 'nothing', { probe: undefined, sleep: undefined, grace: undefined, daemonSet: undefined }],
    ['rollout', 'all', { probe: 8080, sleep: 25, grace: 56, daemonSet: undefined }],
    ['rollout-blue-green', 'all', { probe: 8080, sleep: 25, grace: 56, daemonSet: undefined }],
  ] as const)('%s with %s has what hitless writes there', (kind, name, wanted) => {
    expect(fieldsOf(kind, name)).toEqual(wanted);
  });

  it.each([
    ['deployment', fixNames],
    ['statefulset', ['nothing', 'all', 'advised']],
    ['daemonset', ['nothing', 'all', 'advised']],
    ['rollout', ['nothing', 'all']],
  ] as const)('%s has rows for what hitless writes, and for what it only asks for', (kind, names) => {
    expect(fixNamesOf(kind)).toEqual(names);
  });

  it('have keys and titles of their own', () => {
    const rows = labKindNames.flatMap((kind) =>
      rowsOf({ kind, fixes: fixNamesOf(kind), drains: [true], replicas: [1] }),
    );
    expect(new Set(rows.map(rowKey)).size).toBe(rows.length);
    expect(new Set(rows.map(({ title }) => title)).size).toBe(rows.length);
    expect(rows.filter(({ kind }) => kind === undefined).map(({ fixes }) => fixes)).toEqual(fixNames);
  });

  it.each([
    [{ ...row, fixes: 'all', drains: true }, true],
    [{ ...row, fixes: 'all', drains: false }, false],
    [{ ...row, fixes: 'nothing', drains: true }, false],
    [own('statefulset', 'all'), false],
    [own('statefulset', 'advised'), true],
    [own('statefulset', 'advised', 1), false],
    [own('daemonset', 'advised', 1), true],
    [own('rollout', 'all', 1), true],
  ])('%j: whether no loss is promised', (one, promised) => expect(promisesNoLoss(one)).toBe(promised));

  it('the Service of a blue-green Rollout is the one in front of it', () => {
    const workload = testAppWorkload('web', own('rollout-blue-green', 'all'), settings, 'front');
    expect(getAt(workload, 'spec.strategy.blueGreen.activeService')).toBe('front');
  });
});

describe('ways to leave', () => {
  const matrix = rowsOf({ fixes: leavingFixNames('deployment'), drains: [false, true], replicas: [2] });

  it('are measured with nothing and with all, a rollout among them as it is', () => {
    const rows = leavingRows(matrix, [undefined, ...leaveNames]);
    expect(rows.slice(0, matrix.length)).toEqual(matrix);
    expect(rows).toHaveLength(matrix.length * (leaveNames.length + 1));
    expect(new Set(rows.map(rowKey)).size).toBe(rows.length);
    expect(new Set(rows.map(({ fixes }) => fixes))).toEqual(new Set(['nothing', 'all']));
  });

  it('say theirs in key and title', () => {
    const [first] = leavingRows(matrix, ['drain-with-pdb']);
    expect(first).toMatchObject({ title: 'drain a node, with a PodDisruptionBudget: nothing fixed' });
    expect(rowKey(first ?? row)).toBe('drain-with-pdb nothing ends ×2');
  });

  it('promise no loss where the pod is told, and others serve meanwhile', () => {
    const whole = { ...row, replicas: 2 };
    const promising = leaveNames.filter((leave) => promisesNoLoss({ ...whole, leave }));
    expect(promising).toEqual(['scale-down', 'delete', 'eviction', 'drain-with-pdb']);
    for (const leave of leaveNames) {
      expect(promisesNoLoss({ ...whole, leave, replicas: 1 })).toBe(false);
      expect(promisesNoLoss({ ...whole, leave, drains: false })).toBe(false);
      expect(promisesNoLoss({ ...whole, leave, fixes: 'nothing' })).toBe(false);
    }
  });

  it('have the readinessProbe that the livenessProbe gives them, as the report says', () => {
    const fails = { ...row, leave: 'liveness-restart' as const };
    const stored = planned(testAppWorkload('web', fails, settings), testAppService('web', 'lab'), specFor('all', 10));
    const probeOf = (name: string) => getAt(stored, `spec.template.spec.containers[test-app].${name}.httpGet`);
    expect(probeOf('readinessProbe')).toEqual({ path: '/livez', port: 'http' });
    expect(probeOf('livenessProbe')).toEqual(probeOf('readinessProbe'));
  });

  it('of other kinds are measured with the probe that hitless asks for', () => {
    expect(leavingFixNames('statefulset')).toEqual(['nothing', 'all', 'advised']);
  });

  it.each([
    [['--leave', 'delete', '--kind', 'daemonset'], '--leave: must be rollout for a daemonset, which has no replicas'],
    [['--leave', 'delete,scale-down', '--replicas', '1,2'], '--leave scale-down requires at least 2 replicas'],
    [['--leave', 'drain', '--parallel', '2'], '--leave drain cordons a node, so measurements cannot run in parallel'],
    [['--leave', 'walk-away'], 'Must be any of rollout, scale-down, delete, eviction, drain-with-pdb'],
  ])('%j is refused with the reason', async (args, reason) => {
    const { code, err } = await hitless(['lab', ...args]);
    expect([code, err.includes(reason)], err).toEqual([2, true]);
  });
});
