// `hitless lab --data-plane` on a real node with a real kube-proxy: the rules that it has, next to what the pods accepted.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { LabResult } from '../../../src/measurement/lab/result.ts';
import { kubectl, must, needCluster } from '../../support/e2e/kubectl.ts';
import { isLong, leftOut } from '../../support/e2e/long.ts';
import { image, pullPolicy } from '../../support/e2e/release.ts';
import { temporaryFolder } from '../../support/pair.ts';

const program = fileURLToPath(new URL('../../../src/cli.ts', import.meta.url));
/** hitless with nft and iptables: image/data-plane. */
const recorder = process.env.HITLESS_DATA_PLANE_IMAGE ?? 'localhost/hitless-data-plane:test';
const flags = ['--image', image, '--image-pull-policy', pullPolicy, '--data-plane-image', recorder, '--no-webhook'];

async function lab(...args: readonly string[]) {
  const child = spawn(process.execPath, [program, 'lab', ...flags, '--namespace', namespace, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => (text += data));
  await once(child, 'close');
  return { code: child.exitCode, text };
}

const namespace = 'hitless-test-data-plane';
const left = () => must(kubectl(['get', 'namespace', namespace, '--ignore-not-found', '-o', 'name']));

const policy = 'hitless-test-no-host-network';
const documents = [
  {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'ValidatingAdmissionPolicy',
    metadata: { name: policy },
    spec: {
      failurePolicy: 'Fail',
      matchConstraints: {
        namespaceSelector: { matchLabels: { 'app.kubernetes.io/managed-by': 'hitless-lab' } },
        resourceRules: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['pods'] }],
      },
      validations: [
        {
          expression: '!has(object.spec.hostNetwork) || !object.spec.hostNetwork',
          message: 'no pod has the network of its node',
        },
      ],
    },
  },
  {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'ValidatingAdmissionPolicyBinding',
    metadata: { name: policy },
    spec: { policyName: policy, validationActions: ['Deny'] },
  },
];

const refuse = () => kubectl(['apply', '-f', '-'], documents.map((one) => JSON.stringify(one)).join('\n---\n'));
const admit = () =>
  kubectl(['delete', 'validatingadmissionpolicybinding,validatingadmissionpolicy', policy, '--ignore-not-found']);

beforeAll(needCluster);
afterAll(async () => void (await admit()));

it.runIf(isLong)(
  `every terminating pod has its lag by parts, and no new connection after its last rule${leftOut}`,
  async () => {
    const folder = await temporaryFolder();
    const [json, report] = [join(folder, 'lab.json'), join(folder, 'lab.html')];
    const rows = ['--rows', 'only/readiness-probe,all', '--application', 'ends', '--replicas', '2', '--rollouts', '2'];
    const { code, text } = await lab('--data-plane', ...rows, '--sleep', '5', '--json', json, '--report', report);
    process.stdout.write(`${text}\n`);
    const { failures, lagParts, timelines } = JSON.parse(readFileSync(json, 'utf8')) as LabResult;
    expect([failures, code]).toEqual([[], 0]);
    const pods = lagParts?.pods ?? [];
    expect(pods).toHaveLength(8);
    expect(lagParts?.mode).toBe(process.env.PROXY_MODE ?? 'nftables');
    for (const { sliceMs = Number.NaN, ruleMs = Number.NaN } of pods) {
      // Each may be seen a little late: pods and slices are watched by connections of their own.
      expect(ruleMs).toBeGreaterThan(sliceMs - 100);
      expect(ruleMs).toBeGreaterThan(0);
    }
    // Those that sleep listen when the rule goes; of the others, most do not any more.
    const { arrival, unheard } = lagParts?.parts ?? {};
    expect((arrival?.pods ?? 0) + (unheard?.pods ?? 0)).toBe(8);
    expect(arrival?.pods).toBeGreaterThanOrEqual(4);
    // A connection is accepted as soon as the busy pod's turn comes.
    expect(arrival?.max).toBeLessThan(1000);
    const routes = timelines.flatMap(({ measurement }) => measurement.routes ?? []);
    expect(routes.filter(({ toMs }) => toMs !== undefined)).toHaveLength(2);
    expect(readFileSync(report, 'utf8')).toContain('rules of the node lead here');
    expect(await left()).toBe('');
  },
  900_000,
);

it.runIf(isLong)(
  `a cluster that refuses the pod is told of in a sentence, and the namespace goes${leftOut}`,
  async () => {
    expect((await refuse()).code).toBe(0);
    const probe = 'hitless-test-data-plane-probe';
    await must(kubectl(['create', 'namespace', probe]));
    await must(kubectl(['label', 'namespace', probe, 'app.kubernetes.io/managed-by=hitless-lab']));
    const pod = JSON.stringify({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'probe', namespace: probe },
      spec: { hostNetwork: true, containers: [{ name: 'one', image }] },
    });
    // A policy takes a moment until it is enforced.
    await expect
      .poll(async () => (await kubectl(['create', '--dry-run=server', '-f', '-'], pod)).err, { timeout: 60_000 })
      .toContain('no pod has the network of its node');
    await must(kubectl(['delete', 'namespace', probe]));
    const { code, text } = await lab('--data-plane', '--rows', 'nothing', '--replicas', '1', '--rollouts', '1');
    await admit();
    expect(code).toBe(2);
    expect(text).toMatch(
      /--data-plane: this cluster refuses the pod .* hostNetwork, NET_ADMIN .*no pod has the network of its/,
    );
    expect(text).not.toContain('[1/2');
    expect(await left()).toBe('');
  },
  300_000,
);
