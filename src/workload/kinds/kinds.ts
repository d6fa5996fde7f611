// The kinds that hitless supports, one per line, and the look-up of an object's kind.

import type { JsonObject } from '../json.ts';
import type { Workload } from '../workload.ts';
import { deployment } from './deployment.ts';
import type { WorkloadKind } from './kind.ts';

const kinds: WorkloadKind[] = [deployment];

export function workloadKinds(): readonly WorkloadKind[] {
  return kinds;
}

/** Adds a kind until the returned function is called. */
export function registerKind(kind: WorkloadKind): () => void {
  kinds.push(kind);
  return () => {
    const index = kinds.indexOf(kind);
    if (index !== -1) kinds.splice(index, 1);
  };
}

/** `apps/v1`, `Deployment`. */
export function kindNamed(apiVersion: unknown, kind: unknown): WorkloadKind | undefined {
  return kinds.find((one) => one.kind === kind && one.apiVersion === apiVersion);
}

/** @throws TypeError for an object of an unsupported kind. */
export function kindOf({ apiVersion, kind }: Workload): WorkloadKind {
  const known = kindNamed(apiVersion, kind);
  if (known === undefined) throw new TypeError(`${apiVersion} ${kind} is not a kind of workload that hitless supports`);
  return known;
}

/** The kind that a manifest means, even if its API version is missing or was removed. */
export function kindMeant({ apiVersion, kind }: JsonObject): WorkloadKind | undefined {
  return kindNamed(apiVersion, kind) ?? kinds.find((one) => one.kind === kind);
}

/** `Deployments`, or `Deployments and StatefulSets`. */
export function kindPlurals(): string {
  return kinds.map(({ kind }) => `${kind}s`).join(' and ');
}

/** `Deployment`, or `Deployment or StatefulSet`. */
export function kindNames(): string {
  return kinds.map(({ kind }) => kind).join(' or ');
}
