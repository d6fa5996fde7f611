// The limits of a DaemonSet, one of which must be 0: what the author writes beside ours, and takes away again.

import { expect, test } from 'vitest';
import { admit } from '../../src/admission/admit.ts';
import { applyPatch } from '../../src/admission/patch.ts';
import { readReview } from '../../src/admission/review.ts';
import { screen } from '../../src/admission/skip.ts';
import { planWithdrawal } from '../../src/admission/withdrawal.ts';
import { composeClusterState } from '../../src/cluster-state/compose.ts';
import type { Json, JsonObject } from '../../src/workload/json.ts';
import type { Workload } from '../../src/workload/workload.ts';
import { clusterPolicy } from '../support/policy.ts';

// biome-ignore lint/suspicious/noExplicitAny: JSON of any shape
type Any = any;

const state = composeClusterState([
  {
    kind: 'Policy',
    id: 'ClusterRolloutPolicy all',
    file: 'policies.yaml',
    line: 1,
    value: clusterPolicy('all', { spec: { kinds: ['DaemonSet'] } }),
  },
]);

const limitsOf = ({ spec }: Any) => spec.updateStrategy.rollingUpdate;

function daemonSet(rollingUpdate: Json, annotations: JsonObject = {}): Any {
  const labels = { app: 'agent' };
  const container = { name: 'agent', image: 'agent:1', ports: [{ containerPort: 8080, protocol: 'TCP' }] };
  return {
    apiVersion: 'apps/v1',
    kind: 'DaemonSet',
    metadata: { name: 'agent', namespace: 'shop', resourceVersion: '1', annotations },
    spec: {
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [container], terminationGracePeriodSeconds: 30 } },
      updateStrategy: { type: 'RollingUpdate', rollingUpdate },
    },
  };
}

/** What is stored after the write. */
function written(object: Any, oldObject?: Any): Any {
  const request = {
    uid: 'u',
    kind: { group: 'apps', version: 'v1', kind: 'DaemonSet' },
    name: 'agent',
    namespace: 'shop',
    operation: oldObject === undefined ? 'CREATE' : 'UPDATE',
    object,
    oldObject: oldObject ?? null,
  };
  const review = { kind: 'AdmissionReview', apiVersion: 'admission.k8s.io/v1', request };
  const { response } = admit(screen(readReview(structuredClone(review) as Json)), state, 'enforce');
  const operations = response.patch === undefined ? [] : JSON.parse(Buffer.from(response.patch, 'base64').toString());
  return applyPatch({ base: structuredClone(object), operations });
}

/** Merged into what is stored, as an apply does it. */
function merged(stored: Any, rollingUpdate: JsonObject): Any {
  const next = structuredClone(stored);
  next.spec.updateStrategy.rollingUpdate = rollingUpdate;
  return next;
}

const created = written(daemonSet({ maxUnavailable: 1, maxSurge: 0 }));
const beside = written(merged(created, { maxUnavailable: 0, maxSurge: 2 }), created);

test('both limits are written where the author wrote none', () => {
  expect(limitsOf(created)).toEqual({ maxUnavailable: 0, maxSurge: 1 });
});

test('a surge of the author, and gone again, leaves ours in its place: never both 0', () => {
  expect(limitsOf(beside)).toEqual({ maxUnavailable: 0, maxSurge: 2 });
  expect(limitsOf(written(merged(beside, { maxUnavailable: 0, maxSurge: 0 }), beside))).toEqual({
    maxUnavailable: 0,
    maxSurge: 1,
  });
});

test('an opt-out leaves the limit that the surge of the author needs, and takes everything else', () => {
  const off = structuredClone(beside);
  off.metadata.annotations['hitless.dev/mode'] = 'off';
  off.spec.template.spec.containers[0].image = 'agent:2';
  const left = written(off, beside);
  expect(limitsOf(left)).toEqual({ maxUnavailable: 0, maxSurge: 2 });
  expect(left.metadata.annotations).toEqual({ 'hitless.dev/mode': 'off' });
  expect(left.spec.template.spec.containers[0].lifecycle).toBeUndefined();
});

test('so does withdraw', () => {
  const options = { when: 'now', called: 'never', at: '2026-01-01T00:00:00Z' } as const;
  const { desired } = planWithdrawal(beside as Workload, options);
  expect(limitsOf(desired)).toEqual({ maxUnavailable: 0, maxSurge: 2 });
  expect(desired.metadata.annotations ?? {}).toEqual({});
});
