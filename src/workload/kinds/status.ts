// What the controllers of all kinds report alike in a status.

import { truncate } from '../../text/truncate.ts';
import { type JsonObject, objectAt, objectsAt } from '../json.ts';
import type { Workload } from '../workload.ts';

/** 0 where it is absent, as Go leaves a 0 out, or is not a whole number. */
export function numberIn(object: JsonObject, field: string): number {
  const value = Number(object[field] ?? 0);
  return Number.isSafeInteger(value) ? value : 0;
}

/** Whether the controller has seen the newest spec; the status of an older one says nothing about it. */
export function isObserved(workload: Workload): boolean {
  const status = objectAt(workload, 'status');
  return numberIn(status, 'observedGeneration') >= numberIn(objectAt(workload, 'metadata'), 'generation');
}

// A Deployment has three; a status can hold anything.
const mostConditions = 20;

export function conditionsOf(workload: Workload): readonly JsonObject[] {
  return objectsAt(objectAt(workload, 'status'), 'conditions').slice(0, mostConditions);
}

/** The condition of a ReplicaSet that may not create pods, which its owner repeats. */
export function failedCreate(workload: Workload): JsonObject | undefined {
  return conditionsOf(workload).find(({ type, status, reason }) => {
    return type === 'ReplicaFailure' && status === 'True' && reason === 'FailedCreate';
  });
}

const longestReason = 150;

/** `: ` and a controller's own words, where there are some. */
export function because(message: unknown): string {
  return typeof message === 'string' && message !== '' ? `: ${truncate(message, longestReason)}` : '';
}
