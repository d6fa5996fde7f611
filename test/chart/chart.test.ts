// The chart without a cluster: what it renders, what it refuses, and that it agrees with the code.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse, parseAllDocuments, stringify } from 'yaml';
import { crd, crdFiles } from '../../scripts/crds.ts';
import { valueRows } from '../../scripts/values.ts';
import { isNeighbour, kinds, resourceIn, resources, watchedKinds } from '../../src/cluster/cache/kinds.ts';
import { type ApiResource, apiResources, collectionOf } from '../../src/cluster/client/resources.ts';
import { templateHistories } from '../../src/cluster/template-times.ts';
import { rulesFor } from '../../src/cluster/webhook-rules.ts';
import { metricRows } from '../../src/server/metric-rows.ts';
import { settingRows } from '../../src/settings/settings.ts';
import { patchableKinds, workloadKinds } from '../../src/workload/kinds/kinds.ts';
import { cases, chart, helm, helmPath, render, valuesOf } from '../support/helm.ts';
import { hitless } from '../support/hitless.ts';

const read = (name: string) => readFileSync(join(chart, name), 'utf8');

// biome-ignore lint/suspicious/noExplicitAny: manifests and schemas of every kind
type Any = any;

function documentsOf(text: string): Any[] {
  return parseAllDocuments(text, { version: '1.1' }).map((document) => document.toJS());
}

/** Not the policy that limits everybody else, nor those that only warn. */
const isOfAccount = ({ metadata }: Any) => !/-(?:protection|opt-ins|not-called)$/.test(metadata.name);
const onlyWarns = ({ metadata }: Any) => /-(?:opt-ins|not-called)$/.test(metadata.name);

/** They are long, and compared with the code elsewhere. */
function withoutCrds(text: string): string {
  return text
    .split(/^---\n/m)
    .filter((part) => !part.includes('kind: CustomResourceDefinition'))
    .join('---\n');
}

describe('the webhook of the chart, as it was rendered', () => {
  it.each(cases)('is called for the kinds that hitless can patch, as far as the value has them: %s', (name) => {
    const { webhook } = parse(readFileSync(valuesOf(name), 'utf8')) as { webhook?: { workloads?: readonly string[] } };
    const kinds = patchableKinds().filter(({ resource }) => webhook?.workloads?.includes(resource) ?? true);
    const documents = documentsOf(read(join('../../test/chart', name, 'expected.yaml')));
    const { webhooks } = documents.find(({ kind }) => kind === 'MutatingWebhookConfiguration');
    expect(webhooks).not.toEqual([]);
    for (const { rules } of webhooks) expect(rules).toEqual(rulesFor(kinds));
  });
});

const absent = helmPath === undefined ? ' (skipped: no helm on the PATH; HELM may name one)' : '';

describe.skipIf(helmPath === undefined)(`the chart${absent}`, () => {
  it.each(cases)('renders %s as in its folder', async (name) => {
    const { out, err } = render('--values', valuesOf(name));
    expect(err).toBe('');
    await expect(withoutCrds(out)).toMatchFileSnapshot(join(import.meta.dirname, name, 'expected.yaml'));
  });

  it.each(cases)('has nothing that helm lint would mend: %s', (name) => {
    const { code, out, err } = helm(['lint', '--strict', chart, '--values', valuesOf(name)]);
    expect(code, out + err).toBe(0);
  });

  it.each(cases)('passes our own check: %s', async (name) => {
    const { out } = render('--values', valuesOf(name));
    const checked = await hitless(['check', '--fail-on', 'note', '-'], out);
    expect({ code: checked.code, err: checked.err }, checked.out).toEqual({ code: 0, err: '' });
    expect(checked.out).toMatch(/^1 Deployment in 1 file: nothing found/);
  });

  it.each(cases)('gives every object a name, the release as its mark, and a namespace or none: %s', (name) => {
    const clusterWide = /^Cluster|^CustomResource|^MutatingWebhook|^ValidatingAdmission|^Namespace$/;
    for (const { kind, metadata } of documentsOf(render('--values', valuesOf(name)).out)) {
      expect(metadata.labels['app.kubernetes.io/instance'], kind).toBe('hitless');
      // what the test may do in the namespace that exists only for it
      const home = metadata.namespace?.includes('-helm-test-') ? metadata.namespace : 'hitless-system';
      expect(metadata.namespace, kind).toBe(clusterWide.test(kind) ? undefined : home);
    }
  });

  it('brings the two kinds exactly as the code has them, kept by uninstall', () => {
    const crds = documentsOf(render().out).filter(({ kind }) => kind === 'CustomResourceDefinition');
    expect(crds.map(({ spec }) => spec)).toEqual([crd('ClusterRolloutPolicy').spec, crd('RolloutPolicy').spec]);
    for (const { metadata } of crds) expect(metadata.annotations).toEqual({ 'helm.sh/resource-policy': 'keep' });
  });

  it('makes a policy a hook only while the cluster does not know its kind', () => {
    const hookOf = (...args: string[]) =>
      documentsOf(render('--values', valuesOf('everything-on'), ...args).out)
        .filter(({ kind }) => kind === 'ClusterRolloutPolicy')
        .map(({ metadata }) => metadata.annotations['helm.sh/hook']);
    const known = 'hitless.dev/v1alpha1/ClusterRolloutPolicy';
    expect(hookOf()).toEqual(['post-install,post-upgrade', 'post-install,post-upgrade']);
    expect(hookOf('--api-versions', known)).toEqual([undefined, undefined]);
  });

  it('has no caBundle of its own, so that helm never takes away the one that the webhook wrote', () => {
    for (const name of ['by-default', 'with-cert-manager'])
      expect(render('--values', valuesOf(name)).out).not.toMatch(/^ *caBundle:/m);
  });

  it.each([
    ['certificates of its own', [], 3],
    ['certificates of its own, but no such policy wanted', ['rbac.admissionPolicy=false'], 0],
    ['certificates of somebody else', ['certificates.mode=cert-manager'], 1],
    ['no status of policies', ['certificates.mode=cert-manager', 'policyStatus.enabled=false'], 0],
    ['rights from somebody else, which may be more', ['rbac.create=false'], 3],
  ])('limits what its account may write by policies that are bound: %s', (_, sets, count) => {
    const documents = documentsOf(render(...sets.flatMap((one) => ['--set', one])).out);
    const policies = documents.filter(({ kind }) => kind === 'ValidatingAdmissionPolicy').filter(isOfAccount);
    const bindings = documents.filter(({ kind }) => kind === 'ValidatingAdmissionPolicyBinding').filter(isOfAccount);
    expect(policies).toHaveLength(count);
    expect(bindings.map(({ spec }) => spec)).toEqual(
      policies.map(({ metadata }) => ({ policyName: metadata.name, validationActions: ['Deny'] })),
    );
  });

  it.each([
    ['certificates of its own', 'certificates.mode=self', true],
    ['certificates of its own, unprotected', 'certificates.protectCaBundle=false', false],
    ['certificates of somebody else', 'certificates.mode=cert-manager', false],
  ])('refuses changes of the caBundles by a policy that is bound, where the pods keep them: %s', (_, set, found) => {
    const documents = documentsOf(render('--set', set).out).filter((one) => !isOfAccount(one) && !onlyWarns(one));
    const kinds = documents.map(({ kind }) => kind).filter((kind) => kind.startsWith('ValidatingAdmission'));
    expect(kinds).toEqual(found ? ['ValidatingAdmissionPolicy', 'ValidatingAdmissionPolicyBinding'] : []);
  });

  it('warns of labels that opt into nothing, unless that is switched off', () => {
    const found = (...args: string[]) => documentsOf(render(...args).out).filter(onlyWarns);
    const bindings = found().filter(({ kind }) => kind === 'ValidatingAdmissionPolicyBinding');
    expect(bindings.map(({ spec }) => spec)).toEqual(
      ['hitless-opt-ins', 'hitless-not-called'].map((policyName) => ({ policyName, validationActions: ['Warn'] })),
    );
    expect(found('--set', 'webhook.warnOnWrongLabels=false')).toEqual([]);
  });

  const sentBy = (...args: string[]) => {
    const documents = documentsOf(render(...args).out);
    const { webhooks } = documents.find(({ kind }) => kind === 'MutatingWebhookConfiguration');
    const { spec } = documents.find(
      ({ kind, metadata }) => kind === 'ValidatingAdmissionPolicy' && metadata.name === 'hitless-not-called',
    );
    const role = documents.find(({ kind, metadata }) => kind === 'ClusterRole' && metadata.name === 'hitless');
    const kindsIn = (rules: readonly Any[]) =>
      rules.flatMap(({ apiGroups: [group], resources: all }) => all.map((one: string) => `${group} ${one}`));
    return {
      called: webhooks.map(({ rules }: Any) => kindsIn(rules)),
      warned: kindsIn(spec.matchConstraints.resourceRules),
      counted: kindsIn(role.rules.filter(({ verbs }: Any) => `${verbs}` === 'list')),
    };
  };

  it.each([
    ['{rollouts,deployments}', ['apps deployments', 'argoproj.io rollouts']],
    ['{statefulsets,daemonsets}', ['apps statefulsets', 'apps daemonsets']],
    ['{rollouts}', ['argoproj.io rollouts']],
    ['null', patchableKinds().map(({ group, resource }) => `${group} ${resource}`)],
  ])('calls, warns and counts for the kinds of webhook.workloads, and no others: %s', (value, kinds) => {
    const { called, warned, counted } = sentBy('--set', `webhook.workloads=${value}`);
    expect({ called, warned, counted }).toEqual({ called: [kinds, kinds], warned: kinds, counted: kinds });
  });

  it('lets the guard of helm uninstall look at every kind that may hold injections, whatever is sent now', () => {
    const { rules } = documentsOf(render('--set', 'webhook.workloads={deployments}').out).find(
      ({ kind, metadata }) => kind === 'ClusterRole' && metadata.name === 'hitless-uninstall-guard',
    );
    const listed = rules.flatMap(({ apiGroups: [group], resources: all, verbs }: Any) =>
      all.map((one: string) => `${verbs} ${group} ${one}`),
    );
    expect(listed).toEqual(patchableKinds().map(({ group, resource }) => `list ${group} ${resource}`));
  });

  it('limits the account that the pods have, whatever its name, in the objects that it may write', () => {
    const named = ['serviceAccount.create=false', 'serviceAccount.name=ours', 'certificates.secretName=pair'];
    const documents = documentsOf(render(...named.flatMap((one) => ['--set', one])).out);
    const account = "request.userInfo.username == 'system:serviceaccount:hitless-system:ours'";
    const written = documents
      .filter(({ kind }) => kind === 'Role' || kind === 'ClusterRole')
      .flatMap(({ rules }) => rules)
      .filter(({ verbs }) => verbs.includes('patch') && !verbs.includes('deletecollection'))
      // by the path of a status nothing else can be written
      .filter(({ resources: all }) => !all.every((one: string) => one.endsWith('/status')));
    const limited = documents
      .filter(({ kind }) => kind === 'ValidatingAdmissionPolicy')
      .filter(isOfAccount)
      .map(({ spec }) => {
        expect(spec.matchConditions[0].expression).toBe(account);
        expect(spec.failurePolicy).toBe('Fail');
        const { resources, resourceNames } = spec.matchConstraints.resourceRules[0];
        return { resources, resourceNames };
      });
    expect(written.map(({ resources, resourceNames }) => ({ resources, resourceNames }))).toEqual(limited);
  });

  describe('with a scan', () => {
    const withScan = (...sets: string[]) =>
      documentsOf(render(...['scan.enabled=true', ...sets].flatMap((one) => ['--set', one])).out);
    const roleIn = (documents: Any[], kind: string) =>
      documents.find(({ kind: found, metadata }) => found === kind && metadata.name === 'hitless-scan');
    const rightsIn = (documents: Any[], kind: string, verb: string) =>
      roleIn(documents, kind).rules.flatMap(({ apiGroups: [group], resources: all, verbs }: Any) =>
        verbs.includes(verb) ? all.map((one: string) => `${group} ${one}`) : [],
      );

    it('may list every kind that is judged, what dates its templates, and what stands around it', () => {
      const listed = rightsIn(withScan(), 'ClusterRole', 'list');
      for (const { group, resource } of [...workloadKinds(), ...templateHistories])
        expect(listed).toContain(`${group} ${resource}`);
      for (const kind of kinds) {
        const { group, resource } = Object.values(apiResources).find(
          (one) => collectionOf(one) === resourceIn(kind).path,
        ) as ApiResource;
        expect(listed).toContain(`${group} ${resource}`);
      }
    });

    it('writes reports of its own name and one ConfigMap, and is held to that by policies that are bound', () => {
      const documents = withScan();
      const written = ['ClusterRole', 'Role'].flatMap((kind) =>
        roleIn(documents, kind)
          .rules.filter(({ verbs }: Any) => verbs.some((verb: string) => /patch|update|delete/.test(verb)))
          .map(({ resources: all, resourceNames }: Any) => [...all, ...resourceNames].join()),
      );
      expect(written).toEqual(['reports,hitless', 'policyreports,hitless', 'configmaps,hitless-scan']);
      const account = "request.userInfo.username == 'system:serviceaccount:hitless-system:hitless-scan'";
      const policies = documents.filter(
        ({ kind, spec }) =>
          kind === 'ValidatingAdmissionPolicy' &&
          spec.matchConditions?.some(({ expression }: Any) => expression === account),
      );
      const bound = documents.filter(({ kind }) => kind === 'ValidatingAdmissionPolicyBinding');
      expect(policies.map(({ metadata }) => metadata.name)).toEqual(['hitless-scan-record', 'hitless-reports']);
      for (const { metadata } of policies)
        expect(bound.find(({ spec }) => spec.policyName === metadata.name)?.spec.validationActions).toEqual(['Deny']);
    });

    it('has flags that the command knows, for what is there', async () => {
      const documents = withScan();
      const { args } = documents.find(({ kind }) => kind === 'CronJob').spec.jobTemplate.spec.template.spec
        .containers[0];
      expect(args).toContain('--owner=clusterrole/hitless-scan');
      expect((await hitless([...args, '--help'])).code).toBe(0);
      const webhook = documents.find(({ kind }) => kind === 'Deployment').spec.template.spec.containers[0].args;
      expect(webhook).toContain('--scan-record=hitless-system/hitless-scan');
      expect(roleIn(documents, 'ConfigMap')).toBeDefined();
    });

    it('is owned by the webhook configuration where its rights come from somebody else', () => {
      const { args } = withScan('rbac.create=false').find(({ kind }) => kind === 'CronJob').spec.jobTemplate.spec
        .template.spec.containers[0];
      expect(args).toContain('--owner=mutatingwebhookconfiguration/hitless');
    });

    it('has no more names than a CronJob may have', () => {
      const long = 'a'.repeat(50);
      for (const { kind, metadata } of withScan(`fullnameOverride=${long}`))
        if (kind === 'CronJob') expect(metadata.name.length).toBeLessThanOrEqual(52);
    });

    it('leaves no trace while it is off', () => {
      expect(render().out).not.toMatch(/scan/);
    });
  });

  it('has rights, a Lease and a flag for the status of policies, and none of them without', () => {
    const tracesIn = (...args: string[]) => {
      const { out } = render(...args);
      const role = documentsOf(out).find(({ kind, metadata }) => kind === 'ClusterRole' && metadata.name === 'hitless');
      return {
        lines: out.split('\n').filter((line) => /leases|\/status|kind: Lease|policy-status/.test(line)).length,
        lists: role.rules.flatMap(({ resources }: { resources: string[] }) => resources).includes('deployments'),
      };
    };
    expect(tracesIn().lines).toBeGreaterThan(4);
    expect(tracesIn().lists).toBe(true);
    expect(tracesIn('--set', 'policyStatus.enabled=false')).toEqual({ lines: 0, lists: false });
  });

  it('lets the pods list every kind of workload that policies select', () => {
    const { rules } = documentsOf(render().out).find(
      ({ kind, metadata }) => kind === 'ClusterRole' && metadata.name === 'hitless',
    );
    const listed = rules.flatMap(({ apiGroups: [group], resources: all, verbs }: Any) =>
      verbs.includes('list') ? all.map((one: string) => `${group} ${one}`) : [],
    );
    for (const { group, resource } of patchableKinds()) expect(listed).toContain(`${group} ${resource}`);
  });

  it('lets teams read what rules them, and write only their own policies, without their status', () => {
    const rulesOf = (...args: string[]) =>
      documentsOf(render(...args).out)
        .filter(({ kind, metadata }) => kind === 'ClusterRole' && /-policies-/.test(metadata.name))
        .map(({ metadata, rules: [{ resources, verbs }] }) => [metadata.name, resources, verbs[0]]);
    const all = [
      ['hitless-policies-edit', ['rolloutpolicies'], 'create'],
      ['hitless-policies-view', ['rolloutpolicies', 'clusterrolloutpolicies'], 'get'],
      ['hitless-cluster-policies-view', ['clusterrolloutpolicies'], 'get'],
    ];
    expect(rulesOf()).toEqual(all);
    expect(rulesOf('--set', 'rbac.clusterPolicyReaders=null')).toEqual(all.slice(0, 2));
  });

  describe('for every kind around a workload that hitless watches', () => {
    const optional = watchedKinds.filter(isNeighbour);
    const keyFor = (kind: (typeof optional)[number]) =>
      Object.keys(parse(read('values.yaml')).watch).find((key) =>
        resources[kind].path.endsWith(`/${key.toLowerCase()}`),
      );
    const given = (...args: string[]) => {
      const documents = documentsOf(render(...args).out);
      const { rules } = documents.find(({ kind, metadata }) => kind === 'ClusterRole' && metadata.name === 'hitless');
      const { args: flags } = documents.find(({ kind }) => kind === 'Deployment').spec.template.spec.containers[0];
      return {
        rights: rules.flatMap(({ apiGroups, resources, verbs }: Any) =>
          resources.map((one: string) => `${apiGroups[0]}/${one} ${verbs.toSorted()}`),
        ),
        flag: flags.find((flag: string) => flag.startsWith('--ignore-kinds')),
      };
    };
    const rightOf = (kind: (typeof optional)[number]) => {
      const { group, resource } = Object.values(apiResources).find(
        (one) => collectionOf(one) === resources[kind].path,
      ) as ApiResource;
      return `${group}/${resource} list,watch`;
    };

    it('has a value, and the right while that is not false', () => {
      const all = given();
      expect(all.flag).toBeUndefined();
      for (const kind of optional) expect(all.rights).toContain(rightOf(kind));
      expect(optional.map(keyFor).toSorted()).toEqual(Object.keys(parse(read('values.yaml')).watch).toSorted());
    });

    it.each(optional)('takes the right for %s away with the watch', (kind) => {
      const without = given('--set', `watch.${keyFor(kind)}=false`);
      expect(without.flag).toBe(`--ignore-kinds=${kind}`);
      expect(without.rights).toEqual(given().rights.filter((right: string) => right !== rightOf(kind)));
    });

    it('may read no other CustomResourceDefinition than that of Rollouts', () => {
      const { rules } = documentsOf(render().out).find(
        ({ kind, metadata }) => kind === 'ClusterRole' && metadata.name === 'hitless',
      );
      const found = rules.filter(({ resources }: Any) => resources.includes('customresourcedefinitions'));
      expect(found.map(({ resourceNames }: Any) => resourceNames)).toEqual([['rollouts.argoproj.io']]);
    });

    it('leaves out several at once, and takes null for all', () => {
      const several = given('--set', 'watch.rollouts=false,watch.ingresses=false');
      expect(several.flag).toBe('--ignore-kinds=Ingress,Rollout');
      expect(given('--set', 'watch=null')).toEqual(given());
    });
  });

  it.each([
    ['an unknown key', 'replicaCount=3', /replicaCount/],
    ['a kind that cannot be left out', 'watch.services=false', /services/],
    ['a kind that is not patched', 'webhook.workloads={cronjobs}', /workloads/],
    ['a kind twice', 'webhook.workloads={rollouts,rollouts}', /workloads/],
    ['an unknown key further down', 'webhook.timeout=3', /timeout/],
    ['an unknown mode', 'mode=off', /mode/],
    ['a failurePolicy in lower case', 'webhook.failurePolicy=ignore', /failurePolicy/],
    ['a timeout that Kubernetes refuses', 'webhook.timeoutSeconds=31', /timeoutSeconds/],
    ['a text for a number', 'replicas=two', /replicas/],
    ['an unknown way to certificates', 'certificates.mode=vault', /mode/],
    ['a caBundle that is no PEM', 'certificates.caBundle=LS0t', /caBundle/],
    ['a digest that is none', 'image.digest=latest', /digest/],
    ['a policy without a spec', 'policies[0].name=default', /spec/],
    ['an unknown log level', 'logLevel=verbose', /logLevel/],
    ['a port that is none', 'ports.webhook=0', /webhook/],
    [
      'a tag in the repository, which has a value of its own',
      'image.repository=registry.example/hitless:1',
      /repository/,
    ],
    ['a schedule that is none', 'scan.schedule=hourly', /schedule/],
    ['a result that there is not', 'scan.results={warning}', /results/],
    ['a budget that stops every drain', 'podDisruptionBudget.maxUnavailable=0%', /maxUnavailable/],
    ['a namespace that there cannot be', 'webhook.excludedNamespaces={A_B}', /excludedNamespaces/],
    ['a name that no Service may have', 'fullnameOverride=1st', /fullnameOverride/],
    ['an issuer without a name', 'certificates.certManager.issuerRef.kind=ClusterIssuer', /issuerRef/],
    ['half a caBundle', 'certificates.caBundle=-----BEGIN CERTIFICATE----- MII', /caBundle/],
    ['one port for two things in the pod', 'ports.webhook=8080', /ports.webhook and ports.plain are both 8080/],
    ['one port for two things in the Service', 'service.port=8080', /service.port and ports.plain are both 8080/],
    [
      'fewer pods at most than at least',
      'autoscaling.enabled=true,autoscaling.minReplicas=9',
      /minReplicas is 9 and .* 6/,
    ],
    ['autoscaling with nothing to measure by', 'autoscaling.enabled=true,resources=null', /resources.requests.cpu/],
    [
      'two policies of one name',
      'policies[0].name=a,policies[0].spec.priority=1,policies[1].name=a,policies[1].spec.priority=2',
      /a, a/,
    ],
    [
      'mode secret without a Secret',
      'certificates.mode=secret',
      /set certificates.secretName to the name of your Secret/,
    ],
    [
      'names of client certificates without authorities',
      'clientCertificates.names={a}',
      /set configMapName or secretName/,
    ],
    [
      'authorities of client certificates from two places',
      'clientCertificates.configMapName=a,clientCertificates.secretName=b',
      /set only the one that holds the authorities/,
    ],
    ['a name of a client certificate that holds two', 'clientCertificates.names={a\\,b}', /names/],
    ["somebody else's service account without a name", 'serviceAccount.create=false', /serviceAccount.name/],
  ])('refuses %s', (_, setting, message) => {
    const { code, err } = render('--set', setting);
    expect(code).not.toBe(0);
    expect(err).toMatch(message);
  });

  it.each(['123', '1e3', 'true', 'a.b'])('takes every release name that helm takes: %s', (release) => {
    const options = ['priorityClassName=7', 'serviceAccount.name=8', 'certificates.secretName=9', 'nameOverride=5'];
    const sets = options.flatMap((one) => ['--set-string', one]);
    for (const { code, err, out } of [
      helm(['template', release, chart]),
      helm(['template', release, chart, ...sets]),
    ]) {
      expect(code, err).toBe(0);
      for (const { kind, metadata, spec } of documentsOf(out)) {
        expect(metadata.name, kind).toBeTypeOf('string');
        expect(metadata.name, kind).toMatch(kind === 'Service' ? /^[-a-z0-9]+$/ : /./);
        expect(metadata.labels['app.kubernetes.io/instance'], kind).toBe(release);
        if (kind !== 'Deployment') continue;
        expect(Object.values(spec.selector.matchLabels).map((value) => typeof value)).toEqual(['string', 'string']);
        expect(spec.template.spec.priorityClassName ?? '').toBeTypeOf('string');
        expect(spec.template.spec.serviceAccountName).toBeTypeOf('string');
      }
    }
  });

  it.each([
    'labels',
    'podLabels',
    'annotations',
    'podAnnotations',
    'watch',
    'watch.ingresses',
    'webhook.annotations',
    'webhook.excludedNamespaces',
    'webhook.workloads',
    'webhook.matchConditions',
    'clientCertificates.names',
    'networkPolicy.webhookFrom',
    'networkPolicy.metricsFrom',
    'resources',
    'policies',
  ])('takes null for nothing: %s', (value) => {
    expect(render('--set', `${value}=null`).err).toBe('');
  });

  it('refuses to be called for no kind at all', () => {
    const { code, err } = render('--set-json', 'webhook.workloads=[]');
    expect(code).not.toBe(0);
    expect(err).toMatch(/workloads/);
  });

  it.each([
    ['replicas=1', /With one replica, losing its node/],
    [
      'webhook.failurePolicy=Fail',
      /does not answer, deployments, statefulsets, daemonsets, rollouts in the namespaces/,
    ],
    ['webhook.failurePolicy=Fail,webhook.workloads={rollouts}', /does not answer, rollouts in the namespaces/],
    ['replicas=1,hostNetwork=true', /the webhook does not answer during its own rollouts/],
    [
      'replicas=0,webhook.failurePolicy=Fail',
      /With no replicas the webhook does not answer: .* refuses every workload/,
    ],
    ['replicas=2,autoscaling.enabled=true,autoscaling.minReplicas=1', /With one replica/],
  ])('says what is risky about %s', (set, said) => {
    expect(notes('--set', set)).toMatch(said);
  });

  it('says nothing of that kind about pods that are enough, and that its own namespace cannot opt in', () => {
    expect(notes('--set', 'replicas=1,autoscaling.enabled=true')).not.toMatch(/replica/);
    expect(notes('-n', 'default')).toMatch(/its own namespace cannot opt in/);
    expect(notes('-n', 'hitless-system')).not.toMatch(/cannot opt in/);
  });

  it.each([
    ['hitless', 'registry.example', 'registry.example/hitless:0.1.0'],
    ['team/hitless', 'registry.example:5000/mirror/', 'registry.example:5000/mirror/team/hitless:0.1.0'],
    ['ghcr.example.com/team/hitless', 'registry.example', 'registry.example/team/hitless:0.1.0'],
    ['localhost:5000/hitless', 'registry.example', 'registry.example/hitless:0.1.0'],
    ['localhost/hitless', 'registry.example', 'registry.example/hitless:0.1.0'],
    ['ghcr.example.com/team/hitless', '', 'ghcr.example.com/team/hitless:0.1.0'],
  ])('takes the image %s from the registry "%s"', (repository, registry, image) => {
    const { out } = render('--set', `image.repository=${repository},global.imageRegistry=${registry}`);
    const images = Array.from(out.matchAll(/image: "(.*)"/g), ([, found]) => found);
    expect(images.length).toBe(4);
    expect(new Set(images)).toEqual(new Set([image]));
  });

  it('works as a part of another chart, which hands it global values', () => {
    const values = {
      global: { imagePullSecrets: ['a', { name: 'b' }], storageClass: 'fast' },
      image: { pullSecrets: [{ name: 'b' }, { name: 'c' }] },
    };
    const { out, err } = render(
      '--set-json',
      `global=${JSON.stringify(values.global)}`,
      '--set-json',
      `image.pullSecrets=${JSON.stringify(values.image.pullSecrets)}`,
    );
    expect(err).toBe('');
    const pods = documentsOf(out).flatMap(({ kind, spec }) => (kind === 'Pod' ? [spec] : (spec?.template?.spec ?? [])));
    expect(pods.map(({ imagePullSecrets }) => imagePullSecrets)).toEqual(
      Array(3).fill([{ name: 'a' }, { name: 'b' }, { name: 'c' }]),
    );
    expect(render('--set', 'global=null').err).toBe('');
  });

  describe('the test of a release', () => {
    const hooks = (...args: string[]) =>
      documentsOf(render(...args).out).filter(({ metadata }) => metadata.annotations?.['helm.sh/hook'] === 'test');

    it('leaves nothing behind, and has its namespace before everything else', () => {
      const all = hooks();
      for (const { metadata } of all)
        expect(metadata.annotations['helm.sh/hook-delete-policy']).toContain('hook-succeeded');
      const weights = all.map(({ kind, metadata }) => [kind, Number(metadata.annotations['helm.sh/hook-weight'] ?? 0)]);
      expect(weights.toSorted((a, b) => a[1] - b[1]).map(([kind]) => kind)).toEqual([
        'Namespace',
        'ServiceAccount',
        'ClusterRole',
        'ClusterRoleBinding',
        'Role',
        'Role',
        'RoleBinding',
        'RoleBinding',
        'Pod',
      ]);
    });

    it('runs a command that hitless knows, in a namespace that enforces', async () => {
      const all = hooks();
      const [{ args }] = all.find(({ kind }) => kind === 'Pod').spec.containers;
      const { metadata } = all.find(({ kind }) => kind === 'Namespace');
      expect(metadata.labels['hitless.dev/mode']).toBe('enforce');
      expect(args).toContain(metadata.name);
      const { code, err } = await hitless([...args, '--kubeconfig', '/nowhere/config']);
      expect({ code, err }).toEqual({ code: 2, err: expect.stringContaining('/nowhere/config') });
    });

    it('is not selected by the Service', () => {
      const { selector } = documentsOf(render().out).find(({ kind }) => kind === 'Service').spec;
      const { labels } = hooks().find(({ kind }) => kind === 'Pod').metadata;
      expect(Object.entries(selector).every(([key, value]) => labels[key] === value)).toBe(false);
    });

    it('writes in a namespace that is there already, and then neither creates nor deletes one', () => {
      const all = hooks('--set', 'test.namespace=shop');
      expect(all.map(({ kind }) => kind)).not.toContain('Namespace');
      expect(all.filter(({ metadata }) => metadata.namespace === 'shop').map(({ kind }) => kind)).toEqual([
        'Role',
        'RoleBinding',
      ]);
    });

    it.each(['rbac.create=false', 'webhook.workloads={rollouts}'])('is left out where it could not work: %s', (set) => {
      expect(hooks('--set', set)).toEqual([]);
    });
  });
});

describe("the chart's files", () => {
  it.each(crdFiles)('hold the kinds as the code has them (node scripts/crds.ts writes them): $file.pathname', ({
    file,
    text,
  }) => {
    expect(readFileSync(file, 'utf8')).toBe(text);
  });

  it('have a schema for every value, and a value for everything in the schema', () => {
    const paths = valueRows.map(({ path }) => path);
    const values = parse(read('values.yaml'));
    expect(keysOf(JSON.parse(read('values.schema.json')), values).toSorted()).toEqual(paths.toSorted());
  });

  it('have what a catalogue shows: an icon that needs no host, and the two kinds with examples that are valid', async () => {
    const { icon, annotations, home, sources, maintainers } = parse(read('Chart.yaml'));
    expect(icon).toBe(`data:image/svg+xml;base64,${readFileSync(join(chart, 'icon.svg')).toString('base64')}`);
    expect([home, sources.length, maintainers.length]).toEqual([expect.stringMatching(/^https:/), 1, 1]);
    const kinds = parse(annotations['artifacthub.io/crds']).map(({ kind, name, version }: Any) => ({
      kind,
      name,
      version,
    }));
    expect(kinds).toEqual(
      (['ClusterRolloutPolicy', 'RolloutPolicy'] as const).map((kind) => ({
        kind,
        name: (crd(kind) as Any).metadata.name,
        version: (crd(kind) as Any).spec.versions[0].name,
      })),
    );
    const examples = parse(annotations['artifacthub.io/crdsExamples']).map((one: Any) => stringify(one));
    const checked = await hitless(['check', '--fail-on', 'note', '-'], examples.join('---\n'));
    expect([checked.code, checked.err]).toEqual([0, expect.not.stringMatching(/spec|metadata/)]);
  });

  it('tell what every value means', () => {
    expect(valueRows.filter(({ meaning }) => meaning === '').map(({ path }) => path)).toEqual([]);
  });

  it('name metrics that there are', () => {
    const known = Object.values(metricRows).map(({ name }) => name as string);
    const text = read('templates/prometheusrule.yaml') + read('dashboards/hitless.json');
    const named = Array.from(text.matchAll(/\bhitless_\w+/g), ([name]) => name.replace(/_(bucket|sum|count)$/, ''));
    expect(named.filter((name) => !known.includes(name))).toEqual([]);
    expect(new Set(named).size).toBeGreaterThan(5);
  });

  it('name flags that there are', () => {
    const flags = settingRows.map(({ flag }) => flag.replace(/ .*/, ''));
    const used = Array.from(read('templates/deployment.yaml').matchAll(/- (--[\w-]+)/g), ([, flag]) => flag);
    expect(used.filter((flag) => flag !== undefined && !flags.includes(flag))).toEqual([]);
  });

  it('have one template for each kind, named by it', () => {
    const templates = readdirSync(join(chart, 'templates')).filter((name) => name.endsWith('.yaml'));
    for (const name of templates) {
      const kinds = new Set(
        Array.from(read(`templates/${name}`).matchAll(/^kind: (\w+)/gm), ([, kind]) => kind?.toLowerCase()),
      );
      expect([...kinds].map((kind) => `${kind}.yaml`)).toEqual([name.replace('definitions.', 'definition.')]);
    }
  });

  it('keep each case in a folder of its own: values and what comes of them', () => {
    for (const name of cases)
      expect(readdirSync(join(import.meta.dirname, name)).toSorted()).toEqual(['expected.yaml', 'values.yaml']);
  });
});

/** What helm prints after an installation. */
function notes(...args: readonly string[]): string {
  const { code, out, err } = helm(['install', 'hitless', chart, '--dry-run=client', ...args]);
  expect(code, err).toBe(0);
  return out.slice(out.indexOf('NOTES:'));
}

/** The leaves of the schema: where it has no properties, or the default has none of them. */
function keysOf(schema: Any, values: Any, prefix = ''): string[] {
  return Object.entries<Any>(schema.properties).flatMap(([key, below]) => {
    const path = `${prefix}${key}`;
    const value = values[key];
    // a map with a comment of its own is one value
    const isLeaf = below.properties === undefined || key === 'resources' || Object.keys(value ?? {}).length === 0;
    return isLeaf ? [path] : keysOf(below, value, `${path}.`);
  });
}
