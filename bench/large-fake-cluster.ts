// `node bench/large-fake-cluster.ts`: what a large cluster costs `hitless serve --cluster`, without a cluster. An API server of a few lines,
// in a process of its own, serves the objects; the compiled webhook runs as a pod would. Measures time and CPU until ready, memory then and
// at most, the same again when every watch has expired and all is listed anew, and whether decisions stay what they were. Linux only, as
// root, as bench/large-cluster.ts.
//
// Usage: node bench/large-fake-cluster.ts [usual|large] [ROUNDS] [NODE_FLAG...]

import { type ChildProcess, execFileSync, fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { selfSigned } from '../src/certificates/self-signed.ts';
import { callPlain, review, stop } from '../test/support/process.ts';
import { type Pod, type PodFiles, startAsPod } from './as-pod.ts';
import { nameOf, type Size, sizes } from './fake-cluster/objects.ts';
import type { Start } from './fake-cluster/server.ts';

const [which = 'large', rounds = '3', ...nodeFlags] = process.argv.slice(2);

interface Cluster {
  readonly files: PodFiles;
  readonly server: ChildProcess;
  readonly size: Size;
}

async function startCluster(size: Size): Promise<Cluster> {
  execFileSync('npx', ['tsc'], { stdio: 'inherit' });
  const { ca, cert, key } = await selfSigned(['127.0.0.1']);
  const folder = await mkdtemp(join(tmpdir(), 'hitless-bench-'));
  const files = { 'tls.crt': cert, 'tls.key': key, 'ca.crt': ca, token: 'any' };
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text, { mode: 0o600 });
  const server = fork(new URL('./fake-cluster/server.ts', import.meta.url));
  server.send({ size, cert, key } satisfies Start);
  const [url] = await once(server, 'message');
  return { files: { folder, ca, server: new URL(url) }, server, size };
}

const template = readFileSync(new URL('../test/server/reviews/01-kubectl-create.json', import.meta.url), 'utf8');

/** A review of the recorded Deployment in another namespace. */
function reviewIn(namespace: string): string {
  return JSON.stringify(
    JSON.parse(template, (key, value) => (key === 'namespace' && typeof value === 'string' ? namespace : value)),
  );
}

/** What is patched in namespaces all over the cluster. */
async function patches(pod: Pod, { namespaces }: Size): Promise<readonly string[]> {
  const sample = Array.from({ length: 200 }, (_, index) => nameOf(Math.floor((index * namespaces) / 200)));
  const found: string[] = [];
  for (const namespace of sample) {
    const { status, body } = await review(pod, reviewIn(namespace));
    found.push(status === 200 ? String(JSON.parse(body).response.patch) : String(status));
  }
  return found;
}

async function metric(pod: Pod, name: string): Promise<number> {
  const { body } = await callPlain(pod, '/metrics');
  const lines = body.split('\n').filter((line) => line.startsWith(name));
  return lines.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
}

async function measure({ files, server, size }: Cluster): Promise<void> {
  const began = performance.now();
  const pod = await startAsPod(files, nodeFlags);
  while ((await callPlain(pod, '/readyz')).status !== 200) await sleep(20);
  const readyMs = performance.now() - began;
  const [readyCpu, readyMiB, firstPeak] = [pod.cpuSeconds(), pod.memoryMiB('VmRSS'), pod.memoryMiB('VmHWM')];
  const objects = await metric(pod, 'hitless_cluster_objects');
  const before = await patches(pod, size);
  await sleep(2000);
  const restMiB = pod.memoryMiB('VmRSS');
  const cpuBefore = pod.cpuSeconds();
  server.send('expire');
  await once(server, 'message');
  await untilListed(pod);
  const relistCpu = pod.cpuSeconds() - cpuBefore;
  const after = await patches(pod, size);
  const same = before.filter((patch, index) => patch === after[index]).length;
  console.log(
    `${which}${nodeFlags.length > 0 ? ` (${nodeFlags.join(' ')})` : ''}: ready after ${(readyMs / 1000).toFixed(1)} s and ${readyCpu.toFixed(1)} s of CPU, ${objects} objects`,
    `\n  memory ${readyMiB.toFixed(0)} MiB when ready (at most ${firstPeak.toFixed(0)}), ${restMiB.toFixed(0)} MiB later`,
    `\n  after an expired watch: ${relistCpu.toFixed(1)} s of CPU, at most ${pod.memoryMiB('VmHWM').toFixed(0)} MiB, then ${pod.memoryMiB('VmRSS').toFixed(0)} MiB; ${same} of ${before.length} decisions the same, ${new Set(before).size} different patches`,
  );
  await stop(pod);
}

/** Ages are 0 while the watch of a kind is open. */
async function untilListed(pod: Pod): Promise<void> {
  await sleep(500);
  while ((await metric(pod, 'hitless_cluster_state_age_seconds')) > 0) await sleep(100);
}

const size = sizes[which as keyof typeof sizes];
if (size === undefined) throw new Error(`unknown size ${which}`);
const cluster = await startCluster(size);
for (let round = 0; round < Number(rounds); round += 1) await measure(cluster);
cluster.server.kill();
