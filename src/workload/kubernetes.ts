// The other objects that we read, with the API's field names.

import type { Json, JsonObject } from './json.ts';

/** `apps` of `apps/v1`; empty for the core group, and for what is no version. */
export function apiGroupOf(apiVersion: Json | undefined): string {
  return typeof apiVersion === 'string' ? apiVersion.slice(0, Math.max(0, apiVersion.indexOf('/'))) : '';
}

/** A group of somebody's own: `azure.example.com` or `ray.io`, and `jobset.x-k8s.io`, which does not come with Kubernetes either. */
export function isForeignGroup(group: string): boolean {
  return group.includes('.') && (!group.endsWith('k8s.io') || group.endsWith('.x-k8s.io'));
}

/** The identity of an object of a given kind. */
export interface NamespacedName {
  readonly namespace: string;
  readonly name: string;
}

export interface LabelSelector extends JsonObject {
  readonly matchLabels?: Readonly<Record<string, string>>;
  readonly matchExpressions?: readonly {
    readonly key: string;
    readonly operator: string;
    readonly values?: readonly string[];
  }[];
}

/** The part of a Service that we keep. */
export interface Service {
  readonly name: string;
  readonly namespace: string;
  /** Empty for a Service that selects nothing: one without a selector, or of type ExternalName. */
  readonly selector: Readonly<Record<string, string>>;
  readonly ports: readonly ServicePort[];
  /** True for one without an address of its own: DNS gives its clients the addresses of the pods. */
  readonly headless?: true;
  /** True for one that sends to pods before they are ready. */
  readonly publishNotReadyAddresses?: true;
  /** The field whose value Local keeps its traffic on the node where it arrives, or where its client is. */
  readonly nodeLocal?: 'internalTrafficPolicy' | 'externalTrafficPolicy';
  /** Only where it is a LoadBalancer, whose load balancer may send to pods instead of nodes. */
  readonly loadBalancer?: {
    /** `service.k8s.aws/nlb`. */
    readonly class?: string;
  };
  /** Only those that say how a load balancer reaches pods; absent for none. */
  readonly annotations?: Readonly<Record<string, string>>;
}
export interface ServicePort {
  readonly name?: string;
  readonly port: number;
  /** Number or container port name; `port` when the author wrote none. */
  readonly targetPort: number | string;
  readonly protocol: string;
  readonly appProtocol?: string;
}

/** The part of a Namespace that we keep. */
export interface Namespace {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

/** A Kubernetes version such as 1.37. */
export interface Version {
  readonly major: number;
  readonly minor: number;
}
