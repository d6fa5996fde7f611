// The proxy of a measurement: what is created of it, what its log gives, and that it goes however the measurement ends.

import { expect, it } from 'vitest';
import { openGateway } from '../../../../src/measurement/lab/gateways/open.ts';
import type { LabRow } from '../../../../src/measurement/lab/result.ts';
import type { JsonObject } from '../../../../src/workload/json.ts';
import { getAt } from '../../../../src/workload/path.ts';
import { type Answers, fakeCluster, labSettings } from '../../../support/lab/fake-cluster.ts';

const row: LabRow = {
  fixes: 'all',
  title: 'all of hitless, through nginx',
  drains: true,
  replicas: 2,
  through: 'nginx',
  keepAlive: true,
};

function front(answers: Answers = {}) {
  const made: JsonObject[] = [];
  const keep = (name: string): Answers => ({
    [`POST .*/${name}`]: ({ body }) => {
      made.push(body as JsonObject);
      return {
        ...(body as JsonObject),
        spec: { ...((body as JsonObject).spec as JsonObject), clusterIP: '10.96.0.9' },
      };
    },
  });
  const cluster = fakeCluster({ ...answers, ...keep('services') });
  const settings = labSettings({ startWithinMs: 300 });
  const open = (changes: Partial<LabRow> = {}) =>
    openGateway(
      { api: cluster.api, settings, signal: new AbortController().signal },
      { ...row, ...changes },
      { app: 'lab-0', host: '10.96.0.7' },
    );
  return { cluster, made, open };
}

const removals = /^DELETE .*\/(?:services|deployments)\/lab-0-gateway$/;

it('is nothing for a row that goes straight to the Service', async () => {
  const { cluster } = front();
  const { through: _, ...straight } = row;
  expect(await openGateway({ api: cluster.api } as never, straight, { app: 'x', host: 'y' })).toBeUndefined();
  expect(cluster.calls).toEqual([]);
});

it('takes the load at the address of its own Service, and is removed when it is closed', async () => {
  const { cluster, open } = front();
  const gateway = await open();
  expect(gateway?.host).toBe('10.96.0.9');
  expect(gateway?.records()).toEqual([]);
  await gateway?.close();
  expect(cluster.count(removals)).toBe(2);
});

it('is removed where it does not start, and the reason is that of its pods', async () => {
  const waiting = { reason: 'ErrImagePull', message: 'no such image' };
  const pods = [{ metadata: { name: 'gateway-1' }, status: { containerStatuses: [{ state: { waiting } }] } }];
  const { cluster, open } = front({ 'GET .*/pods': () => ({ items: pods }) });
  await expect(open()).rejects.toThrow(
    'the pods of lab-0-gateway did not start: gateway-1: ErrImagePull: no such image',
  );
  expect(cluster.count(removals)).toBe(2);
});

it('that sends to pod addresses has a headless Service for them, which goes with it', async () => {
  const { cluster, made, open } = front();
  const gateway = await open({ upstream: 'pods', keepAlive: false });
  expect(gateway?.host).toBe('10.96.0.9');
  expect(made.map((service) => getAt(service, 'spec.clusterIP'))).toEqual([undefined, 'None']);
  await gateway?.close();
  expect(cluster.count(removals)).toBe(2);
  expect(cluster.count(/^DELETE .*\/services\/lab-0-pods$/)).toBe(1);
});

it('that refuses to start is not waited for, and its sentence is the reason', async () => {
  const terminated = { exitCode: 78, message: 'no cluster DNS here' };
  const waiting = { reason: 'CrashLoopBackOff' };
  const status = { containerStatuses: [{ state: { waiting }, lastState: { terminated } }] };
  const { cluster, open } = front({ 'GET .*/pods': () => ({ items: [{ metadata: { name: 'gateway-1' }, status }] }) });
  await expect(open({ upstream: 'pods' })).rejects.toThrow(/^gateway-1: no cluster DNS here$/);
  expect(cluster.count(/^GET .*\/pods$/)).toBe(1);
  expect(cluster.count(removals)).toBe(2);
});

it('has the fixes of the row only where it is what rolls', async () => {
  const sleeps: unknown[] = [];
  const answers: Answers = {
    'POST .*/deployments': ({ body }) => {
      sleeps.push(getAt(body as JsonObject, 'spec.template.spec.containers[gateway].lifecycle.preStop.sleep.seconds'));
      throw new Error('seen');
    },
  };
  const { open } = front(answers);
  for (const changes of [{}, { rolls: 'gateway' }] as const) await expect(open(changes)).rejects.toThrow('seen');
  expect(sleeps).toEqual([undefined, 10]);
});
