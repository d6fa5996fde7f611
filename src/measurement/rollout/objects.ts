// The fields that are read from the objects of a rollout, as the API server sends them; whatever may be missing is optional.

import { type JsonObject, objectAt, objectsAt } from '../../workload/json.ts';
import type { PodSpec } from '../../workload/workload.ts';

export interface Meta extends JsonObject {
  readonly name: string;
  readonly uid: string;
  readonly generation?: number;
  readonly deletionTimestamp?: string;
  readonly deletionGracePeriodSeconds?: number;
}

export interface Condition extends JsonObject {
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
  readonly message?: string;
}

export interface ContainerStatus extends JsonObject {
  readonly restartCount?: number;
  /** One of its members is set. */
  readonly state?: {
    readonly running?: JsonObject;
    readonly terminated?: JsonObject;
    readonly waiting?: JsonObject;
  };
  readonly lastState?: { readonly terminated?: JsonObject };
}

export interface Pod extends JsonObject {
  readonly metadata: Meta;
  readonly spec: PodSpec;
  readonly status?: JsonObject & {
    readonly phase?: string;
    readonly conditions?: readonly Condition[];
    /** Without init containers, native sidecars among them. */
    readonly containerStatuses?: readonly ContainerStatus[];
  };
}

/** Traffic is sent to it. */
export function isReady(pod: JsonObject): boolean {
  const conditions = objectsAt(objectAt(pod, 'status'), 'conditions');
  return conditions.some(({ type, status }) => type === 'Ready' && status === 'True');
}

export interface Endpoint extends JsonObject {
  readonly conditions?: { readonly ready?: boolean; readonly serving?: boolean; readonly terminating?: boolean };
  readonly targetRef?: { readonly kind?: string; readonly name?: string; readonly uid?: string };
}

export interface EndpointSlice extends JsonObject {
  readonly metadata: Meta;
  readonly endpoints?: readonly Endpoint[] | null;
}
