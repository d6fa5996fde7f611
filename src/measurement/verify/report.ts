// The result of `verify`, for the terminal, JSON and the report. This is the format of its data.

import type { verifyFormat } from '../../names.ts';
import type { Advice } from '../analysis/advise.ts';
import type { Cause, Measurement, RolloutResult } from '../analysis/measurement.ts';
import type { CommandEnd } from './setup.ts';

/** What was measured in place of rollouts: a command with how it ended, or some time. */
export interface During extends Partial<CommandEnd> {
  readonly seconds: number;
  /** Up to its first flag: what follows may be secret. */
  readonly command?: string;
}

export interface VerifyReport {
  readonly format: typeof verifyFormat;
  /** Without a cluster there is no version of Kubernetes. */
  readonly versions: Readonly<Record<'hitless' | 'node', string>> & { readonly kubernetes?: string };
  readonly command: string;
  /** ISO 8601. */
  readonly startedAt: string;
  readonly durationSeconds: number;
  /** Absent when no workload was watched. */
  readonly target?: { readonly kind: string; readonly namespace: string; readonly name: string };
  /** Then `rollouts` has one entry, for all of it, and the exit code is not part of the verdict. */
  readonly during?: During;
  /** Where the load was sent. */
  readonly url: string;
  /** Requests a second of each kind of traffic. */
  readonly rate: number;
  /** A rollout that loses more than this failed. */
  readonly maxLost: number;
  readonly rollouts: readonly RolloutResult[];
  /** In full; all of them, or only those worth a picture. */
  readonly timelines: readonly { readonly title: string; readonly measurement: Measurement }[];
  /** Over all rollouts. */
  readonly sent: number;
  readonly lost: number;
  readonly causes: Partial<Record<Cause, number>>;
  readonly advice: readonly Advice[];
  /** What could not be measured, a sentence each. */
  readonly failures: readonly string[];
}
