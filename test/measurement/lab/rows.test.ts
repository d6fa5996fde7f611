// The matrix of the experiment, and what each of its rows writes.

import { expect, it } from 'vitest';
import { testAppDeployment, testAppService } from '../../../src/measurement/lab/objects.ts';
import { planned } from '../../../src/measurement/lab/plan.ts';
import { fixNames, fixTitle, quickFixNames, rowsOf, specFor } from '../../../src/measurement/lab/rows.ts';
import { getAt } from '../../../src/workload/path.ts';
import type { Deployment } from '../../../src/workload/workload.ts';
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
  const deployment = testAppDeployment('web', row, settings);
  const service = testAppService('web', 'lab');
  const result: Deployment = planned(deployment, service, specFor(fixes, sleepSeconds));
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
  const deployment = planned(testAppDeployment('web', row, settings), testAppService('web', 'lab'), specFor('all', 7));
  expect(getAt(deployment, fields['pre-stop-sleep'])).toBe(7);
});

it('a Deployment with its fixes in it is closed to the webhook', () => {
  const deployment = planned(testAppDeployment('web', row, settings), testAppService('web', 'lab'), specFor('all', 7));
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
