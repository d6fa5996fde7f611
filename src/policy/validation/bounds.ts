// How large a policy may be. Without bounds a single namespace could fill the memory of the webhook, which keeps every policy of
// the cluster; no real policy needs more. Validation and the schema for the API server are made from these numbers.

import type { Json } from '../../workload/json.ts';
import { type FieldError, type FieldKeys, fieldError } from './field-error.ts';

export interface SelectorBounds {
  readonly labels: number;
  readonly expressions: number;
  readonly values: number;
}

export const workloadSelectorBounds: SelectorBounds = { labels: 50, expressions: 20, values: 100 };
/** Larger, because some list namespaces by name. Only a ClusterRolloutPolicy has one, and only administrators write those. */
export const namespaceSelectorBounds: SelectorBounds = { ...workloadSelectorBounds, values: 1_000 };

/** A DNS name of 253 characters, "/" and a name of 63. */
export const longestLabelKey = 317;
export const longestPath = 1_024;
export const mostHeaders = 20;
export const longestHeaderName = 256;
export const longestHeaderValue = 1_024;
export const longestGrpcService = 253;

export function isLonger(text: string, most: number): boolean {
  return characters(text, most) > most;
}

export function tooLong(text: string, most: number, at: FieldKeys): FieldError {
  return fieldError(at, `a string of ${characters(text, most)} characters`, `at most ${most} characters`);
}

/** As the API server counts them: JavaScript counts an emoji twice. Only a length near the bound needs to be exact. */
function characters(text: string, most: number): number {
  return text.length <= most || text.length > most * 4 ? text.length : [...text].length;
}

/** The items of a list that is too long are not checked: they may have a million mistakes. */
export function tooMany(list: readonly Json[] | readonly string[], most: number, at: FieldKeys): FieldError {
  return fieldError(at, `${list.length} items`, `at most ${most} items`);
}
