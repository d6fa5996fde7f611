// Admissions at a steady rate, whatever becomes of the earlier ones, and what was lost of them.

import { setTimeout as pause } from 'node:timers/promises';
import { type Api, ApiError } from '../../../src/cluster/client/api.ts';
import type { Pod } from './release.ts';
import { web } from './web.ts';

export const target = 'hitless-test-load';

export interface Row {
  readonly during: string;
  readonly seconds: number;
  readonly admissions: number;
  /** The API server could not ask the webhook. */
  readonly failed: number;
  /** Written without our patch. */
  readonly unpatched: number;
  /** Nobody answered: the API server itself was away. */
  readonly noServer: number;
  readonly slowestMs: number;
}

type Outcome = 'patched' | 'failed' | 'unpatched' | 'noServer';

/** `reasons` are those of the first failures, for the message of a test. */
export interface Measured extends Row {
  readonly reasons: readonly string[];
}

const object = web('load', { namespace: target });

async function admission(api: Api): Promise<{ outcome: Outcome; reason?: string }> {
  const path = `/apis/apps/v1/namespaces/${target}/deployments`;
  try {
    const made = await api.json({ path, query: { dryRun: 'All' }, method: 'POST', body: object });
    return { outcome: JSON.stringify(made).includes('"sleep":{') ? 'patched' : 'unpatched' };
  } catch (error) {
    const { message: reason } = error as Error;
    const asked = error instanceof ApiError && reason.includes('hitless.dev');
    return { outcome: asked ? 'failed' : 'noServer', reason: `${new Date().toISOString()} ${reason}` };
  }
}

const usual = 50;
const slowest = 3;
let rate = usual;

/** Admissions a second: 50, fewer where the machine has too much else to do. */
export function perSecond(): number {
  return rate;
}

/**
 * Halves the rate until calls that nothing disturbs are all answered in time: what is lost then is lost by what a test does, and not
 * by a machine that is too slow for the load. @throws when it cannot keep up with a few calls a second.
 */
export async function calibrate(api: Api, most = usual): Promise<void> {
  for (rate = most; rate >= slowest; rate = Math.floor(rate / 2)) {
    const { failed, noServer, reasons, slowestMs } = await underLoad(api, 'nothing', () => pause(3000));
    if (failed + noServer === 0 && slowestMs < 500) return;
    process.stdout.write(
      `${rate} admissions a second are too many here (slowest ${slowestMs} ms): ${reasons[0] ?? ''}\n`,
    );
  }
  throw new Error(`not even ${slowest} admissions a second are answered in time while nothing happens`);
}

/** Calls from a second before `action` until a second after it. */
export async function underLoad(api: Api, during: string, action: () => Promise<unknown>): Promise<Measured> {
  const counts = { patched: 0, failed: 0, unpatched: 0, noServer: 0 };
  const reasons: string[] = [];
  let slowestMs = 0;
  const call = async () => {
    const began = performance.now();
    const { outcome, reason } = await admission(api);
    counts[outcome] += 1;
    slowestMs = Math.max(slowestMs, Math.round(performance.now() - began));
    if (reason !== undefined && reasons.length < 10) reasons.push(reason);
  };
  const ended = new AbortController();
  const began = performance.now();
  const calling = steadily(call, ended.signal);
  try {
    await pause(1000);
    await action();
    await pause(1000);
  } finally {
    ended.abort();
  }
  const admissions = await calling;
  const { failed, unpatched, noServer } = counts;
  const seconds = Math.round((performance.now() - began) / 1000);
  return { during, seconds, admissions, failed, unpatched, noServer, slowestMs, reasons };
}

async function steadily(call: () => Promise<void>, signal: AbortSignal): Promise<number> {
  const calls: Promise<void>[] = [];
  const began = performance.now();
  while (!signal.aborted) {
    while (calls.length < ((performance.now() - began) / 1000) * rate) calls.push(call());
    await pause(5);
  }
  await Promise.all(calls);
  return calls.length;
}

/** As Markdown. */
export function tableOf(rows: readonly Row[]): string {
  const head = ['during', 'seconds', 'admissions', 'failed', 'unpatched', 'no API server', 'slowest'];
  const lines = rows.map((row) => [
    row.during,
    row.seconds,
    row.admissions,
    row.failed,
    row.unpatched,
    row.noServer,
    `${row.slowestMs} ms`,
  ]);
  return [head, head.map(() => '---'), ...lines].map((cells) => `| ${cells.join(' | ')} |\n`).join('');
}

/**
 * A pod that ends processes of another one as a kernel does that is out of memory: from outside, without a word. It leaves a message of
 * how many. A kernel takes the processes of one container; `most` is for those that want all of them at once.
 */
export function killer(victim: Pod, most = 1) {
  const [container] = (web('killer').spec as { template: { spec: { containers: object[] } } }).template.spec.containers;
  const program = `
    const fs = require('fs');
    const read = (pid, file) => { try { return fs.readFileSync('/proc/' + pid + '/' + file, 'utf8'); } catch { return ''; } };
    const pids = fs.readdirSync('/proc').filter((name) => /^[0-9]+$/.test(name));
    const found = pids.filter((pid) => read(pid, 'environ').includes('HOSTNAME=${victim.metadata.name}\\0')).slice(0, ${most});
    for (const pid of found) process.kill(Number(pid), 'SIGKILL');
    fs.writeFileSync('/dev/termination-log', String(found.length));`;
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'killer', namespace: target },
    spec: {
      hostPID: true,
      restartPolicy: 'Never',
      nodeName: victim.spec.nodeName,
      containers: [
        {
          ...container,
          command: ['node', '-e', program],
          ports: [],
          securityContext: { privileged: true, runAsUser: 0 },
        },
      ],
    },
  };
}
