// A kind that nothing but this file knows: its record alone makes it checked, fixed, patched, withdrawn and watched.

import jsonPatch from 'fast-json-patch';
import { afterAll, describe, expect, it } from 'vitest';
import { admit } from '../../src/admission/admit.ts';
import { readReview } from '../../src/admission/review.ts';
import { screen } from '../../src/admission/skip.ts';
import { planWithdrawal, stillInjected } from '../../src/admission/withdrawal.ts';
import { type CheckOptions, check } from '../../src/commands/check/check.ts';
import { explain } from '../../src/commands/explain/explain.ts';
import { fix } from '../../src/commands/fix/fix.ts';
import { whyUnmeasurable } from '../../src/measurement/verify/preconditions.ts';
import type { JsonObject } from '../../src/workload/json.ts';
import { defineKind } from '../../src/workload/kinds/define-kind.ts';
import type { Setting, Strategy } from '../../src/workload/kinds/kind.ts';
import { registerKind } from '../../src/workload/kinds/kinds.ts';
import { podTemplateFields, podTemplateOrder, selectorShape } from '../../src/workload/kinds/pod-template.ts';
import { settingIn, strategyFields, strategyViolations } from '../../src/workload/kinds/rolling-strategy.ts';
import type { ObjectMeta, PodTemplate, Workload } from '../../src/workload/workload.ts';
import { terminal } from '../support/terminal.ts';
import { patchOf, policy, stateOf } from '../support/webhook.ts';

const template = 'spec.podTemplate';
const limits = 'spec.rollout.limits';
const strategy: Strategy = {
  path: 'spec.rollout',
  type: { path: 'spec.rollout.way', recreate: 'AllAtOnce' },
  rollingUpdate: limits,
  maxUnavailable: { path: `${limits}.maxUnavailable`, default: 1, rounded: 'up' },
  maxSurge: { path: `${limits}.maxSurge`, default: 0, rounded: 'up' },
};
const size: Setting<number> = { path: 'spec.size', default: 3 };

/** Its API server fills in what a Deployment's does, with other numbers. */
const fleet = defineKind({
  kind: 'Fleet',
  group: 'ships.example.com',
  version: 'v1',
  resource: 'fleets',
  support: 'patched',
  whole: [template],
  template,
  selector: 'spec.pods',
  replicas: size,
  strategy,
  fields: [...strategyFields(strategy), ...podTemplateFields(template)],
  reads: { 'spec.size': 'integer', 'spec.pods': selectorShape, 'spec.rollout.way': 'string' },
  order: { 'spec.rollout': { behindFirst: ['size'] }, ...podTemplateOrder(template) },
  schema: {
    root: 'Fleet',
    types: {
      Fleet: 'apiVersion:string kind:string metadata:ObjectMeta spec:FleetSpec status:any',
      FleetSpec: 'size:int32 pods:LabelSelector rollout:FleetRollout podTemplate:PodTemplateSpec',
      FleetRollout: 'way:string limits:FleetLimits',
      FleetLimits: 'maxUnavailable:intOrString maxSurge:intOrString',
    },
  },
  violations: (workload) => strategyViolations(strategy, workload),
  progress: (workload) => ({ what: 'complete', detail: `${settingIn(size, workload)} ships` }),
});

const manifest = `apiVersion: ships.example.com/v1
kind: Fleet
metadata:
  name: web
  namespace: shop
spec:
  size: 4
  pods:
    matchLabels:
      app: web
  podTemplate:
    metadata:
      labels:
        app: web
    spec:
      containers:
        - name: web
          image: web:1
          ports:
            - containerPort: 8080
          livenessProbe:
            tcpSocket:
              port: 8080
`;

const fixed = `apiVersion: ships.example.com/v1
kind: Fleet
metadata:
  name: web
  namespace: shop
spec:
  size: 4
  rollout:
    limits:
      maxUnavailable: 0
      maxSurge: 25%
  pods:
    matchLabels:
      app: web
  podTemplate:
    metadata:
      labels:
        app: web
    spec:
      containers:
        - name: web
          image: web:1
          ports:
            - containerPort: 8080
          livenessProbe:
            tcpSocket:
              port: 8080
          readinessProbe:
            tcpSocket:
              port: 8080
          lifecycle:
            preStop:
              sleep:
                seconds: 10
`;

const offline: CheckOptions = { policy: [], namespace: 'default', output: [], failOn: 'warning' };

function reading(text: string) {
  return terminal({ stdin: async () => new TextEncoder().encode(text) });
}

const forget = registerKind(fleet);
afterAll(forget);

describe('a kind that is registered', () => {
  it('is checked, with its own paths', async () => {
    const { io, said } = reading(manifest);
    expect(await check(['-'], { ...offline, output: [{ format: 'json' }] }, io)).toBe(1);
    const { findings } = JSON.parse(said.out) as { findings: readonly JsonObject[] };
    expect(findings.map(({ rule, line, object }) => ({ rule, line, object }))).toMatchObject([
      { rule: 'rolling-update', line: 6, object: { kind: 'Fleet', namespace: 'shop', name: 'web' } },
      { rule: 'readiness-probe' },
      { rule: 'pre-stop-sleep' },
    ]);
    expect(findings.flatMap(({ changes }) => changes)).toContainEqual({ path: `${limits}.maxUnavailable`, value: 0 });
    const text = reading(manifest);
    await check(['-'], offline, text.io);
    expect(text.said.out).toContain('\n1 Fleet in 1 file: 3 warnings.');
  });

  it('has its manifest’s mistakes named', async () => {
    const wrong = manifest.replace('  size: 4\n', '  size: four\n  maxSurge: 1\n');
    const { io, said } = reading(wrong);
    expect(await check(['-'], offline, io)).toBe(1);
    expect(said.out).toContain('spec.size must be a whole number, found string "four"');
    expect(said.out).toContain('refuses the Fleet. Move it into spec.rollout.limits');
    const old = reading(manifest.replace('ships.example.com/v1', 'ships.example.com/v1beta1'));
    await check(['-'], offline, old.io);
    expect(old.said.out).toContain('has no Fleet: write ships.example.com/v1');
  });

  it('is fixed, each field where an author would write it', async () => {
    const { io, said } = reading(manifest);
    expect(await fix(['-'], { ...offline, to: 'stdout' }, io)).toBe(0);
    expect(said.out).toBe(fixed);
    expect(said.err).toContain('1 Fleet of 1 in 1 file changed.');
    const again = reading(fixed);
    expect(await check(['-'], offline, again.io)).toBe(0);
  });

  it('is explained', async () => {
    const { io, said } = reading(manifest.replace('size: 4', 'size: 1'));
    expect(await explain(['-'], { ...offline, output: 'text', given: new Set() }, io)).toBe(0);
    expect(said.out).toContain('Fleet shop/web');
    expect(said.out).toContain('set maxUnavailable 0, maxSurge 25%');
    expect(said.out).toContain('Fleets are only reported: no policy names them in kinds');
    const policy = `apiVersion: hitless.dev/v1alpha1\nkind: RolloutPolicy\nmetadata: {name: ships, namespace: shop}\nspec: {kinds: [Fleet]}\n`;
    const named = reading(`${manifest}---\n${policy}`);
    expect(await explain(['-'], { ...offline, output: 'text', given: new Set() }, named.io)).toBe(0);
    expect(named.said.out).toMatch(/^ {4}kinds {2}\[Fleet\] {2}RolloutPolicy shop\/ships$/m);
    expect(named.said.out).not.toContain('only reported');
  });

  it('has its strategy read by its own words', async () => {
    const { io, said } = reading(manifest.replace('  pods:', '  rollout: { way: AllAtOnce }\n  pods:'));
    expect(await check(['-'], offline, io)).toBe(1);
    expect(said.out).toContain('type AllAtOnce ends every pod');
    const workload = { spec: { rollout: { way: 'AllAtOnce' } } } as unknown as Workload;
    expect(whyUnmeasurable(fleet, workload)).toContain('its strategy is AllAtOnce');
  });
});

interface Spec extends JsonObject {
  readonly rollout?: JsonObject;
  readonly podTemplate: PodTemplate;
}
interface Fleet extends Workload {
  readonly spec: Spec;
}

const containers = [
  {
    name: 'web',
    image: 'web:1',
    ports: [{ containerPort: 8080 }],
    livenessProbe: { tcpSocket: { port: 8080 }, periodSeconds: 10, timeoutSeconds: 1, successThreshold: 1 },
  },
];
const bare: Fleet = {
  apiVersion: 'ships.example.com/v1',
  kind: 'Fleet',
  metadata: { name: 'web', namespace: 'shop' },
  spec: {
    size: 4,
    rollout: { way: 'OneByOne', limits: { maxUnavailable: 1, maxSurge: 0 } },
    podTemplate: { metadata: { labels: { app: 'web' } }, spec: { containers, terminationGracePeriodSeconds: 30 } },
  },
};

function write(object: Fleet, oldObject?: Fleet, kinds: readonly string[] = ['Fleet']) {
  const verdict = admit(
    screen(
      readReview({
        apiVersion: 'admission.k8s.io/v1',
        kind: 'AdmissionReview',
        request: {
          uid: 'a-uid',
          kind: { group: 'ships.example.com', version: 'v1', kind: 'Fleet' },
          operation: oldObject === undefined ? 'CREATE' : 'UPDATE',
          namespace: 'shop',
          name: 'web',
          object,
          oldObject: oldObject ?? null,
        },
      }),
    ),
    stateOf({ policies: [policy({ kinds: [...kinds] })] }),
    'enforce',
  );
  const patch = structuredClone(patchOf(verdict)) as jsonPatch.Operation[];
  const stored = jsonPatch.applyPatch(structuredClone(object), patch, true).newDocument;
  return { verdict, stored };
}

function changed(object: Fleet, { annotations, rollout, image }: Changes): Fleet {
  const { metadata, spec } = structuredClone(object);
  const pod = spec.podTemplate.spec;
  const imaged = pod.containers.map((one) => ({ ...one, image: image ?? one.image }) as typeof one);
  const podTemplate = { ...spec.podTemplate, spec: { ...pod, containers: imaged } };
  return {
    ...object,
    metadata: { ...metadata, annotations: { ...metadata.annotations, ...annotations } },
    spec: { ...spec, rollout: rollout ?? spec.rollout ?? {}, podTemplate },
  };
}
interface Changes {
  readonly annotations?: NonNullable<ObjectMeta['annotations']>;
  readonly rollout?: JsonObject;
  readonly image?: string;
}

describe('a review of it', () => {
  const injected = write(bare).stored;
  const [container] = injected.spec.podTemplate.spec.containers;

  it('on CREATE gets its fields, and the record of them', () => {
    const { verdict, stored } = write(bare);
    expect(verdict).toMatchObject({ decision: 'patched' });
    expect(stored.spec.rollout).toEqual({ way: 'OneByOne', limits: { maxUnavailable: 0, maxSurge: '25%' } });
    expect(container).toMatchObject({
      lifecycle: { preStop: { sleep: { seconds: 10 } } },
      readinessProbe: { tcpSocket: { port: 8080 } },
    });
    const record = JSON.parse(stored.metadata.annotations?.['hitless.dev/injected'] ?? '{}');
    expect(Object.keys(record)).toContain(`${template}.spec.containers[web].lifecycle.preStop.sleep`);
  });

  it('is only judged where no policy names its kind', () => {
    const { verdict, stored } = write(bare, undefined, ['Deployment']);
    expect(stored).toEqual(bare);
    expect(verdict.decision).toBe('audited');
    expect(verdict.reason).toContain('Fleets are only reported: kinds of ClusterRolloutPolicy test names Deployment');
    expect(verdict.response.warnings?.join('\n')).toContain('would patch (pre-stop-sleep)');
  });

  it('keeps what it has once no policy names its kind any more', () => {
    const relabelled = write(changed(injected, { annotations: { seen: 'yes' } }), injected, []);
    expect(relabelled.stored).toEqual(changed(injected, { annotations: { seen: 'yes' } }));
    const rolled = write(changed(injected, { image: 'web:2' }), injected, []);
    expect(rolled.stored).toEqual(changed(injected, { image: 'web:2' }));
    const dropped = write({ ...bare, metadata: injected.metadata }, injected, []);
    expect(dropped.stored.spec.podTemplate).toEqual(injected.spec.podTemplate);
  });

  it('while it is being deleted is skipped', () => {
    const { verdict } = write({ ...bare, metadata: { ...bare.metadata, deletionTimestamp: '2026-01-02T03:04:05Z' } });
    expect(verdict.reason).toBe('the Fleet is being deleted');
  });

  it('with a template that nobody changed waits for its next one', () => {
    const { verdict, stored } = write(changed(bare, { annotations: { seen: 'yes' } }), bare);
    expect(verdict.decision).toBe('patched');
    expect(stored.spec.podTemplate).toEqual(bare.spec.podTemplate);
    expect(stored.spec.rollout).toMatchObject({ limits: { maxUnavailable: 0 } });
    const next = write(changed(stored, { image: 'web:2' }), stored).stored;
    expect(next.spec.podTemplate.spec.containers[0]).toMatchObject({ lifecycle: container?.lifecycle });
  });

  it('that drops what we wrote gets it back, because the pods would roll', () => {
    const { stored, verdict } = write({ ...bare, metadata: injected.metadata }, injected);
    expect(stored.spec).toEqual(injected.spec);
    expect(verdict.decision).toBe('patched');
  });

  it('that changes the way takes our limits out', () => {
    const rollout = { way: 'AllAtOnce', limits: { maxUnavailable: 0, maxSurge: '25%' } };
    const { stored, verdict } = write(changed(injected, { rollout }), injected);
    expect(stored.spec.rollout).toEqual({ way: 'AllAtOnce' });
    expect(verdict.response.warnings?.join('\n')).toContain('the author set type AllAtOnce');
  });

  it('that opts out loses all but what lies in the pods, and that with their next change', () => {
    const out = changed(injected, { annotations: { 'hitless.dev/mode': 'off' } });
    const { stored } = write(out, injected);
    expect(stored.spec.rollout).toEqual(bare.spec.rollout);
    expect(stored.spec.podTemplate).toEqual(injected.spec.podTemplate);
    const next = write(changed(stored, { image: 'web:2' }), stored).stored;
    expect(next.spec).toEqual(changed(bare, { image: 'web:2' }).spec);
    expect(next.metadata.annotations).toEqual({ 'hitless.dev/mode': 'off' });
  });

  it('names its kind where an annotation of it cannot be read', () => {
    const { verdict } = write(changed(bare, { annotations: { 'hitless.dev/mode': 'of' } }));
    expect(verdict.response.warnings?.join('\n')).toContain('Fleet annotation hitless.dev/mode is "of"');
  });

  it('is withdrawn at once, or with the next pods', () => {
    const at = '2026-01-02T03:04:05Z';
    const now = planWithdrawal(injected, { when: 'now', called: 'never', at });
    expect(now).toMatchObject({ rolls: true, waiting: [] });
    expect(now.desired.spec).toEqual(bare.spec);
    expect(stillInjected(now.desired, now)).toEqual([]);
    const called = planWithdrawal(injected, { when: 'now', called: 'enforce', at });
    expect(called.desired.spec.podTemplate.metadata?.annotations).toEqual({ 'kubectl.kubernetes.io/restartedAt': at });
    const later = planWithdrawal(injected, { when: 'next-rollout', called: 'enforce', at });
    expect(later.desired.spec).toEqual({ ...bare.spec, podTemplate: injected.spec.podTemplate });
    expect(write(later.desired, injected).stored).toEqual(later.desired);
  });
});

it('is unknown again once it is forgotten', async () => {
  forget();
  const { io, said } = reading(manifest);
  expect(await check(['-'], offline, io)).toBe(0);
  expect(said.err).toContain('no workload in standard input');
});
