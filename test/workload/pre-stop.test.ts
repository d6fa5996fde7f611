// How long a preStop hook holds SIGTERM back.

import { describe, expect, it } from 'vitest';
import { advise, type Rolled } from '../../src/measurement/analysis/advise.ts';
import type { Pod } from '../../src/measurement/rollout/objects.ts';
import { preStopMs } from '../../src/measurement/rollout/pod-events.ts';
import { deployment } from '../../src/workload/kinds/deployment.ts';
import { hasHandler, longestSleepSeconds, preStopSeconds } from '../../src/workload/pre-stop.ts';
import type { Container, PodTemplate, PreStop } from '../../src/workload/workload.ts';

const container = (preStop?: PreStop): Container => ({ name: 'web', ...(preStop && { lifecycle: { preStop } }) });
const exec = (...command: string[]) => container({ exec: { command } });
const templateOf = (...containers: Container[]): PodTemplate => ({
  spec: { containers, terminationGracePeriodSeconds: 5 },
});
const rolledOf = (container: Container): Rolled => ({
  kind: deployment,
  workload: { apiVersion: 'apps/v1', kind: 'Deployment', metadata: {}, spec: { template: templateOf(container) } },
});
const podOf = (...containers: Container[]): Pod => ({ metadata: { name: 'web-1', uid: 'u1' }, spec: { containers } });

describe('the length of a hook', () => {
  it.each([
    ['no hook', container(), 0],
    ['an empty hook', container({}), 0],
    ['a native sleep', container({ sleep: { seconds: 7 } }), 7],
    ['a native sleep without seconds', container({ sleep: {} }), 0],
    ['sleep', exec('sleep', '10'), 10],
    ['sleep with a unit', exec('/bin/sleep', '10s'), 10],
    ['sleep by a shell', exec('sh', '-c', 'sleep 10'), 10],
    ['sleep by a shell with a path', exec('/usr/bin/bash', '-c', ' exec /usr/bin/sleep 10 ; '), 10],
    ['sleep in the place of a shell', exec('sh', '-c', 'exec sleep 10'), 10],
    ['sleep with the end of a command', exec('sh', '-c', 'sleep 10;'), 10],
    ['sleep by a small shell', exec('/bin/ash', '-c', 'sleep 10'), 10],
    ['programs of a static BusyBox', exec('/busybox/sh', '-c', '/busybox/sleep 10'), 10],
    ['a fraction', exec('sleep', '2.5'), 2.5],
    ['a fraction with a unit by a shell', exec('sh', '-c', 'sleep 0.5s'), 0.5],
  ])('is known for %s, to the rules and to what a rollout is measured by', (_case, given, seconds) => {
    expect(preStopSeconds(given)).toBe(seconds);
    expect(preStopMs(podOf(given))).toBe(seconds * 1000);
    expect(advise({ causes: { killed: 1 }, rolled: rolledOf(given) })[0]?.text).toContain(`(${seconds} s of sleep and`);
  });

  it.each([
    ['a command', exec('nginx', '-s', 'quit')],
    ['sleep and more', exec('sh', '-c', 'sleep 5; nginx -s quit')],
    ['minutes', exec('sleep', '2m')],
    ['two numbers, which add up', exec('sleep', '2', '3')],
    ['a shell whose script is only the next word', exec('sh', '-c', 'sleep', '10')],
    ['a shell that reads a file', exec('sh', 'sleep 10')],
    ['a program with a blank in its name', exec('sleep 10')],
    ['a variable', exec('sh', '-c', 'sleep $WAIT')],
    ['an HTTP call', container({ httpGet: { port: 80 } })],
    ['an exec without a command', container({ exec: {} })],
  ])('is unknown for %s, to both', (_case, given) => {
    expect(preStopSeconds(given)).toBeUndefined();
    expect(preStopMs(podOf(given))).toBeUndefined();
  });

  it('of a pod is the longest that is known', () => {
    const containers = [exec('nginx', '-s', 'quit'), exec('sleep', '4'), container({ sleep: { seconds: 3 } })];
    expect(longestSleepSeconds(templateOf(...containers))).toBe(4);
  });

  it('takes whole seconds of a grace period', () => {
    expect(longestSleepSeconds(templateOf(exec('sleep', '2.5')))).toBe(3);
  });
});

it('a hook without a handler is none', () => {
  expect([undefined, null, {}, { future: {} }].map((hook) => hasHandler(hook as PreStop))).toEqual(
    Array(4).fill(false),
  );
  expect(hasHandler({ tcpSocket: { port: 80 } })).toBe(true);
});
