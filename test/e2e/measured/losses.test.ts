// What no webhook can promise, a killed pod or an API server that is away: what is lost then is counted and printed, and it ends well.
//
//   HITLESS_RESTART_API_SERVER   a command that restarts the API server; which one it is differs from cluster to cluster

import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { kubectl, must } from '../../support/e2e/kubectl.ts';
import { killer, perSecond, target } from '../../support/e2e/load.ts';
import { endsWell, measure, measureAll, notMeasured } from '../../support/e2e/promise.ts';
import { home, type Pod, replicas, settled, until } from '../../support/e2e/release.ts';
import { authorityChanged, leaf, served, shorten } from '../../support/e2e/secret.ts';

const restartApiServer = process.env.HITLESS_RESTART_API_SERVER;
const run = promisify(execFile);
measureAll();

it('counts what is lost when everything is made anew at once', async () => {
  await measure('all keys made anew at once', () => authorityChanged('all'));
  await endsWell();
}, 120_000);

it('counts what is lost when the leaf is about to expire', async () => {
  await measure('leaf with 5 s left', async () => {
    await shorten(5000);
    await until(async () => (await leaf()).notAfter > Date.now() + 86_400_000);
    await served();
  });
  await endsWell();
}, 120_000);

it('counts what is lost when a process in each pod is killed, one after the other', async () => {
  const { failed } = await measure('a process of each of two pods killed', async () => {
    for (const victim of await replicas()) await kill(victim, 1);
  });
  // What it was answering, and no more: the other process of the pod takes the calls that come after.
  expect(failed).toBeLessThan(Math.max(9, perSecond()));
  await endsWell();
}, 120_000);

it('counts what is lost when whole pods are killed, one after the other', async () => {
  // Killed once already, a container would be away for longer.
  await must(kubectl(['rollout', 'restart', 'deployment/hitless', '-n', home]));
  await settled();
  await measure('all processes of each of two pods killed', async () => {
    for (const victim of await replicas()) await kill(victim, 2);
  });
  await endsWell();
}, 180_000);

it('counts what is lost when the API server restarts', async ({ skip }) => {
  const reason = 'set HITLESS_RESTART_API_SERVER to a command that restarts it';
  if (restartApiServer === undefined) notMeasured(`API server restarted: not measured, ${reason}`);
  const command = restartApiServer ?? skip(reason);
  const before = await startedAt();
  await measure('API server restarted', async () => {
    await run('sh', ['-c', command]);
    await until(async () => isAnother(before));
  });
  await endsWell();
}, 120_000);

/** When the API server's process started; undefined while it does not answer. */
async function startedAt(): Promise<string | undefined> {
  const { code, out } = await kubectl(['get', '--raw', '/metrics']);
  return code === 0 ? /^process_start_time_seconds (\S+)$/m.exec(out)?.[1] : undefined;
}

async function isAnother(before: string | undefined): Promise<boolean> {
  const now = (await kubectl(['get', '--raw', '/readyz'])).code === 0 ? await startedAt() : before;
  return now !== undefined && now !== before;
}

async function kill(victim: Pod, processes: number): Promise<void> {
  const before = await restartsOf(victim.metadata.name);
  await must(kubectl(['create', '-f', '-'], JSON.stringify(killer(victim, processes))));
  const ended = '--for=jsonpath={.status.phase}=Succeeded';
  await must(kubectl(['wait', '-n', target, 'pod/killer', ended, '--timeout=60s']));
  const killed = 'jsonpath={.status.containerStatuses[0].state.terminated.message}';
  expect(await must(kubectl(['get', 'pod', 'killer', '-n', target, '-o', killed]))).toBe(`${processes}`);
  await must(kubectl(['delete', 'pod', '-n', target, 'killer']));
  await until(async () => (await restartsOf(victim.metadata.name)) === before + processes);
  await settled();
}

/** Of all containers. */
async function restartsOf(pod: string): Promise<number> {
  const path = 'jsonpath={.status.containerStatuses[*].restartCount}';
  const counts = await must(kubectl(['get', 'pod', pod, '-n', home, '-o', path]));
  return counts.split(' ').reduce((sum, count) => sum + Number(count), 0);
}
