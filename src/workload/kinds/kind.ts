// A kind of workload as data: the paths of its parts, the fields that we may write, what its API server refuses, how its rollout
// is read. Everything else asks this record, so a new kind is a file beside this one and a line in kinds.ts.

import type { Json } from '../json.ts';
import type { IntOrPercent, PodTemplate, Workload } from '../workload.ts';
import type { LastRollout, Progress } from './progress.ts';

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
  /** patched: where a policy's `kinds` names it. checked: reported only, whatever the policy says. */
  readonly support: 'patched' | 'checked';
  /** The policy sections whose rules report and do not write, each with the reason: a clause such as `its pods may need one another`. */
  readonly reportsOnly?: Readonly<Record<string, string>>;
  /** True where the action enforce means fill: a value that the author wrote is never raised. */
  readonly fillsOnly?: true;
  /** True for a custom resource: its API server fills in no defaults for pods, so a value that is there was written, and refuses no mistake in them. */
  readonly custom?: true;
  /** Other API versions that its API server has, with the same fields. */
  readonly otherVersions?: readonly string[];
  /** Removed API versions, which manifests may still have. */
  readonly former?: { readonly apiVersions: readonly string[]; readonly removedIn: string };
  /** Objects without which a manifest is only a patch for another one. */
  readonly whole: readonly string[];
  /** The path of the pod template. */
  readonly template: string;
  /** The path of the label selector of its pods; absent for a kind that makes their labels itself, or has a selector of another form. */
  readonly selector?: string;
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
  /** The path of the list of claims that its controller makes for each pod, which are volumes of the pod. */
  readonly claimTemplates?: string;
  /** True where the name of the object becomes a part of the names of pods, and is not allowed to have dots. */
  readonly namedAsLabel?: true;
  /** The position among an author's keys of each key that we may add, by path. */
  readonly order: Readonly<Record<string, Placement>>;
  readonly schema: KindSchema;
  /** What its API server, or its controller, refuses about the fields outside the pod template. */
  readonly violations: (workload: Workload) => readonly Violation[];
  /** True for a kind with one pod on each node. */
  readonly perNode?: true;
  /** The object that holds the pod template in its place, in the same namespace. */
  readonly templateElsewhere?: (workload: Workload) => TemplateSource | undefined;
  /** What its own ways of replacing pods lose or wait for, beyond what holds for every kind. */
  readonly remarks?: (circumstances: Circumstances) => readonly KindRemark[];
  readonly progress: (workload: Workload) => Progress;
  /** Whether a change starts a rollout; absent: a change of the pod template does. */
  readonly startsRollout?: (before: Workload, now: Workload) => boolean;
  /** For how long its controller keeps old pods after the rollout; absent: they go as the new ones come. */
  readonly oldPodsStaySeconds?: (workload: Workload) => number;
  /** Why a change would replace no pod, with what to do, or undefined where it would; absent: it always does. */
  readonly standstill?: (workload: Workload) => string | undefined;
  /** What the status of a stored object says about its last rollout; absent for a kind whose status is not read. */
  readonly lastRollout?: (workload: Workload) => LastRollout;
}

export interface TemplateSource {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
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
  /** The reason why the limits do not decide how the pods of this workload are replaced: a clause such as `type OnDelete: ...`. */
  readonly otherwise?: (workload: Workload) => string | undefined;
  /** True where one of the limits must be 0. */
  readonly exclusive?: true;
  /** The path of its type, and the type that ends all pods before the first new one starts. */
  readonly type?: { readonly path: string; readonly recreate: string };
  /** The map of the limits. */
  readonly rollingUpdate: string;
  /** True where that map itself says which strategy it is: hitless never makes it, and it stays when it is left empty. */
  readonly isChoice?: true;
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

/** The API's types, to find mistakes in manifests; those of pod templates and metadata are known. */
export interface KindSchema {
  /** The name of the type of the whole object. */
  readonly root: string;
  /** The fields of types that the table of lint/manifest/api-types.ts does not have, in its notation. */
  readonly types?: Readonly<Record<string, string>>;
}

/** What remarks are made about. */
export interface Circumstances {
  /** With the edits of the plan in it. */
  readonly workload: Workload;
  readonly template: PodTemplate;
  /** The fewest and the most pods that it can have. */
  readonly replicas: { readonly least: number; readonly most: number };
  /** True where something sends requests to the pods. */
  readonly served: boolean;
  /** How long a leaving pod keeps serving before SIGTERM, and how long the policy wants it to. */
  readonly sleepSeconds: number;
  readonly wantedSleepSeconds: number;
}

export interface KindRemark {
  /** fine: only `explain` shows it. */
  readonly severity: 'error' | 'note' | 'fine';
  readonly path: string;
  /** The problem, for the operator. */
  readonly message: string;
}

export interface Violation {
  readonly path: string;
  /** The problem, for the operator. */
  readonly message: string;
}

/** A record with its look-ups; made by defineKind. */
export interface WorkloadKind extends KindRecord {
  /** `apps/v1`. */
  readonly apiVersion: string;
  /** `apps/v1 Deployment`. */
  readonly fullName: string;
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
