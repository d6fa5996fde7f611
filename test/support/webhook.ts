// A write as it goes through the API server: the request to us, our patch, defaults and validation after it.

import jsonPatch from 'fast-json-patch';
import { admit } from '../../src/admission/admit.ts';
import type { Decision } from '../../src/admission/decision.ts';
import { readReview } from '../../src/admission/review.ts';
import { screen } from '../../src/admission/skip.ts';
import type { ClusterState } from '../../src/cluster-state/cluster-state.ts';
import { composeClusterState } from '../../src/cluster-state/compose.ts';
import { readObjects } from '../../src/cluster-state/readers.ts';
import { compilePolicies } from '../../src/policy/policies.ts';
import type { PolicyDocument } from '../../src/policy/policy.ts';
import { readPolicy } from '../../src/policy/validation/validate.ts';
import type { Json } from '../../src/workload/json.ts';
import type { Namespace, Service, Version } from '../../src/workload/kubernetes.ts';
import type { Deployment } from '../../src/workload/workload.ts';
import { readDocuments } from '../../src/yaml/documents.ts';
import { clone, defaulted, refusals } from './api-server.ts';

export interface Facts {
  readonly namespaces?: readonly Namespace[];
  readonly services?: readonly Service[];
  readonly policies?: readonly PolicyDocument[];
  readonly oldestNode?: Version;
  /** Other objects around a workload, as manifests. */
  readonly objects?: readonly Json[];
}

export function stateOf({
  namespaces = [],
  services = [],
  policies = [],
  oldestNode,
  objects = [],
}: Facts = {}): ClusterState {
  const around = composed(objects);
  return {
    ...around,
    namespace: (name) => namespaces.find((namespace) => namespace.name === name),
    servicesIn: (namespace) => services.filter((service) => service.namespace === namespace),
    knows: (kind, namespace) => kind === 'Service' || around.knows(kind, namespace),
    policies: compilePolicies(policies),
    oldestNode,
  };
}

function composed(objects: readonly Json[]): ClusterState {
  const text = objects.map((object) => JSON.stringify(object)).join('\n---\n');
  const read = readObjects(readDocuments('objects.yaml', text).documents);
  if (read.problems.length > 0) throw new Error(JSON.stringify(read.problems));
  return composeClusterState(read.objects);
}

/** A cluster policy of this spec; throws its mistakes. */
export function policy(spec: Json, name = 'test'): PolicyDocument {
  const { document, mistakes } = readPolicy({
    apiVersion: 'hitless.dev/v1alpha1',
    kind: 'ClusterRolloutPolicy',
    metadata: { name },
    spec,
  });
  if (document === undefined) throw new Error(JSON.stringify(mistakes));
  return document;
}

export interface Written {
  readonly verdict: Decision;
  /** What is stored, or the object that was refused. */
  readonly object: Deployment;
  readonly refused: readonly string[];
  readonly patch: readonly jsonPatch.Operation[];
}

export interface Write {
  readonly object: Deployment;
  readonly old?: Deployment | undefined;
  readonly state?: ClusterState;
  readonly mode?: 'enforce' | 'audit';
}

export function write({ object, old, state = stateOf(), mode = 'enforce' }: Write): Written {
  const review = reviewOf(object, old);
  const before = JSON.stringify(review);
  const verdict = admit(screen(readReview(review)), state, mode);
  if (JSON.stringify(review) !== before) throw new Error('admit changed the review it was given');
  const patch = patchOf(verdict);
  const patched = jsonPatch.applyPatch(clone(object), clone(patch) as jsonPatch.Operation[], true).newDocument;
  const stored = defaulted(patched);
  return { verdict, object: stored, refused: refusals(stored), patch };
}

export function patchOf({ response }: Decision): readonly jsonPatch.Operation[] {
  return response.patch === undefined ? [] : JSON.parse(Buffer.from(response.patch, 'base64').toString());
}

export function reviewOf(object: Deployment, old?: Deployment): Json {
  return {
    apiVersion: 'admission.k8s.io/v1',
    kind: 'AdmissionReview',
    request: {
      uid: 'a-uid',
      kind: { group: 'apps', version: 'v1', kind: 'Deployment' },
      operation: old === undefined ? 'CREATE' : 'UPDATE',
      namespace: object.metadata.namespace ?? 'default',
      name: object.metadata.name ?? '',
      object,
      oldObject: old ?? null,
      dryRun: false,
    },
  };
}
