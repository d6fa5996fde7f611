// The flags of `hitless lab`, as the command line hands them over.

import type { LabKindName } from '../../measurement/lab/lab-kinds.ts';
import type { LabSettings } from '../../measurement/lab/settings.ts';
import type { Traffic } from '../../measurement/traffic.ts';
import type { ClusterFlags } from '../with-cluster.ts';
import type { GatewayOptions } from './gateways.ts';
import type { LeaveWord } from './leave.ts';

export interface LabOptions extends ClusterFlags, GatewayOptions {
  readonly quick?: true;
  readonly rollouts?: number;
  readonly rows?: readonly string[];
  readonly replicas?: readonly number[];
  readonly kind: readonly LabKindName[];
  readonly leave?: readonly LeaveWord[];
  readonly application: 'ends' | 'drains' | 'both';
  readonly traffic?: readonly Traffic[];
  readonly rate: number;
  readonly retries: readonly number[];
  /** Seconds. */
  readonly timeout: number;
  readonly sleep?: number;
  /** Milliseconds. */
  readonly startUp: number;
  readonly work: number;
  readonly parallel: number;
  /** Seconds. */
  readonly startWithin: number;
  /** Absent: the installed webhook's. */
  readonly image?: string;
  readonly imagePullPolicy: LabSettings['pods']['imagePullPolicy'];
  readonly namespace?: string;
  readonly webhook: boolean;
  readonly dataPlane?: true;
  readonly dataPlaneImage: string;
  readonly target?: string;
  readonly route?: string;
  readonly report?: string;
  readonly json?: string;
  /** A file that keeps each measurement, and from which a run goes on. */
  readonly resume?: string;
}
