// The neighbours of a workload that we read, as the API names their fields.

import type { JsonObject } from './json.ts';

/** What names an object of a kind. */
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

/** What we keep of a Service. */
export interface Service {
  readonly name: string;
  readonly namespace: string;
  /** Empty: a Service without selector, it selects nothing. */
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

/** What we keep of a Namespace. */
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
