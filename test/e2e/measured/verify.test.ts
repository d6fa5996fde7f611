// `hitless verify` on a Deployment that the installed webhook patched, and on the same one without it.

import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { testAppService, testAppWorkload } from '../../../src/measurement/lab/objects.ts';
import { kubectl, must } from '../../support/e2e/kubectl.ts';
import { image, install, remove } from '../../support/e2e/release.ts';

const program = fileURLToPath(new URL('../../../src/cli.ts', import.meta.url));
const kept = 'hitless-test-verified';
const bare = 'hitless-test-unverified';

beforeAll(() => install(), 180_000);
afterAll(() => remove(kept, bare), 180_000);

/** A Deployment of two pods in a new namespace; gives the address of its Service. */
async function open(namespace: string, drains: boolean): Promise<string> {
  const settings = { namespace, image, imagePullPolicy: 'Never', startUpMs: 500, workMs: 5 } as const;
  const row = { fixes: '', title: '', drains, replicas: 2 };
  await must(kubectl(['apply', '-f', '-'], JSON.stringify(testAppService('web', namespace))));
  // The webhook hears of the Service by a watch.
  await new Promise((resolve) => setTimeout(resolve, 1000));
  await must(kubectl(['apply', '-f', '-'], JSON.stringify(testAppWorkload('web', row, settings))));
  await must(kubectl(['rollout', 'status', 'deployment/web', '-n', namespace, '--timeout=60s']));
  const address = ['get', 'service', 'web', '-n', namespace, '-o', 'jsonpath={.spec.clusterIP}'];
  return `http://${await must(kubectl(address))}/`;
}

function verify(namespace: string, url: string): Promise<{ readonly code: number; readonly text: string }> {
  // Few, and patient: a machine that stalls for seconds loses no request by that.
  const load = ['--rate', '20', '--timeout', '15'];
  const args = [program, 'verify', 'deployment/web', '-n', namespace, '--url', url, '--restart', '--yes', ...load];
  return new Promise((resolve) => {
    const child = execFile(process.execPath, args, (_error, out, err) => {
      resolve({ code: child.exitCode ?? -1, text: out + err });
    });
  });
}

it('loses nothing where the webhook patched and the application drains', async () => {
  await must(kubectl(['create', 'namespace', kept]));
  await must(kubectl(['label', 'namespace', kept, 'hitless.dev/mode=enforce']));
  const { code, text } = await verify(kept, await open(kept, true));
  expect(text).toMatch(/: 0 of [\d,]+ lost/);
  expect(code).toBe(0);
}, 180_000);

it('counts, explains and advises where nothing was patched', async () => {
  await must(kubectl(['create', 'namespace', bare]));
  const { code, text } = await verify(bare, await open(bare, false));
  expect(code).toBe(1);
  expect(text).toMatch(/preStop sleep|readinessProbe/);
}, 180_000);
