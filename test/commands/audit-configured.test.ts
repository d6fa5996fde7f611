// What `hitless audit` takes from a configuration, found or named.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it, vi } from 'vitest';
import type { JsonObject } from '../../src/workload/json.ts';
import { create } from '../support/api-server.ts';
import { writeFiles } from '../support/files.ts';
import { kubeconfig } from '../support/kubeconfig.ts';
import { apiServer, cluster, deployments } from '../support/live-command.ts';
import { temporaryFolder } from '../support/pair.ts';

vi.setConfig({ testTimeout: 60_000 });

function stored(name: string): JsonObject {
  const labels = { app: name };
  const containers = [{ name: 'main', image: 'web:1', ports: [{ containerPort: 8080 }] }];
  const metadata = { name, namespace: 'shop', labels, resourceVersion: '1', managedFields: [] };
  const template = { metadata: { labels }, spec: { containers } };
  return create({ metadata, spec: { replicas: 2, selector: { matchLabels: labels }, template } }) as never;
}

const configuration = (until = '') => `policies: nowhere
outputs: [sarif]
ignores:
  - { kind: Deployment, namespace: shop, name: 'api*', rule: pre-stop-sleep, reason: it ends at once${until} }
`;

const cli = fileURLToPath(new URL('../../src/cli.ts', import.meta.url));

/** In a folder with this configuration, or in another one. */
async function audit(text: string, flags: readonly string[] = [], elsewhere?: string) {
  const folder = await temporaryFolder();
  writeFiles(folder, { '.hitless.yaml': text });
  const listed = [stored('api-1'), stored('web')];
  const file = await kubeconfig({ here: await apiServer(cluster({ [deployments]: listed })) });
  const named = flags.map((flag) => (flag === 'FILE' ? join(folder, '.hitless.yaml') : flag));
  const told = { code: 0, out: '', err: '' };
  const child = spawn(process.execPath, [cli, 'audit', '--kubeconfig', file, ...named], { cwd: elsewhere ?? folder });
  child.stdout.on('data', (chunk) => {
    told.out += chunk;
  });
  child.stderr.on('data', (chunk) => {
    told.err += chunk;
  });
  const [code] = await once(child, 'close');
  return { ...told, code };
}

const ignoredIn = (out: string) =>
  JSON.parse(out).ignored.map(({ object, rule, ignored }: Record<'object' | 'ignored' | 'rule', JsonObject>) => [
    object.name,
    rule,
    ignored.by,
    ignored.reason,
  ]);

it('takes the ignores of the one that is found, and neither its policies nor its outputs', async () => {
  const { code, out, err } = await audit(configuration(), ['--output', 'json']);
  expect({ code, err }).toEqual({ code: 1, err: '' });
  expect(ignoredIn(out)).toEqual([['api-1', 'pre-stop-sleep', 'configuration', 'it ends at once']]);
  expect((await audit(configuration())).out).toContain('1 ignored');
});

it('takes that of --config, and none with --no-config', async () => {
  expect(ignoredIn((await audit(configuration(), ['--config', 'FILE', '-o', 'json'], '/')).out)).toHaveLength(1);
  expect(ignoredIn((await audit(configuration(), ['--no-config', '-o', 'json'])).out)).toEqual([]);
});

it('takes failOn, and --fail-on in its place', async () => {
  expect(await audit('failOn: never')).toMatchObject({ code: 0 });
  expect(await audit('failOn: never', ['--fail-on', 'warning'])).toMatchObject({ code: 1 });
});

it('says that an entry is over, and reports mistakes with exit code 2', async () => {
  const { out, err } = await audit(configuration(', until: 2020-01-01'), ['-o', 'json']);
  expect(ignoredIn(out)).toEqual([]);
  expect(err).toMatch(/^hitless audit: the entry of ignores at .*\.hitless\.yaml:4.* ended on 2020-01-01: /);
  const wrong = await audit('failOnn: never');
  expect(wrong).toMatchObject({ code: 2, out: '' });
  expect(wrong.err).toContain('did you mean failOn?');
});

it('has no part in what a policy on trial changes where the rule is ignored in both', async () => {
  const folder = await temporaryFolder();
  const policy =
    'apiVersion: hitless.dev/v1alpha1\nkind: ClusterRolloutPolicy\nmetadata: { name: a }\nspec: { preStopSleep: { seconds: 20 } }\n';
  writeFiles(folder, { 'a.yaml': policy });
  const { out } = await audit(configuration(), ['--policy', join(folder, 'a.yaml'), '-o', 'json']);
  const { workloads } = JSON.parse(out).trial;
  expect(workloads.map(({ object }: { object: { name: string } }) => object.name)).toEqual(['web']);
});
