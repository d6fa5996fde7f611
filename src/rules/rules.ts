// The rules, in the order in which they run: a later rule sees the edits of an earlier one. Ids, SARIF rules, tables, metric
// series and lab rows are derived from this list.

import { application } from './application.ts';
import { minReadySeconds } from './min-ready-seconds.ts';
import { preStopSleep } from './pre-stop-sleep.ts';
import { readinessProbe } from './readiness-probe.ts';
import { rollingUpdate } from './rolling-update.ts';
import type { Rule } from './rule.ts';
import { terminationGracePeriod } from './termination-grace-period.ts';

export const rules: readonly Rule[] = [
  readinessProbe,
  preStopSleep,
  terminationGracePeriod,
  rollingUpdate,
  minReadySeconds,
  application,
];
