// Each replica asked by itself, through the API server, how long a new Deployment of the shop would sleep.

import { setTimeout as pause } from 'node:timers/promises';
import type { Api } from '../../../src/cluster/client/api.ts';
import { connect, home, replicas } from './release.ts';
import { shop, web } from './web.ts';

// The processes of a pod share a port, and who accepts a connection is up to the kernel: of eight calls at once, each on a connection
// of its own, hardly ever all reach the same one.
const callsPerPod = 8;

/** The seconds of sleep that each replica would write into a new Deployment of the shop, those of every call. */
export async function sleeps(api: Api): Promise<readonly number[]> {
  const names = (await replicas()).flatMap(({ metadata }) => Array<string>(callsPerPod).fill(metadata.name));
  return Promise.all(names.map((name) => askOne(api, name)));
}

async function askOne(api: Api, pod: string): Promise<number> {
  const request = {
    uid: pod,
    kind: { group: 'apps', version: 'v1', kind: 'Deployment' },
    resource: { group: 'apps', version: 'v1', resource: 'deployments' },
    namespace: shop,
    operation: 'CREATE',
    userInfo: { username: 'test' },
    object: web('asked'),
  };
  const path = `/api/v1/namespaces/${home}/pods/https:${pod}:8443/proxy/mutate/enforce`;
  const body = { apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', request };
  const { response } = (await api.json({ path, method: 'POST', body })) as { response?: { patch?: string } };
  const patch = Buffer.from(response?.patch ?? '', 'base64').toString();
  return Number(/"sleep":\{"seconds":(\d+)\}/.exec(patch)?.[1]);
}

/** Gives after how many milliseconds no replica decides by another policy any more. @throws when some still does after 30 s. */
export async function everywhere(seconds: number): Promise<number> {
  const api = await connect();
  const began = performance.now();
  for (;;) {
    const found = await sleeps(api);
    const tookMs = performance.now() - began;
    if (found.length > 0 && found.every((one) => one === seconds)) return tookMs;
    if (tookMs > 30_000) throw new Error(`${seconds} s not within ${Math.round(tookMs)} ms: ${found}`);
    await pause(20);
  }
}
