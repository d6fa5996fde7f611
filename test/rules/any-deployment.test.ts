// Whatever a Deployment looks like, as long as its fields are of the API's types: the rules neither throw nor write elsewhere.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compilePolicies } from '../../src/policy/policies.ts';
import { actions, type PolicySpec } from '../../src/policy/policy.ts';
import { selectPolicy } from '../../src/policy/select.ts';
import { plan } from '../../src/rules/plan.ts';
import type { Subject } from '../../src/rules/rule.ts';
import { noSurroundings } from '../../src/rules/surroundings.ts';
import { manifestEvidence, writtenIn } from '../../src/workload/authorship.ts';
import { isEditable } from '../../src/workload/editable-fields.ts';
import { fieldTypeErrors } from '../../src/workload/field-types.ts';
import { deployment as kind } from '../../src/workload/kinds/deployment.ts';
import type { Deployment } from '../../src/workload/workload.ts';
import { policy } from '../support/webhook.ts';

const runs = Number(process.env.HITLESS_TEST_RUNS ?? 300);

const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined, freq: 2 });
// Unknown members may stand anywhere.
const record = <T extends Record<string, fc.Arbitrary<unknown>>>(fields: T) =>
  fc
    .tuple(fc.record(fields), fc.dictionary(fc.constantFrom('future', 'constructor'), fc.jsonValue()))
    .map(([known, unknown]) => ({ ...unknown, ...known }));

const number = fc.oneof(fc.constantFrom(-1, 0, 1, 2, 5, 10, 30, 600), fc.integer());
const intOrPercent = fc.oneof(number, fc.constantFrom('0%', '25%', '100%', '101%', 'some', '', '1'));
const word = fc.oneof(fc.constantFrom('', 'web', 'a]b', '[', '0', '__proto__', 'http', '8080', 'ws-1'), fc.string());
const port = fc.oneof(number, fc.constantFrom('http', '8080', 'ws-1'));
const labels = fc.dictionary(fc.constantFrom('app', 'istio.io/rev', 'sidecar.istio.io/inject', '__proto__'), word);
const annotations = fc.dictionary(
  fc.constantFrom(
    'linkerd.io/inject',
    'config.linkerd.io/shutdown-grace-period',
    'config.linkerd.io/proxy-enable-native-sidecar',
    'consul.hashicorp.com/connect-inject',
    'consul.hashicorp.com/sidecar-proxy-lifecycle-shutdown-grace-period-seconds',
    'proxy.istio.io/config',
    'dapr.io/enabled',
    'dapr.io/app-port',
    'dapr.io/block-shutdown-duration',
  ),
  fc.oneof(fc.constantFrom('true', 'false', 'enabled', '45', '1m30s', 'terminationDrainDuration: 60s'), fc.string()),
);
const commandWord = fc.oneof(
  fc.constantFrom(
    'sh',
    '-c',
    'sleep',
    '5',
    '1m',
    'infinity',
    'sleep 5; x',
    'sleep 70 && x',
    'env',
    'timeout',
    'busybox',
  ),
  fc.string({ unit: fc.constantFrom(...'sleep 5;&|(){}<>$`\'"\\#\n!') }),
);
const handlers = {
  httpGet: maybe(
    record({ port, path: fc.string(), host: maybe(word), scheme: maybe(word), httpHeaders: fc.jsonValue() }),
  ),
  tcpSocket: maybe(record({ port, host: maybe(word) })),
  grpc: maybe(record({ port: number })),
  exec: maybe(record({ command: maybe(fc.array(commandWord)) })),
};
const probe = record({
  ...handlers,
  initialDelaySeconds: maybe(number),
  periodSeconds: maybe(number),
  timeoutSeconds: maybe(number),
  successThreshold: maybe(number),
  failureThreshold: maybe(number),
  terminationGracePeriodSeconds: maybe(number),
});
const container = record({
  name: word,
  image: maybe(fc.oneof(fc.constantFrom('debian:13', 'alpine', 'gcr.io/distroless/static'), fc.jsonValue())),
  command: maybe(fc.array(fc.constantFrom('sh', '/bin/bash', '-c', '-ec', 'a && b', 'exec a', 'a | b', ''))),
  args: maybe(fc.array(fc.constantFrom('sh', '-c', 'a; b', ''))),
  ports: maybe(
    fc.array(
      record({
        name: maybe(word),
        containerPort: number,
        hostPort: maybe(number),
        protocol: maybe(fc.constantFrom('TCP', 'UDP', 'SCTP')),
      }),
    ),
  ),
  resources: maybe(record({ limits: maybe(fc.constant({ cpu: '1', 'nvidia.com/gpu': 1 })) })),
  restartPolicy: maybe(fc.constant('Always')),
  readinessProbe: maybe(probe),
  livenessProbe: maybe(probe),
  startupProbe: maybe(probe),
  lifecycle: maybe(
    record({ preStop: maybe(record({ ...handlers, sleep: maybe(record({ seconds: maybe(number) })) })) }),
  ),
});
const term = fc.oneof(
  fc.jsonValue(),
  record({
    labelSelector: fc.oneof(fc.jsonValue(), record({ matchLabels: fc.jsonValue(), matchExpressions: fc.jsonValue() })),
  }),
);
const deployment = record({
  metadata: record({ labels: maybe(labels) }),
  spec: record({
    replicas: maybe(number),
    strategy: maybe(
      record({
        type: maybe(fc.constantFrom('Recreate', 'RollingUpdate', '')),
        rollingUpdate: maybe(record({ maxUnavailable: maybe(intOrPercent), maxSurge: maybe(intOrPercent) })),
      }),
    ),
    minReadySeconds: maybe(number),
    progressDeadlineSeconds: maybe(number),
    template: record({
      metadata: maybe(record({ labels: maybe(labels), annotations: maybe(annotations) })),
      spec: record({
        containers: fc.array(container, { minLength: 1, maxLength: 4 }),
        initContainers: maybe(fc.array(container, { maxLength: 2 })),
        terminationGracePeriodSeconds: maybe(number),
        hostNetwork: maybe(fc.boolean()),
        shareProcessNamespace: maybe(fc.jsonValue()),
        os: maybe(fc.oneof(fc.jsonValue(), fc.constant({ name: 'windows' }))),
        nodeSelector: maybe(fc.oneof(fc.jsonValue(), fc.constant({ 'kubernetes.io/os': 'windows' }))),
        volumes: maybe(fc.array(record({ name: word, persistentVolumeClaim: maybe(fc.constant({ claimName: 'x' })) }))),
        affinity: maybe(
          record({
            podAntiAffinity: fc.oneof(
              fc.jsonValue(),
              record({ requiredDuringSchedulingIgnoredDuringExecution: fc.array(term) }),
            ),
          }),
        ),
        resourceClaims: maybe(fc.array(fc.constant({ name: 'gpu' }), { maxLength: 1 })),
      }),
    }),
  }),
});

const action = fc.constantFrom(...actions);
const seconds = fc.constantFrom(1, 5, 10, 60);
const probeOf = fc.constantFrom('auto', { httpGet: { path: '/', port: 'http' } }, { grpc: { port: 8080 } });
const spec: fc.Arbitrary<PolicySpec> = fc
  .record({
    readinessProbe: fc.record({ action, handler: probeOf }),
    preStopSleep: fc.record({
      action,
      seconds,
      mechanism: fc.constantFrom('auto', 'native', 'exec'),
      when: fc.constantFrom('traffic', 'always'),
    }),
    terminationGracePeriod: fc.record({ action, drainSeconds: seconds }),
    rollingUpdate: fc.record({
      action,
      maxUnavailable: fc.constantFrom(0, 1, '25%'),
      maxSurge: fc.constantFrom(1, '25%'),
    }),
    minReadySeconds: fc.record({ action, seconds }),
  })
  .map((said) => resolved(said as never));
const service = fc.record({
  name: fc.constant('web'),
  namespace: fc.constant('shop'),
  selector: fc.constant({ app: 'web' }),
  ports: fc.array(fc.record({ port: number, targetPort: port, protocol: fc.constantFrom('TCP', 'UDP') })),
});
const services = fc.array(
  fc
    .tuple(service, fc.subarray(['headless', 'publishNotReadyAddresses'] as const))
    .map(([usual, marks]) => ({ ...usual, ...Object.fromEntries(marks.map((mark) => [mark, true as const])) })),
  { maxLength: 2 },
);
const namespace = fc.record({ name: fc.constant('shop'), labels, annotations });
const world = fc.record({
  services,
  surroundings: fc.boolean().map((known) => ({ ...noSurroundings, knows: () => known })),
  namespace: fc.option(namespace, { nil: undefined }),
  oldestNode: fc.constantFrom(undefined, { major: 1, minor: 28 }, { major: 1, minor: 37 }),
});

function resolved(said: never): PolicySpec {
  const workload = {
    kind: 'Deployment',
    namespace: { name: 'shop', labels: {}, annotations: {} },
    labels: {},
    annotations: {},
  };
  return selectPolicy(compilePolicies([policy(said)]), workload).policy.spec;
}

function subjectOf(
  value: unknown,
  policySpec: PolicySpec,
  around: Pick<Subject, 'services' | 'surroundings' | 'namespace' | 'oldestNode'>,
) {
  const author = JSON.parse(JSON.stringify(value)) as Deployment;
  return {
    kind,
    author,
    written: writtenIn({ kind, workload: author }, manifestEvidence),
    policy: policySpec,
    ...around,
  };
}

describe('any Deployment', () => {
  it('is planned without an error, at editable paths only, and in sentences without holes', () => {
    fc.assert(
      fc.property(deployment, spec, world, (value, policySpec, around) => {
        const subject = subjectOf(value, policySpec, around);
        fc.pre(fieldTypeErrors(kind, subject.author).length === 0);
        const before = JSON.stringify(subject.author);
        const { findings } = plan(subject);
        expect(JSON.stringify(subject.author)).toBe(before);
        for (const finding of findings) {
          expect(finding.message).not.toMatch(/\bundefined\b|\bNaN\b|\[object /);
          if (finding.kind !== 'edit') continue;
          expect(finding.changes.length).toBeGreaterThan(0);
          for (const { path } of finding.changes) expect(isEditable(kind, path), path).toBe(true);
        }
      }),
      { numRuns: runs },
    );
  });

  it('is planned once: the plan for the result has no edit', () => {
    fc.assert(
      fc.property(deployment, spec, world, (value, policySpec, around) => {
        const subject = subjectOf(value, policySpec, around);
        fc.pre(fieldTypeErrors(kind, subject.author).length === 0);
        const names = subject.author.spec.template.spec.containers.map(({ name }) => name);
        fc.pre(new Set(names).size === names.length);
        const { findings } = plan(subjectOf(plan(subject).workload, policySpec, around));
        expect(findings.filter((finding) => finding.kind === 'edit')).toEqual([]);
      }),
      { numRuns: runs },
    );
  });
});
