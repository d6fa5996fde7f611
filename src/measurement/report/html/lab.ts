// The report of `hitless lab`.

import { type KeyFigure, page, type Tone } from '../../../page/page.ts';
import { count, number } from '../../../text/count.ts';
import type { LabResult, RowResult } from '../../lab/result.ts';
import { leavesLossless, promisesNoLoss } from '../../lab/rows.ts';
import { duration, mean, measuredUnit } from '../labels.ts';
import { lagSection, lossSections, methodSection, policySection, timelineSections } from './lab-sections.ts';
import { lagPartsSection } from './lag-parts-section.ts';
import { notMeasured, when } from './parts.ts';

export function labReport(result: LabResult): string {
  const { versions, startedAt, failures } = result;
  return page({
    title: 'What a rollout loses',
    about: ['hitless lab', `Kubernetes ${versions.kubernetes}`, when(startedAt)],
    verdict: verdictOf(result),
    figures: figuresOf(result),
    failures: notMeasured(failures),
    sections: [
      ...lossSections(result),
      ...lagSection(result),
      ...lagPartsSection(result),
      ...policySection(result),
      ...timelineSections(result),
      methodSection(result),
    ],
  });
}

interface Sum {
  readonly sent: number;
  readonly lost: number;
  readonly rollouts: number;
}

function sumOf(rows: readonly RowResult[]): Sum {
  return {
    sent: rows.reduce((sum, { sent }) => sum + sent, 0),
    lost: rows.reduce((sum, { lost }) => sum + lost, 0),
    rollouts: rows.reduce((sum, { rollouts }) => sum + rollouts.length, 0),
  };
}

function verdictOf({ rows }: LabResult): { readonly tone: Tone; readonly text: string } {
  const all = sumOf(rows.filter(promisesNoLoss));
  const none = sumOf(rows.filter(isUnfixed));
  const before = none.rollouts === 0 ? '' : ` With nothing fixed: ${share(none)}.`;
  if (all.rollouts === 0)
    return { tone: 'plain', text: `All of hitless, with an application that drains, was not measured.${before}` };
  const text = `All of hitless, with an application that drains: ${share(all)} in ${count(all.rollouts, measuredUnit(rows))}.${before}`;
  return { tone: all.lost === 0 ? 'good' : 'bad', text };
}

/** With nothing fixed, and comparable: where pods leave untold, nothing can be promised. */
function isUnfixed(row: RowResult): boolean {
  return row.fixes === 'nothing' && leavesLossless(row);
}

function share({ lost, sent }: Sum): string {
  return `${number(lost)} of ${count(sent, 'request')} lost`;
}

function figuresOf({ rows, lag, recommendation }: LabResult): readonly KeyFigure[] {
  const whole = sumOf(rows);
  const unit = measuredUnit(rows);
  const perRollout = (name: string, chosen: readonly RowResult[]): readonly KeyFigure[] => {
    const { lost, rollouts } = sumOf(chosen);
    if (rollouts === 0) return [];
    return [{ name, value: mean(lost / rollouts), tone: lost === 0 ? 'good' : 'bad' }];
  };
  return [
    { name: 'requests sent', value: number(whole.sent) },
    { name: unit === 'rollout' ? 'rollouts measured' : 'measurements', value: number(whole.rollouts) },
    ...perRollout(`lost per ${unit}, nothing fixed`, rows.filter(isUnfixed)),
    ...perRollout(`lost per ${unit}, all of hitless, application drains`, rows.filter(promisesNoLoss)),
    ...(lag === undefined ? [] : [{ name: 'slowest terminating pod to lose its traffic', value: duration(lag.max) }]),
    ...(recommendation === undefined
      ? []
      : [{ name: 'preStop sleep for calls from pods to a Service', value: `${recommendation.sleepSeconds} s` }]),
  ];
}
