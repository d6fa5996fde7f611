// A proxy that sends to pod addresses: the Service that names the pods, and the DNS server, which its pod reads from its resolv.conf.

import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { gatewayObjects } from '../../../../src/measurement/lab/gateways/objects.ts';
import type { PodSettings } from '../../../../src/measurement/lab/objects.ts';
import { requireNoRefusal } from '../../../../src/measurement/lab/pod-trouble.ts';
import type { LabRow } from '../../../../src/measurement/lab/result.ts';
import type { JsonObject } from '../../../../src/workload/json.ts';
import { getAt } from '../../../../src/workload/path.ts';
import { temporaryFolder } from '../../../support/pair.ts';

const row: LabRow = { fixes: 'nothing', title: '', drains: true, replicas: 2, through: 'nginx', keepAlive: false };
const settings: PodSettings = {
  namespace: 'lab',
  image: 'hitless:1',
  imagePullPolicy: 'Never',
  startUpMs: 0,
  workMs: 0,
};
const place = { name: 'lab-0-gateway', app: 'lab-0', host: '10.96.0.7' };

function objects(changes: Partial<LabRow> = {}, pods: PodSettings = settings) {
  const toPods: LabRow = { ...row, upstream: 'pods', ...changes };
  return gatewayObjects('nginx', toPods, { ...place, pods });
}

/** What the container does where its pod has this resolv.conf; nginx is a program that shows its configuration. */
async function started(resolvConf: string, changes: Partial<LabRow> = {}) {
  const folder = await temporaryFolder();
  const at = (name: string) => join(folder, name);
  writeFileSync(at('resolv.conf'), resolvConf);
  writeFileSync(at('nginx'), '#!/bin/sh\ncat "$4"\n');
  chmodSync(at('nginx'), 0o755);
  const { workload } = objects(changes);
  const container = 'spec.template.spec.containers[gateway]';
  const [, , script = ''] = getAt(workload, `${container}.command`) as readonly string[];
  const [config] = getAt(workload, `${container}.env`) as readonly { readonly value: string }[];
  const own = script
    .replace('/etc/resolv.conf', at('resolv.conf'))
    .replace('/dev/termination-log', at('message'))
    .replaceAll('/tmp/gateway.conf', at('gateway.conf'));
  const env = { PATH: `${folder}:${process.env.PATH}`, GATEWAY_CONFIG: config?.value };
  const { status, stdout, stderr } = spawnSync('sh', ['-c', own], { env, encoding: 'utf8' });
  const message = existsSync(at('message')) ? readFileSync(at('message'), 'utf8') : '';
  return { status, stdout, stderr, message };
}

it('has a headless Service beside its own, and none where it sends to the Service', () => {
  const { headless } = objects();
  expect(headless?.metadata).toMatchObject({ name: 'lab-0-pods', namespace: 'lab' });
  expect(headless?.spec).toMatchObject({ clusterIP: 'None', selector: { app: 'lab-0' }, ports: [{ port: 8080 }] });
  const usual = gatewayObjects('nginx', row, { ...place, pods: settings });
  expect(usual).not.toHaveProperty('headless');
  expect(getAt(usual.workload, 'spec.template.spec.dnsPolicy')).toBeUndefined();
});

it.each([
  ['as the kubelet writes it', 'search lab.svc.cluster.local svc.cluster.local cluster.local\nnameserver 10.96.0.10\n'],
  ['with servers of the node behind it', 'nameserver 10.96.0.10\nnameserver 8.8.8.8\nsearch lab.svc.cluster.local\n'],
])('asks the server of resolv.conf, %s', async (_, resolvConf) => {
  const { status, stdout, stderr } = await started(`# of the kubelet\n${resolvConf}options ndots:5\n`);
  expect([status, stderr]).toEqual([0, '']);
  expect(stdout).toContain('resolver 10.96.0.10:53 valid=1s;');
  expect(stdout).toContain('set $upstream lab-0-pods.lab.svc.cluster.local;');
  expect(stdout).not.toMatch(/DNS_SERVER|CLUSTER_DOMAIN/);
});

it('knows a cluster of another domain, and a server of IPv6', async () => {
  const { stdout } = await started('search lab.svc.k8s.example.com\nnameserver fd00::a\n');
  expect(stdout).toContain('resolver [fd00::a]:53 valid=1s;');
  expect(stdout).toContain('lab-0-pods.lab.svc.k8s.example.com;');
});

it('is started in the same way where it is rolled and drains', async () => {
  const { stdout, stderr } = await started('search lab.svc.cluster.local\nnameserver 10.96.0.10\n', {
    rolls: 'gateway',
  });
  expect(stderr).toBe('');
  expect(stdout).toContain('resolver 10.96.0.10:53 valid=1s;');
});

it.each([
  ['that of its node', 'search example.com\nnameserver 192.0.2.1\n'],
  ['empty', ''],
  ['of another namespace', 'search shop.svc.cluster.local\nnameserver 10.96.0.10\n'],
  ['without a server', 'search lab.svc.cluster.local\n'],
])('refuses to start where its resolv.conf is %s, in a sentence that ends the measurement', async (_, resolvConf) => {
  const { status, stdout, message } = await started(resolvConf);
  expect(stdout).toBe('');
  expect(message).toMatch(/^the resolv\.conf of this pod names no cluster DNS, .* --gateway-dns/);
  const terminated = { exitCode: status, message };
  const podIn = (states: JsonObject): JsonObject => ({
    metadata: { name: 'g-1' },
    status: { containerStatuses: [states] },
  });
  for (const states of [{ state: { terminated } }, { state: { waiting: {} }, lastState: { terminated } }])
    expect(() => requireNoRefusal([podIn(states)])).toThrow(`g-1: ${message}`);
  expect(() => requireNoRefusal([podIn({ state: { terminated: { exitCode: 1 } } })])).not.toThrow();
});

it('asks the server that is given, whatever the kubelet knows', () => {
  const gatewayDns = { address: '10.96.0.53', domain: 'cluster.local' };
  const { workload } = objects({}, { ...settings, gatewayDns });
  expect(getAt(workload, 'spec.template.spec.dnsPolicy')).toBe('None');
  expect(getAt(workload, 'spec.template.spec.dnsConfig')).toEqual({
    nameservers: ['10.96.0.53'],
    searches: ['lab.svc.cluster.local'],
  });
});
