// `hitless verify -- COMMAND` on a real cluster: a restart by kubectl, measured from here and from a pod; and the examples of the docs.

import { execFile } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { testAppService, testAppWorkload } from '../../../src/measurement/lab/objects.ts';
import { planned } from '../../../src/measurement/lab/plan.ts';
import { specFor } from '../../../src/measurement/lab/rows.ts';
import type { VerifyResult } from '../../../src/measurement/verify/result.ts';
import type { JsonObject } from '../../../src/workload/json.ts';
import { helm, kubectl, must, needCluster } from '../../support/e2e/kubectl.ts';
import { image, type Pod, pullPolicy } from '../../support/e2e/release.ts';
import { temporaryFolder } from '../../support/pair.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const namespace = 'hitless-test-command';
const pods = ['--image', image, '--image-pull-policy', pullPolicy];
const settings = { namespace, image, imagePullPolicy: 'Never', startUpMs: 500, workMs: 5 } as const;

/** A Deployment with all of hitless in its manifest, and its Service. */
function web(name: string): readonly JsonObject[] {
  const service = testAppService(name, namespace);
  const plain = testAppWorkload(name, { fixes: '', title: '', drains: true, replicas: 2 }, settings);
  return [service, planned(plain, service, specFor('all', 4)) as unknown as JsonObject];
}

let url = '';

beforeAll(async () => {
  needCluster();
  await must(kubectl(['create', 'namespace', namespace]));
  for (const object of web('web')) await must(kubectl(['apply', '-f', '-'], JSON.stringify(object)));
  await must(kubectl(['rollout', 'status', 'deployment/web', '-n', namespace, '--timeout=60s']));
  const address = ['get', 'service', 'web', '-n', namespace, '-o', 'jsonpath={.spec.clusterIP}'];
  url = `http://${await must(kubectl(address))}/`;
}, 300_000);

afterAll(async () => {
  await helm(['uninstall', 'tested', '-n', namespace]);
  await kubectl(['delete', 'pods', '--all', '-n', namespace, '--grace-period=1', '--wait=false']);
  await kubectl(['delete', 'namespace', namespace, '--ignore-not-found', '--timeout=90s']);
}, 300_000);

function verify(
  ...args: readonly string[]
): Promise<{ readonly code: number; readonly out: string; readonly err: string }> {
  // Few, and patient: what counts here is not how fast the machine is.
  const all = [join(root, 'src/cli.ts'), 'verify', '--rate', '20', '--timeout', '15', ...args];
  return new Promise((resolve) => {
    const child = execFile(process.execPath, all, (_error, out, err) => {
      resolve({ code: child.exitCode ?? -1, out, err });
    });
  });
}

const restart = ['kubectl', 'rollout', 'restart', 'deployment/web', '-n', namespace];

async function restarted(...flags: readonly string[]): Promise<VerifyResult> {
  const { code, out, err } = await verify('deployment/web', '-n', namespace, '-o', 'json', ...flags, '--', ...restart);
  expect(err).toContain('deployment.apps/web restarted');
  const result = JSON.parse(out) as VerifyResult;
  const { lost, failures, causes } = result;
  expect({ code, lost, failures, causes }, err).toEqual({ code: 0, lost: 0, failures: [], causes: {} });
  return result;
}

it('kubectl rollout restart is measured until the rollout is over, which is long after the command', async () => {
  const { during, rollouts, from, target } = await restarted('--url', url);
  expect({ during, from, target }).toEqual({
    during: { command: `${restart.slice(0, 4).join(' ')} ...`, exitCode: 0, seconds: expect.any(Number) },
    from: 'here',
    target: { kind: 'Deployment', namespace, name: 'web' },
  });
  // New pods start, old ones sleep for 4 s.
  expect(rollouts[0]?.durationMs).toBeGreaterThan((during?.seconds ?? 0) * 1000 + 4000);
  expect(rollouts.map(({ ended }) => ended)).toEqual(['complete']);
}, 300_000);

/** Those that are not on their way out. */
async function loadPods(): Promise<readonly string[]> {
  const ours = ['-l', 'app.kubernetes.io/managed-by=hitless-verify', '-o', 'json'];
  const { items } = JSON.parse(await must(kubectl(['get', 'pods', '-n', namespace, ...ours])));
  const staying = (items as readonly Pod[]).filter(({ metadata }) => metadata.deletionTimestamp === undefined);
  return staying.map(({ metadata }) => metadata.name);
}

it('the same from a pod, which is gone afterwards', async () => {
  const { from, url: sentTo, sent } = await restarted(...pods, '--service', 'web:http');
  expect({ from, sentTo }).toEqual({ from: 'pod', sentTo: `${url.slice(0, -1)}:80/` });
  expect(sent).toBeGreaterThan(100);
  await expect.poll(loadPods).toEqual([]);
}, 300_000);

it('a command that leaves the workload alone says nothing about it, and one that fails says so', async () => {
  const idle = await verify('deployment/web', '-n', namespace, '--url', url, '--settle', '1', '--', 'true');
  expect(idle.code).toBe(2);
  expect(idle.out).toContain('did not change while the command ran');
  const missing = ['kubectl', 'get', 'deployment', 'no-such', '-n', namespace];
  const failed = await verify('--url', url, '--settle', '0', '--', ...missing);
  expect(failed.code).toBe(3);
  expect(failed.out).toContain('The command exited with code 1.');
}, 300_000);

it('an image that no node has ends it at once, in the words of the pod', async () => {
  const nowhere = ['--service', 'web:http', '--image', 'localhost/hitless:nowhere', '--image-pull-policy', 'Never'];
  const { code, err } = await verify('deployment/web', '-n', namespace, ...nowhere, '--', 'true');
  expect(code).toBe(2);
  expect(err).toMatch(/ErrImageNeverPull: .*localhost\/hitless:nowhere.*--image-pull-policy IfNotPresent/);
}, 300_000);

const exampleOf = (name: string) => readFile(join(root, 'docs/examples/verify', name), 'utf8');

it('the Job of the analysis example succeeds where nothing is lost', async () => {
  const text = (await exampleOf('analysis.yaml'))
    .replace('registry.example.com/hitless:0.1.0', image)
    .replace('{{args.url}}', url)
    .replace('--for, "60"', '--for, "2"');
  // What stands below `spec` of the metric's job is the spec of a Job, 10 deep.
  const [, spec = ''] = /\n {10}spec:\n([\s\S]*)$/.exec(text) ?? [];
  const job = `apiVersion: batch/v1\nkind: Job\nmetadata:\n  name: analysis\nspec:\n${spec.replaceAll(/^ {10}/gm, '')}`;
  await must(kubectl(['create', '-n', namespace, '-f', '-'], job));
  const done = ['wait', 'job/analysis', '-n', namespace, '--for=condition=Complete', '--timeout=60s'];
  await must(kubectl(done));
}, 300_000);

it('the helm test of the example restarts the Deployment of its release, and passes', async () => {
  const folder = await temporaryFolder();
  await mkdir(join(folder, 'templates/tests'), { recursive: true });
  await writeFile(join(folder, 'Chart.yaml'), 'apiVersion: v2\nname: tested\nversion: 0.1.0\n');
  const objects = web('tested').map((object) => JSON.stringify(object));
  await writeFile(join(folder, 'templates/web.yaml'), objects.join('\n---\n'));
  await writeFile(join(folder, 'templates/tests/verify.yaml'), await exampleOf('helm-test.yaml'));
  await must(helm(['install', 'tested', folder, '-n', namespace, '--wait', '--set', `verify.image=${image}`]));
  const address = ['get', 'service', 'tested', '-n', namespace, '-o', 'jsonpath={.spec.clusterIP}'];
  const own = `http://${await must(kubectl(address))}/`;
  await must(helm(['upgrade', 'tested', folder, '-n', namespace, '--reuse-values', '--set', `verify.url=${own}`]));
  const { code, out, err } = await helm(['test', 'tested', '-n', namespace, '--logs']);
  expect({ code, text: out + err }).toEqual({ code: 0, text: expect.stringMatching(/0 of [\d,]+ lost in 1 rollout/) });
}, 300_000);
