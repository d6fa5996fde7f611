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
import { nameOf, type Size, sizes, sleepOf } from './fake-cluster/objects.ts';
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

const template = JSON.parse(
  readFileSync(new URL('../test/server/reviews/01-kubectl-create.json', import.meta.url), 'utf8'),
);

/** A review of the recorded Deployment in another namespace, with the labels that its Service selects. */
function reviewIn(namespace: string): string {
  const { request, ...review } = structuredClone(template);
  const labels = { 'app.kubernetes.io/name': 'web-0', 'app.kubernetes.io/instance': namespace };
  const { object } = request;
  Object.assign(request, { namespace, name: 'web-0' });
  Object.assign(object.metadata, { namespace, name: 'web-0' });
  object.spec.selector = { matchLabels: labels };
  object.spec.template.metadata.labels = labels;
  return JSON.stringify({ ...review, request });
}

/** What is patched in namespaces all over the cluster; their numbers have every last digit. */
async function patches(pod: Pod, { namespaces, policies }: Size): Promise<readonly string[]> {
  const sample = Array.from({ length: 200 }, (_, index) => Math.floor((index * namespaces) / 200) + (index % 37));
  const found: string[] = [];
  for (const index of sample) {
    const { status, body } = await review(pod, reviewIn(nameOf(index)));
    const patch = status === 200 ? Buffer.from(String(JSON.parse(body).response.patch), 'base64').toString() : '';
    const seconds = index < (policies / 5) * 4 ? sleepOf(index) : 10;
    found.push(patch.includes(`"sleep":{"seconds":${seconds}}`) ? patch : `wrong: ${status} ${patch}`);
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
  const right = before.filter((patch) => !patch.startsWith('wrong')).length;
  console.log(
    `${which}${nodeFlags.length > 0 ? ` (${nodeFlags.join(' ')})` : ''}: ready after ${(readyMs / 1000).toFixed(1)} s and ${readyCpu.toFixed(1)} s of CPU, ${objects} objects`,
    `\n  memory ${readyMiB.toFixed(0)} MiB when ready (at most ${firstPeak.toFixed(0)}), ${restMiB.toFixed(0)} MiB later`,
    `\n  after an expired watch: ${relistCpu.toFixed(1)} s of CPU, at most ${pod.memoryMiB('VmHWM').toFixed(0)} MiB, then ${pod.memoryMiB('VmRSS').toFixed(0)} MiB; \n  of ${before.length} decisions ${right} are right, and ${same} the same afterwards`,
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
