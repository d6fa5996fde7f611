// `node bench/many-clusters.ts`: what `hitless audit --contexts` costs for many clusters: time, CPU and peak memory. API servers of a few lines,
// in a process of their own, answer at once. Linux only. Builds nothing: run `npm run prepare` before.
//
// Usage: node bench/many-clusters.ts [CLUSTERS] [DEPLOYMENTS]

import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { aligned } from '../src/terminal/table.ts';
import { costOf } from './manifests/measure.ts';
import type { ManyClusters } from './many-clusters/servers.ts';

const [clusters = 100, deployments = 50] = process.argv.slice(2).map(Number);
const hitless = fileURLToPath(new URL('../dist/cli.js', import.meta.url));

function kubeconfigOf(servers: Readonly<Record<string, string>>): string {
  const names = Object.keys(servers);
  return JSON.stringify({
    clusters: names.map((name) => ({ name, cluster: { server: servers[name], 'insecure-skip-tls-verify': true } })),
    users: [{ name: 'me', user: { token: 'mine' } }],
    contexts: names.map((name) => ({ name, context: { cluster: name, user: 'me' } })),
  });
}

const folder = mkdtempSync(join(tmpdir(), 'hitless-bench-'));
const servers = fork(new URL('./many-clusters/servers.ts', import.meta.url));
try {
  servers.send({ clusters, deployments } satisfies ManyClusters);
  const [urls] = await once(servers, 'message');
  const kubeconfig = join(folder, 'config');
  writeFileSync(kubeconfig, kubeconfigOf(urls));
  const rows: string[][] = [];
  const measure = async (pattern: string, parallel: number, format: string) => {
    const flags = ['--contexts', pattern, '--parallel', `${parallel}`, '--output', `${format}=${join(folder, 'out')}`];
    const args = [hitless, 'audit', '--kubeconfig', kubeconfig, '--no-config', '--quiet', ...flags];
    const { wallSeconds, cpuSeconds, peakMebibytes, code } = await costOf(process.execPath, args);
    const numbers = [wallSeconds.toFixed(1), cpuSeconds.toFixed(1), peakMebibytes.toFixed(0), `${code}`];
    rows.push([pattern, `${parallel}`, format, ...numbers]);
  };
  await measure('cluster-1', 1, 'json');
  for (const parallel of [1, 4, 16]) await measure('*', parallel, 'json');
  await measure('*', 4, 'text');
  const head = ['contexts', 'parallel', 'output', 'wall s', 'CPU s', 'peak MiB', 'exit'];
  console.log(aligned([head, ...rows]).join('\n'));
} finally {
  servers.kill();
  rmSync(folder, { recursive: true });
}
