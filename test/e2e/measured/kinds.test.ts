// What rollouts of other kinds lose, measured by `hitless lab --kind` and `hitless verify` on a real cluster.
//
//   HITLESS_ARGO_ROLLOUTS   set where the controller of Argo Rollouts runs in the cluster

import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testAppService, testAppWorkload } from '../../../src/measurement/lab/objects.ts';
import type { LabResult } from '../../../src/measurement/lab/result.ts';
import { promisesNoLoss, rowKey } from '../../../src/measurement/lab/rows.ts';
import { kubectl, must, needCluster } from '../../support/e2e/kubectl.ts';
import { promisedLosses } from '../../support/e2e/promised-losses.ts';
import { image, pullPolicy } from '../../support/e2e/release.ts';
import { temporaryFolder } from '../../support/pair.ts';

const program = fileURLToPath(new URL('../../../src/cli.ts', import.meta.url));
const referring = 'hitless-test-workload-ref';
const absent = process.env.HITLESS_ARGO_ROLLOUTS === undefined ? ' (skipped: HITLESS_ARGO_ROLLOUTS is not set)' : '';

beforeAll(() => needCluster());
afterAll(() => kubectl(['delete', 'namespace', referring, '--ignore-not-found', '--wait=false']), 60_000);

function hitless(...args: readonly string[]): Promise<{ readonly code: number; readonly text: string }> {
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [program, ...args], (_error, out, err) => {
      resolve({ code: child.exitCode ?? -1, text: out + err });
    });
  });
}

/** One rollout of each row, the fixes from the plan: the webhook is another test's. */
async function lab(...args: readonly string[]): Promise<LabResult> {
  const json = join(await temporaryFolder(), 'lab.json');
  const pods = ['--image', image, '--image-pull-policy', pullPolicy, '--no-webhook'];
  const load = [
    '--application',
    'drains',
    '--sleep',
    '5',
    '--rollouts',
    '1',
    // Half of the load, and the patience to outlast a machine that stalls for seconds.
    '--rate',
    '50',
    '--timeout',
    '10',
    '--traffic',
    'get-new,get-kept',
    '--parallel',
    '2',
  ];
  const { code, text } = await hitless('lab', ...pods, ...load, '--json', json, ...args);
  process.stdout.write(`${text}\n`);
  const result = JSON.parse(readFileSync(json, 'utf8')) as LabResult;
  expect(result.rows.filter(({ rollouts }) => rollouts.length === 0).map(rowKey)).toEqual([]);
  expect(promisedLosses(result)).toEqual([]);
  expect(code).toBe(0);
  return result;
}

function lostIn({ rows }: LabResult, key: string): number | undefined {
  return rows.find((row) => rowKey(row) === key)?.lost;
}

it('StatefulSets and DaemonSets lose requests without hitless, and none where it promises that', async () => {
  const result = await lab('--kind', 'statefulset,daemonset', '--replicas', '2');
  for (const key of ['statefulset nothing drains ×2', 'daemonset nothing drains ×1'])
    expect(lostIn(result, key), key).toBeGreaterThan(0);
  const promised = result.rows.filter(promisesNoLoss);
  expect(promised.map(rowKey)).toEqual(['statefulset advised drains ×2', 'daemonset advised drains ×1']);
  for (const row of promised) expect(row.lost, rowKey(row)).toBe(0);
}, 900_000);

describe.skipIf(absent !== '')(`Argo Rollouts${absent}`, () => {
  it('lose requests without hitless, and none with it', async () => {
    const result = await lab('--kind', 'rollout,rollout-blue-green', '--replicas', '2');
    expect(lostIn(result, 'rollout nothing drains ×2')).toBeGreaterThan(0);
    for (const row of result.rows.filter(promisesNoLoss)) expect(row.lost, rowKey(row)).toBe(0);
  }, 900_000);

  it('are measured where the Deployment is named whose template they take', async () => {
    await must(kubectl(['create', 'namespace', referring]));
    const settings = { namespace: referring, image, imagePullPolicy: 'Never', startUpMs: 500, workMs: 5 } as const;
    const row = { fixes: 'advised', title: '', drains: true, replicas: 2 };
    const { metadata, spec, ...type } = testAppWorkload('web', row, settings);
    const workloadRef = { ...type, name: 'web' };
    const rollout = {
      apiVersion: 'argoproj.io/v1alpha1',
      kind: 'Rollout',
      metadata,
      spec: { replicas: 2, selector: spec.selector, workloadRef, strategy: { canary: { maxUnavailable: 0 } } },
    };
    const objects = [testAppService('web', referring), { ...type, metadata, spec: { ...spec, replicas: 0 } }, rollout];
    for (const object of objects) await must(kubectl(['apply', '-f', '-'], JSON.stringify(object)));
    const phase = ['get', 'rollout', 'web', '-n', referring, '-o', 'jsonpath={.status.phase}'];
    await expect.poll(() => must(kubectl(phase)), { timeout: 60_000 }).toBe('Healthy');
    const address = ['get', 'service', 'web', '-n', referring, '-o', 'jsonpath={.spec.clusterIP}'];
    const url = `http://${await must(kubectl(address))}/`;
    const { code, text } = await hitless(
      'verify',
      'deployment/web',
      '-n',
      referring,
      '--url',
      url,
      '--restart',
      '--yes',
    );
    expect(text).toContain(`rollout ${referring}/web takes its pod template from deployment ${referring}/web`);
    expect(text).toMatch(/rollout 1 of 1: [\d,]+ of [\d,]+ lost/);
    expect([0, 1]).toContain(code);
  }, 240_000);
});
