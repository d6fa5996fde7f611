// The shape of a policy: what a document may set, and the result when every layer is merged.

import type { LabelSelector } from '../workload/kubernetes.ts';
import type { IntOrPercent, ProbeHandler } from '../workload/workload.ts';

/** off: silent. report: reports, does not edit. fill: writes what the author did not. enforce: also raises values that are too small. */
export type Action = 'off' | 'report' | 'fill' | 'enforce';
export const actions: readonly Action[] = ['off', 'report', 'fill', 'enforce'];

/** A policy with every field set. Names and units as in the documents; see fields.ts for ranges, defaults and meaning. */
export interface PolicySpec {
  readonly readinessProbe: {
    readonly action: Action;
    readonly handler: 'auto' | ProbeHandler;
    readonly initialDelaySeconds: number;
    readonly periodSeconds: number;
    readonly timeoutSeconds: number;
    readonly successThreshold: number;
    readonly failureThreshold: number;
  };
  readonly preStopSleep: {
    readonly action: Action;
    /** auto: what the data path in front of the pods needs. */
    readonly seconds: number | 'auto';
    readonly minimumSeconds: number;
    readonly mechanism: 'auto' | 'native' | 'exec';
    /** traffic: only for pods that may get requests. */
    readonly when: 'traffic' | 'always';
  };
  readonly terminationGracePeriod: {
    readonly action: Action;
    readonly drainSeconds: number;
    readonly maximumSeconds: number;
    /** The whole grace period, set only by the annotation `hitless.dev/termination-grace-period-seconds`. */
    readonly seconds?: number;
  };
  readonly rollingUpdate: {
    readonly action: Action;
    readonly maxUnavailable: IntOrPercent;
    readonly maxSurge: IntOrPercent;
  };
  readonly minReadySeconds: { readonly action: Action; readonly seconds: number };
}

export type PolicySection = keyof PolicySpec;

/** The part of a policy that one document sets. */
export type PartialSpec = { readonly [S in PolicySection]?: Partial<PolicySpec[S]> } & {
  /** The kinds of workloads that are patched. */
  readonly kinds?: readonly string[];
};

export type PolicyKind = 'ClusterRolloutPolicy' | 'RolloutPolicy';

/** A document that passed validation. */
export interface PolicyDocument {
  readonly kind: PolicyKind;
  readonly name: string;
  /** Only a RolloutPolicy has one. */
  readonly namespace?: string;
  readonly priority: number;
  readonly namespaceSelector?: LabelSelector;
  readonly workloadSelector?: LabelSelector;
  /** Sections and fields that RolloutPolicies and annotations may not override; only a ClusterRolloutPolicy has it. */
  readonly locked?: readonly string[];
  readonly spec: PartialSpec;
}

/** Which layer set a field: `built-in default`, `ClusterRolloutPolicy default`, `RolloutPolicy shop/web`,
 *  `Namespace shop annotation hitless.dev/...`, `Deployment annotation hitless.dev/...`. A field that was
 *  adjusted to fit another one (resolve-conflicts.ts) continues with `, changed from 20 to 5 to fit <section.field> of <origin>`. */
export type FieldOrigin = string;

export const builtInOrigin: FieldOrigin = 'built-in default';

/** `ClusterRolloutPolicy default`, `RolloutPolicy shop/web`. */
export function originOf({
  kind,
  name,
  namespace = 'default',
}: Pick<PolicyDocument, 'kind' | 'name' | 'namespace'>): FieldOrigin {
  return kind === 'ClusterRolloutPolicy' ? `${kind} ${name}` : `${kind} ${namespace}/${name}`;
}

/** The layer alone, also of a field that was adjusted. */
export function layerOf(origin: FieldOrigin): FieldOrigin {
  return origin.replace(/, changed from .*/, '');
}

/** True where an annotation of the workload itself set it, also if the value was adjusted afterwards. */
export function isOwnAnnotation({ kind }: { readonly kind: string }, origin: FieldOrigin = ''): boolean {
  return origin.startsWith(`${kind} annotation `);
}

/** A usable policy, and the origin of each setting (`kinds`, `preStopSleep.seconds`). */
export interface ResolvedPolicy {
  /** The kinds of workloads that are patched; the others are only reported. */
  readonly kinds: readonly string[];
  readonly spec: PolicySpec;
  readonly origins: Readonly<Record<string, FieldOrigin>>;
}

/** What the webhook may do with one workload. */
export type Mode = 'enforce' | 'audit' | 'off';

const least: readonly Mode[] = ['off', 'audit', 'enforce'];

/** The mode that does less. */
export function lowerMode(a: Mode, b: Mode): Mode {
  return least.indexOf(a) < least.indexOf(b) ? a : b;
}
