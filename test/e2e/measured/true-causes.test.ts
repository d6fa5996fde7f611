// The causes of losses on a real cluster, compared with what the pods wrote about themselves: over rows of the lab, and an
// application that serves on after SIGTERM. `verify` knows none of these logs, so the causes are attributed without them as well.

import { afterAll, beforeAll, expect, it } from 'vitest';
import { advise } from '../../../src/measurement/analysis/advise.ts';
import { countRollout } from '../../../src/measurement/analysis/count.ts';
import { readTestAppLog, withLogs } from '../../../src/measurement/analysis/test-app-log.ts';
import { type LabMeasurement, measure } from '../../../src/measurement/lab/measure.ts';
import { namespaceObject } from '../../../src/measurement/lab/objects.ts';
import { rowKey, rowsOf } from '../../../src/measurement/lab/rows.ts';
import type { LabSettings } from '../../../src/measurement/lab/settings.ts';
import { isLost } from '../../../src/measurement/load/sample.ts';
import { inOrder } from '../../../src/measurement/rollout/order.ts';
import { trafficKinds } from '../../../src/measurement/traffic.ts';
import { kubectl, must, needCluster } from '../../support/e2e/kubectl.ts';
import { isLong, leftOut } from '../../support/e2e/long.ts';
import { connect, image, pullPolicy } from '../../support/e2e/release.ts';
import { type Agreement, agreementOf, unnamed } from '../../support/measurement/agreement.ts';
import { truthFrom } from '../../support/measurement/truth.ts';

const namespace = 'hitless-test-true-causes';

beforeAll(async () => {
  needCluster();
  await must(kubectl(['create', '-f', '-'], JSON.stringify(namespaceObject(namespace, {}))));
});
afterAll(() => kubectl(['delete', 'namespace', namespace, '--ignore-not-found', '--timeout=90s']), 120_000);

const rows = rowsOf({
  fixes: ['nothing', 'only/readiness-probe', 'only/pre-stop-sleep', 'all'],
  drains: [false, true],
  replicas: [2],
});
const servesOn = { fixes: 'nothing', title: 'serves on after SIGTERM', drains: true, replicas: 2 };

/** A load that leaves time for everything else: a machine that is too busy loses requests for reasons of its own. */
function settingsOf(testAppArgs: readonly string[]): LabSettings {
  return {
    pods: { namespace, image, imagePullPolicy: pullPolicy as 'Never', startUpMs: 1000, workMs: 5, testAppArgs },
    ...{ rows, rollouts: 1, parallel: 1, rate: 20, lanes: trafficKinds, retries: 0, timeoutMs: 5000 },
    ...{ startWithinMs: 180_000, sleepSeconds: 5, webhook: false, target: undefined, route: [] },
  };
}

/** What is seen with the logs and the names of the pods, without the logs, and without both. */
function viewsOf({ measurement, logs }: LabMeasurement) {
  const read = [...logs].map(([pod, lines]) => readTestAppLog(pod, lines));
  const named = { ...measurement, events: inOrder(measurement.events) };
  const known = { ...named, events: withLogs(named.events, read) };
  return { truth: truthFrom(read, known.events), views: { known, named, unnamed: unnamed(named) } };
}

const agreements: { readonly view: string; readonly agreement: Agreement }[] = [];

function compare(row: string, measured: LabMeasurement): void {
  const { truth, views } = viewsOf(measured);
  for (const [view, one] of Object.entries(views)) {
    const agreement = agreementOf(one, truth);
    agreements.push({ view, agreement });
    const { lost, right, unsure, unchecked, wrong } = agreement;
    const details = Object.entries(wrong).map(([what, n]) => `\n    ${n} ${what}`);
    const counts = `${lost} lost, ${right} right, ${unsure} unknown, ${unchecked} of which the logs say nothing`;
    process.stdout.write(`${row}, ${view}: ${counts}${details.join('')}\n`);
  }
}

/** In pairs: the pods of more would wait for one another. */
async function measureAll(): Promise<void> {
  const context = { api: await connect(), signal: new AbortController().signal };
  const tasks = rows.map((row, at) => ({ row, name: `causes-${at}` }));
  const worker = async () => {
    for (let task = tasks.shift(); task !== undefined; task = tasks.shift()) {
      const { row, name } = task;
      compare(rowKey(row), await measure({ ...context, settings: settingsOf([]) }, row, name));
    }
  };
  await Promise.all([worker(), worker()]);
}

it.runIf(isLong)(
  `the causes of the rows of the lab are true, or said to be unknown${leftOut}`,
  async () => {
    await measureAll();
    for (const view of ['known', 'named', 'unnamed']) {
      const all = agreements.filter((one) => one.view === view).map(({ agreement }) => agreement);
      const total = (of: (one: Agreement) => number) => all.reduce((sofar, one) => sofar + of(one), 0);
      const attributed = total(({ lost, unsure, unchecked }) => lost - unsure - unchecked);
      const right = total((one) => one.right);
      const rest = `${total(({ unsure }) => unsure)} unknown, ${total(({ unchecked }) => unchecked)} unchecked`;
      process.stdout.write(`${view}: ${right} of ${attributed} attributed causes are right; ${rest}\n`);
      expect(right).toBeGreaterThan(100);
      expect(right / attributed).toBeGreaterThanOrEqual(0.98);
    }
  },
  600_000,
);

it.runIf(isLong)(
  `an application that serves on after SIGTERM is not advised a sleep alone${leftOut}`,
  async () => {
    const api = await connect();
    const settings = settingsOf(['--on-sigterm', 'serve', '--serve-on-ms', '15000']);
    const measured = await measure({ api, settings, signal: new AbortController().signal }, servesOn, 'causes-serve');
    const { truth, views } = viewsOf(measured);
    compare('serves on', measured);
    const { samples } = views.known;
    // On a machine that is too busy, an old pod may have lost something as well.
    const isOldOnes = samples.some((sample) => isLost(sample) && [...truth.causesOf(sample)].join() === 'endpoint-lag');
    for (const one of Object.values(views)) {
      const { lost, wrong } = agreementOf(one, truth);
      expect(lost).toBeGreaterThan(10);
      expect(wrong).toEqual({});
      const advice = advise({ causes: countRollout(one).causes });
      if (!isOldOnes) expect(advice.map(({ cause }) => cause)).not.toContain('endpoint-lag');
      expect(advice.some(({ text }) => text.includes('readinessProbe'))).toBe(true);
    }
  },
  300_000,
);
