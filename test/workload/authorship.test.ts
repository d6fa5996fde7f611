// Who wrote a field: the proofs in managedFields and last-applied, and values that prove themselves.

import { describe, expect, it } from 'vitest';
import { evidenceOf, manifestEvidence, writtenIn } from '../../src/workload/authorship.ts';
import type { JsonObject } from '../../src/workload/json.ts';
import { deployment as kind } from '../../src/workload/kinds/deployment.ts';
import type { Deployment } from '../../src/workload/workload.ts';

const grace = 'spec.template.spec.terminationGracePeriodSeconds';
const surge = 'spec.strategy.rollingUpdate.maxSurge';
const period = 'spec.template.spec.containers[web].livenessProbe.periodSeconds';

function deployment(metadata: JsonObject, seconds = 30): Deployment {
  const containers = [{ name: 'web', livenessProbe: { periodSeconds: 10 } }];
  const template = { spec: { containers, terminationGracePeriodSeconds: seconds } };
  return { metadata, spec: { strategy: { rollingUpdate: { maxSurge: '25%' } }, template } } as unknown as Deployment;
}

const lastApplied = (text: string) => ({
  annotations: { 'kubectl.kubernetes.io/last-applied-configuration': text },
});
const manifest = JSON.stringify({
  spec: { template: { spec: { terminationGracePeriodSeconds: 30, containers: [{ name: 'web' }] } } },
});
const owns = { 'f:spec': { 'f:template': { 'f:spec': { 'f:terminationGracePeriodSeconds': {} } } } };
const ownsProbe = {
  'f:spec': {
    'f:template': {
      'f:spec': { 'f:containers': { 'k:{"name":"web"}': { 'f:livenessProbe': { 'f:periodSeconds': {} } } } },
    },
  },
};
const managed = (entry: JsonObject) => ({ managedFields: [{ operation: 'Apply', fieldsV1: owns, ...entry }] });

function isWritten(metadata: JsonObject, path: string, seconds?: number): boolean {
  const object = deployment(metadata, seconds);
  return writtenIn({ kind, workload: object }, evidenceOf(object))(path);
}

describe('a default value', () => {
  it.each<[string, JsonObject, string, boolean]>([
    ['without proof', {}, grace, false],
    ['that an Apply entry owns', managed({}), grace, true],
    ['that an Update entry lists', managed({ operation: 'Update' }), grace, false],
    ['that only the status has', managed({ subresource: 'status' }), grace, false],
    ['that another Apply entry does not own', managed({}), surge, false],
    ['of a container that an Apply entry owns', managed({ fieldsV1: ownsProbe }), period, true],
    ['in last-applied', lastApplied(manifest), grace, true],
    ['not in last-applied', lastApplied(manifest), surge, false],
    ['beside a broken last-applied', lastApplied('{"terminationGracePeriodSeconds":'), grace, false],
    ['beside a last-applied that is no object', lastApplied('"terminationGracePeriodSeconds"'), grace, false],
    ['beside odd managedFields', { managedFields: [{ operation: 'Apply', fieldsV1: 'x' }] }, grace, false],
  ])('%s counts as the author’s only with proof', (_case, metadata, path, expected) => {
    expect(isWritten(metadata, path)).toBe(expected);
  });
});

it('any other value is the author’s, and an absent one nobody’s', () => {
  expect(isWritten({}, grace, 45)).toBe(true);
  expect(isWritten({}, 'spec.template.spec.containers[web].readinessProbe.periodSeconds')).toBe(false);
});

it('in a manifest all that stands there was written', () => {
  const written = writtenIn({ kind, workload: deployment({}) }, manifestEvidence);
  expect([grace, surge, 'spec.minReadySeconds'].map(written)).toEqual([true, true, false]);
});
