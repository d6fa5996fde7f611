// What is said of a command besides its losses: that the workload was left alone, that nothing was sent, that its address moved.

import { expect, it } from 'vitest';
import { shownCommand, splitCommand } from '../../../src/commands/split-command.ts';
import { type DuringTask, during } from '../../../src/commands/verify/during.ts';
import { verifyExitCode } from '../../../src/commands/verify/exit-code.ts';
import type { VerifyOptions } from '../../../src/commands/verify/request.ts';
import type { Sample } from '../../../src/measurement/load/sample.ts';
import { fakeLoad } from '../../support/verify/fake-load.ts';

const options: VerifyOptions = {
  rate: 100,
  traffic: ['get-new'],
  retries: 0,
  timeout: 1,
  rollouts: 1,
  maxLost: 0,
  wait: 1,
  settle: 0,
  output: 'text',
};
const lanes = [{ lane: 'get-new', url: 'http://web/', rate: 100 }] as const;

function task(changes: Partial<DuringTask['sending']> = {}): DuringTask {
  return {
    act: { kind: 'command', words: ['sleep', '0.2'] },
    sending: {
      from: 'here',
      url: 'http://web/',
      load: { lanes, timeoutMs: 1000, retries: 0, connections: 1 },
      start: fakeLoad().startLoad,
      broken: new AbortController().signal,
      troubles: async () => [],
      close: async () => undefined,
      ...changes,
    },
    options,
    signal: new AbortController().signal,
    say: () => undefined,
    about: (failures) => ({
      versions: { hitless: '0', node: 'v24' },
      command: 'hitless verify',
      startedAt: '2026-11-22T00:00:00.000Z',
      durationSeconds: 1,
      url: 'http://web/',
      from: 'here',
      kinds: ['get-new'],
      rate: 100,
      maxLost: 0,
      failures,
    }),
  };
}

it('a command that is over before a request was due has proved nothing', async () => {
  const ms = performance.timeOrigin + performance.now();
  const only: Sample = { lane: 'get-new', dueMs: ms, sentMs: ms, endMs: ms, connection: 'new', outcome: 'ok' };
  const start: DuringTask['sending']['start'] = (_load, tell) => {
    tell(only);
    return { stop: async () => undefined };
  };
  const result = await during(task({ start }));
  expect(result.failures).toEqual([
    'no request was due before it was over: raise --rate, or measure for longer with --settle',
  ]);
  expect([result.verdict, verifyExitCode(result)]).toEqual(['unknown', 2]);
});

it('an address that moved, or a load that broke, leaves the verdict open', async () => {
  const result = await during(task({ troubles: async () => ['Service shop/web changed its address'] }));
  expect(result).toMatchObject({ verdict: 'unknown', lost: 0, failures: ['Service shop/web changed its address'] });
  const broken = AbortSignal.abort(new Error('the load pod does not answer any more'));
  const cut = await during(task({ broken, troubles: async () => [(broken.reason as Error).message] }));
  expect(cut).toMatchObject({ verdict: 'unknown', failures: ['the load pod does not answer any more'] });
});

it.each([
  ['passed', 0, 0],
  ['passed', 7, 3],
  ['lost', 0, 1],
  ['lost', 7, 1],
  ['unknown', 0, 2],
  ['unknown', 143, 3],
] as const)('a verdict %s and the exit code %d of the command are the exit code %d', (verdict, exitCode, wanted) => {
  expect(verifyExitCode({ verdict, during: { seconds: 1, command: 'helm', exitCode } })).toBe(wanted);
});

it.each([
  [126, 126],
  [127, 127],
] as const)('a command that was not started keeps its %d', (exitCode, wanted) => {
  const run = { seconds: 0, command: 'helm', exitCode, reason: 'no such program' };
  expect(verifyExitCode({ verdict: 'unknown', during: run })).toBe(wanted);
});

it('the command line ends at the first --, and only that of verify', () => {
  expect(splitCommand(['verify', 'a', '--', 'b', '--', 'c'])).toEqual({
    own: ['verify', 'a'],
    command: ['b', '--', 'c'],
  });
  expect(splitCommand(['verify', 'a'])).toEqual({ own: ['verify', 'a'] });
  expect(splitCommand(['check', '--', '-file'])).toEqual({ own: ['check', '--', '-file'] });
});

it.each([
  [['helm', 'upgrade', 'web', 'chart/', '--set', 'password=x'], 'helm upgrade web chart/ ...'],
  [['env', 'TOKEN=secret', 'deploy'], 'env ...'],
  [['git', 'push', 'https://me:secret@git.example.com/repo'], 'git push https://git.example.com/repo'],
  [['true'], 'true'],
])('%j is shown as %s', (words, shown) => expect(shownCommand(words)).toBe(shown));
