// How sure it is that nothing is lost, as docs/results shows it, from docs/results/certainty.json: many rollouts with all of hitless and an
// application that drains.

import { lostIn, totalsOf } from '../src/measurement/analysis/count.ts';
import { gatewayTitle } from '../src/measurement/lab/gateways/ways.ts';
import type { LabResult, RowResult } from '../src/measurement/lab/result.ts';
import { share, trafficLabels } from '../src/measurement/report/labels.ts';
import { boldShare } from '../src/measurement/report/markdown.ts';
import { count, number } from '../src/text/count.ts';
import { tableLines } from '../src/text/markdown.ts';
import { readResult } from './results.ts';

/** Absent before the first run of that many rollouts. */
export function certaintyResult(): LabResult | undefined {
  return readResult('certainty.json');
}

/** A row for each way to the Service, and a sentence that says what follows from it. */
export function certaintyTable(result: LabResult | undefined): string {
  if (result === undefined) return 'Not measured yet.';
  const { rows, command } = result;
  const lanes = rows[0]?.lanes.map(({ lane }) => trafficLabels[lane]) ?? [];
  const head = ['in front', 'rollouts', ...lanes, 'together'];
  const rule = head.map((_, at) => (at === 0 ? '---' : '---:'));
  const lines = rows.map((row) => [
    gatewayTitle(row),
    `${row.rollouts.length}`,
    ...row.lanes.map(share),
    boldShare(row),
  ]);
  return `${tableLines([head, rule, ...lines])}\n${conclusion(rows)}\n\nMeasured by \`${command}\`.`;
}

/** By the rule of three: of n without a loss, at most 3 in n are lost, with 95 % confidence. */
function conclusion(rows: readonly RowResult[]): string {
  const rollouts = rows.flatMap((row) => row.rollouts);
  const { sent, lost } = totalsOf(rollouts);
  const lossy = rollouts.filter((one) => lostIn(one) > 0).length;
  const late = Math.max(...rollouts.map(({ schedulingError }) => schedulingError.p99));
  const machine = `The load sent 99 % of each rollout's requests at most ${Math.ceil(late)} ms after they were due.`;
  if (lost > 0)
    return `${number(lost)} of ${number(sent)} requests were lost, in ${count(lossy, 'rollout')} of ${rollouts.length}. ${machine}`;
  const perMillion = ((3 / sent) * 1e6).toFixed(1);
  const perRollouts = ((3 / rollouts.length) * 100).toFixed(1);
  return `None of ${number(sent)} requests was lost: with 95 % confidence at most ${perMillion} in a million are (rule of three). Losses come together, a rollout at a time; counted that way, at most ${perRollouts} % of rollouts lose anything. ${machine}`;
}
