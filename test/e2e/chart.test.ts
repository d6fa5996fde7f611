// The chart on a real API server, without a single pod: every render is accepted as it is, and installation, upgrade and removal
// leave alone what is not the chart's. With pods or without: nothing here needs an image.

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseAllDocuments, stringify } from 'yaml';
import { established, helm, kubectl, must, needCluster } from '../support/e2e/kubectl.ts';
import { until } from '../support/e2e/release.ts';
import { cases, chart, valuesOf } from '../support/helm.ts';

const system = 'hitless-chart-test';
const shop = 'hitless-chart-shop';
const crds = ['clusterrolloutpolicies.hitless.dev', 'rolloutpolicies.hitless.dev'];
const configuration = 'mutatingwebhookconfiguration/hitless';

// A pod that waits for an image that nobody can pull takes minutes to end.
const nowhere = ['--set', 'nodeSelector.nowhere=here'];
const bare = ['--image=web', '--replicas=0'];

/** Kinds that a cluster need not know. */
const foreign = /^(cert-manager\.io|monitoring\.coreos\.com)\//;

beforeAll(async () => {
  needCluster();
  if ((await kubectl(['get', 'crd', ...crds])).code === 0)
    throw new Error('this cluster has hitless already, and this test installs and removes it: take another cluster');
  await must(kubectl(['create', 'namespace', system]));
  await must(kubectl(['create', 'namespace', shop]));
  await must(kubectl(['label', 'namespace', system, 'pod-security.kubernetes.io/warn=restricted']));
}, 60_000);

// Nobody runs the guard here, so no uninstall of this file asks it.
afterAll(async () => {
  await helm(['uninstall', 'hitless', '-n', system, '--no-hooks']);
  await kubectl(['patch', 'deployment', 'leaves', '-n', shop, ...finalizers()]);
  await kubectl(['delete', 'crd', ...crds, '--ignore-not-found']);
  await kubectl(['delete', 'namespace', system, shop]);
}, 180_000); // where pods run, they end by their grace periods first

describe('a render', () => {
  beforeAll(async () => {
    const rendered = await must(helm(['template', 'hitless', chart, '-s', 'templates/customresourcedefinitions.yaml']));
    await must(kubectl(['create', '-f', '-'], rendered));
    await established(...crds);
  });
  afterAll(async () => {
    await must(kubectl(['delete', 'crd', ...crds]));
  });

  it.each(cases)('is accepted by the API server without a warning: %s', async (name) => {
    // the namespace of the test is there only while it runs
    const inShop = ['--set', `test.namespace=${shop}`];
    const out = await must(helm(['template', 'hitless', chart, '-n', system, '--values', valuesOf(name), ...inShop]));
    const known = parseAllDocuments(out, { version: '1.1' })
      .map((document) => document.toJS())
      // Pods are refused as long as their service account and priority class are not there, and a dry run creates neither.
      .filter(({ apiVersion, kind }) => !foreign.test(apiVersion) && kind !== 'Pod');
    const text = known.map((document) => stringify(document, { version: '1.1' })).join('---\n');
    const applied = await kubectl(['apply', '--server-side', '--force-conflicts', '--dry-run=server', '-f', '-'], text);
    const expected = name === 'on-the-hosts-network' ? /^Warning: would violate PodSecurity .*host namespaces/ : /^$/;
    expect(applied.code, applied.err).toBe(0);
    expect(applied.err).toMatch(expected);
  });
});

describe('installed with a policy, while no pod of it runs', () => {
  const policies = 'policies=[{"name":"default","spec":{"preStopSleep":{"seconds":15}}}]';

  it('says what to do next', async () => {
    const out = await must(helm(['install', 'hitless', chart, '-n', system, ...nowhere, '--set-json', policies]));
    expect(out).toContain('kubectl label namespace NAMESPACE hitless.dev/mode=audit');
    expect(out).toContain(`kubectl -n ${system} rollout status deployment/hitless`);
  });

  it('has its policy', async () => {
    expect(await get('clusterrolloutpolicy/default', '{.spec.preStopSleep.seconds}')).toBe('15');
  });

  it.each([
    ['list', 'namespaces', 'yes'],
    ['watch', 'services', 'yes'],
    ['list', 'nodes', 'yes'],
    ['watch', 'clusterrolloutpolicies.hitless.dev', 'yes'],
    ['watch', 'rolloutpolicies.hitless.dev', 'yes'],
    ['get', 'namespaces', 'yes'],
    ['get', 'services', 'no'],
    ['get', 'nodes', 'no'],
    ['get', 'rolloutpolicies.hitless.dev', 'no'],
    // as everybody: rbac.clusterPolicyReaders
    ['get', 'clusterrolloutpolicies.hitless.dev', 'yes'],
    ['get', 'secrets/hitless-tls', 'yes'],
    ['watch', 'secrets/hitless-tls', 'yes'],
    ['patch', 'secrets/hitless-tls', 'yes'],
    ['patch', 'mutatingwebhookconfigurations/hitless', 'yes'],
    ['get', 'mutatingwebhookconfigurations/hitless', 'yes'],
    ['watch', 'mutatingwebhookconfigurations/hitless', 'yes'],
    ['get', 'secrets/other', 'no'],
    ['list', 'secrets', 'no'],
    ['create', 'secrets', 'no'],
    ['patch', 'mutatingwebhookconfigurations/other', 'no'],
    ['list', 'deployments', 'yes'],
    ['list', 'statefulsets', 'yes'],
    ['list', 'daemonsets', 'yes'],
    ['patch', 'statefulsets', 'no'],
    ['list', 'replicasets', 'no'],
    ['watch', 'deployments', 'no'],
    ['patch', 'leases/hitless-policy-status', 'yes'],
    ['patch', 'leases/other', 'no'],
    ['create', 'leases', 'no'],
    ['patch', 'deployments', 'no'],
    ['patch', 'rolloutpolicies.hitless.dev', 'no'],
  ])('may %s %s: %s', async (verb, what, allowed) => {
    const account = `system:serviceaccount:${system}:hitless`;
    expect((await kubectl(['auth', 'can-i', verb, what, '-n', system, '--as', account])).out.trim()).toBe(allowed);
  });

  it('blocks nobody: a Deployment in a namespace that opted in is written at once', async () => {
    await must(kubectl(['label', 'namespace', shop, 'hitless.dev/mode=enforce']));
    await settled();
    const took: number[] = [];
    for (const name of ['web', 'web-2', 'web-3']) {
      const began = performance.now();
      await must(kubectl(['create', 'deployment', name, ...bare, '-n', shop]));
      took.push(performance.now() - began);
    }
    // The two seconds of a call that nobody answers, and kubectl's own time; a busy machine may be slow once.
    expect(Math.min(...took)).toBeLessThan(8_000);
  }, 120_000);

  describe.each(['--server-side=true', '--server-side=false'])('after helm upgrade %s', (how) => {
    beforeAll(async () => {
      await must(kubectl(['patch', configuration, '--field-manager=hitless', '-p', bundles('Q0E=')]));
      const data = { data: { 'ca.crt': 'Q0E=', 'tls.crt': 'TEVBRg==' } };
      await must(kubectl(['patch', 'secret', 'hitless-tls', '-n', system, '--type=merge', '-p', JSON.stringify(data)]));
      const seconds = how.endsWith('true') ? 3 : 4;
      const changes = ['--set', `webhook.timeoutSeconds=${seconds}`, '--set', 'webhook.excludedNamespaces={more}'];
      await must(upgrade(how, '--set-json', policies.replace('15', '16'), ...changes));
      expect(await get(configuration, '{.webhooks[*].timeoutSeconds}')).toBe(`${seconds} ${seconds}`);
    }, 60_000);

    it('has the caBundles that the webhook wrote', keepsBundles);

    it('has the certificate that the webhook wrote', async () => {
      expect(await get(`secret/hitless-tls`, '{.data.ca\\.crt} {.data.tls\\.crt}')).toBe('Q0E= TEVBRg==');
    });

    it("has the new policy, which is the release's own by now", async () => {
      expect(await get('clusterrolloutpolicy/default', '{.spec.preStopSleep.seconds}')).toBe('16');
      expect(await must(helm(['get', 'manifest', 'hitless', '-n', system]))).toContain('kind: ClusterRolloutPolicy');
    });
  });

  it('has the caBundles after helm rollback too', async () => {
    await must(helm(['rollback', 'hitless', '2', '-n', system]));
    await keepsBundles();
  });

  it('has the kinds of the new chart after an upgrade, when somebody changed them', async () => {
    const patch = [{ op: 'remove', path: '/spec/versions/0/additionalPrinterColumns' }];
    await must(kubectl(['patch', 'crd', crds[1] ?? '', '--type=json', '-p', JSON.stringify(patch)]));
    await must(upgrade('--server-side=false'));
    expect(await get(`crd/${crds[1]}`, '{.spec.versions[0].additionalPrinterColumns[0].name}')).toBe('Workloads');
  });
});

describe('changed to a certificate of your own', () => {
  const pem = '-----BEGIN CERTIFICATE-----\nTUlJ\n-----END CERTIFICATE-----\n';
  const to = (secretName: string, caBundle: string, mode: string) =>
    JSON.stringify({ mode, secretName, caBundle, certManager: {} });
  const change = (certificates: string, ...how: string[]) =>
    upgrade('--server-side=true', '--set-json', `certificates=${certificates}`, ...how);

  it('gives the pods its authorities, and leaves the caBundles to them', async () => {
    await must(kubectl(['patch', configuration, '--field-manager=hitless', '-p', bundles('Q0E=')]));
    await must(change(to('ours', pem, 'secret')));
    expect((await get('configmap/hitless-ca', '{.data.ca\\.crt}')).trim()).toBe(pem.trim());
    await keepsBundles();
  }, 60_000);

  it('changes back, and leaves the caBundles to the pods', async () => {
    await must(change(to('', '', 'self')));
    expect((await kubectl(['get', 'configmap', 'hitless-ca', '-n', system])).err).toContain('not found');
    await keepsBundles();
  });
});

describe('caBundles that the pods keep', () => {
  const patched = (text: string, ...more: string[]) => kubectl(['patch', configuration, '-p', bundles(text), ...more]);

  it('may be changed by the pods alone', async () => {
    const { err } = await patched('T1RIRVI=');
    expect(err).toMatch(/the caBundles of this webhook configuration are managed by the hitless pods/);
    const without = [0, 1].map((index) => ({ op: 'remove', path: `/webhooks/${index}/clientConfig/caBundle` }));
    const { code } = await kubectl(['patch', configuration, '--type=json', '-p', JSON.stringify(without)]);
    expect(code).toBe(1);
    await keepsBundles();
    await must(patched('Q0Ey', `--as=system:serviceaccount:${system}:hitless`));
    await must(patched('Q0E=', `--as=system:serviceaccount:${system}:hitless`));
  });

  it('are in nobody’s way: all the rest may be changed, and entries removed', async () => {
    const rest = [
      { op: 'replace', path: '/webhooks/0/timeoutSeconds', value: 9 },
      { op: 'remove', path: '/webhooks/1' },
    ];
    await must(kubectl(['patch', configuration, '--type=json', '--dry-run=server', '-p', JSON.stringify(rest)]));
  });

  it('may be changed by everybody when the chart is told so', async () => {
    await must(upgrade('--server-side=auto', '--set', 'certificates.protectCaBundle=false'));
    await expect.poll(async () => (await patched('T1RIRVI=')).code, { timeout: 30_000 }).toBe(0);
    await must(patched('Q0E='));
  });
});

describe('with failurePolicy Fail and nobody to answer, which shows who is called', () => {
  const called = /failed calling webhook "enforce\.hitless\.dev"/;

  beforeAll(async () => {
    await must(upgrade('--server-side=auto', '--set', 'webhook.failurePolicy=Ignore'));
    const annotated = ['annotate', 'deployment', '-n', shop];
    for (const name of ['plain', 'opted-out', 'holds', 'leaves'])
      await must(kubectl(['create', 'deployment', name, ...bare, '-n', shop]));
    await must(kubectl([...annotated, 'opted-out', 'hitless.dev/mode=off']));
    await must(kubectl([...annotated, 'holds', 'hitless.dev/mode=off', 'hitless.dev/injected={}']));
    await must(kubectl(['patch', 'deployment', 'leaves', '-n', shop, ...finalizers('example.com/wait')]));
    await must(kubectl(['delete', 'deployment', 'leaves', '-n', shop, '--wait=false']));
    await must(upgrade('--server-side=auto', '--set', 'webhook.failurePolicy=Fail'));
    const tried = ['create', 'deployment', 'tried', '--image=web', '-n', shop, '--dry-run=server'];
    await until(async () => called.test((await kubectl(tried)).err));
  }, 120_000);

  it.each<[string, boolean, string[], string?]>([
    ['a new Deployment', true, ['create', 'deployment', 'new', '--image=web']],
    ['a new template', true, ['set', 'image', 'deployment/plain', '*=other']],
    ['a new label', true, ['label', 'deployment', 'plain', 'a=b']],
    ['an annotation of ours', true, ['annotate', 'deployment', 'plain', 'hitless.dev/min-ready-seconds=5']],
    ['an annotation of somebody else', true, ['annotate', 'deployment', 'plain', 'example.com/a=b']],
    ['our record, taken away', true, ['annotate', 'deployment', 'holds', 'hitless.dev/injected-']],
    ['an opted-out Deployment that holds something of ours', true, ['set', 'image', 'deployment/holds', '*=other']],
    ['a Deployment that opts in again', true, ['annotate', 'deployment', 'opted-out', 'hitless.dev/mode-']],
    ['a rollout restart', true, ['rollout', 'restart', 'deployment/plain']],
    ['an opted-out Deployment', false, ['set', 'image', 'deployment/opted-out', '*=other']],
    ['a finalizer', false, ['patch', 'deployment', 'plain', ...finalizers('example.com/a')]],
    ['a finalizer with a label', true, ['patch', 'deployment', 'plain', ...merge({ labels: { a: 'b' } })]],
    ['a finalizer with an annotation', true, ['patch', 'deployment', 'plain', ...merge({ annotations: { a: 'b' } })]],
    ['a finalizer with another spec', true, ['patch', 'deployment', 'plain', ...merge({}, { paused: true })]],
    ['a number of replicas by the scale subresource', false, ['scale', 'deployment', 'plain', '--replicas=3']],
    ['a Deployment that is being deleted', false, ['label', 'deployment', 'leaves', 'a=b']],
    ['a deletion', false, ['delete', 'deployment', 'plain']],
  ])('%s: called %s', async (_, isCalled, args) => {
    // scale and set know the flag, rollout restart does not: it fails before anything is written
    const dryRun = args[0] === 'rollout' ? [] : ['--dry-run=server'];
    const { code, err } = await kubectl([...args, '-n', shop, ...dryRun]);
    expect(called.test(err), err).toBe(isCalled);
    expect(code === 0, err).toBe(!isCalled);
  });

  it('calls for one that is applied again as it is: that is how people look', async () => {
    const live = await must(kubectl(['get', 'deployment', 'plain', '-n', shop, '-o', 'json']));
    expect((await kubectl(['replace', '--dry-run=server', '-f', '-'], live)).err).toMatch(called);
  });

  it.each([
    'kube-system',
    'kube-public',
    'kube-node-lease',
    system,
  ])('never calls for %s, whatever its label', async (namespace) => {
    await must(kubectl(['label', 'namespace', namespace, 'hitless.dev/mode=enforce']));
    try {
      await must(kubectl(['create', 'deployment', 'web', '--image=web', '-n', namespace, '--dry-run=server']));
    } finally {
      await must(kubectl(['label', 'namespace', namespace, 'hitless.dev/mode-']));
    }
  });

  it('never calls for a namespace that did not opt in', async () => {
    await must(kubectl(['create', 'deployment', 'web', '--image=web', '-n', 'default', '--dry-run=server']));
  });
});

describe('uninstalled', () => {
  it('leaves the kinds and the policies that people wrote, and blocks nobody', async () => {
    const policy = {
      apiVersion: 'hitless.dev/v1alpha1',
      kind: 'RolloutPolicy',
      metadata: { name: 'ours', namespace: shop },
    };
    await must(kubectl(['create', '-f', '-'], JSON.stringify(policy)));
    await must(helm(['uninstall', 'hitless', '-n', system, '--no-hooks']));
    expect(await get('rolloutpolicy/ours', '{.metadata.name}', shop)).toBe('ours');
    await must(kubectl(['create', 'deployment', 'after', ...bare, '-n', shop]));
  });

  it('leaves nothing else', async () => {
    const kinds =
      'mutatingwebhookconfigurations,validatingadmissionpolicies,validatingadmissionpolicybindings,clusterroles,clusterrolebindings,roles,rolebindings,deployments,services,serviceaccounts,configmaps,poddisruptionbudgets,networkpolicies';
    const left = await must(kubectl(['get', kinds, '-A', '-l', 'app.kubernetes.io/name=hitless', '-o', 'name']));
    expect(left).toBe('');
    const secrets = await must(kubectl(['get', 'secrets', '-n', system, '-o', 'name']));
    expect(secrets).toBe('');
  });

  it('can be installed again under another name, when helm may take over the kinds that stayed', async () => {
    const other = (name: string, ...how: string[]) => helm(['install', name, chart, '-n', system, ...nowhere, ...how]);
    expect((await other('other')).err).toMatch(/exists and cannot be imported/);
    for (const name of ['other', 'hitless']) {
      await must(other(name, '--take-ownership'));
      await must(helm(['uninstall', name, '-n', system, '--no-hooks']));
    }
  }, 60_000);

  it('can be installed again over the kinds that stayed, and takes them along when asked', async () => {
    await must(helm(['install', 'hitless', chart, '-n', system, ...nowhere, '--set', 'crds.keep=false']));
    await must(helm(['uninstall', 'hitless', '-n', system, '--no-hooks']));
    await must(kubectl(['wait', '--for=delete', '--timeout=20s', ...crds.map((name) => `crd/${name}`)]));
  });
});

function upgrade(...args: readonly string[]) {
  return helm(['upgrade', 'hitless', chart, '-n', system, '--reuse-values', ...args]);
}

function get(object: string, path: string, namespace = system): Promise<string> {
  return must(kubectl(['get', object, '-n', namespace, '-o', `jsonpath=${path}`]));
}

function bundles(caBundle: string): string {
  const names = ['enforce.hitless.dev', 'audit.hitless.dev'];
  return JSON.stringify({ webhooks: names.map((name) => ({ name, clientConfig: { caBundle } })) });
}

async function keepsBundles(): Promise<void> {
  expect(await get(configuration, '{.webhooks[*].clientConfig.caBundle}')).toBe('Q0E= Q0E=');
}

function finalizers(...names: readonly string[]): string[] {
  return ['--type=merge', '-p', JSON.stringify({ metadata: { finalizers: names } })];
}

function merge(metadata: object, spec = {}): string[] {
  return ['--type=merge', '-p', JSON.stringify({ metadata: { finalizers: ['example.com/a'], ...metadata }, spec })];
}

/** API servers learn of a changed configuration a moment later. */
function settled(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 1_500));
}
