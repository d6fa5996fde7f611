// Measurements of the promise: hitless installed with failurePolicy Fail, a row for each thing that is done to it, a table at the end.

import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect } from 'vitest';
import type { Api } from '../../../src/cluster/client/api.ts';
import { calibrate, type Measured, perSecond, tableOf, target, underLoad } from './load.ts';
import { connect, createNamespace, install, remove } from './release.ts';

const rows: Measured[] = [];
const missing: string[] = [];
let api: Api;

/** Before the tests of a file and after them. */
export function measureAll(): void {
  beforeAll(async () => {
    // Ten minutes as a rule: API servers hear of a new authority within a second, and a test has no ten minutes.
    // And a machine that stalls for two seconds, the usual time of a call, is no loss of hitless.
    const settings = [
      'webhook.failurePolicy=Fail',
      'webhook.timeoutSeconds=10',
      'extraArgs={--tls-ca-propagation-seconds=5}',
    ];
    await install(...settings.flatMap((setting) => ['--set', setting]));
    api = await connect();
    await createNamespace(target, 'enforce');
    // API servers hear of the namespace and of the configuration.
    await pause(3000);
    await calibrate(api);
  }, 240_000);

  afterAll(async () => {
    const table = `${tableOf(rows)}${missing.map((what) => `${what}\n`).join('')}`;
    process.stdout.write(`\n${perSecond()} admissions a second, failurePolicy Fail\n\n${table}\n`);
    await remove(target);
  }, 180_000);
}

/** For the table: what was not measured, and why. */
export function notMeasured(sentence: string): void {
  missing.push(sentence);
}

export async function measure(during: string, action: () => Promise<unknown>): Promise<Measured> {
  const row = await underLoad(api, during, action);
  rows.push(row);
  return row;
}

/** From now on nothing is lost any more. */
export async function endsWell(): Promise<void> {
  expectNothingLost(await underLoad(api, 'afterwards', () => pause(1000)));
}

/** The message has the reasons: of two lists that differ, reports show no more than their lengths. */
export function expectNothingLost({ during, reasons, failed, unpatched, noServer }: Measured): void {
  expect({ failed, unpatched, noServer }, `${during}:\n${reasons.join('\n')}`).toEqual({
    failed: 0,
    unpatched: 0,
    noServer: 0,
  });
}

/**
 * Anew, for a test in which each admission costs more than it did before the tests. At half of the rate: helm, kubectl and pods that
 * start take a processor for seconds, and a call that is not answered in time for want of one is no loss of hitless.
 */
export async function recalibrate(): Promise<void> {
  await calibrate(api, Math.floor(perSecond() / 2));
}
