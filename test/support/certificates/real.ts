// Replicas of the real process against a real API server: through a relay of bytes that can be cut, with only the rights that the
// chart gives; and a front that hands out the API server's connections to them, as a Service does.

import { type ChildProcess, spawn } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { type AddressInfo, connect, createServer, isIP, type Socket } from 'node:net';
import { join } from 'node:path';
import { connect as connectTls } from 'node:tls';
import type { Lifetimes } from '../../../src/certificates/next-step.ts';
import { kubectl, must } from '../e2e/kubectl.ts';
import { temporaryFolder } from '../pair.ts';

export interface Replica {
  readonly child: ChildProcess;
  readonly port: number;
  readonly plainPort: number;
  readonly output: () => string;
}

const program = new URL('short-lives.ts', import.meta.url).pathname;

export interface Start {
  readonly kubeconfig: string;
  readonly secret: string;
  readonly configuration: string;
  readonly lifetimes?: Lifetimes;
  readonly environment?: Readonly<Record<string, string>>;
}

/** Resolves when it listens. */
export async function startReplica(options: Start): Promise<Replica> {
  const { kubeconfig, secret, configuration, lifetimes, environment = {} } = options;
  const own = ['--tls-secret', secret, '--tls-names', '127.0.0.1', '--webhook-configuration', configuration];
  const flags = ['--listen', '127.0.0.1:0', '--plain-listen', '127.0.0.1:0', ...own];
  const env = {
    PATH: process.env.PATH,
    KUBECONFIG: kubeconfig,
    ...environment,
    ...(lifetimes && { HITLESS_TEST_LIFETIMES: JSON.stringify(lifetimes) }),
  };
  const child = spawn(process.execPath, [program, ...flags], { env });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  for (;;) {
    const line = output.split('\n').find((one) => one.includes('"message":"listening"'));
    if (line !== undefined) {
      const { https, plain } = JSON.parse(line) as { https: string; plain: string };
      return { child, port: portOf(https), plainPort: portOf(plain), output: () => output };
    }
    if (child.exitCode !== null) throw new Error(`it ended: ${output}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

const portOf = (address: string) => Number(address.replace(/.*:/, ''));

export async function endReplica({ child }: Replica, signal: 'SIGTERM' | 'SIGKILL' = 'SIGKILL'): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const closed = new Promise((resolve) => child.once('close', resolve));
  child.kill(signal);
  await closed;
}

export async function isReady({ plainPort }: Replica): Promise<boolean> {
  return (await fetch(`http://127.0.0.1:${plainPort}/readyz`)).ok;
}

/** The sum over all of them. */
export async function metric(replicas: readonly Replica[], series: string): Promise<number> {
  const texts = await Promise.all(
    replicas.map(async ({ plainPort }) => (await fetch(`http://127.0.0.1:${plainPort}/metrics`)).text()),
  );
  const values = texts.map((text) => text.split('\n').find((line) => line.startsWith(`${series} `)));
  return values.reduce((sum, line) => sum + Number(line?.split(' ').at(-1)), 0);
}

/** The leaf it serves, in PEM; rejects when `ca` does not trust it. */
export function servedLeaf({ port }: Pick<Replica, 'port'>, ca?: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const trust = ca === undefined ? { rejectUnauthorized: false } : { ca };
    const socket = connectTls({ host: '127.0.0.1', port, ...trust }, () => {
      resolve(socket.getPeerCertificate().raw.toString('base64'));
      socket.destroy();
    });
    socket.once('error', reject);
  });
}

/** Passes bytes on to one of these addresses in turn, asked for at each connection. */
export async function relay(targets: () => readonly { host: string; port: number }[]) {
  const sockets = new Set<Socket>();
  let away = false;
  let turn = 0;
  const server = createServer((near) => {
    const all = targets();
    const target = all[turn++ % all.length];
    if (away || target === undefined) return void near.resetAndDestroy();
    const far = connect(target.port, target.host);
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from);
      from.pipe(to);
      from.on('error', () => to.destroy());
      from.on('close', () => {
        sockets.delete(from);
        to.destroy();
      });
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    cut: () => {
      away = true;
      for (const socket of sockets) socket.destroy();
    },
    mend: () => {
      away = false;
    },
    close: () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

export interface ClusterAddress {
  readonly url: URL;
  readonly cluster: Readonly<Record<string, unknown>>;
}

export async function clusterAddress(): Promise<ClusterAddress> {
  const text = await must(kubectl(['config', 'view', '--raw', '--minify', '--flatten', '-o', 'json']));
  const { cluster } = JSON.parse(text).clusters[0];
  return { url: new URL(cluster.server), cluster };
}

/** A kubeconfig for this token, by way of the relay at `port`. */
export async function kubeconfigFor({ url, cluster }: ClusterAddress, port: number, token: string): Promise<string> {
  const file = join(await temporaryFolder(), 'config');
  const config = {
    'current-context': 'it',
    clusters: [
      {
        name: 'it',
        cluster: {
          ...(isIP(url.hostname) === 0 && { 'tls-server-name': url.hostname }),
          ...cluster,
          server: `https://127.0.0.1:${port}`,
        },
      },
    ],
    users: [{ name: 'me', user: { token } }],
    contexts: [{ name: 'it', context: { cluster: 'it', user: 'me' } }],
  };
  await writeFile(file, JSON.stringify(config), { mode: 0o600 });
  return file;
}

/** Exactly what a replica needs. An empty Secret of ours stands there from the beginning, so that nothing needs to be created. */
export function manifests({ namespace, name, port }: { namespace: string; name: string; port: number }) {
  const meta = { namespace, name };
  const subjects = [{ kind: 'ServiceAccount', name, namespace }];
  const role = (kind: string) => ({ apiGroup: 'rbac.authorization.k8s.io', kind, name });
  const rbac = 'rbac.authorization.k8s.io/v1';
  return [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } },
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: meta },
    emptySecret(meta),
    {
      apiVersion: rbac,
      kind: 'Role',
      metadata: meta,
      rules: [{ apiGroups: [''], resources: ['secrets'], resourceNames: [name], verbs: ['get', 'watch', 'patch'] }],
    },
    { apiVersion: rbac, kind: 'RoleBinding', metadata: meta, subjects, roleRef: role('Role') },
    {
      apiVersion: rbac,
      kind: 'ClusterRole',
      metadata: { name },
      rules: [
        {
          apiGroups: ['admissionregistration.k8s.io'],
          resources: ['mutatingwebhookconfigurations'],
          resourceNames: [name],
          verbs: ['get', 'watch', 'patch'],
        },
      ],
    },
    { apiVersion: rbac, kind: 'ClusterRoleBinding', metadata: { name }, subjects, roleRef: role('ClusterRole') },
    webhookConfiguration(namespace, name, port),
  ];
}

export function emptySecret({ namespace, name }: { namespace: string; name: string }) {
  const labels = { 'hitless.dev/certificates': 'self-made' };
  return { apiVersion: 'v1', kind: 'Secret', metadata: { namespace, name, labels }, type: 'Opaque' };
}

function webhookConfiguration(namespace: string, name: string, port: number) {
  const entry = (mode: string) => ({
    name: `${mode}.hitless.dev`,
    clientConfig: { url: `https://127.0.0.1:${port}/mutate/${mode}` },
    rules: [{ apiGroups: ['apps'], apiVersions: ['v1'], operations: ['CREATE'], resources: ['deployments'] }],
    namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } },
    admissionReviewVersions: ['v1'],
    sideEffects: 'None',
    failurePolicy: 'Fail',
    // What is looked at is whom API servers trust, on a busy machine too.
    timeoutSeconds: 30,
  });
  return {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'MutatingWebhookConfiguration',
    metadata: { name },
    webhooks: ['enforce', 'audit'].map(entry),
  };
}
