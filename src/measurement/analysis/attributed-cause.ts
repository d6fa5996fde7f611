// What the search for the cause of a loss works with, and what it finds.

import type { Sample } from '../load/sample.ts';
import type { EndpointGap } from './endpoint-gaps.ts';
import type { Cause } from './measurement.ts';
import type { PodLifecycle } from './pod-lifecycles.ts';

export interface Scene {
  readonly lives: readonly PodLifecycle[];
  readonly empty: readonly EndpointGap[];
  /** Whether the application breaks established connections when it ends; undefined where no request was sent on one. */
  readonly abrupt: boolean | undefined;
}

export interface AttributedCause {
  readonly cause: Cause;
  readonly pod?: string | undefined;
}

/** No connection came about, and nothing said so. */
export function isSilence(outcome: Sample['outcome']): boolean {
  return outcome === 'timeout' || outcome === 'unreachable';
}
