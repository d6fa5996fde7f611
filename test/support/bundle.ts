// A cluster whose bundle is made, and what is in an archive, read by the program tar.

import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Answers } from './answering-api-server.ts';
import { type Any, type Authority, healthy, home, paths, pod } from './installed-cluster.ts';
import { temporaryFolder } from './pair.ts';

export const logPath = (name: string) => `${paths.pods}/${name}/log`;
export const metricsPath = (name: string, port = 8080) => `${paths.pods}/${name}:${port}/proxy/metrics`;
export const eventsPath = `/api/v1/namespaces/${home}/events`;
export const budgetPath = `/apis/policy/v1/namespaces/${home}/poddisruptionbudgets/hitless`;

/** With one container that runs hitless, and a sidecar. */
export function servingPod(name: string, changes: Any = {}): Any {
  const found = pod(name, changes);
  const containers = [
    { name: 'webhook', image: 'hitless:0.1.0', args: ['serve', '--cluster', '--plain-listen=:8080'] },
    { name: 'proxy', image: 'registry.example.com/mesh/proxy:1', args: ['proxy'] },
  ];
  return { ...found, spec: { containers } };
}

export const review = {
  level: 'info',
  time: '2026-11-30T12:00:00.000Z',
  uid: '0a1b2c3d-0000-4000-8000-00000000000f',
  kind: 'Deployment',
  namespace: 'shop',
  name: 'web',
  operation: 'CREATE',
  mode: 'enforce',
  decision: 'patched',
  reason: 'patched by pre-stop-sleep',
  rules: 'pre-stop-sleep',
  milliseconds: 1.5,
  message: 'admission review',
};

export const logOf = (...lines: readonly unknown[]) =>
  lines.map((line) => `${typeof line === 'string' ? line : JSON.stringify(line)}\n`).join('');

export function collectable(authority: Authority, changes: Answers = {}): Answers {
  const metrics = `# HELP hitless_requests_total calls
hitless_requests_total{mode="enforce",decision="patched",kind="Deployment"} 3
hitless_certificate_not_after_timestamp_seconds 1800000000
process_resident_memory_bytes 5.4e+07
`;
  const names = ['hitless-1', 'hitless-2'];
  return healthy(authority, {
    [paths.pods]: names.map((name) => servingPod(name)),
    ...Object.fromEntries(names.map((name) => [metricsPath(name), metrics])),
    ...Object.fromEntries(names.map((name) => [logPath(name), logOf(review)])),
    [eventsPath]: [],
    [budgetPath]: { metadata: { name: 'hitless', namespace: home }, spec: { maxUnavailable: 1 } },
    ...changes,
  });
}

export interface Unpacked {
  /** In their order. */
  readonly names: readonly string[];
  readonly text: (name: string) => string;
  readonly json: (name: string) => Any;
}

/** Of the files in the archive, without its folder. */
export async function unpack(archive: string): Promise<Unpacked> {
  const folder = await temporaryFolder();
  const run = (...args: readonly string[]) => {
    const { status, stdout, stderr } = spawnSync('tar', args, { encoding: 'utf8', maxBuffer: 256 * 1024 * 1024 });
    if (status !== 0) throw new Error(stderr);
    if (stderr !== '') throw new Error(`tar says: ${stderr}`);
    return stdout;
  };
  const names = run('-tzf', archive).trimEnd().split('\n');
  run('-xzf', archive, '-C', folder);
  const text = (name: string) => readFileSync(join(folder, 'hitless-bundle', name), 'utf8');
  return {
    names: names.map((name) => name.replace(/^hitless-bundle\//, '')),
    text,
    json: (name) => JSON.parse(text(name)),
  };
}
