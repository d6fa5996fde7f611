// Each folder `<kind>/<case in words>` is a manifest of a kind other than Deployment, what `hitless check` says of it, and what
// `hitless fix` makes of it. The webhook must patch the same. Rewrite the expectations with `npm run test:golden`, and read them.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import jsonPatch from 'fast-json-patch';
import { describe, expect, it } from 'vitest';
import { admit } from '../../src/admission/admit.ts';
import { readReview } from '../../src/admission/review.ts';
import { screen } from '../../src/admission/skip.ts';
import type { ClusterState } from '../../src/cluster-state/cluster-state.ts';
import { type CheckOptions, check } from '../../src/commands/check/check.ts';
import { fix } from '../../src/commands/fix/fix.ts';
import type { JsonObject } from '../../src/workload/json.ts';
import { patchableKinds, workloadKinds } from '../../src/workload/kinds/kinds.ts';
import { documentsOf, foldersIn, stateIn } from '../support/golden.ts';
import { terminal } from '../support/terminal.ts';
import { patchOf } from '../support/webhook.ts';

const here = import.meta.dirname;
const cases = foldersIn(here).flatMap((kind) => foldersIn(join(here, kind)).map((name) => ({ kind, name })));
const offline: CheckOptions = { policy: [], namespace: 'default', output: [], failOn: 'never' };

async function said(text: string, run: typeof check | typeof fixed) {
  const { io, said: words } = terminal({ stdin: async () => new TextEncoder().encode(text) });
  await run(['-'], offline, io);
  return words;
}

function fixed(files: readonly string[], options: CheckOptions, io: ReturnType<typeof terminal>['io']) {
  return fix(files, { ...options, to: 'stdout' }, io);
}

/** An object as the API server stores it without defaults, which is how it stores a custom resource. */
function judgedIn(folder: string, text: string) {
  const documents = documentsOf('input.yaml', text);
  const kinds = workloadKinds().map(({ kind }) => kind);
  const workloads = documents.filter(({ value }) => kinds.includes(`${(value as JsonObject).kind}`));
  const policies = `apiVersion: hitless.dev/v1alpha1
kind: ClusterRolloutPolicy
metadata: { name: every-kind }
spec: { kinds: [${patchableKinds().map(({ kind }) => kind)}] }`;
  return { workloads, state: stateIn(folder, [...documents, ...documentsOf('policy.yaml', policies)]) };
}

describe.each(cases)('$kind: $name', ({ kind, name }) => {
  const folder = join(here, kind, name);
  const input = readFileSync(join(folder, 'input.yaml'), 'utf8');

  it('is reported and edited as its files say', async () => {
    const { out } = await said(input, check);
    await expect(out).toMatchFileSnapshot(join(folder, 'report.txt'));
    const { out: edited } = await said(input, fixed);
    await expect(edited === '' ? input : edited).toMatchFileSnapshot(join(folder, 'expected.yaml'));
  });

  it('needs no edit once it is edited', async () => {
    const { out } = await said(readFileSync(join(folder, 'expected.yaml'), 'utf8'), check);
    expect(out).not.toContain(' warning ');
  });

  it('is patched by the webhook as the file is edited, and not a second time', () => {
    const expected = documentsOf('expected.yaml', readFileSync(join(folder, 'expected.yaml'), 'utf8'));
    const { workloads, state } = judgedIn(folder, input);
    const isRefused = readFileSync(join(folder, 'report.txt'), 'utf8').includes('error    manifest');
    for (const { value } of workloads) {
      const object = value as JsonObject & { kind: string; metadata: JsonObject };
      const isPatchable = patchableKinds().some(
        (one) => one.kind === object.kind && one.apiVersion === object.apiVersion,
      );
      const { stored } = write(applied(object), state);
      const wanted = expected.find((one) => isSame(one.value as JsonObject, object))?.value as JsonObject;
      // What the API server or the controller refuses, nobody edits on disk.
      if (!isRefused) expect(stored.spec, object.kind).toEqual(isPatchable ? wanted.spec : object.spec);
      expect(write(stored, state).patch).toEqual([]);
    }
  });
});

/** As kubectl applies it: what proves that the author wrote a value which equals a default. */
function applied<T extends JsonObject & { readonly metadata: JsonObject }>(object: T): T {
  const annotations = { 'kubectl.kubernetes.io/last-applied-configuration': JSON.stringify(object) };
  return { ...object, metadata: { ...object.metadata, annotations } };
}

/** What a CREATE stores under a policy that has every kind patched. */
function write(object: JsonObject, state: ClusterState) {
  const [group = '', version = ''] = `${object.apiVersion}`.split('/');
  const verdict = admit(
    screen(
      readReview({
        apiVersion: 'admission.k8s.io/v1',
        kind: 'AdmissionReview',
        request: {
          uid: 'a-uid',
          kind: { group, version, kind: `${object.kind}` },
          operation: 'CREATE',
          namespace: 'shop',
          name: '',
          object,
          oldObject: null,
        },
      }),
    ),
    state,
    'enforce',
  );
  const patch = patchOf(verdict);
  const stored = jsonPatch.applyPatch(structuredClone(object), structuredClone(patch) as jsonPatch.Operation[], true);
  return { patch, stored: stored.newDocument, warnings: verdict.response.warnings };
}

function isSame(a: JsonObject, b: JsonObject): boolean {
  return (
    a.kind === b.kind &&
    a.apiVersion === b.apiVersion &&
    (a.metadata as JsonObject).name === (b.metadata as JsonObject).name
  );
}

it('every kind has a folder', () => {
  const named = new Set(cases.map(({ kind }) => kind.replace('Advanced ', '')));
  const all = workloadKinds().map(({ kind }) => kind);
  expect([...named].sort()).toEqual([...new Set(all.filter((kind) => kind !== 'Deployment'))].sort());
});

it('what the controller of a custom resource would refuse is said at the write, because no API server says it', () => {
  const folder = join(here, 'Rollout', 'two strategies');
  const { workloads, state } = judgedIn(folder, readFileSync(join(folder, 'input.yaml'), 'utf8'));
  const { warnings } = write(workloads[0]?.value as JsonObject, state);
  expect(warnings).toContain(
    'hitless shop/web: manifest: spec.strategy: canary and blueGreen exclude each other: remove one of the two',
  );
});
