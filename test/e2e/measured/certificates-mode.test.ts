// Another way to certificates, by helm upgrade and under load: whoever makes them, API servers trust the pods that go and those that come.

import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, it } from 'vitest';
import { type SelfSigned, selfSigned } from '../../../src/certificates/self-signed.ts';
import { kubectl, must } from '../../support/e2e/kubectl.ts';
import { endsWell, expectNothingLost, measure, measureAll } from '../../support/e2e/promise.ts';
import { home, settled, upgrade } from '../../support/e2e/release.ts';
import { temporaryFolder, writePair } from '../../support/pair.ts';

const names = [`hitless.${home}.svc`];
const stubs = ['certificates', 'issuers'].map(certManagerKind);
measureAll();

// The kinds of cert-manager, without a controller: its part is played below.
beforeAll(() => must(kubectl(['create', '-f', '-'], stubs.map((stub) => JSON.stringify(stub)).join('\n---\n'))));
afterAll(() => kubectl(['delete', 'crd', ...stubs.map(({ metadata }) => metadata.name)]), 60_000);

async function losesNothing(during: string, certificates: object): Promise<void> {
  const measured = await measure(during, async () => {
    await upgrade('--set-json', `certificates=${JSON.stringify(certificates)}`);
    await settled();
  });
  expectNothingLost(measured);
  await endsWell();
}

it('from its own certificates to yours', async () => {
  const { ca } = await secretWith('first');
  await losesNothing('self to secret', { mode: 'secret', secretName: 'first', caBundle: ca });
}, 180_000);

it('from yours to those of another authority', async () => {
  const { ca } = await secretWith('second');
  await losesNothing('secret to another', { mode: 'secret', secretName: 'second', caBundle: ca });
}, 180_000);

it('from yours back to its own', async () => {
  await losesNothing('secret to self', { mode: 'self', secretName: '', caBundle: '' });
}, 180_000);

it("from cert-manager's back to its own", async () => {
  // How a release comes to that state is not what is measured: cert-manager writes the Secret, then the caBundles in place of all others.
  const { ca } = await secretWith('hitless-cert-manager');
  await upgrade('--set-json', 'certificates={"mode":"cert-manager"}', '--set', 'webhook.failurePolicy=Ignore');
  await settled();
  const webhooks = ['enforce', 'audit'].map((mode) => ({
    name: `${mode}.hitless.dev`,
    clientConfig: { caBundle: Buffer.from(ca).toString('base64') },
  }));
  const injected = ['--field-manager=cert-manager-cainjector', '-p', JSON.stringify({ webhooks })];
  await must(kubectl(['patch', 'mutatingwebhookconfiguration', 'hitless', ...injected]));
  await upgrade('--set', 'webhook.failurePolicy=Fail');
  await settled();
  await pause(1000);
  await losesNothing('cert-manager to self', { mode: 'self' });
}, 300_000);

async function secretWith(name: string): Promise<SelfSigned> {
  const pair = await selfSigned(names);
  const files = await writePair(await temporaryFolder(), pair);
  await must(kubectl(['create', 'secret', 'tls', name, '-n', home, `--cert=${files.cert}`, `--key=${files.key}`]));
  return pair;
}

function certManagerKind(plural: string) {
  const kind = plural === 'issuers' ? 'Issuer' : 'Certificate';
  const schema = { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } };
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.cert-manager.io` },
    spec: {
      group: 'cert-manager.io',
      scope: 'Namespaced',
      names: { plural, kind, singular: kind.toLowerCase(), listKind: `${kind}List` },
      versions: [{ name: 'v1', served: true, storage: true, schema }],
    },
  };
}
