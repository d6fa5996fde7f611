// What every measurement of `hitless verify` needs.

import type { About } from '../../measurement/verify/result.ts';
import type { VerifyOptions } from './request.ts';
import type { Sending } from './sending.ts';

export interface MeasuringTask {
  readonly sending: Sending;
  readonly options: VerifyOptions;
  readonly signal: AbortSignal;
  readonly say: (text: string) => void;
  /** Called at the end. */
  readonly about: (failures: readonly string[]) => Omit<About, 'during'>;
}
