// The result of `verify`, for the terminal, JSON and the report. This is the format of its data.

import type { verifyFormat } from '../../names.ts';
import type { Advice } from '../analysis/advise.ts';
import type { Cause, Measurement, RolloutResult } from '../analysis/measurement.ts';

export interface VerifyReport {
  readonly format: typeof verifyFormat;
  readonly versions: Readonly<Record<'hitless' | 'kubernetes' | 'node', string>>;
  readonly command: string;
  /** ISO 8601. */
  readonly startedAt: string;
  readonly durationSeconds: number;
  readonly target: { readonly kind: string; readonly namespace: string; readonly name: string };
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
