// What is said of a document, in the words of check: the sentence for each kind of mistake, and that one mistake is told once.

import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { readDocument } from '../../../src/lint/manifest/document-errors.ts';
import { workloadKindOf } from '../../../src/lint/manifest/kind-meant.ts';
import type { Json, JsonObject } from '../../../src/workload/json.ts';
import { deployment } from '../../../src/workload/kinds/deployment.ts';

const whole = `
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
        - {name: web, image: web:1}
`;

function messages(text: string): readonly string[] {
  const value = parse(text) as Json;
  const kind = workloadKindOf(value);
  return kind === undefined
    ? ['another kind']
    : readDocument(kind, value as JsonObject).errors.map(({ message }) => message);
}

const web = '{name: web, image: web:1}';
const withWeb = (more: string) => whole.replace(web, `{name: web, image: web:1, ${more}}`);
const of = (kind: string, more: string) => whole.replace('Deployment', kind).replace('replicas: 2', more);
const claim = (spec: string) => `volumeClaimTemplates: [{metadata: {name: data}, spec: {${spec}}}]`;
const refused = 'the API server drops it or refuses the Deployment';

const unknownIn = (i: number, unknown: JsonObject) => (i < 3 ? unknown : {});

describe('a document', () => {
  it('that is right has no mistakes', () => expect(messages(whole)).toEqual([]));

  it.each([
    [
      'an anchor’s home at the top',
      `x-common: &c {a: b}\n${whole}`,
      [
        `x-common is not a field of the top of a Deployment in the API of Kubernetes 1.37: ${refused}. Remove it, unless your cluster is newer`,
      ],
    ],
    [
      'a misspelt selector',
      whole.replace('selector', 'selectors'),
      [`selectors is not a field of spec: ${refused}. Did you mean selector?`],
    ],
    [
      'a selector as a list',
      whole.replace('{matchLabels: {app: web}}', '[app]'),
      ['spec.selector must be an object, found a list'],
    ],
    [
      'labels right below the selector',
      whole.replace('{matchLabels: {app: web}}', '{app: web}'),
      [`app does not belong in spec.selector: ${refused}. Move it into matchLabels`],
    ],
    [
      'another selector',
      whole.replace('matchLabels: {app: web}', 'matchLabels: {app: shop}'),
      [
        'spec.selector does not select these pods: write the label app: shop into spec.template.metadata.labels, or correct the selector',
      ],
    ],
    [
      'the kind in small letters',
      whole.replace('Deployment', 'deployment'),
      ['kind must be Deployment, found string "deployment"'],
    ],
    ['no kind', whole.replace('kind: Deployment\n', ''), ['kind is missing: write Deployment']],
    ['no apiVersion', whole.replace('apiVersion: apps/v1\n', ''), ['apiVersion is missing: write apps/v1']],
    ['another version', whole.replace('apps/v1', 'v1'), ['apiVersion "v1" has no Deployment: write apps/v1']],
    [
      'a variable',
      whole.replace('replicas: 2', `replicas: $\{REPLICAS:=2}`),
      [`spec.replicas must be a whole number, found string "$\{REPLICAS:=2}"`],
    ],
    [
      'a hook in words of Helm',
      withWeb('lifecycle: {preStopHook: {exec: {command: [sleep, "5"]}}}'),
      [`preStopHook is not a field of lifecycle of container web: ${refused}. Did you mean preStop?`],
    ],
    [
      'two spellings at once',
      withWeb('readinessProbe: {tcpSocket: {port: 80}}, readinessprobe: {}'),
      [
        `readinessprobe is not a field of container web: ${refused}. Did you mean readinessProbe, which is there as well?`,
      ],
    ],
    [
      'a handler that is misspelt',
      withWeb('readinessProbe: {httpget: {port: 80}}'),
      [`httpget is not a field of readinessProbe of container web: ${refused}. Did you mean httpGet?`],
    ],
    [
      'a strategy of a StatefulSet',
      whole.replace('replicas: 2', 'updateStrategy: {type: OnDelete}'),
      [`updateStrategy is not a field of spec: ${refused}. Did you mean strategy?`],
    ],
    [
      'a probe that ends pods',
      withWeb('readinessProbe: {tcpSocket: {port: 80}, terminationGracePeriodSeconds: 5}'),
      [
        'spec.template.spec.containers[0].readinessProbe.terminationGracePeriodSeconds is not allowed in readinessProbe of container web: a readinessProbe ends nothing. Move it into the livenessProbe, or into the spec of the pods',
      ],
    ],
    [
      'rollingUpdate beside Recreate',
      whole.replace('replicas: 2', 'strategy: {type: Recreate, rollingUpdate: {}}'),
      ['spec.strategy.rollingUpdate: rollingUpdate is forbidden beside type Recreate'],
    ],
    [
      'minReadySeconds at the deadline',
      whole.replace('replicas: 2', 'minReadySeconds: 600'),
      ['spec.progressDeadlineSeconds: progressDeadlineSeconds 600 must be greater than minReadySeconds 600'],
    ],
  ])('with %s says so', (_, text, expected) => expect(messages(text)).toEqual(expected));

  it.each([
    [
      'the strategy of a Deployment in a StatefulSet',
      of('StatefulSet', 'strategy: {type: OnDelete}'),
      `strategy is not a field of spec: ${refused.replace('Deployment', 'StatefulSet')}. Did you mean updateStrategy?`,
    ],
    [
      'the strategy of a Deployment in a DaemonSet',
      of('DaemonSet', 'strategy: {type: RollingUpdate}'),
      `strategy is not a field of spec: ${refused.replace('Deployment', 'DaemonSet')}. Did you mean updateStrategy?`,
    ],
    [
      'the type of a Deployment in a StatefulSet',
      of('StatefulSet', 'updateStrategy: {type: Recreate}'),
      'spec.updateStrategy.type must be RollingUpdate or OnDelete, found string "Recreate": the API server takes it only with the alpha feature gate StatefulSetRecreateStrategy',
    ],
    [
      'a limit beside rollingUpdate',
      of('DaemonSet', 'updateStrategy: {maxSurge: 1}'),
      `maxSurge does not belong in spec.updateStrategy: ${refused.replace('Deployment', 'DaemonSet')}. Move it into spec.updateStrategy.rollingUpdate`,
    ],
    [
      'a partition right below spec',
      of('StatefulSet', 'partition: 1'),
      `partition does not belong in spec: ${refused.replace('Deployment', 'StatefulSet')}. Move it into spec.updateStrategy.rollingUpdate`,
    ],
    [
      'a name with a dot',
      of('StatefulSet', 'replicas: 1').replace('name: web', 'name: web.v1'),
      'metadata.name web.v1 is not allowed: a name of lower-case letters, digits and hyphens, with a letter or digit first and last, at most 63 characters',
    ],
    [
      'a claim without an access mode',
      of(
        'StatefulSet',
        'volumeClaimTemplates: [{metadata: {name: data}, spec: {resources: {requests: {storage: 1Gi}}}}]',
      ),
      'spec.volumeClaimTemplates[0].spec has no accessModes: the API server requires it',
    ],
    [
      'a claim for one pod and for many',
      of('StatefulSet', claim('accessModes: [ReadWriteOncePod, ReadWriteOnce], resources: {requests: {storage: 1Gi}}')),
      'spec.volumeClaimTemplates[0].spec.accessModes: ReadWriteOncePod is not allowed beside other modes',
    ],
    [
      'a claim of nothing',
      of('StatefulSet', claim('accessModes: [ReadWriteOnce], resources: {requests: {storage: 0}}')),
      'spec.volumeClaimTemplates[0].spec.resources.requests.storage must be more than 0, found number 0',
    ],
    [
      'a field that a newer API might have',
      of('Rollout', 'strategy: {canary: {}, newer: 1}').replace('apps/v1', 'argoproj.io/v1alpha1'),
      `newer is not a field of spec.strategy that hitless knows in argoproj.io/v1alpha1: ${refused.replace('Deployment', 'Rollout')}. Remove it, unless your cluster is newer`,
    ],
  ])('of another kind with %s says so', (_, text, expected) => expect(messages(text)).toEqual([expected]));

  it.each([
    ['that is named', of('StatefulSet', 'serviceName: web')],
    ['that is not named', of('StatefulSet', 'podManagementPolicy: Parallel')],
  ])('of a StatefulSet may have a Service %s', (_, text) => expect(messages(text)).toEqual([]));

  it('without a kind is taken for the kind that has its fields', () => {
    const text = of('StatefulSet', 'serviceName: web').replace('kind: StatefulSet\n', '');
    expect(messages(text)).toEqual(['kind is missing: write StatefulSet']);
  });

  it('of a StatefulSet mounts its claims', () => {
    const mounting = '{name: web, image: web:1, volumeMounts: [{name: data, mountPath: /data}]}';
    const text = of('StatefulSet', claim('accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}'));
    expect(messages(text.replace(web, mounting))).toEqual([]);
    expect(messages(of('StatefulSet', 'replicas: 1').replace(web, mounting))).toEqual([
      'container web mounts volume data, but no volume of the pod has that name',
    ]);
  });

  it('of another group is another kind', () => {
    expect(messages(whole.replace('apps/v1', 'example.com/v1').replace('Deployment', 'deployment'))).toEqual([
      'another kind',
    ]);
  });

  it('that lacks its parts is taken for a patch', () => {
    expect(
      messages('{apiVersion: apps/v1, kind: Deployment, metadata: {name: web}, spec: {replicas: 2}}')[0],
    ).toContain('looks like a patch');
  });

  it('is read in time however many mistakes it holds', () => {
    const ports = Array.from({ length: 20_000 }, () => ({ name: 'a', containerPort: 0 }));
    const unknown = Object.fromEntries(ports.map((_, i) => [`f${i}`, 1]));
    const labels = Object.fromEntries(ports.map((_, i) => [`l ${i}`, i % 2 === 0 ? i : '-']));
    const containers = ports.map((_, i) => ({
      ...unknownIn(i, unknown),
      name: 'web',
      image: '',
      ports: i === 0 ? ports : [],
    }));
    const value = parse(whole) as { spec: { template: JsonObject } };
    const template = { metadata: { labels }, spec: { ...unknown, containers } };
    const started = performance.now();
    const { errors } = readDocument(deployment, { ...value, spec: { ...value.spec, template } } as JsonObject);
    expect(errors.length).toBeLessThanOrEqual(200);
    expect(performance.now() - started).toBeLessThan(10_000);
  });
});
