// Runs the compiled webhook as a pod would: with the token of a service account with minimal permissions, in the place where a pod has it.

import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { selfSigned } from '../src/certificates/self-signed.ts';
import type { Access } from '../src/cluster/client/access.ts';
import { type Api, createApi } from '../src/cluster/client/api.ts';
import { type LogLine, type Running, spawnCommand } from '../test/support/process.ts';
import { create } from './objects.ts';

const cli = new URL('../dist/cli.js', import.meta.url).pathname;
const account = { namespace: 'default', name: 'hitless-bench' };

export interface PodFiles {
  /** Holds ca.crt and token of the service account, and the webhook's own pair. */
  readonly folder: string;
  readonly ca: string;
  readonly server: URL;
}

/** Creates the service account and its permissions, and compiles the webhook. */
export async function podFiles(access: Access): Promise<PodFiles> {
  execFileSync('npx', ['tsc'], { stdio: 'inherit' });
  const api = createApi(access);
  await grant(api);
  const folder = await mkdtemp(join(tmpdir(), 'hitless-bench-'));
  const pair = await selfSigned(['127.0.0.1']);
  const { ca } = await access.options();
  const files = { 'tls.crt': pair.cert, 'tls.key': pair.key, 'ca.crt': String(ca), token: await token(api) };
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text, { mode: 0o600 });
  return { folder, ca: pair.ca, server: access.server };
}

async function grant(api: Api): Promise<void> {
  const rbac = 'rbac.authorization.k8s.io';
  const metadata = { name: account.name };
  const rules = [
    { apiGroups: [''], resources: ['namespaces'], verbs: ['get', 'list', 'watch'] },
    { apiGroups: [''], resources: ['services', 'nodes'], verbs: ['list', 'watch'] },
    {
      apiGroups: [''],
      resources: ['persistentvolumeclaims', 'resourcequotas', 'limitranges'],
      verbs: ['list', 'watch'],
    },
    { apiGroups: ['autoscaling'], resources: ['horizontalpodautoscalers'], verbs: ['list', 'watch'] },
    { apiGroups: ['networking.k8s.io'], resources: ['ingresses', 'ingressclasses'], verbs: ['list', 'watch'] },
    { apiGroups: ['gateway.networking.k8s.io'], resources: ['httproutes', 'gateways'], verbs: ['list', 'watch'] },
    { apiGroups: ['elbv2.k8s.aws'], resources: ['targetgroupbindings'], verbs: ['list', 'watch'] },
    { apiGroups: ['argoproj.io'], resources: ['rollouts'], verbs: ['list', 'watch'] },
    { apiGroups: ['hitless.dev'], resources: ['clusterrolloutpolicies', 'rolloutpolicies'], verbs: ['list', 'watch'] },
  ];
  const path = `/apis/${rbac}/v1`;
  await create(api, { path: `/api/v1/namespaces/${account.namespace}/serviceaccounts`, body: { metadata } });
  await create(api, { path: `${path}/clusterroles`, body: { metadata, rules } });
  const subjects = [{ kind: 'ServiceAccount', ...account }];
  const roleRef = { apiGroup: rbac, kind: 'ClusterRole', name: account.name };
  await create(api, { path: `${path}/clusterrolebindings`, body: { metadata, roleRef, subjects } });
}

async function token(api: Api): Promise<string> {
  const path = `/api/v1/namespaces/${account.namespace}/serviceaccounts/${account.name}/token`;
  const { status } = await api.json({ method: 'POST', path, body: { spec: { expirationSeconds: 7200 } } });
  return String((status as { readonly token?: unknown }).token);
}

export interface Pod extends Running {
  /** The first log line with this message, when it comes. */
  readonly line: (message: string) => Promise<LogLine>;
  readonly memoryMiB: (field: 'VmRSS' | 'VmHWM') => number;
  /** Of the processor, since its start: unlike the time on the clock it hardly depends on what else runs. */
  readonly cpuSeconds: () => number;
}

// The kernel's USER_HZ, on every architecture that Node.js runs on.
const ticksPerSecond = 100;

/** `nodeFlags`: options of Node.js itself; `flags`: more of `hitless serve`. */
export async function startAsPod(
  { folder, ca, server }: PodFiles,
  nodeFlags: readonly string[],
  flags: readonly string[] = [],
): Promise<Pod> {
  const place = '/var/run/secrets/kubernetes.io/serviceaccount';
  const mount = `mount -t tmpfs tmpfs /var/run && mkdir -p ${place} && cp ${folder}/token ${folder}/ca.crt ${place}`;
  const pair = ['--tls-cert', join(folder, 'tls.crt'), '--tls-key', join(folder, 'tls.key')];
  const listen = ['--listen', '127.0.0.1:0', '--plain-listen', '127.0.0.1:0'];
  const node = [process.execPath, ...nodeFlags, cli, 'serve', '--cluster', ...listen, ...pair, ...flags];
  const child = spawnCommand('unshare', ['--mount', 'sh', '-c', `${mount} && exec "$0" "$@"`, ...node], {
    KUBERNETES_SERVICE_HOST: server.hostname,
    KUBERNETES_SERVICE_PORT: server.port,
  });
  const listening = await child.line('listening');
  const portOf = (field: string) => Number(String(listening[field]).replace(/.*:/, ''));
  return {
    ...child,
    folder,
    ca,
    port: portOf('https'),
    plainPort: portOf('plain'),
    cpuSeconds: () => {
      const [, fields = ''] = readFileSync(`/proc/${child.child.pid}/stat`, 'utf8').split(') ');
      const [user, system] = fields.split(' ').slice(11, 13).map(Number);
      return ((user ?? 0) + (system ?? 0)) / ticksPerSecond;
    },
    memoryMiB: (field) => {
      const text = readFileSync(`/proc/${child.child.pid}/status`, 'utf8');
      return Number(new RegExp(`${field}:\\s+(\\d+)`).exec(text)?.[1]) / 1024;
    },
  };
}
