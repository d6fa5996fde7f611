// Workloads that others write: Knative's are left alone by the webhook and by every command, Flagger's copies are known.

import { describe, expect, it } from 'vitest';
import { assess } from '../../src/admission/assess.ts';
import type { JsonObject } from '../../src/workload/json.ts';
import { flaggerCopyOf, knativeReason } from '../../src/workload/owner.ts';
import type { Deployment } from '../../src/workload/workload.ts';
import { create } from '../support/api-server.ts';
import { hitless } from '../support/hitless.ts';
import { stateOf, write } from '../support/webhook.ts';

const revision = { apiVersion: 'serving.knative.dev/v1', kind: 'Revision', name: 'hello-1', controller: true };
const canary = { apiVersion: 'flagger.app/v1beta1', kind: 'Canary', name: 'shop', controller: true };
const reason = 'Knative writes it for its Revision hello-1, and its queue-proxy drains requests';

function manifest(ownerReferences: readonly JsonObject[], image = 'web:1', name = 'web-primary') {
  const labels = { app: 'web' };
  const container = {
    name: 'web',
    image,
    livenessProbe: { tcpSocket: { port: 8080 } },
    ports: [{ containerPort: 8080 }],
  };
  const template = { metadata: { labels }, spec: { containers: [container] } };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace: 'shop', ownerReferences },
    spec: { selector: { matchLabels: labels }, template },
  };
}

const stored = (...args: Parameters<typeof manifest>): Deployment => create(manifest(...args));

describe('a Deployment of a Knative Revision', () => {
  it.each(['enforce', 'audit'] as const)('is skipped with the reason in mode %s', (mode) => {
    const { verdict, patch } = write({ object: stored([revision]), mode });
    expect(patch).toEqual([]);
    expect(verdict).toMatchObject({ decision: 'skipped', reason });
  });

  it('is patched as any other without that owner', () => {
    const other = { ...revision, kind: 'Ship' };
    for (const owners of [[], [other], [{ ...revision, apiVersion: 'example.com/v1' }]])
      expect(write({ object: stored(owners), mode: 'enforce' }).patch.length).toBeGreaterThan(0);
  });

  it('keeps a past injection until its template changes, and loses it then', () => {
    const { object: injected } = write({ object: stored([]), mode: 'enforce' });
    const old = { ...injected, metadata: { ...injected.metadata, ownerReferences: [revision] } };
    const labelled = { ...old, metadata: { ...old.metadata, labels: { a: 'b' } } };
    expect(write({ object: labelled, old, mode: 'enforce' }).object.spec.template).toEqual(old.spec.template);
    const [container] = old.spec.template.spec.containers;
    const spec = { ...old.spec.template.spec, containers: [{ ...container, image: 'web:2' }] };
    const changed = { ...old, spec: { ...old.spec, template: { ...old.spec.template, spec } } } as Deployment;
    const { object, verdict } = write({ object: changed, old, mode: 'enforce' });
    expect(object.spec.template.spec.containers[0]).not.toHaveProperty('lifecycle');
    expect(object.metadata.annotations ?? {}).not.toHaveProperty('hitless.dev/injected');
    expect(JSON.stringify(verdict.response)).not.toContain('an annotation says');
  });

  it('is left alone offline and by every command', async () => {
    expect(assess(manifest([revision]) as JsonObject, stateOf()).skipped).toBe(reason);
    const text = JSON.stringify(manifest([revision]));
    expect((await hitless(['check', '-'], text)).out).toContain(`left alone, ${reason}`);
    expect((await hitless(['explain', '-'], text)).out).toContain(`Left alone: ${reason}`);
    expect((await hitless(['fix', '-', '--stdout'], text)).out).not.toContain('preStop');
  });

  it('is one by its controller, not by any owner', () => {
    const app = { apiVersion: 'app.k8s.io/v1beta1', kind: 'Application', name: 'x' };
    expect(knativeReason(manifest([app, revision]))).toBe(reason);
    expect(
      knativeReason(
        manifest([
          { ...revision, controller: false },
          { ...app, controller: true },
        ]),
      ),
    ).toBeUndefined();
    expect(knativeReason({ metadata: { ownerReferences: 'none' } })).toBeUndefined();
  });
});

describe("a copy of Flagger's", () => {
  it('is one that a Canary owns, with the name of its target and the ending', () => {
    expect(flaggerCopyOf(manifest([canary]))).toEqual({ canary: 'shop', target: 'web' });
    expect(flaggerCopyOf(manifest([canary], 'web:1', 'web'))).toBeUndefined();
    expect(flaggerCopyOf(manifest([]))).toBeUndefined();
    expect(flaggerCopyOf(manifest([revision]))).toBeUndefined();
  });

  it("is explained as such, and other operators' objects as theirs", async () => {
    const copy = await hitless(['explain', '-'], JSON.stringify(manifest([canary])));
    expect(copy.out).toMatch(
      /^Deployment shop\/web-primary .*\n {2}owner\n {4}Flagger makes this copy of web for its Canary shop: /,
    );
    const keycloak = { apiVersion: 'k8s.keycloak.org/v2', kind: 'Keycloak', name: 'login', controller: true };
    const owned = await hitless(['explain', '-', '-o', 'json'], JSON.stringify(manifest([keycloak])));
    expect(JSON.parse(owned.out).deployments[0].owner).toBe(
      'the Keycloak login of k8s.keycloak.org owns it: an operator writes it, so changes belong there',
    );
    const plain = await hitless(['explain', '-', '-o', 'json'], JSON.stringify(manifest([])));
    expect(JSON.parse(plain.out).deployments[0]).not.toHaveProperty('owner');
  });

  it('gets no patch beyond what the promotion copied', () => {
    const target = write({ object: stored([], 'web:1', 'web'), mode: 'enforce' }).object;
    const metadata = { name: 'web-primary', namespace: 'shop', ownerReferences: [canary] };
    const { patch } = write({ object: { ...target, metadata }, mode: 'enforce' });
    expect(patch).toEqual([]);
  });
});
