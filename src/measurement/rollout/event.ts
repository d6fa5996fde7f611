// What happened to a workload, its pods and its endpoints, on the clock of the load.

interface At {
  /** Milliseconds since 1970 on the load's clock, when the event arrived. */
  readonly atMs: number;
}

export interface PodEvent extends At {
  readonly kind: 'pod';
  /** As named by podNaming. */
  readonly pod: string;
  /**
   * `deleting`: has a deletionTimestamp. `sleep-end`: SIGTERM is due, computed from the preStop sleep, or taken from the pod's
   * own log. `listening`, `closed`: its listener opened, and closed; from its own log, where it has one. `stopped`: its
   * containers ended. `gone`: the object is deleted.
   */
  readonly what:
    | 'created'
    | 'started'
    | 'listening'
    | 'ready'
    | 'not-ready'
    | 'deleting'
    | 'sleep-end'
    | 'closed'
    | 'stopped'
    | 'gone';
  /** With `deleting`: its preStop sleep, 0 without one; absent where its hook does something else. */
  readonly sleepMs?: number;
}

export interface EndpointEvent extends At {
  readonly kind: 'endpoint';
  readonly pod: string;
  readonly slice: string;
  readonly what: 'ready' | 'not-ready' | 'terminating' | 'removed';
  /** Whether it still passes its probe while terminating. */
  readonly serving?: boolean;
}

export interface WorkloadEvent extends At {
  readonly kind: 'workload';
  /** `changed`: its pod template changed, so a rollout begins. The others are those of `kubectl rollout status`. */
  readonly what: 'changed' | 'progressing' | 'complete' | 'failed';
  /** A short sentence, such as `2 of 2 new pods are available`. */
  readonly detail?: string;
  /** See Progress. */
  readonly waits?: true;
  readonly oldPods?: number;
}

export type RolloutEvent = PodEvent | EndpointEvent | WorkloadEvent;
