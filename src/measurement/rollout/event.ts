// What happened to the pods and endpoints of a Deployment, on the clock of the load.

interface At {
  /** Milliseconds since 1970 on the load's clock, when the event arrived. */
  readonly atMs: number;
}

export interface PodEvent extends At {
  readonly kind: 'pod';
  readonly pod: string;
  /**
   * `deleting`: has a deletionTimestamp. `sleep-end`: SIGTERM is due, computed from the preStop sleep, or taken from the pod's
   * own log. `stopped`: its containers ended. `gone`: the object is deleted.
   */
  readonly what: 'created' | 'started' | 'ready' | 'not-ready' | 'deleting' | 'sleep-end' | 'stopped' | 'gone';
}

export interface EndpointEvent extends At {
  readonly kind: 'endpoint';
  readonly pod: string;
  readonly slice: string;
  readonly what: 'ready' | 'not-ready' | 'terminating' | 'removed';
  /** Whether it still passes its probe while terminating. */
  readonly serving?: boolean;
}

export interface DeploymentEvent extends At {
  readonly kind: 'deployment';
  /** `changed`: its pod template changed, so a rollout begins. The others are those of `kubectl rollout status`. */
  readonly what: 'changed' | 'progressing' | 'complete' | 'failed';
  /** A short sentence, such as `2 of 2 new pods are available`. */
  readonly detail?: string;
}

export type RolloutEvent = PodEvent | EndpointEvent | DeploymentEvent;
