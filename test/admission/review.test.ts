// Reviews at the edge of what the API server sends.

import { describe, expect, it } from 'vitest';
import { admit } from '../../src/admission/admit.ts';
import { BadReview, readReview } from '../../src/admission/review.ts';
import { screen } from '../../src/admission/skip.ts';
import type { Deployment } from '../../src/workload/workload.ts';
import { create } from '../support/api-server.ts';
import { reviewOf, stateOf } from '../support/webhook.ts';

// biome-ignore lint/suspicious/noExplicitAny: reviews are broken freely here
type Any = any;

function review(change: (review: Any) => void): Any {
  const manifest = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web' },
    spec: {
      selector: { matchLabels: { app: 'web' } },
      template: {
        metadata: { labels: { app: 'web' } },
        spec: { containers: [{ name: 'web' }, { name: 'served', ports: [{ containerPort: 80 }] }] },
      },
    },
  };
  const made = reviewOf(create(manifest)) as Any;
  change(made);
  return made;
}

const answer = (change: (review: Any) => void) => admit(screen(readReview(review(change))), stateOf(), 'enforce');
const container = (made: Any) => made.request.object.spec.template.spec.containers[0];

describe('null', () => {
  const nulls: [string, (made: Any) => void][] = [
    ['annotations', (made) => Object.assign(made.request.object.metadata, { annotations: null, labels: null })],
    ['a selector', (made) => Object.assign(made.request.object.spec, { selector: null })],
    ['a strategy', (made) => Object.assign(made.request.object.spec, { strategy: null })],
    ['a rollingUpdate', (made) => Object.assign(made.request.object.spec.strategy, { rollingUpdate: null })],
    ['a probe', (made) => Object.assign(container(made), { readinessProbe: null, livenessProbe: null })],
    ['a hook', (made) => Object.assign(container(made), { lifecycle: { preStop: { sleep: null } } })],
    ['ports', (made) => Object.assign(container(made), { ports: null, resources: { limits: null } })],
    ['metadata of the pods', (made) => Object.assign(made.request.object.spec.template, { metadata: null })],
  ];
  it.each(nulls)('for %s counts as absent', (_field, change) => {
    const { decision, response } = answer(change);
    expect(decision).toBe('patched');
    expect(response.allowed).toBe(true);
  });
});

describe('an object that the API server will refuse itself', () => {
  const broken: [string, (made: Any) => void][] = [
    ['no containers', (made) => Object.assign(made.request.object.spec.template.spec, { containers: null })],
    [
      'an empty list of containers',
      (made) => Object.assign(made.request.object.spec.template.spec, { containers: [] }),
    ],
    ['a container without a name', (made) => delete container(made).name],
    ['no spec', (made) => delete made.request.object.spec],
  ];
  it.each(broken)('with %s is left to it', (_case, change) => {
    const { decision, response } = answer(change);
    expect(decision).toBe('skipped');
    expect(response.patch).toBeUndefined();
  });
});

describe('a caller that is no API server', () => {
  const wrong: [string, (made: Any) => void, string][] = [
    ['another kind', (made) => Object.assign(made, { kind: 'Pod' }), 'not an AdmissionReview'],
    ['v1beta1', (made) => Object.assign(made, { apiVersion: 'admission.k8s.io/v1beta1' }), 'v1beta1'],
    ['no request', (made) => delete made.request, 'has no request'],
    ['no uid', (made) => delete made.request.uid, 'request.uid is missing'],
    [
      'a number as namespace',
      (made) => Object.assign(made.request, { namespace: 7 }),
      'request.namespace must be a string, found 7',
    ],
    ['no kind in the request', (made) => delete made.request.kind, 'request.kind is missing'],
    [
      'a text as object',
      (made) => Object.assign(made.request, { object: 'x' }),
      'request.object must be an object, found "x"',
    ],
    ['no object', (made) => Object.assign(made.request, { object: null }), 'request.object is missing'],
    [
      'an UPDATE without oldObject',
      (made) => Object.assign(made.request, { operation: 'UPDATE' }),
      'request.oldObject is missing',
    ],
    [
      'replicas as text',
      (made) => Object.assign(made.request.object.spec, { replicas: '2' }),
      'spec.replicas must be a whole number, found string "2"',
    ],
  ];
  it.each(wrong)('with %s is told so', (_case, change, sentence) => {
    expect(() => answer(change)).toThrow(BadReview);
    expect(() => answer(change)).toThrow(sentence);
  });
});

it('the request is answered with the uid it came with, and nothing of it is changed', () => {
  const made = review(() => undefined);
  const before = structuredClone(made);
  const verdict = admit(screen(readReview(made)), stateOf(), 'enforce');
  expect(verdict.response.uid).toBe('a-uid');
  expect(made).toEqual(before);
  expect((made.request.object as Deployment).metadata.name).toBe('web');
});
