// What a kind of workload is, as data: where its parts stand, what we may write into it, what its API server refuses, how its
// rollout reads. Everything else asks this record, so a new kind is a file beside this one and a line in kinds.ts.

import type { Json } from '../json.ts';
import type { IntOrPercent, PodTemplate, Workload } from '../workload.ts';

/** Paths are those of path.ts; in a field's path `[*]` stands for a container's name. */
export interface KindRecord {
  /** `Deployment`. */
  readonly kind: string;
  /** `apps`. */
  readonly group: string;
  readonly version: string;
  /** In the API server's paths and in a webhook's rules: `deployments`. */
  readonly resource: string;
  /** What kubectl takes besides its names: `deploy`. */
  readonly shortNames?: readonly string[];
  /** API versions that were removed, which manifests may still have. */
  readonly former?: { readonly apiVersions: readonly string[]; readonly removedIn: string };
  /** Objects without which a manifest is a patch for another one. */
  readonly whole: readonly string[];
  /** Where the pod template stands. */
  readonly template: string;
  /** Where the label selector of its pods stands. */
  readonly selector: string;
  /** Absent where the kind does not count its pods. */
  readonly replicas?: Setting<number>;
  /** Absent where nothing says how pods are replaced. */
  readonly strategy?: Strategy;
  readonly minReadySeconds?: Setting<number>;
  readonly progressDeadlineSeconds?: Setting<number>;
  /** What we may write, and what we read whose default counts. */
  readonly fields: readonly Field[];
  /** The types of other fields that we read, outside of metadata and pod template. */
  readonly reads: Readonly<Record<string, Shape>>;
  /** Where an author writes the keys that we may have to add, by the key's path. */
  readonly order: Readonly<Record<string, Placement>>;
  readonly known: KnownFields;
  /** What its API server refuses of the fields outside of the pod template. */
  readonly violations: (workload: Workload) => readonly Violation[];
  readonly progress: (workload: Workload) => Progress;
}

/** A field, and what counts where nobody writes it. */
export interface Setting<V> {
  readonly path: string;
  readonly default: V;
}

/** A number of pods; a percentage is rounded as the kind's controller does it. */
export interface Limit extends Setting<IntOrPercent> {
  readonly rounded: 'up' | 'down';
}

/** How pods are replaced. */
export interface Strategy {
  readonly path: string;
  /** Where its type stands, and which one ends all pods before the first new one starts. */
  readonly type?: { readonly path: string; readonly recreate: string };
  /** The map of the limits. */
  readonly rollingUpdate: string;
  readonly maxUnavailable: Limit;
  /** How many pods there may be beyond the replicas: a new one that starts before an old one goes. Absent: never one. */
  readonly maxSurge?: Limit;
}

export interface Field {
  readonly path: string;
  readonly type: Shape;
  /** What the API server makes of it where nobody writes it; absent: it stays absent. */
  readonly apiDefault?: Json;
  /** True where that default is not stored either, whoever writes it: Go leaves a 0 out. */
  readonly omitted?: boolean;
  /** True for a field that we never write. */
  readonly readOnly?: true;
  /** Why our value there cannot stay beside what the author wrote: `the author set maxSurge 0`. */
  readonly collides?: (found: Collision) => string | undefined;
}

export interface Collision {
  readonly workload: Workload;
  readonly template: PodTemplate;
  /** What our field stands in. */
  readonly parent: Json | undefined;
}

export type Leaf = 'string' | 'integer' | 'boolean' | 'integer or string' | 'map' | 'object';
/** The type of a field; of an object the fields that we read. */
export type Shape = Leaf | Shapes | readonly [Shape];
export interface Shapes {
  readonly [field: string]: Shape;
}

/** The place of a new key among those that are there; at the end where none of these is. */
export type Placement =
  /** Behind the first of these that is there, in their order, and then behind those of `past` that follow; else before `before`. */
  | { readonly behindFirst: readonly string[]; readonly past?: readonly string[]; readonly before?: readonly string[] }
  | { readonly behindLast: readonly string[] }
  | { readonly before: readonly string[] };

/** For mistakes in manifests. */
export interface KnownFields {
  /** All fields that the API knows, by the path of the object that they are in; outside of metadata and pod template. */
  readonly fields: Readonly<Record<string, readonly string[]>>;
  /** Fields that belong to one object only, wherever else they stand, and that object. */
  readonly homes: Readonly<Record<string, string>>;
}

export interface Violation {
  readonly path: string;
  /** What is wrong, for the operator. */
  readonly message: string;
}

/** How far a rollout is, as `kubectl rollout status` sees it. */
export interface Progress {
  /** failed: it is stuck, and its controller has said so. */
  readonly what: 'progressing' | 'complete' | 'failed';
  /** A short sentence, such as `2 of 2 new pods are available`. */
  readonly detail: string;
}

/** A record with what can be looked up in it; made by defineKind. */
export interface WorkloadKind extends KindRecord {
  /** `apps/v1`. */
  readonly apiVersion: string;
  /** The type of every field that is read. */
  readonly shape: Shape;
  /** The list of the containers. */
  readonly containers: string;
  readonly containerPath: (name: string) => string;
  /** The pod template. For a workload whose parts were looked at: see missingParts. */
  readonly templateOf: (workload: Workload) => PodTemplate;
  /** True for a path whose change starts a rollout. */
  readonly inTemplate: (path: string) => boolean;
  /** The row of `fields` for a path with a container's name in it. */
  readonly fieldAt: (path: string) => Field | undefined;
}
