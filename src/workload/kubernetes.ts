// The other objects that we read, with the API's field names.

import type { JsonObject } from './json.ts';

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
  /** Empty for a Service without a selector, which selects nothing. */
  readonly selector: Readonly<Record<string, string>>;
  readonly ports: readonly ServicePort[];
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
