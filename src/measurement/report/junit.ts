// The result as JUnit XML, which every pipeline can show: a test case per rollout of `verify`, per row of `lab`.

import { labFormat } from '../../names.ts';
import { count, number } from '../../text/count.ts';
import { visibleLines } from '../../text/hidden.ts';
import { newJunitReport, type TestCase, type TestSuite } from '../../text/junit.ts';
import { lostIn, sentIn } from '../analysis/count.ts';
import type { RolloutResult } from '../analysis/measurement.ts';
import type { LabResult, RowResult } from '../lab/result.ts';
import { promisesNoLoss } from '../lab/rows.ts';
import type { During, VerifyReport } from '../verify/report.ts';
import { caseName, commandEnd } from './during.ts';
import { causeLabels, drainLabels, mean, occurredCauses, trafficLabels } from './labels.ts';

/** In the lab a row fails when hitless promises that it loses nothing: all of it, and an application that drains. */
export function junitReport(result: LabResult | VerifyReport): string {
  const builder = newJunitReport();
  const suite = builder.testSuite().timestamp(visibleLines(result.startedAt)).time(result.durationSeconds);
  for (const [name, value] of Object.entries(result.versions)) suite.property(`version.${name}`, visibleLines(value));
  suite.property('command', visibleLines(result.command));
  if (result.format === labFormat) labCases(suite, result);
  else verifyCases(suite, result);
  for (const [at, sentence] of result.failures.entries()) {
    suite
      .testCase()
      .className('hitless')
      .name(`measurement ${at + 1}`)
      .error(visibleLines(sentence), 'not-measured');
  }
  return builder.build();
}

function labCases(suite: TestSuite, { rows }: LabResult): void {
  suite.name('hitless lab');
  for (const row of rows) {
    const name = visibleLines(`${row.title}, ${drainLabels(row)}, ${count(row.replicas, 'replica')}`);
    const seconds = row.rollouts.reduce((sum, { durationMs }) => sum + durationMs, 0) / 1000;
    const one = suite.testCase().className('hitless.lab').name(name).time(seconds);
    const promised = promisesNoLoss(row);
    if (row.rollouts.length === 0) one.skipped();
    else if (row.lost > 0 && promised) one.failure(`${lostOf(row)}: ${byCause([row])}`, 'lost');
    one.standardOutput(`${lostOf(row)}, ${mean(row.perRollout.mean)} per rollout\n${lostLines(row, [row])}`);
  }
}

function verifyCases(suite: TestSuite, report: VerifyReport): void {
  const { rollouts, target, url, maxLost, during } = report;
  const name = target === undefined ? '' : `${target.namespace}/${target.name}`;
  suite.name(visibleLines(`hitless verify ${name || url}`)).property('url', visibleLines(url));
  const className = visibleLines(['hitless.verify', target?.namespace, target?.name].filter(Boolean).join('.'));
  for (const [at, rollout] of rollouts.entries()) {
    const one = suite.testCase().className(className).name(caseName(report, at));
    one.time(rollout.durationMs / 1000);
    tellRollout(one, rollout, maxLost);
  }
  if (during?.command !== undefined) commandCase(suite.testCase().className(className), during);
}

/** Apart from the requests: a pipeline must see which of the two failed. */
function commandCase(one: TestCase, during: During): void {
  const end = visibleLines(`the command ${commandEnd(during)}`);
  one
    .name('command')
    .time(during.seconds)
    .standardOutput(visibleLines(`${during.command}\n${end}`));
  if (during.exitCode !== 0) one.failure(end, 'command-failed');
}

function tellRollout(one: TestCase, rollout: RolloutResult, maxLost: number): void {
  const sum = { sent: sentIn(rollout), lost: lostIn(rollout) };
  const lines = `${lostOf(sum)}\n${lostLines(rollout, [rollout])}`;
  if (sum.lost > maxLost) one.failure(`${lostOf(sum)}, ${number(maxLost)} allowed: ${byCause([rollout])}`, 'lost');
  one.standardOutput(lines);
}

function lostOf({ lost, sent }: Pick<RowResult, 'lost' | 'sent'>): string {
  return `${number(lost)} of ${count(sent, 'request')} lost`;
}

/** `endpoint lag 28, pod killed 3`. */
function byCause(counted: readonly Pick<RowResult, 'causes'>[]): string {
  const found = occurredCauses(counted.map(({ causes }) => causes));
  const told = found.map((cause) => {
    const lost = counted.reduce((sum, { causes }) => sum + (causes[cause] ?? 0), 0);
    return `${causeLabels[cause].title} ${number(lost)}`;
  });
  return told.length === 0 ? 'cause unknown' : told.join(', ');
}

/** Each kind of traffic, then each cause with what helps, a line each. */
function lostLines({ lanes }: Pick<RowResult, 'lanes'>, counted: readonly Pick<RowResult, 'causes'>[]): string {
  const traffic = lanes.map((lane) => `${trafficLabels[lane.lane]}: ${lostOf(lane)}`);
  const why = occurredCauses(counted.map(({ causes }) => causes)).map((cause) => {
    const { title, text, remedy } = causeLabels[cause];
    return `${title}: ${text} What helps: ${remedy}`;
  });
  return [...traffic, ...why].join('\n');
}
