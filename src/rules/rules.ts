// The rules, in the order in which they run: a later one sees what an earlier one decided. Ids, SARIF rules, tables, metric series
// and rows of the lab follow from this list.

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
