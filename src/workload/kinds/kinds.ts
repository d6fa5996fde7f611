// The kinds that hitless supports, one per line, and the look-up of an object's kind.

import { listed } from '../../text/list.ts';
import type { JsonObject } from '../json.ts';
import type { Workload } from '../workload.ts';
import { cloneSet } from './clone-set.ts';
import { daemonSet } from './daemon-set.ts';
import { deployment } from './deployment.ts';
import { deploymentConfig } from './deployment-config.ts';
import type { WorkloadKind } from './kind.ts';
import { kruiseDaemonSet } from './kruise-daemon-set.ts';
import { kruiseStatefulSet } from './kruise-stateful-set.ts';
import { leaderWorkerSet } from './leader-worker-set.ts';
import { rollout } from './rollout.ts';
import { statefulSet } from './stateful-set.ts';

const kinds: WorkloadKind[] = [
  deployment,
  statefulSet,
  daemonSet,
  rollout,
  cloneSet,
  kruiseStatefulSet,
  kruiseDaemonSet,
  leaderWorkerSet,
  deploymentConfig,
];

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

/** Those that a policy may have patched. */
export function patchableKinds(): readonly WorkloadKind[] {
  return kinds.filter(({ support }) => support === 'patched');
}

export function hasVersion({ apiVersion, otherVersions = [] }: WorkloadKind, found: unknown): boolean {
  return found === apiVersion || otherVersions.some((version) => version === found);
}

/** `apps/v1`, `Deployment`. */
export function kindNamed(apiVersion: unknown, kind: unknown): WorkloadKind | undefined {
  return kinds.find((one) => one.kind === kind && hasVersion(one, apiVersion));
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

/** Those that a policy may have patched: `Deployments and StatefulSets`. */
export function kindPlurals(): string {
  return listed(patchableKinds().map(({ kind }) => `${kind}s`));
}
