// What a trial changes for one workload, as a diff of what is written into it.

import { lineDiff } from '../../yaml/unified-diff.ts';
import { changesYaml } from '../reporters/changes-yaml.ts';
import type { ChangedWorkload } from './policy-trial.ts';

/** Every line of what is written, today after `-` and in the trial after `+`. */
export function trialDiff({ today, tried }: Pick<ChangedWorkload, 'today' | 'tried'>): string {
  return lineDiff(writtenText(today), writtenText(tried));
}

function writtenText(changes: ChangedWorkload['today']): string {
  return changes.length === 0 ? '' : `${changesYaml(changes)}\n`;
}
