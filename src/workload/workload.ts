// The fields of a workload that we read, with the API's names. Everything else passes through untouched.

import type { Json, JsonObject } from './json.ts';
import type { LabelSelector } from './kubernetes.ts';
import type { UnparsedEntries, unparsedEntries } from './managed-fields.ts';

/** A number of pods, or a percentage of the replicas such as `25%`. */
export type IntOrPercent = number | string;

export interface HttpGet extends JsonObject {
  readonly path?: string;
  readonly port: number | string;
  readonly scheme?: string;
}
export interface TcpSocket extends JsonObject {
  readonly port: number | string;
}
export interface Grpc extends JsonObject {
  readonly port: number;
  readonly service?: string;
}
export interface Exec extends JsonObject {
  readonly command?: readonly string[];
}

/** Exactly one of these; the API server refuses none and more than one. */
export interface ProbeHandler extends JsonObject {
  readonly httpGet?: HttpGet;
  readonly tcpSocket?: TcpSocket;
  readonly grpc?: Grpc;
  readonly exec?: Exec;
}

/** All numbers except the thresholds are seconds. */
export interface Probe extends ProbeHandler {
  readonly initialDelaySeconds?: number;
  readonly periodSeconds?: number;
  readonly timeoutSeconds?: number;
  readonly successThreshold?: number;
  readonly failureThreshold?: number;
}

export interface PreStop extends JsonObject {
  readonly exec?: Exec;
  readonly httpGet?: HttpGet;
  readonly tcpSocket?: TcpSocket;
  readonly sleep?: { readonly seconds?: number };
}

export interface ContainerPort extends JsonObject {
  readonly name?: string;
  readonly containerPort: number;
  readonly hostPort?: number;
  /** TCP when absent. */
  readonly protocol?: string;
}

export interface Container extends JsonObject {
  readonly name: string;
  /** A string in every object that the API server sends; not checked in a manifest. */
  readonly image?: Json;
  readonly command?: readonly string[];
  readonly args?: readonly string[];
  readonly ports?: readonly ContainerPort[];
  readonly resources?: { readonly limits?: JsonObject; readonly requests?: JsonObject };
  readonly restartPolicy?: string;
  readonly readinessProbe?: Probe;
  readonly livenessProbe?: Probe;
  readonly startupProbe?: Probe;
  readonly lifecycle?: JsonObject & { readonly preStop?: PreStop };
}

export interface PodSpec extends JsonObject {
  readonly containers: readonly Container[];
  readonly initContainers?: readonly Container[];
  readonly terminationGracePeriodSeconds?: number;
  readonly hostNetwork?: boolean;
  readonly hostPID?: Json;
  readonly shareProcessNamespace?: Json;
  readonly os?: Json;
  readonly nodeSelector?: Json;
  readonly volumes?: readonly (JsonObject & { readonly name?: string; readonly persistentVolumeClaim?: JsonObject })[];
  readonly affinity?: JsonObject;
  readonly resourceClaims?: readonly JsonObject[];
}

export interface ObjectMeta extends JsonObject {
  /** In place of managedFields, where the server has left them as text: see managed-fields.ts. */
  readonly [unparsedEntries]?: UnparsedEntries;
  readonly name?: string;
  readonly generateName?: string;
  readonly namespace?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly deletionTimestamp?: string;
  readonly managedFields?: readonly JsonObject[];
  readonly ownerReferences?: readonly OwnerReference[];
}

export interface OwnerReference extends JsonObject {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly name?: string;
  /** True for the one that writes the object; at most one is. */
  readonly controller?: boolean;
}

export interface PodTemplate extends JsonObject {
  readonly metadata?: ObjectMeta;
  readonly spec: PodSpec;
}

/** An object of one of the kinds in kinds/kinds.ts, which give the paths of its parts in `spec`. */
export interface Workload extends JsonObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: ObjectMeta;
  readonly spec: JsonObject;
}

export interface DeploymentSpec extends JsonObject {
  readonly replicas?: number;
  readonly selector?: LabelSelector;
  readonly strategy?: JsonObject & {
    readonly type?: string;
    readonly rollingUpdate?: JsonObject & { readonly maxUnavailable?: IntOrPercent; readonly maxSurge?: IntOrPercent };
  };
  readonly minReadySeconds?: number;
  readonly progressDeadlineSeconds?: number;
  readonly template: PodTemplate;
}

export interface Deployment extends Workload {
  readonly spec: DeploymentSpec;
}
