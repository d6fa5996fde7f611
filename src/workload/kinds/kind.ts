// A kind of workload as data: the paths of its parts, the fields that we may write, what its API server refuses, how its rollout
// is read. Everything else asks this record, so a new kind is a file beside this one and a line in kinds.ts.

import type { Json } from '../json.ts';
import type { IntOrPercent, PodTemplate, Workload } from '../workload.ts';

/** Paths are those of path.ts; in a field's path `[*]` stands for a container's name. */
export interface KindRecord {
  /** `Deployment`. */
  readonly kind: string;
  /** `apps`. */
  readonly group: string;
  readonly version: string;
  /** Its name in the API server's paths and in a webhook's rules: `deployments`. */
  readonly resource: string;
  /** Names that kubectl accepts besides kind and resource: `deploy`. */
  readonly shortNames?: readonly string[];
  /** Removed API versions, which manifests may still have. */
  readonly former?: { readonly apiVersions: readonly string[]; readonly removedIn: string };
  /** Objects without which a manifest is only a patch for another one. */
  readonly whole: readonly string[];
  /** The path of the pod template. */
  readonly template: string;
  /** The path of the label selector of its pods. */
  readonly selector: string;
  /** Absent for a kind without a number of pods. */
  readonly replicas?: Setting<number>;
  /** Absent for a kind that does not say how pods are replaced. */
  readonly strategy?: Strategy;
  readonly minReadySeconds?: Setting<number>;
  readonly progressDeadlineSeconds?: Setting<number>;
  /** The fields that we may write, and those that we read whose default matters. */
  readonly fields: readonly Field[];
  /** The types of other fields that we read, outside metadata and the pod template. */
  readonly reads: Readonly<Record<string, Shape>>;
  /** The position among an author's keys of each key that we may add, by path. */
  readonly order: Readonly<Record<string, Placement>>;
  readonly known: KnownFields;
  /** What its API server refuses about the fields outside the pod template. */
  readonly violations: (workload: Workload) => readonly Violation[];
  readonly progress: (workload: Workload) => Progress;
}

/** A field, and the value that counts where it is not written. */
export interface Setting<V> {
  readonly path: string;
  readonly default: V;
}

/** A number of pods; a percentage is rounded as by the kind's controller. */
export interface Limit extends Setting<IntOrPercent> {
  readonly rounded: 'up' | 'down';
}

/** How pods are replaced. */
export interface Strategy {
  readonly path: string;
  /** The path of its type, and the type that ends all pods before the first new one starts. */
  readonly type?: { readonly path: string; readonly recreate: string };
  /** The map of the limits. */
  readonly rollingUpdate: string;
  readonly maxUnavailable: Limit;
  /** The number of pods allowed beyond the replicas, so that a new one starts before an old one is removed. Absent: none. */
  readonly maxSurge?: Limit;
}

export interface Field {
  readonly path: string;
  readonly type: Shape;
  /** The API server's default; absent if the field stays absent. */
  readonly apiDefault?: Json;
  /** True where the default is never stored, even when written: Go omits a 0. */
  readonly omitted?: boolean;
  /** True for a field that we never write. */
  readonly readOnly?: true;
  /** The reason why our value cannot stay beside what the author wrote: `the author set maxSurge 0`. */
  readonly collides?: (found: Collision) => string | undefined;
}

export interface Collision {
  readonly workload: Workload;
  readonly template: PodTemplate;
  /** The value that contains our field. */
  readonly parent: Json | undefined;
}

export type Leaf = 'string' | 'integer' | 'boolean' | 'integer or string' | 'map' | 'object';
/** The type of a field; for an object, the types of the fields that we read. */
export type Shape = Leaf | Shapes | readonly [Shape];
export interface Shapes {
  readonly [field: string]: Shape;
}

/** The position of a new key among the existing ones; at the end where none of those named exists. */
export type Placement =
  /** Behind the first existing key of these, in their order, and behind keys of `past` that follow it; otherwise before `before`. */
  | { readonly behindFirst: readonly string[]; readonly past?: readonly string[]; readonly before?: readonly string[] }
  | { readonly behindLast: readonly string[] }
  | { readonly before: readonly string[] };

/** The fields of the API, to find mistakes in manifests. */
export interface KnownFields {
  /** All fields of the API, by the path of their object; outside metadata and the pod template. */
  readonly fields: Readonly<Record<string, readonly string[]>>;
  /** Fields that belong into a single object, with the path of that object. */
  readonly homes: Readonly<Record<string, string>>;
}

export interface Violation {
  readonly path: string;
  /** The problem, for the operator. */
  readonly message: string;
}

/** The progress of a rollout, as `kubectl rollout status` sees it. */
export interface Progress {
  /** failed: it is stuck, and its controller has reported that. */
  readonly what: 'progressing' | 'complete' | 'failed';
  /** A short sentence, such as `2 of 2 new pods are available`. */
  readonly detail: string;
}

/** A record with its look-ups; made by defineKind. */
export interface WorkloadKind extends KindRecord {
  /** `apps/v1`. */
  readonly apiVersion: string;
  /** The type of every field that is read. */
  readonly shape: Shape;
  /** The list of the containers. */
  readonly containers: string;
  readonly containerPath: (name: string) => string;
  /** The pod template. Only for a workload whose parts were checked: see missingParts. */
  readonly templateOf: (workload: Workload) => PodTemplate;
  /** True for a path whose change starts a rollout. */
  readonly inTemplate: (path: string) => boolean;
  /** The row of `fields` for a path with a container's name in it. */
  readonly fieldAt: (path: string) => Field | undefined;
}
