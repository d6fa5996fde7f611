// Nothing of what people, manifests and networks say comes into a bundle, wherever the API server and the pods have it.

import { X509Certificate } from 'node:crypto';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import {
  shownConfiguration,
  shownDeployment,
  shownDisruptionBudget,
  shownEvent,
  shownPod,
  shownService,
} from '../../../src/commands/bundle/installation-objects.ts';
import type { Keep } from '../../../src/commands/bundle/keep.ts';
import { logText } from '../../../src/commands/bundle/log-text.ts';
import { metricsText } from '../../../src/commands/bundle/metrics-text.ts';
import { shownNamespace, shownPolicy } from '../../../src/commands/bundle/policy-objects.ts';
import { shownSettings } from '../../../src/commands/bundle/settings.ts';
import type { Json } from '../../../src/workload/json.ts';
import { type AnsweringServer, answeringApiServer } from '../../support/answering-api-server.ts';
import {
  budgetPath,
  collectable,
  eventsPath,
  logOf,
  logPath,
  metricsPath,
  review,
  servingPod,
  unpack,
} from '../../support/bundle.ts';
import { hitless } from '../../support/hitless.ts';
import {
  type Any,
  type Authority,
  certificateFor,
  configuration,
  home,
  paths,
  rendered,
} from '../../support/installed-cluster.ts';
import { temporaryFolder } from '../../support/pair.ts';

let authority: Authority;
beforeAll(async () => {
  authority = await certificateFor();
});

const servers: AnsweringServer[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

/** None of them is a name of Kubernetes, which may be shown. */
const planted = [
  'hunter2_S3cret',
  'alice@shop.example',
  '10.20.30.40',
  'fd00::1234:5678',
  'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhbGljZSJ9.c2lnbmF0dXJl',
  'https://vault.example/v1/kv?token=xyzzy',
  'card 4111 1111 1111 1111',
  'line one\n    at steal (/app/dist/hunter2.js:1:1)',
  'käse-über-alles',
  '"},{"secret":"xyzzy"',
];

const policyObject = {
  metadata: {
    name: 'default',
    namespace: 'shop',
    annotations: { 'kubectl.kubernetes.io/last-applied-configuration': '{}' },
  },
  spec: {
    ...{ priority: 3, kinds: ['Deployment'], locked: ['preStopSleep.seconds'] },
    workloadSelector: { matchLabels: { tier: 'web' }, matchExpressions: [{ key: 'a', operator: 'In', values: ['b'] }] },
    readinessProbe: {
      action: 'fill',
      handler: { httpGet: { path: '/healthz', port: 8080, host: 'x' } },
      periodSeconds: 2,
    },
    preStopSleep: { action: 'enforce', seconds: 'auto', mechanism: 'native' },
    rollingUpdate: { maxSurge: '25%', maxUnavailable: 0 },
  },
  status: {
    observedGeneration: 2,
    matched: [{ kind: 'Deployment', count: 3 }],
    conditions: [{ type: 'Effective', status: 'True', reason: 'Matches', message: 'It selects web.' }],
  },
};
const namespaceObject = {
  metadata: {
    name: 'shop',
    labels: { 'hitless.dev/mode': 'enforce', team: 'x' },
    annotations: { 'hitless.dev/pre-stop-sleep-seconds': '5', 'ignore.hitless.dev/application': 'why', other: 'x' },
  },
};
const eventObject = {
  involvedObject: { kind: 'Pod', namespace: home, name: 'hitless-1', uid: 'u' },
  ...{ type: 'Warning', reason: 'Unhealthy', message: 'm', count: 3, lastTimestamp: '2026-11-30T12:00:00Z' },
  source: { component: 'kubelet', host: 'node-1' },
};

/** A name of a variable may be shown, whatever it is. */
function withVariable(object: Any): Any {
  object.spec.template.spec.containers[0].env = [{ name: 'PASSWORD', value: 'x' }];
  return object;
}

/** Both are alike. */
function oneEntry(): Any {
  const { webhooks, ...found } = configuration(authority);
  const [{ rules, ...entry }] = webhooks;
  return { ...found, webhooks: [{ ...entry, rules: rules.slice(0, 1) }] };
}

const kinds: readonly (readonly [string, Keep, () => Any])[] = [
  ['a Deployment', shownDeployment, () => withVariable(rendered('Deployment'))],
  ['a Service', shownService, () => rendered('Service')],
  ['a PodDisruptionBudget', shownDisruptionBudget, () => rendered('PodDisruptionBudget')],
  ['a pod', shownPod, () => servingPod('hitless-1')],
  ['an event', shownEvent, () => eventObject],
  ['a webhook configuration', shownConfiguration, oneEntry],
  ['a policy', shownPolicy, () => policyObject],
  ['a Namespace', shownNamespace, () => namespaceObject],
  ['a ConfigMap', shownSettings, () => ({ HITLESS_MODE: 'audit', HITLESS_TLS_NAMES: 'a.svc', password: 'x' })],
];

/** The value with `text` in place of each leaf in turn, as a leaf beside it, and as a key. */
function* plantings(value: Json, text: string): Generator<Json> {
  yield text;
  yield [text];
  yield { [text]: text };
  if (typeof value !== 'object' || value === null) return;
  const entries = Object.entries(value) as [string, Json][];
  if (!Array.isArray(value)) yield { ...value, [text]: text, added: text };
  for (const [key, member] of entries)
    for (const changed of plantings(member, text)) {
      if (key === 'name' && changed === text && (value as Any).name === 'PASSWORD') continue;
      yield Array.isArray(value)
        ? value.map((item, at) => (`${at}` === key ? changed : item))
        : { ...value, [key]: changed };
    }
}

const holds = (shown: string, text: string) =>
  shown.includes(text) || shown.includes(JSON.stringify(text).slice(1, -1));

describe.each(kinds)('%s', (_, keep, sample) => {
  it('shows something, and nothing that is planted anywhere in it', () => {
    expect(JSON.stringify(keep(sample()))).not.toBe('{}');
    let count = 0;
    for (const text of planted)
      for (const changed of plantings(sample(), text)) {
        count += 1;
        const shown = JSON.stringify(keep(changed));
        if (holds(shown, text)) expect.fail(`${text} of ${JSON.stringify(changed)} is in ${shown}`);
      }
    expect(count).toBeGreaterThan(planted.length);
  });

  it('is anything at all, and shown without a failure', () => {
    fc.assert(fc.property(fc.jsonValue(), (value) => void keep(value as Json)));
  });
});

describe('a log', () => {
  const error = {
    ...{
      level: 'error',
      time: review.time,
      message: 'admission review failed, this is a bug in hitless',
      mode: 'audit',
    },
    err: { type: 'TypeError', message: 'x', stack: 'TypeError: x\n    at f (/app/dist/server/mutate.js:63:20)' },
  };
  const lines = [
    review,
    error,
    { ...review, message: 'TLS handshake failed', caller: '::1', code: 'ECONNRESET' },
    { ...review, message: 'watching the cluster', server: 'https://a', access: 'b' },
    {
      ...review,
      message: 'the watch of the cluster is interrupted, answering from the last known state',
      of: ['Service'],
      reasons: ['x'],
    },
  ];

  it('keeps of a review all that is a name, a number or a word of hitless', () => {
    expect(logText([JSON.stringify(review)])).toBe(logOf(review));
  });

  it.each([
    ['patched by pre-stop-sleep, readiness-probe; kept what the client dropped', undefined],
    ['nothing to patch', undefined],
    ['patched by pre-stop-sleep; the policy of alice says so', 'patched by pre-stop-sleep; [redacted]'],
    ['spec.replicas must be a number, found "hunter2": the API server refuses it', '[redacted]'],
    ['403: User "alice" cannot list services', '403 [redacted]'],
    ['connect ECONNREFUSED 10.0.0.1:443', 'ECONNREFUSED [redacted]'],
  ])('shows of the reason %j what quotes nothing', (reason, shown = reason) => {
    expect(JSON.parse(logText([JSON.stringify({ ...review, reason })])).reason).toBe(shown);
  });

  it('shows of an error where in hitless it happened', () => {
    const { err } = JSON.parse(logText([JSON.stringify(error)]));
    expect(err).toEqual({ type: 'TypeError', message: '[redacted]', at: ['dist/server/mutate.js:63:20'] });
  });

  it('counts what is not of hitless, in its place', () => {
    const text = logText([
      '{"level":"info"',
      'hunter2',
      JSON.stringify(review),
      '[]',
      JSON.stringify({ ...review, level: 'loud' }),
    ]);
    expect(text).toBe(logOf({ leftOut: 2 }, review, { leftOut: 2 }));
  });

  it('shows nothing that is planted anywhere in it', () => {
    for (const text of planted)
      for (const line of lines)
        for (const changed of plantings(line, text)) {
          const shown = logText([JSON.stringify(changed), text]);
          if (holds(shown, text)) expect.fail(`${text} of ${JSON.stringify(changed)} is in ${shown}`);
        }
  });

  it('is not taken in by a message that looks like a place in the code', () => {
    const message = 'one\n    at steal (/app/dist/hunter2.js:1:1)';
    const stack = `TypeError: ${message}\n    at f (/app/dist/server/mutate.js:63:20)`;
    const { err } = JSON.parse(logText([JSON.stringify({ ...error, err: { type: 'TypeError', message, stack } })]));
    expect(err.at).toEqual(['dist/server/mutate.js:63:20']);
  });
});

describe('metrics', () => {
  it('show the series of hitless, and how many there are besides', () => {
    const text = [
      '# HELP hitless_requests_total hunter2',
      'hitless_requests_total{mode="enforce",decision="patched",kind="Deployment"} 3',
      'hitless_request_duration_seconds_bucket{le="0.005",mode="audit"} 7',
      'hitless_missed_workloads{namespace="shop"} 2',
      'hitless_build_info{version="0.1.0",node="v24.21.0"} 1',
      'nodejs_eventloop_lag_mean_seconds NaN',
      'tenant_secret_total 1',
      'hitless_requests_total{mode="hunter2"} 1',
      'hitless_requests_total hunter2',
    ];
    expect(metricsText(text)).toBe(
      `${text.slice(1, 6).join('\n')}\nhitless_requests_total{mode="[redacted]"} 1\n# left out: 2\n`,
    );
  });

  it('show nothing that is planted anywhere in them', () => {
    for (const text of planted.filter((one) => !one.includes('\n'))) {
      const escaped = text.replaceAll('"', '\\"');
      const shown = metricsText([
        ...['mode', 'decision', 'kind', 'namespace', 'le', 'version', 'other', escaped].map(
          (label) => `hitless_requests_total{${label}="${escaped}"} 1`,
        ),
        ...['mode', 'namespace', 'version'].flatMap((label) => [
          `hitless_missed_workloads{${label}="${escaped}"} 1`,
          `hitless_build_info{${label}="${escaped}"} 1 ${text}`,
        ]),
        ...[
          text,
          `${text} 1`,
          `hitless_requests_total ${text}`,
          `# ${text}`,
          `hitless_requests_total{${text}} ${text}`,
        ],
      ]);
      expect(shown).not.toContain(text);
    }
  });
});

/** On a busy machine too. */
const patient = ['--request-timeout', '55s'];

it('a whole bundle holds none of it, and asks for no Secret', async () => {
  const everywhere = (object: Any): Any => ({
    ...object,
    metadata: {
      ...object.metadata,
      annotations: Object.fromEntries(planted.map((text) => [text, text])),
      managedFields: planted,
    },
    secret: planted,
  });
  const secretPod = everywhere(servingPod('hitless-1'));
  secretPod.status.message = planted.join(' ');
  const deploymentObject = everywhere(rendered('Deployment'));
  const [container] = deploymentObject.spec.template.spec.containers;
  container.args.push(...planted.map((text) => `--log-level=${text}`), ...planted);
  container.env = planted.map((value, at) => ({ name: `V${at}`, value }));
  container.envFrom = [{ secretRef: { name: 'hitless-tls' } }];
  const hostile = planted.map((text) => ({
    ...review,
    user: text,
    manager: text,
    reason: text,
    caller: text,
    [text]: text,
  }));
  const answers = collectable(authority, {
    [paths.namespaces]: [everywhere(namespaceObject)],
    [paths.policies]: [everywhere(policyObject)],
    [paths.clusterPolicies]: [everywhere(policyObject)],
    [paths.deployments]: [deploymentObject],
    [paths.pods]: [secretPod],
    [eventsPath]: planted.map((text) => ({ ...eventObject, message: text, source: { host: text } })),
    [budgetPath]: everywhere(rendered('PodDisruptionBudget')),
    [logPath('hitless-1')]: logOf(...hostile, ...planted.map((text) => text.replaceAll('\n', ' '))),
    [metricsPath('hitless-1')]: planted
      .map((text) => `hitless_requests_total{mode=${JSON.stringify(text)}} 1\n`)
      .join(''),
  });
  const server = await answeringApiServer(answers);
  servers.push(server);
  const archive = join(await temporaryFolder(), 'made.tar.gz');
  const ran = await hitless(['bundle', '--kubeconfig', server.kubeconfig, '--output', archive, ...patient]);
  expect(ran.code).toBe(0);
  expect(server.asked.filter((path) => path.includes('secrets'))).toEqual([]);
  const { names, text } = await unpack(archive);
  const all = names.map(text).join('\n');
  for (const one of planted) expect(holds(all, one), one).toBe(false);
  for (const one of [authority.ca, authority.cert].map((pem) => new X509Certificate(pem).raw.toString('base64')))
    expect(all).not.toContain(one.slice(0, 60));
  expect(all).toContain('"V0"');
  expect(all).toContain('[redacted]');
});
