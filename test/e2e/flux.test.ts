// Flux's own kustomize-controller applies workloads to a real API server again and again, and hitless is asked each time: nothing changes,
// so no generation rises. The test plays source-controller. HITLESS_TEST_LONG makes it ten minutes.

import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { crd } from '../../scripts/crds.ts';
import { established, kubectl, must } from '../support/e2e/kubectl.ts';
import { type LocalWebhook, startWebhook } from '../support/e2e/local-webhook.ts';
import { isLong } from '../support/e2e/long.ts';
import { until } from '../support/e2e/release.ts';
import { writeFiles } from '../support/files.ts';
import { noRolloutDefinition, rolloutDefinitionText } from '../support/rollout-definition.ts';

// biome-ignore lint/suspicious/noExplicitAny: JSON of any shape
type Any = any;

const skipped = process.env.HITLESS_KUSTOMIZE_CONTROLLER === undefined;
const why = skipped ? ' (skipped: HITLESS_KUSTOMIZE_CONTROLLER is not set, see .ci/controller)' : '';
const namespace = `hitless-flux-${process.pid}`;
const minutes = isLong ? 10 : 0;
/** How often each object is applied at least, after each commit. */
const applies = 6;
const interval = '5s';

const labels = { app: 'web' };
const template = (image: string, more: object = {}) => ({
  metadata: { labels },
  spec: { containers: [{ name: 'web', image, ports: [{ containerPort: 8080 }] }], ...more },
});
const apps = 'apps/v1';
const selector = { matchLabels: labels };
const metadata = (name: string) => ({ name, namespace });

const hasRollouts = noRolloutDefinition === '';
// No pod runs here. Where a rollout has hung for that long, hitless takes its strategy back, as another test shows.
const hangs = { progressDeadlineSeconds: 7200 };

/** One of each kind that hitless patches, Rollouts where their definition is there, and a Deployment whose grace period is raised. */
const workloads = (image: string) => [
  {
    apiVersion: apps,
    kind: 'Deployment',
    metadata: metadata('web'),
    spec: { replicas: 4, selector, template: template(image), ...hangs },
  },
  {
    apiVersion: apps,
    kind: 'Deployment',
    metadata: metadata('raised'),
    spec: { replicas: 4, selector, template: template(image, { terminationGracePeriodSeconds: 20 }), ...hangs },
  },
  {
    apiVersion: apps,
    kind: 'StatefulSet',
    metadata: metadata('store'),
    spec: { replicas: 2, selector, serviceName: 'web', template: template(image) },
  },
  { apiVersion: apps, kind: 'DaemonSet', metadata: metadata('agent'), spec: { selector, template: template(image) } },
  ...(hasRollouts ? [rolloutOf(image)] : []),
];
const builtIn = ['deployment/web', 'deployment/raised', 'statefulset/store', 'daemonset/agent'];
const names = hasRollouts ? [...builtIn, 'rollout/canary'] : builtIn;

const rolloutOf = (image: string) => ({
  apiVersion: 'argoproj.io/v1alpha1',
  kind: 'Rollout',
  metadata: metadata('canary'),
  spec: { replicas: 4, selector, strategy: { canary: {} }, template: template(image) },
});

const policyCrds = ['rolloutpolicies.hitless.dev', 'clusterrolloutpolicies.hitless.dev'];
const crds = hasRollouts ? [...policyCrds, 'rollouts.argoproj.io'] : policyCrds;

const service = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: metadata('web'),
  spec: { selector: labels, ports: [{ port: 80, targetPort: 8080 }] },
};
const policy = {
  apiVersion: 'hitless.dev/v1alpha1',
  kind: 'RolloutPolicy',
  metadata: metadata('default'),
  spec: {
    kinds: ['Deployment', 'StatefulSet', 'DaemonSet', 'Rollout'],
    terminationGracePeriod: { action: 'enforce' },
  },
};

describe.skipIf(skipped)(`Flux${why}`, () => {
  const folder = mkdtempSync(join(tmpdir(), 'hitless-flux-'));
  let webhook: LocalWebhook;
  let artifacts: Server;

  beforeAll(async () => {
    const definitions = [crd('RolloutPolicy'), crd('ClusterRolloutPolicy')].map((one) => JSON.stringify(one));
    await must(
      kubectl(
        ['apply', '--server-side', '-f', '-'],
        [...definitions, ...(hasRollouts ? [rolloutDefinitionText()] : [])].join('\n---\n'),
      ),
    );
    await established(...crds);
    webhook = await startWebhook(namespace, { [namespace]: 'enforce' });
    artifacts = createServer((_, answer) => answer.end(archive)).listen(0, '127.0.0.1');
    await must(kubectl(['create', '-f', '-'], documents([policy, service])));
    await until(async () => await decidesByThePolicy());
  }, 120_000);

  afterAll(async () => {
    await kubectl(['delete', 'kustomization', 'web', '-n', namespace, '--timeout=30s']);
    await webhook.end();
    artifacts.close();
    rmSync(folder, { recursive: true });
    await kubectl(['delete', 'crd', ...crds, '--wait=false']);
  }, 120_000);

  let archive = Buffer.of();

  /** What source-controller does with a commit. */
  async function publish(image: string): Promise<void> {
    const { port } = artifacts.address() as AddressInfo;
    writeFiles(folder, { 'source/all.yaml': documents(workloads(image)) });
    archive = execFileSync('tar', ['-cz', '-C', join(folder, 'source'), '.']);
    const artifact = {
      url: `http://127.0.0.1:${port}/web.tar.gz`,
      path: 'web.tar.gz',
      revision: `main@sha1:${createHash('sha1').update(image).digest('hex')}`,
      digest: `sha256:${createHash('sha256').update(archive).digest('hex')}`,
      lastUpdateTime: new Date().toISOString(),
      size: archive.length,
    };
    const status = JSON.stringify({ status: { artifact } });
    await must(
      kubectl(['patch', 'gitrepository', 'web', '-n', namespace, '--subresource=status', '--type=merge', '-p', status]),
    );
  }

  /** The policy has reached the webhook when it raises a grace period. */
  async function decidesByThePolicy(): Promise<boolean> {
    const [, raised] = workloads('app:1');
    const dry = await must(kubectl(['create', '--dry-run=server', '-o', 'json', '-f', '-'], JSON.stringify(raised)));
    return JSON.parse(dry).spec.template.spec.terminationGracePeriodSeconds > 20;
  }

  const stored = async () => {
    const { items } = JSON.parse(await must(kubectl(['get', ...names, '-n', namespace, '-o', 'json'])));
    return items as readonly Any[];
  };
  const generations = async () => (await stored()).map(({ metadata }) => metadata.generation);
  const callsOf = (name: string) => webhook.callsFor(namespace, name.replace(/.*\//, '')).length;

  /** Until each object was applied so often again, and for so many minutes. */
  async function watchApplies(): Promise<number> {
    const before = names.map(callsOf);
    const made = () => Math.min(...names.map((name, index) => callsOf(name) - (before[index] as number)));
    await until(async () => made() >= applies, 120_000);
    await pause(minutes * 60_000);
    return made();
  }

  it(
    'applies what hitless patched again and again, and no generation rises',
    async () => {
      const spec = { interval, url: 'https://example.com/web.git' };
      const repository = {
        apiVersion: 'source.toolkit.fluxcd.io/v1',
        kind: 'GitRepository',
        metadata: metadata('web'),
        spec,
      };
      const kustomization = {
        apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
        kind: 'Kustomization',
        metadata: metadata('web'),
        spec: { interval, path: './', prune: true, sourceRef: { kind: 'GitRepository', name: 'web' } },
      };
      await must(kubectl(['create', '-f', '-'], documents([repository, kustomization])));
      await publish('app:1');
      await until(async () => names.every((name) => callsOf(name) > 0), 60_000);
      const first = await stored();
      for (const { metadata, spec } of first) {
        expect(metadata.annotations['hitless.dev/injected']).toBeDefined();
        expect(spec.template.spec.containers[0].lifecycle.preStop.sleep.seconds).toBeGreaterThan(0);
      }
      expect(first[1]?.spec.template.spec.terminationGracePeriodSeconds).toBeGreaterThan(20);
      const began = await generations();
      const made = await watchApplies();
      console.log(`${made} applies of each object in ${minutes} minutes or more, generations ${began.join(', ')}`);
      expect(await generations()).toEqual(began);
      expect((await stored()).map(({ spec }) => spec)).toEqual(first.map(({ spec }) => spec));
    },
    (minutes + 4) * 60_000,
  );

  it(
    'applies the next commit, and only that raises the generation',
    async () => {
      const before = await generations();
      await publish('app:2');
      const next = before.map((generation) => generation + 1);
      await until(async () => JSON.stringify(await generations()) === JSON.stringify(next));
      await watchApplies();
      expect(await generations()).toEqual(next);
      for (const { spec } of await stored()) {
        const [web] = spec.template.spec.containers;
        expect(web).toMatchObject({ image: 'app:2', lifecycle: { preStop: { sleep: {} } } });
      }
    },
    (minutes + 4) * 60_000,
  );
});

function documents(objects: readonly object[]): string {
  return objects.map((object) => JSON.stringify(object)).join('\n---\n');
}
