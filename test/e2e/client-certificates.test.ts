// The real API server with and without a client certificate, by the two files of docs/client-certificates.md.
//
//   HITLESS_RESTART_API_SERVER   a command that restarts the API server with the flags that it is given. The API server must reach
//                                this machine's addresses, and read its files: the test runs in the cluster's network, as root.

import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { selfSigned } from '../../src/certificates/self-signed.ts';
import { authority, client } from '../support/client-certificates.ts';
import { kubectl, must, needCluster } from '../support/e2e/kubectl.ts';
import { until } from '../support/e2e/release.ts';
import { temporaryFolder, writePair } from '../support/pair.ts';
import { type Running, start, stop } from '../support/process.ts';

const restartApiServer = process.env.HITLESS_RESTART_API_SERVER;
const run = promisify(execFile);
const document = readFileSync(new URL('../../docs/client-certificates.md', import.meta.url), 'utf8');

// As in the document.
const [service, home] = ['hitless', 'hitless-system'];
const shop = 'hitless-clients-shop';
const configuration = 'hitless-clients-test';
const ip = '10.96.77.77';
const flag = '--admission-control-config-file';

const absent = restartApiServer === undefined ? ' (skipped: set HITLESS_RESTART_API_SERVER)' : '';

describe.skipIf(restartApiServer === undefined)(
  `an API server that calls a webhook with --tls-client-ca${absent}`,
  () => {
    const running: Running[] = [];
    let folder = '';

    beforeAll(async () => {
      needCluster();
      folder = await temporaryFolder();
      const server = await selfSigned([`${service}.${home}.svc`]);
      const clients = await authority();
      const { cert, key } = await client(clients, { subject: 'CN=kube-apiserver' });
      await writeFile(join(folder, 'clients.crt'), clients.cert);
      await writeFile(join(folder, 'client.crt'), cert);
      await writeFile(join(folder, 'client.key'), key);
      const files = { folder, ca: server.ca, ...(await writePair(folder, server)) };
      const flags = ['--tls-client-ca', join(folder, 'clients.crt'), '--tls-client-names', 'kube-apiserver'];
      running.push(await start({ files, flags: ['--listen', '0.0.0.0:443', ...flags] }));
      for (const namespace of [home, shop]) await must(kubectl(['create', 'namespace', namespace]));
      await must(kubectl(['label', 'namespace', shop, 'hitless.dev/mode=enforce']));
      await addressed();
      await must(kubectl(['create', '-f', '-'], JSON.stringify(webhook(server.ca))));
    }, 90_000);

    afterAll(async () => {
      await kubectl(['delete', 'mutatingwebhookconfiguration', configuration, '--ignore-not-found']);
      await restarted(`${flag}=`);
      for (const server of running) await stop(server);
      await run('ip', ['address', 'delete', `${ip}/32`, 'dev', 'lo']).catch(() => undefined);
      await kubectl(['delete', 'service', service, '-n', home]);
      await kubectl(['delete', 'namespace', home, shop]);
    }, 120_000);

    it('is refused without a certificate, with the reason', async () => {
      await expect
        .poll(async () => (await create()).err, { timeout: 15_000 })
        .toMatch(/hitless answers only callers with a client certificate.*has none/);
    });

    it('is answered with the one that the files of the document name', async () => {
      for (const name of ['admission.yaml', 'kubeconfig.yaml'])
        await writeFile(join(folder, name), codeBlock(name).replaceAll('/etc/kubernetes/webhooks', folder));
      await restarted(`${flag}=${join(folder, 'admission.yaml')}`);
      const { code, out, err } = await create();
      expect(code, err).toBe(0);
      expect(JSON.parse(out).spec.template.spec.containers[0].lifecycle).toEqual({
        preStop: { sleep: { seconds: 10 } },
      });
    }, 120_000);

    it('is refused with a certificate of another authority', async () => {
      const { cert, key } = await client(await authority('others'), { subject: 'CN=kube-apiserver' });
      await writeFile(join(folder, 'client.crt'), cert);
      await writeFile(join(folder, 'client.key'), key);
      await restarted(`${flag}=${join(folder, 'admission.yaml')}`);
      expect((await create()).err).toMatch(/hitless answers only callers with a client certificate/);
    }, 120_000);

    /** The Service's address leads here, by kube-proxy where there is one. */
    async function addressed(): Promise<void> {
      const spec = { clusterIP: ip, ports: [{ name: 'https', port: 443 }] };
      const made = { apiVersion: 'v1', kind: 'Service', metadata: { name: service, namespace: home }, spec };
      await must(kubectl(['create', '-f', '-'], JSON.stringify(made)));
      const own = await must(
        kubectl(['get', 'endpointslice', 'kubernetes', '-o', 'jsonpath={.endpoints[0].addresses[0]}']),
      );
      const slice = {
        apiVersion: 'discovery.k8s.io/v1',
        kind: 'EndpointSlice',
        metadata: { name: service, namespace: home, labels: { 'kubernetes.io/service-name': service } },
        addressType: 'IPv4',
        endpoints: [{ addresses: [own] }],
        ports: [{ name: 'https', port: 443 }],
      };
      await must(kubectl(['create', '-f', '-'], JSON.stringify(slice)));
      await run('ip', ['address', 'add', `${ip}/32`, 'dev', 'lo']);
    }
  },
);

function webhook(ca: string) {
  const clientConfig = {
    caBundle: Buffer.from(ca).toString('base64'),
    service: { name: service, namespace: home, path: '/mutate/enforce' },
  };
  const entry = {
    name: 'enforce.hitless.dev',
    admissionReviewVersions: ['v1'],
    clientConfig,
    namespaceSelector: { matchLabels: { 'hitless.dev/mode': 'enforce' } },
    rules: [{ apiGroups: ['apps'], apiVersions: ['v1'], resources: ['deployments'], operations: ['CREATE'] }],
    sideEffects: 'None',
  };
  return {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'MutatingWebhookConfiguration',
    metadata: { name: configuration },
    webhooks: [entry],
  };
}

function create() {
  return kubectl([
    'create',
    'deployment',
    'web',
    '--image=web',
    '-n',
    shop,
    '--port=8080',
    '--dry-run=server',
    '-o',
    'json',
  ]);
}

async function restarted(argument: string): Promise<void> {
  await run('sh', ['-c', `${restartApiServer} "$1"`, 'sh', argument]);
  // The old one has ended by then.
  await until(async () => (await kubectl(['get', '--raw', '/readyz'])).code === 0);
}

/** The text of the code block whose first line is "```yaml name". */
function codeBlock(name: string): string {
  const [, text] = new RegExp(`^\`\`\`yaml ${name.replace('.', '\\.')}\n(.*?)^\`\`\`$`, 'ms').exec(document) ?? [];
  if (text === undefined) throw new Error(`the document has no code block ${name}`);
  return text;
}
