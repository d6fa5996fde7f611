// The result of the lab, for the terminal, JSON and the report. This is the format of the raw data.

import type { labFormat } from '../../names.ts';
import type { Lag } from '../analysis/lag.ts';
import type { LagParts } from '../analysis/lag-parts.ts';
import type { Traffic } from '../traffic.ts';
import type { Delivery } from './delivery.ts';
import type { GatewayName } from './gateways/names.ts';
import type { LabKindName } from './lab-kinds.ts';
import type { LeaveName } from './ways-to-leave/names.ts';
export type { Lag };

import type { Cause, Measurement, RolloutResult } from '../analysis/measurement.ts';

export interface LabRow {
  /** Absent for Deployments. */
  readonly kind?: LabKindName;
  /** How its pods leave; absent for a rollout. */
  readonly leave?: LeaveName;
  /** `nothing`, `only/<rule id>`, `without/<rule id>`, `all`, `advised`; one word each. */
  readonly fixes: string;
  /** For people: `surge 1, unavailable 0 only`. */
  readonly title: string;
  /** Whether the application drains on SIGTERM. */
  readonly drains: boolean;
  /** 1 for a kind with one pod on each node. */
  readonly replicas: number;
  /** The reverse proxy in front of the Service; absent: none. */
  readonly through?: GatewayName;
  /** Where that proxy sends: to each pod by its address, which it has from DNS; absent: to the address of the Service. */
  readonly upstream?: 'pods';
  /** Whether that proxy keeps connections to the application; present with `through`. */
  readonly keepAlive?: boolean;
  /** Replicas of the proxy; absent: 1. */
  readonly proxies?: 1 | 2;
  /** The proxy is rolled, with the fixes of the row, in place of the application, which has all of them. */
  readonly rolls?: 'gateway';
  /** How often clients retry where that is safe; absent: as --retries says for all rows. */
  readonly retries?: number;
  /** How often the proxy does; absent: as it does by default. */
  readonly gatewayRetries?: number;
}

export interface RowResult extends LabRow {
  /** What wrote the fixes into the workload. */
  readonly by: 'webhook' | 'plan' | 'nobody';
  readonly rollouts: readonly (RolloutResult & { readonly delivery?: Delivery })[];
  /** Over all kinds of traffic and rollouts. */
  readonly sent: number;
  readonly lost: number;
  readonly lanes: readonly { readonly lane: Traffic; readonly sent: number; readonly lost: number }[];
  /** Lost requests per rollout, with the 95 % confidence interval of the mean. */
  readonly perRollout: { readonly mean: number; readonly low: number; readonly high: number };
  readonly longestGapMs: number;
  readonly causes: Partial<Record<Cause, number>>;
}

export interface LabResult {
  readonly format: typeof labFormat;
  readonly versions: Readonly<Record<'hitless' | 'kubernetes' | 'node', string>>;
  readonly command: string;
  /** ISO 8601. */
  readonly startedAt: string;
  readonly durationSeconds: number;
  readonly rate: number;
  readonly rows: readonly RowResult[];
  readonly lag?: Lag;
  /** With --data-plane. */
  readonly lagParts?: LagParts;
  readonly recommendation?: { readonly sleepSeconds: number; readonly why: string; readonly policy: string };
  /** One rollout of some rows in full, for the time lines. */
  readonly timelines: readonly (LabRow & { readonly measurement: Measurement })[];
  /** Rows or rollouts that could not be measured, a sentence each. */
  readonly failures: readonly string[];
}
