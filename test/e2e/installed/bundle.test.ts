// hitless installed from its image: its support bundle, made by the kubeconfig of this test and read by the program tar.

import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { type Unpacked, unpack } from '../../support/bundle.ts';
import { kubectl, must } from '../../support/e2e/kubectl.ts';
import { home, replicas } from '../../support/e2e/release.ts';
import { apply, openShop } from '../../support/e2e/shop.ts';
import { shop, web } from '../../support/e2e/web.ts';
import { hitless } from '../../support/hitless.ts';
import { temporaryFolder } from '../../support/pair.ts';

openShop();

const secretText = 'a-value-of-a-tenant-4711';
const release = `${home}/hitless`;
let files: Unpacked;
let err = '';

beforeAll(async () => {
  const literal = `--from-literal=password=${secretText}`;
  await must(kubectl(['create', 'secret', 'generic', 'theirs', '-n', shop, literal]));
  await must(apply(web('bundled')));
  const archive = join(await temporaryFolder(), 'made.tar.gz');
  const ran = await hitless(['bundle', '--namespace', home, '--output', archive]);
  expect(ran.code).toBe(0);
  err = ran.err;
  files = await unpack(archive);
}, 120_000);

it('is whole: an administrator may read every part', () => {
  const { parts } = files.json('index.json') as { parts: { path: string; state: string; why?: string }[] };
  expect(parts.filter(({ state }) => state !== 'whole')).toEqual([]);
  expect(err).not.toContain('missing');
});

it('has metrics and log of each process, with the decision about the Deployment', async () => {
  const pods = (await replicas()).map(({ metadata }) => metadata.name);
  const names = pods.flatMap((pod) => [`${pod}/webhook`, `${pod}/webhook-2`]);
  const metrics = names.map((name) => files.text(`${release}/metrics/${name}.txt`));
  for (const text of metrics) expect(text).toMatch(/^hitless_build_info\{version="\d/m);
  // Any of them may have decided: those of a pod share its port.
  expect(metrics.join('\n')).toMatch(/^hitless_requests_total\{.*decision="patched".*\} [1-9]/m);
  for (const name of names) {
    const lines = files.text(`${release}/logs/${name}.jsonl`).trimEnd().split('\n');
    const messages = lines.map((line) => JSON.parse(line).message);
    expect(messages).toContain('listening');
    expect(messages).not.toContain('[redacted]');
  }
});

it('says of the installation what status says, and of the policy what it sets', () => {
  const namespaces = files.json('namespaces.json') as { metadata: { name: string; labels: unknown } }[];
  expect(namespaces.find(({ metadata }) => metadata.name === shop)?.metadata.labels).toEqual({
    'hitless.dev/mode': 'enforce',
  });
  const [{ spec }] = files.json('rolloutpolicies.json');
  expect(spec).toMatchObject({ preStopSleep: { seconds: 3 }, terminationGracePeriod: { drainSeconds: 40 } });
  const [deployment] = files.json(`${release}/deployments.json`);
  expect(deployment.spec.template.spec.containers[0].args).not.toContain('[redacted]');
  const [expiry] = Object.values(files.json(`${release}/certificates.json`)) as { certificate: string }[];
  expect(Date.parse(expiry?.certificate ?? '')).toBeGreaterThan(Date.now());
});

it('holds nothing of a Secret', async () => {
  const all = files.names.map(files.text).join('\n');
  expect(all).not.toContain(secretText);
  expect(all).not.toContain(Buffer.from(secretText).toString('base64'));
  const stored = JSON.parse(await must(kubectl(['get', 'secret', 'hitless-tls', '-n', home, '-o', 'json'])));
  for (const value of Object.values<string>(stored.data)) expect(all).not.toContain(value.slice(0, 200));
});
