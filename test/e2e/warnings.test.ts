// What people read when they write to a cluster: whose warning it is, what audit promises, a Service that comes later, labels that opt
// into nothing, and a client that never stops dropping our fields. The webhook runs from its sources; no pod needs to run.

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { kubectl, must, needCluster } from '../support/e2e/kubectl.ts';
import { until } from '../support/e2e/release.ts';
import { render } from '../support/helm.ts';
import { callPlain, type Running, start, stop } from '../support/process.ts';

const name = `hitless-warned-${process.pid}`;
const labelKey = 'hitless.dev/mode';
const ending: (() => unknown)[] = [];
afterAll(async () => {
  for (const end of ending.splice(0).reverse()) await end();
}, 60_000);

let running: Running;

const webhook = (mode: 'enforce' | 'audit') => ({
  name: `${mode}.hitless.dev`,
  admissionReviewVersions: ['v1'],
  clientConfig: {
    url: `https://localhost:${running.port}/mutate/${mode}`,
    caBundle: Buffer.from(running.ca).toString('base64'),
  },
  namespaceSelector: {
    matchLabels: { [labelKey]: mode },
    matchExpressions: [{ key: 'kubernetes.io/metadata.name', operator: 'In', values: [name] }],
  },
  rules: [{ apiGroups: ['apps'], apiVersions: ['v1'], resources: ['deployments'], operations: ['CREATE', 'UPDATE'] }],
  sideEffects: 'None',
  reinvocationPolicy: 'IfNeeded',
  failurePolicy: 'Fail',
});

const created = (kind: string, apiVersion: string, rest: object) =>
  must(kubectl(['apply', '-f', '-'], JSON.stringify({ apiVersion, kind, metadata: { name }, ...rest })));

beforeAll(async () => {
  needCluster();
  running = await start({ flags: ['--cluster'], environment: { KUBECONFIG: process.env.KUBECONFIG ?? '' } });
  ending.push(() => stop(running));
  await until(async () => (await callPlain(running, '/readyz')).body === 'ok\n');
  await created('Namespace', 'v1', {});
  ending.push(() => kubectl(['delete', 'namespace', name, '--wait=false']));
  await created('MutatingWebhookConfiguration', 'admissionregistration.k8s.io/v1', {
    webhooks: [webhook('enforce'), webhook('audit')],
  });
  ending.push(() => kubectl(['delete', 'mutatingwebhookconfiguration', name]));
}, 60_000);

const label = (value: string) => kubectl(['label', 'namespace', name, `${labelKey}=${value}`, '--overwrite']);

function web(
  deployment: string,
  { image = 'app:1', ports = [{ containerPort: 8080 }] }: { image?: string; ports?: object[] } = {},
) {
  const labels = { app: deployment };
  const container = { name: 'web', image, ports };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: deployment, namespace: name },
    spec: {
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [container] } },
    },
  };
}

const serviceOf = (deployment: string) => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: deployment, namespace: name },
  spec: { selector: { app: deployment }, ports: [{ port: 80, targetPort: 8080 }] },
});
const list = (...items: object[]) => JSON.stringify({ apiVersion: 'v1', kind: 'List', items });
const apply = (...objects: object[]) => kubectl(['apply', '-f', '-'], list(...objects));
const warnings = ({ err }: { err: string }) => err.split('\n').filter((line) => line.startsWith('Warning: hitless'));

/** What hitless says of a Deployment that is not written. */
async function tried(): Promise<string> {
  return (await kubectl(['apply', '--dry-run=server', '-f', '-'], JSON.stringify(web('tried')))).err;
}

/** API servers go by a label that has changed a moment later. */
async function optIn(mode: 'enforce' | 'audit'): Promise<void> {
  await must(label(mode));
  const said = mode === 'enforce' ? ': patched' : ': would patch';
  await until(async () => (await tried()).includes(said));
}

async function optOut(): Promise<void> {
  await must(kubectl(['label', 'namespace', name, `${labelKey}-`]));
  await until(async () => !(await tried()).includes('patch'));
}

/** Applied until nothing is said of a missing Service: the watch has to hear of it. */
const seenService = (deployment: string) => async () => {
  const { err } = await kubectl(
    ['apply', '--dry-run=server', '-f', '-'],
    JSON.stringify(web(deployment, { image: 'app:x' })),
  );
  return err;
};

describe('in a namespace that enforces', () => {
  beforeAll(() => optIn('enforce'));

  it('every warning names its object, so that kubectl merges none', async () => {
    const said = warnings(await apply(web('one'), web('other')));
    for (const deployment of ['one', 'other'])
      expect(said).toContain(
        `Warning: hitless ${name}/${deployment}: patched (pre-stop-sleep): preStop sleep of 10 s in web`,
      );
  });

  it('a Deployment before its Service is told why it has no probe, and gets it with its next template', async () => {
    const said = warnings(await apply(web('early'), serviceOf('early')));
    expect(said).toContainEqual(
      expect.stringContaining(
        `hitless ${name}/early: wrote no readinessProbe in web (readiness-probe): no Service selects these pods yet.`,
      ),
    );
    await expect.poll(seenService('early'), { timeout: 30_000 }).toContain('patched (readiness-probe)');
    expect(warnings(await apply(web('early'))).join()).not.toContain('no Service selects');
    await must(kubectl(['rollout', 'restart', 'deployment/early', '-n', name]));
    const probe = '{.spec.template.spec.containers[0].readinessProbe.tcpSocket.port}';
    expect(await must(kubectl(['get', 'deployment', 'early', '-n', name, '-o', `jsonpath=${probe}`]))).toBe('8080');
  });

  it('the first rollout with a sleep says that it replaces pods without one, and the second does not', async () => {
    await optOut();
    await must(apply(web('old')));
    const pods = ['get', 'deployment', 'old', '-n', name, '-o', 'jsonpath={.status.replicas}'];
    await expect.poll(() => must(kubectl(pods)), { timeout: 15_000 }).toBe('1');
    await optIn('enforce');
    const roll = (image: string) => apply(web('old', { image }));
    expect(warnings(await roll('app:2')).join('\n')).toContain('this rollout still replaces pods that have no sleep');
    expect(warnings(await roll('app:3')).join('\n')).not.toContain('this rollout');
  });

  it('a client that drops our fields again and again is named once, and nothing rolls', async () => {
    await must(apply(web('fought')));
    const generation = () =>
      must(kubectl(['get', 'deployment', 'fought', '-n', name, '-o', 'jsonpath={.metadata.generation}']));
    const templates = () => must(kubectl(['get', 'replicasets', '-n', name, '-l', 'app=fought', '-o', 'name']));
    await expect.poll(templates, { timeout: 15_000 }).toMatch(/^\S+\n$/);
    const [before, replicaSets] = [await generation(), await templates()];
    for (let time = 0; time < 12; time += 1) await must(kubectl(['replace', '-f', '-'], JSON.stringify(web('fought'))));
    const told = running.lines().filter(({ message }) => message.includes('again and again'));
    expect(told).toMatchObject([{ level: 'warn', kind: 'Deployment', namespace: name, name: 'fought', times: 10 }]);
    expect(told[0]?.manager).toBe('kubectl-replace');
    expect(told[0]?.user).toMatch(/./);
    expect(await templates()).toBe(replicaSets);
    expect(Number(await generation())).toBeGreaterThanOrEqual(Number(before));
    expect((await callPlain(running, '/metrics')).body).toMatch(
      /^hitless_corrections_total\{frequency="repeated"\} 3$/m,
    );
  }, 60_000);
});

it('in audit, nothing is promised', async () => {
  await optIn('audit');
  const created = warnings(await apply(web('audited')));
  expect(created).toContain(
    `Warning: hitless ${name}/audited: would patch (pre-stop-sleep): preStop sleep of 10 s in web`,
  );
  const later = warnings(await kubectl(['label', 'deployment', 'audited', '-n', name, 'team=shop']));
  expect(later).toContain(
    `Warning: hitless ${name}/audited: would patch (pre-stop-sleep), but only when the pod template changes: preStop sleep of 10 s in web`,
  );
  for (const line of [...created, ...later]) expect(line).not.toMatch(/: patched|waits for|: wrote/);
});

describe('labels that opt into nothing', () => {
  beforeAll(async () => {
    const others = ['rbac.admissionPolicy=false', 'certificates.protectCaBundle=false'].flatMap((one) => [
      '--set',
      one,
    ]);
    const policies = ['validatingadmissionpolicy', 'validatingadmissionpolicybinding'].flatMap((file) => [
      '--show-only',
      `templates/${file}.yaml`,
    ]);
    const { out, err } = render(...others, ...policies);
    expect(err).toBe('');
    await must(kubectl(['apply', '-f', '-'], out));
    ending.push(() => kubectl(['delete', '-f', '-'], out));
    // API servers take a policy up within seconds. kubectl does not send a label that is there already.
    let tries = 0;
    await until(async () => {
      tries += 1;
      return (await label(`nothing-${tries}`)).err.includes(`hitless.dev/mode is "nothing-${tries}"`);
    });
  }, 60_000);

  it('are found by policies that API servers have nothing to say about', async () => {
    for (const policy of ['hitless-opt-ins', 'hitless-not-called']) {
      const read = async () =>
        JSON.parse(await must(kubectl(['get', 'validatingadmissionpolicy', policy, '-o', 'json'])));
      await expect.poll(async () => (await read()).status?.observedGeneration, { timeout: 20_000 }).toBe(1);
      expect((await read()).status.typeChecking ?? {}).toEqual({});
    }
  }, 60_000);

  it('are warned of when they are written, and again with each Deployment', async () => {
    const { err } = await label('enforced');
    expect(err).toContain(
      `namespace ${name}: hitless.dev/mode is "enforced", so hitless is not called there: write enforce or audit, or remove the label`,
    );
    const said = await apply(web('uncalled'));
    expect(said.code).toBe(0);
    expect(said.err).toContain(
      `hitless is not called for ${name}/uncalled: the label hitless.dev/mode of its namespace is "enforced"; enforce and audit opt in`,
    );
  });

  it('are named in the log, and counted', async () => {
    const told = () => running.lines().filter((line) => line.namespace === name && 'mistake' in line);
    await expect.poll(() => told().at(-1)?.mistake, { timeout: 30_000 }).toMatch(/did you mean enforce\?$/);
    expect((await callPlain(running, '/metrics')).body).toMatch(/^hitless_mistaken_opt_ins [1-9]/m);
  });

  it('in other places are warned of as well, and the right one is not', async () => {
    expect((await label('off')).err).toBe('');
    expect((await apply(web('opted-out'))).err).toBe('');
    expect((await label('audit')).err).toBe('');
    await must(kubectl(['label', 'namespace', name, `${labelKey}-`]));
    const other = await kubectl(['label', 'namespace', name, 'hitless.io/mode=audit']);
    expect(other.err).toContain('the label hitless.io/mode is not read; did you mean hitless.dev/mode?');
    await must(kubectl(['label', 'namespace', name, 'hitless.io/mode-']));
    for (const key of ['hitless.dev/mdoe', 'hitless.dev-mode']) {
      const misspelt = await kubectl(['label', 'namespace', name, `${key}=audit`]);
      expect(misspelt.err).toContain(`the label ${key} is not read; did you mean hitless.dev/mode?`);
      await must(kubectl(['label', 'namespace', name, `${key}-`]));
    }
    for (const label of ['nohitless.com/mode=enforce', 'hitless-restart.example.com/mode=on', 'hitless.io/mode=fast']) {
      expect((await kubectl(['label', 'namespace', name, label])).err).toBe('');
    }
    const annotated = await kubectl(['annotate', 'namespace', name, `${labelKey}=enforce`]);
    expect(annotated.err).toContain('the annotation hitless.dev/mode opts nothing in');
    expect((await label('enforce')).err).toBe('');
  });
});
