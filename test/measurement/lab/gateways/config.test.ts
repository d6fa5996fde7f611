// How the proxies are configured. That the programs accept it: programs.test.ts.

import { expect, it } from 'vitest';
import type { GatewaySettings } from '../../../../src/measurement/lab/gateways/gateway.ts';
import { gateways } from '../../../../src/measurement/lab/gateways/gateways.ts';
import { gatewayNames } from '../../../../src/measurement/lab/gateways/names.ts';
import { gatewayObjects } from '../../../../src/measurement/lab/gateways/objects.ts';
import type { LabRow } from '../../../../src/measurement/lab/result.ts';
import { getAt } from '../../../../src/workload/path.ts';

const settings: GatewaySettings = { listen: '8080', upstream: '10.96.0.7:80', keepAlive: true };
const toPods = { name: 'lab-0-pods.lab.svc.cluster.local', port: 8080, dns: '10.96.0.10:53' };
const ipv6 = { listen: '[::]:8080', upstream: '[fd00::7]:80' };

it.each(
  gatewayNames.flatMap((name) => [
    [name, 'usual', {}] as const,
    [name, 'without-keep-alive', { keepAlive: false }] as const,
    [name, '3-retries', { retries: 3 }] as const,
    [name, 'no-retries-ipv6', { retries: 0, ...ipv6 }] as const,
    [name, 'pods', { upstream: toPods }] as const,
    [name, 'pods-without-keep-alive', { upstream: toPods, keepAlive: false }] as const,
    [name, 'pods-3-retries', { upstream: toPods, retries: 3 }] as const,
    [name, 'pods-ipv6', { ...ipv6, upstream: { ...toPods, dns: '[fd00::a]:53' } }] as const,
  ]),
)('%s, %s', async (name, file, changes) => {
  const config = gateways[name].config({ ...settings, ...changes });
  await expect(config).toMatchFileSnapshot(`configs/${name}-${file}.txt`);
});

const pods = { namespace: 'lab', image: 'hitless:1', imagePullPolicy: 'Never', startUpMs: 0, workMs: 0 } as const;
const place = { name: 'front', app: 'lab-0', pods, host: '10.96.0.7' };
const row: LabRow = { fixes: 'nothing', title: '', drains: true, replicas: 2, through: 'nginx', keepAlive: true };

function scriptOf(changes: Partial<LabRow>): string {
  const { through = 'nginx' } = changes;
  const { workload } = gatewayObjects(through, { ...row, ...changes }, place);
  return `${getAt(workload, 'spec.template.spec.containers[gateway].command')}`;
}

it.each([
  ['nginx', 'QUIT', 'TERM'],
  ['haproxy', 'USR1', 'TERM'],
  ['caddy', 'TERM', 'QUIT'],
] as const)('%s gets SIG%s to drain and SIG%s to exit at once, where it is rolled', (through, drains, ends) => {
  expect(scriptOf({ through })).not.toContain('trap');
  expect(scriptOf({ through, rolls: 'gateway' })).toContain(`trap 'kill -${drains} $program' TERM`);
  expect(scriptOf({ through, rolls: 'gateway', drains: false })).toContain(`trap 'kill -${ends} $program' TERM`);
});

it('the Deployment of a proxy is what people write: nothing in it prevents a loss', () => {
  const { workload } = gatewayObjects('nginx', { ...row, proxies: 2 }, place);
  expect(getAt(workload, 'spec.replicas')).toBe(2);
  for (const field of ['readinessProbe', 'lifecycle'])
    expect(getAt(workload, `spec.template.spec.containers[gateway].${field}`)).toBeUndefined();
  expect(getAt(workload, 'spec.strategy')).toBeUndefined();
});
