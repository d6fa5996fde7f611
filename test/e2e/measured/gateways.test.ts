// `hitless lab --through` on a real cluster: the 502s that people see behind nginx, gone with all of hitless and an application that
// drains; and that each program takes its configuration. The image of the proxies: image/gateways.Dockerfile.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { LabResult } from '../../../src/measurement/lab/result.ts';
import { deliveryIn } from '../../../src/measurement/report/by-way.ts';
import { image, pullPolicy } from '../../support/e2e/release.ts';
import { temporaryFolder } from '../../support/pair.ts';

const program = fileURLToPath(new URL('../../../src/cli.ts', import.meta.url));
const gatewayImage = process.env.HITLESS_GATEWAY_IMAGE ?? '';
// The address of a DNS server that the kubelets do not know: .ci/cluster-dns starts one.
const dns = process.env.HITLESS_GATEWAY_DNS ?? '';
const absent = gatewayImage === '' ? ' (skipped: HITLESS_GATEWAY_IMAGE is not set)' : '';

async function lab(...args: readonly string[]): Promise<{ readonly code: number; readonly result: LabResult }> {
  const json = join(await temporaryFolder(), 'lab.json');
  const images = ['--image', image, '--gateway-image', gatewayImage, '--image-pull-policy', pullPolicy];
  const usual = ['--replicas', '2', '--rollouts', '1', '--sleep', '5', '--no-webhook', '--json', json];
  const child = spawn(process.execPath, [program, 'lab', ...images, ...usual, ...args], { stdio: 'inherit' });
  const [code] = await once(child, 'exit');
  return { code, result: JSON.parse(readFileSync(json, 'utf8')) as LabResult };
}

describe.skipIf(absent !== '')(`a gateway${absent}`, () => {
  it('nginx answers 502 in a rollout with nothing fixed, and none with all of hitless and an application that drains', async () => {
    const { code, result } = await lab('--through', 'nginx', '--rows', 'nothing,all');
    expect(result.failures).toEqual([]);
    expect(code).toBe(0);
    const deliveries = result.rows.map((row) => [row.fixes, row.drains, deliveryIn(row)] as const);
    const [, , nothing] = deliveries.find(([fixes, drains]) => fixes === 'nothing' && !drains) ?? [];
    expect(nothing?.saw['502']).toBeGreaterThan(0);
    expect(Object.keys(nothing?.gateway?.why ?? {}).join()).toMatch(/502 could not connect/);
    const [, , all] = deliveries.find(([fixes, drains]) => fixes === 'all' && drains) ?? [];
    expect(all?.saw).toEqual({});
    // Each request is found in both logs.
    expect(all?.gateway?.logged).toBe(all?.asked);
    expect(all?.arrived).toBe(all?.asked);
  }, 600_000);

  it('every proxy takes each of its configurations', async () => {
    const ways = ['--through', 'nginx,haproxy,caddy', '--gateway-keep-alive', 'both', '--gateway-retries', '0,3'];
    const { result } = await lab(...ways, '--rows', 'all', '--application', 'drains');
    expect(result.failures).toEqual([]);
    expect(result.rows).toHaveLength(12);
    for (const row of result.rows) expect([row.title, row.lost]).toEqual([row.title, 0]);
  }, 1_200_000);

  it.skipIf(dns === '')(
    `no request is lost either where a proxy sends to pod addresses${dns === '' ? ' (skipped: HITLESS_GATEWAY_DNS is not set)' : ''}`,
    async () => {
      const ways = ['--through', 'nginx,haproxy,caddy', '--gateway-upstream', 'pods', '--gateway-keep-alive', 'both'];
      const { result } = await lab(...ways, '--gateway-dns', dns, '--rows', 'all', '--application', 'drains');
      expect(result.failures).toEqual([]);
      expect(result.rows.map(({ through, keepAlive }) => [through, keepAlive])).toEqual([
        ['nginx', false],
        ['haproxy', true],
        ['haproxy', false],
        ['caddy', true],
        ['caddy', false],
      ]);
      for (const row of result.rows) expect([row.title, row.lost]).toEqual([row.title, 0]);
    },
    900_000,
  );

  it.skipIf(dns === '')(
    'where the kubelets know no DNS server and none is given, rows of pod addresses say so at once',
    async () => {
      const ways = ['--through', 'nginx', '--gateway-upstream', 'both', '--rows', 'nothing', '--application', 'ends'];
      const { code, result } = await lab(...ways);
      expect(code).toBe(2);
      expect(result.rows.map(({ rollouts }) => rollouts.length)).toEqual([1, 0]);
      expect(result.failures).toEqual([expect.stringMatching(/to-pods.*names no cluster DNS, .*--gateway-dns/)]);
    },
    600_000,
  );

  it('a proxy that drains loses less in its own rollout than one that exits at once', async () => {
    const { result } = await lab(
      '--through',
      'nginx',
      '--roll',
      'gateway',
      '--gateway-replicas',
      '2',
      '--rows',
      'nothing,all',
    );
    expect(result.failures).toEqual([]);
    const lost = (fixes: string, drains: boolean) =>
      result.rows.find((row) => row.fixes === fixes && row.drains === drains)?.lost ?? Number.NaN;
    expect(lost('nothing', false)).toBeGreaterThan(0);
    expect(lost('all', true)).toBeLessThan(lost('nothing', false));
  }, 600_000);
});
