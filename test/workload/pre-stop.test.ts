// How long a preStop hook holds SIGTERM back.

import { describe, expect, it } from 'vitest';
import { hasHandler, longestSleepSeconds, preStopSeconds } from '../../src/workload/pre-stop.ts';
import type { Container, PreStop } from '../../src/workload/workload.ts';

const container = (preStop?: PreStop): Container => ({ name: 'web', ...(preStop && { lifecycle: { preStop } }) });
const exec = (...command: string[]) => container({ exec: { command } });

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
  ])('is known for %s', (_case, given, seconds) => {
    expect(preStopSeconds(given)).toBe(seconds);
  });

  it.each([
    ['a command', exec('nginx', '-s', 'quit')],
    ['sleep and more', exec('sh', '-c', 'sleep 5; nginx -s quit')],
    ['minutes', exec('sleep', '2m')],
    ['two numbers, which add up', exec('sleep', '2', '3')],
    ['a fraction', exec('sleep', '0.5')],
    ['a variable', exec('sh', '-c', 'sleep $WAIT')],
    ['an HTTP call', container({ httpGet: { port: 80 } })],
    ['an exec without a command', container({ exec: {} })],
  ])('is unknown for %s', (_case, given) => {
    expect(preStopSeconds(given)).toBeUndefined();
  });

  it('of a pod is the longest that is known', () => {
    const containers = [exec('nginx', '-s', 'quit'), exec('sleep', '4'), container({ sleep: { seconds: 3 } })];
    expect(longestSleepSeconds({ spec: { containers } })).toBe(4);
  });
});

it('a hook without a handler is none', () => {
  expect([undefined, null, {}, { future: {} }].map((hook) => hasHandler(hook as PreStop))).toEqual(
    Array(4).fill(false),
  );
  expect(hasHandler({ tcpSocket: { port: 80 } })).toBe(true);
});
