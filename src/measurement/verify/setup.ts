// The input of a session of verify, and the events that it reports.

import type { Api } from '../../cluster/client/api.ts';
import type { WorkloadRef } from '../../cluster/workloads.ts';
import type { Workload } from '../../workload/workload.ts';
import type { Measurement } from '../analysis/measurement.ts';
import type { Load } from '../load/load.ts';
import type { Sample } from '../load/sample.ts';
import type { LoadSettings } from '../traffic.ts';

/** A load, wherever it is sent from. */
export interface VerifyLoad extends Load {
  /** Resolves when every sample known so far has been reported; absent: they are reported as they come. */
  readonly fetch?: () => Promise<void>;
}

export type StartLoad = (settings: LoadSettings, onEvent: (sample: Sample) => void) => VerifyLoad | Promise<VerifyLoad>;

export interface VerifySetup {
  readonly api: Api;
  readonly ref: WorkloadRef;
  /** The workload with its pod template, which a restart changes. */
  readonly source: WorkloadRef;
  readonly load: LoadSettings;
  readonly startLoad: StartLoad;
  readonly rollouts: number;
  /** Whether to start the rollouts instead of waiting for them. */
  readonly restart: boolean;
  /** The longest time to wait for a rollout to begin. */
  readonly waitMs: number;
  readonly leadMs?: number;
  readonly tailMs?: number;
  /** Ends it: what was measured so far counts. */
  readonly signal: AbortSignal;
  readonly onEvent: (progress: VerifyProgress) => void;
}

export type VerifyProgress =
  | { readonly kind: 'watching'; readonly services: readonly string[]; readonly workload: Workload }
  /** Something answers, but not with success: it need not be the workload. */
  | { readonly kind: 'odd-answer'; readonly status: number }
  /** Of an earlier rollout. */
  | { readonly kind: 'settling' }
  | { readonly kind: 'waiting'; readonly rollout: number }
  | { readonly kind: 'begun'; readonly rollout: number }
  /** It waits for a person or a timer: `detail` says for what. */
  | { readonly kind: 'paused'; readonly rollout: number; readonly detail: string }
  /** The command runs from now on. */
  | { readonly kind: 'command-started' }
  /** The measurement goes on, until the workload has come to rest and for `settleMs` after that. */
  | { readonly kind: 'command-ended'; readonly end: CommandEnd; readonly settleMs: number }
  | { readonly kind: 'measured'; readonly rollout: number; readonly measured: VerifyMeasurement }
  /** Events are late from now on, for a while. */
  | { readonly kind: 'trouble'; readonly reason: string };

/** As a shell says it; see terminal/child.ts. */
export interface CommandEnd {
  readonly exitCode: number;
  readonly signal?: string;
  /** Why it was never started. */
  readonly reason?: string;
}

export interface VerifyMeasurement {
  readonly measurement: Measurement;
  /** When the new pod template was there. */
  readonly beganMs: number;
  readonly ended: 'complete' | 'failed' | 'stuck' | 'interrupted';
  /** Why it failed, or how far it came. */
  readonly detail?: string;
}

/** How often the state is checked. */
export const pollMs = 100;

/** Verification cannot continue; the message is a sentence for the user. */
export class VerifyError extends Error {}

export function leadOf({ leadMs = 2000 }: Pick<VerifySetup, 'leadMs'>): number {
  return leadMs;
}

export function tailOf({ tailMs = 3000 }: Pick<VerifySetup, 'tailMs'>): number {
  return tailMs;
}

/** A controller's message, to be quoted inside another sentence. */
export function bare(sentence: string): string {
  return sentence.replace(/\.$/, '');
}
