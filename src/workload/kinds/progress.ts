// What a workload's status says about its rollout.

/** The progress of a rollout, as `kubectl rollout status` sees it. */
export interface Progress {
  /** failed: it is stuck, and its controller has reported that. */
  readonly what: 'progressing' | 'complete' | 'failed';
  /** A short sentence, such as `2 of 2 new pods are available`. */
  readonly detail: string;
  /** It waits for a person or a timer, as planned: `detail` says for what. */
  readonly waits?: true;
  /** Of a complete one: old pods that its controller keeps for a while, without traffic. */
  readonly oldPods?: number;
}

/** The last rollout of a stored object, by its status. */
export interface LastRollout {
  /**
   * unknown: no controller has reported anything. underway: not complete, or its controller has not seen the newest spec.
   * stuck: it exceeded its deadline, or its pods cannot be created.
   */
  readonly what: 'unknown' | 'underway' | 'complete' | 'stuck';
  /** What is wrong with a stuck one: `it exceeded its deadline`. */
  readonly detail: string;
  /** How many pods there are. */
  readonly pods: number;
  /** How many of them are not of the newest version. */
  readonly oldPods: number;
}
