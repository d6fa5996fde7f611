// A way in which a pod leaves besides a rollout, as data and one act: what is done to the pods of a running workload, and what hitless
// can and cannot do for it.

import type { Api } from '../../../cluster/client/api.ts';
import type { WorkloadRef } from '../../../cluster/workloads.ts';
import type { JsonObject } from '../../../workload/json.ts';

export interface WayToLeave {
  /** For people: `scale down`. */
  readonly title: string;
  /** Whether somebody asks the pod to go, so that it is told before it ends. */
  readonly voluntary: boolean;
  /** Whether nothing may be lost with all of hitless, an application that drains, and at least two replicas. */
  readonly promisesNoLoss: boolean;
  /** What hitless can and cannot do for it: a sentence or two. */
  readonly verdict: string;
  /** With fewer it cannot be done, or would never end. */
  readonly fewestReplicas: 1 | 2;
  /** What its pods need beside what those of a rollout have. */
  readonly pods?: PodAdditions;
  /** Keeps new pods away from a node, which is everybody's. */
  readonly cordons?: true;
  /** Does it, and resolves when it is over. @throws ApiError, or Error with a sentence */
  readonly act: (scene: LeaveScene) => Promise<void>;
}

export interface PodAdditions {
  /** Of the test application. */
  readonly args?: readonly string[];
  readonly container?: JsonObject;
  readonly spec?: JsonObject;
}

export interface LeaveScene {
  readonly api: Api;
  readonly signal: AbortSignal;
  readonly workload: WorkloadRef;
  /** As they were before, sorted by name; all of them are ready. */
  readonly pods: readonly JsonObject[];
  /** Posts to a path of the test application in a pod. @throws ApiError */
  readonly ask: (pod: JsonObject, path: string) => Promise<void>;
  /** Resolves when `isOver` of the pods, and there are as many as the workload asks for, each of which answers. @throws Error with a sentence */
  readonly over: (isOver: (now: readonly JsonObject[]) => boolean) => Promise<void>;
}
