// Where a running webhook says what happens.

import type { Log } from '../../server/log.ts';
import type { Metrics } from '../../server/metrics.ts';

export interface Out {
  readonly log: Log;
  readonly metrics: Metrics;
}
