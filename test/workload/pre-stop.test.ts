// How long a preStop hook holds SIGTERM back.

import { describe, expect, it } from 'vitest';
import { advise, type Rolled } from '../../src/measurement/analysis/advise.ts';
import type { Pod } from '../../src/measurement/rollout/objects.ts';
import { preStopMs } from '../../src/measurement/rollout/pod-events.ts';
import { deployment } from '../../src/workload/kinds/deployment.ts';
import { hasHandler, longestSleepSeconds, preStopTime } from '../../src/workload/pre-stop.ts';
import type { Container, PodTemplate, PreStop } from '../../src/workload/workload.ts';

const container = (preStop?: PreStop): Container => ({ name: 'web', ...(preStop && { lifecycle: { preStop } }) });
const exec = (...command: string[]) => container({ exec: { command } });
const sh = (script: string) => exec('/bin/sh', '-c', script);
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
    ['sleep by a shell', sh('sleep 10'), 10],
    ['sleep by a shell with a path', exec('/usr/bin/bash', '-c', ' exec /usr/bin/sleep 10 ; '), 10],
    ['sleep in the place of a shell', sh('exec sleep 10'), 10],
    ['sleep with the end of a command', sh('sleep 10;'), 10],
    ['sleep by a small shell', exec('/bin/ash', '-c', 'sleep 10'), 10],
    ['programs of a static BusyBox', exec('/busybox/sh', '-c', '/busybox/sleep 10'), 10],
    ['a fraction', exec('sleep', '2.5'), 2.5],
    ['a fraction with a unit by a shell', sh('sleep 0.5s'), 0.5],
    ['a fraction without a whole number', exec('sleep', '.5'), 0.5],
    ['minutes', exec('sleep', '2m'), 120],
    ['hours', exec('sleep', '1h'), 3_600],
    ['a day', exec('sleep', '1d'), 86_400],
    ['two numbers, which add up', exec('sleep', '1m', '30s'), 90],
    ['two numbers in a script', sh('sleep 1m 30s'), 90],
    ['an applet of BusyBox', exec('busybox', 'sleep', '5'), 5],
    ['a shell of BusyBox', exec('/bin/busybox', 'sh', '-c', 'sleep 5'), 5],
    ['env', exec('env', 'sleep', '5'), 5],
    ['env with variables', exec('/usr/bin/env', '-i', 'A=1', '-u', 'B', 'sleep', '5'), 5],
    ['nice', exec('nice', '-n', '5', 'sleep', '5'), 5],
    ['nohup', sh('nohup sleep 5'), 5],
    ['an init', exec('tini', '-g', '--', 'sleep', '5'), 5],
    ['timeout that is longer', exec('timeout', '10', 'sleep', '5'), 5],
    ['timeout that is shorter', exec('timeout', '-s', 'KILL', '5', 'sleep', '10'), 5],
    ['timeout of what never ends', exec('timeout', '5', 'sleep', 'infinity'), 5],
    ['a login shell', exec('bash', '-lc', 'sleep 5'), 5],
    ['a shell that stops at errors', exec('sh', '-ec', 'sleep 5'), 5],
    ['a shell with the name of an option', exec('bash', '-euo', 'pipefail', '-c', 'sleep 5'), 5],
    ['a shell with long options', exec('bash', '--norc', '-c', 'sleep 5'), 5],
    ['the end of the options', exec('sh', '-c', '--', 'sleep 5'), 5],
    ['a flag behind -c', exec('sh', '-c', '-e', 'sleep 5'), 5],
    ['a name for the script', exec('sh', '-c', 'sleep 5', 'hook'), 5],
    ['a shell in a shell', sh(`sh -c 'sleep 5'`), 5],
    ['a comment', sh('sleep 10 # until the proxies know'), 10],
    ['a line of comment', sh('# wait\nsleep 10\n'), 10],
    ['quotes', sh(`"sleep" '1'0`), 10],
    ['a backslash', sh('\\sleep 1\\0'), 10],
    ['a line that goes on', sh('sleep \\\n 10'), 10],
    ['redirections', sh('sleep 10 >/dev/null 2>&1 </dev/null'), 10],
    ['set', sh('set -eu; sleep 10'), 10],
    ['set by a name', sh('set -o errexit\nsleep 10'), 10],
    ['an assignment', sh('A=1; B="$C" sleep 10'), 10],
    ['a trap', sh(`trap '' TERM; sleep 10`), 10],
    ['an echo', sh('echo "draining $HOSTNAME" > /proc/1/fd/1; sleep 10'), 10],
    ['an echo that succeeds', sh('echo draining && sleep 10'), 10],
    ['what runs only if sleep fails', sh('sleep 10 || true'), 10],
    ['sleep after sleep', sh('sleep 4; sleep 6'), 10],
    ['what follows exec', sh('exec sleep 10; sleep 5'), 10],
    ['an end before the second', sh('sleep 10; exit 0; sleep 5'), 10],
    ['a group', sh('{ sleep 10; }'), 10],
    ['a subshell', sh('(sleep 4); (exec sleep 6)'), 10],
    ['command', sh('command sleep 10'), 10],
  ])('is known for %s, to the rules and to what a rollout is measured by', (_case, given, seconds) => {
    expect(preStopTime(given)).toEqual({ atLeast: seconds, exact: true });
    expect(preStopMs(podOf(given))).toBe(seconds * 1000);
    expect(advise({ causes: { killed: 1 }, rolled: rolledOf(given) })[0]?.text).toContain(`(${seconds} s of sleep and`);
  });

  it.each([
    ['&&', sh('sleep 60 && nginx -s quit'), 60],
    [';', sh('sleep 5; nginx -s quit'), 5],
    ['a line', sh('sleep 5\nnginx -s quit'), 5],
    ['||', sh('sleep 5 || exit 1; nginx -s quit'), 5],
    ['|', sh('sleep 5 | cat'), 5],
    ['an unknown sleep', sh('sleep 5; sleep $MORE'), 5],
    ['more, of which one is unknown', sh('sleep 5; sleep $MORE; sleep 5'), 10],
    ['a condition', sh('sleep 5; if [ -f x ]; then sleep 5; fi'), 5],
    ['a loop', sh('sleep 5; while pidof nginx; do sleep 1; done'), 5],
    ['a file that is made', sh('touch /tmp/draining; sleep 5; kill -QUIT 1'), 5],
    ['a failure that does not matter', sh('rm /ready || true; sleep 5; kill 1'), 5],
    ['a sleep in the background that is waited for', sh('sleep 5 & wait'), 5],
    ['one in the background and one that is waited for', sh('sleep 9 & sleep 5'), 5],
    ['a group and more', sh('{ sleep 5; nginx -s quit; } 2>/dev/null'), 5],
    ['two shells', sh('sh -c "sleep 5; nginx -s quit"'), 5],
    ['a limit of something else', exec('timeout', '20', 'sh', '-c', 'sleep 5; nginx -s quit'), 5],
    ['a strict shell that goes on behind a negated command', exec('sh', '-ec', '! sleep 5; sleep 4'), 5],
    ['a loop that hides what follows it', sh('sleep 5 || { for i in 1; do x; done; } && sleep 4'), 5],
    ['what never ends', sh('sleep 5; exec sleep infinity'), 5],
  ])('is at least the sleep before %s, to both', (_case, given, seconds) => {
    expect(preStopTime(given)).toMatchObject({ atLeast: seconds, exact: false });
    expect(preStopMs(podOf(given))).toBe(seconds * 1000);
  });

  it.each([
    ['a command', exec('nginx', '-s', 'quit')],
    ['sleep behind an unknown command', sh('nginx -s quit; sleep 5')],
    ['sleep on a condition', sh('test -f /x && sleep 5')],
    ['sleep on what a subshell ends with', sh('(exit; echo) && sleep 1 || sleep 4')],
    ['sleep behind what may fail', sh('cd /app && sleep 5')],
    ['sleep behind what ends a strict shell', exec('sh', '-ec', 'touch /x; sleep 5')],
    ['the same by set', sh('set -e; touch /x; sleep 5')],
    ['sleep in the background', sh('sleep 5 &')],
    ['a shell that reads a file', exec('sh', '/hooks/stop.sh')],
    ['a variable', sh('sleep $WAIT')],
    ['a variable with a default', sh(`sleep "\${WAIT:-5}"`)],
    ['the output of a command', sh('sleep $(cat /wait)')],
    ['the same in its old form', sh('sleep `cat /wait`')],
    ['arithmetic', sh('sleep $((5 + 5))')],
    ['braces that bash expands', sh('sleep {1,2}')],
    ['a pattern', sh('sleep 1*')],
    ['a program in a variable', sh('$SLEEP 5')],
    ['a function', sh('sleep() { :; }; sleep 5')],
    ['a condition', sh('if true; then sleep 5; fi')],
    ['a loop', sh('for i in 1 2 3; do sleep 1; done')],
    ['a here-document', sh('cat <<E\nsleep 5\nE\nsleep 5')],
    ['an open quote', sh(`sleep 5 'x`)],
    ['an open expansion', sh('sleep 5 $(x')],
    ['an open group', sh('{ sleep 5')],
    ['a group that nothing opened', sh('sleep 5 )')],
    ['an operator without a command', sh('sleep 5 && ')],
    ['more digits than a descriptor has', sh('sleep 10>/dev/null')],
    ['an exponent', exec('sleep', '1e1')],
    ['the end of options', exec('sleep', '--', '5')],
    ['a number of some locale', exec('sleep', '2,5')],
    ['options of env that split', exec('env', '-S', 'sleep 5')],
    ['an option of a shell that is not known', exec('bash', '--rcfile', 'x', '-c', 'sleep 5')],
    ['an unknown limit', sh('timeout $LIMIT sleep 5')],
    ['a path with a blank', exec('/opt/my app/stop')],
    ['a path of Windows', exec('C:\\Program Files\\stop.exe')],
    ['PowerShell', exec('powershell', '-Command', 'Start-Sleep 5')],
    ['a script that is too long', sh(`sleep 5;${' true;'.repeat(5_000)}`)],
    ['too many words', exec('sleep', ...Array(2_000).fill('1'))],
    ['an HTTP call', container({ httpGet: { port: 80 } })],
  ])('is unknown for %s, to both', (_case, given) => {
    expect(preStopTime(given)).toEqual({ atLeast: 0, exact: false });
    expect(preStopMs(podOf(given))).toBeUndefined();
  });

  it.each([
    [exec('sleep', 'infinity')],
    [exec('sleep', 'inf')],
    [sh('sleep infinity')],
    [sh('sleep infinity; nginx -s quit')],
  ])('has no end: %#', (given) => {
    expect(preStopTime(given)).toEqual({ atLeast: 0, exact: false, endless: true });
    expect(preStopMs(podOf(given))).toBeUndefined();
    expect(longestSleepSeconds(templateOf(given))).toBe(0);
  });

  it('of a pod is the longest that is known', () => {
    const containers = [exec('nginx', '-s', 'quit'), exec('sleep', '4'), container({ sleep: { seconds: 3 } })];
    expect(longestSleepSeconds(templateOf(...containers))).toBe(4);
  });

  it('takes whole seconds of a grace period', () => {
    expect(longestSleepSeconds(templateOf(exec('sleep', '2.5')))).toBe(3);
  });
});

describe('a hook that can only fail', () => {
  it.each([
    ['a command in one word', exec('sleep 10'), 'no program is called "sleep 10"'],
    ['the same with a path', exec('/bin/sleep 10'), 'no program is called "/bin/sleep 10"'],
    ['a shell and its script in one word', exec(`sh -c 'sleep 10'`), `no program is called "sh -c 'sleep 10'"`],
    ['an option in the word', exec('/usr/sbin/nginx -s quit'), 'no program is called "/usr/sbin/nginx -s quit"'],
    ['an empty word', exec(''), 'no program is called ""'],
    ['the same in a script', sh('"sleep 10"'), 'no program is called "sleep 10"'],
    ['sleep alone', exec('sleep'), 'sleep has no operand'],
    ['sleep alone in a script', sh('sleep && nginx -s quit'), 'sleep has no operand'],
    [
      'a shell that drops the seconds',
      exec('sh', '-c', 'sleep', '5'),
      'sh -c takes only the next word as its command, and "sleep" alone fails',
    ],
    [
      'a shell that drops the signal',
      exec('/bin/bash', '-c', 'kill', '-QUIT', '1'),
      'bash -c takes only the next word as its command, and "kill" alone fails',
    ],
    ['no time at all', exec('sleep', 'ten'), 'sleep does not take "ten"'],
    ['operators without a shell', exec('sleep', '5', '&&', 'nginx'), 'sleep does not take "&&"'],
    ['variables without a shell', exec('sleep', '$(WAIT)'), 'sleep does not take "$(WAIT)"'],
    ['milliseconds', exec('sleep', '500ms'), 'sleep does not take "500ms"'],
    ['less than nothing', exec('sleep', '-5'), 'sleep does not take "-5"'],
    ['a shell without a command', exec('/bin/sh', '-c'), 'sh -c has no command'],
    ['a shell without -c', exec('sh', 'sleep 10'), 'sh without -c looks for a file called "sleep 10"'],
    ['a descriptor in place of the seconds', sh('sleep 5>/dev/null'), 'sleep has no operand'],
    ['no command', container({ exec: { command: [] } }), 'its exec has no command'],
    ['nothing in its exec', container({ exec: {} }), 'its exec has no command'],
    ['a TCP call', container({ tcpSocket: { port: 80 } }), 'the kubelet does not run tcpSocket hooks'],
  ])('is found out: %s', (_case, given, failure) => {
    expect(preStopTime(given)).toEqual({ atLeast: 0, exact: true, failure });
    expect(preStopMs(podOf(given))).toBe(0);
  });
});

it.each([
  ['groups', '('.repeat(9_999)],
  ['braces', '{ '.repeat(4_999)],
  ['expansions', '$('.repeat(4_999)],
  ['quotes', `"'`.repeat(4_999)],
  ['shells', `sh -c "${'sh -c '.repeat(1_500)}"`],
  ['operators', 'a&&'.repeat(3_333)],
  ['blanks', ' '.repeat(10_000)],
])('a script of nothing but %s is judged at once', (_case, script) => {
  const before = performance.now();
  for (let i = 0; i < 20; i += 1) expect(preStopTime(sh(script)).atLeast).toBe(0);
  expect(performance.now() - before).toBeLessThan(2_000);
});

it('a hook without a handler is none', () => {
  expect([undefined, null, {}, { future: {} }].map((hook) => hasHandler(hook as PreStop))).toEqual(
    Array(4).fill(false),
  );
  expect(hasHandler({ tcpSocket: { port: 80 } })).toBe(true);
});
