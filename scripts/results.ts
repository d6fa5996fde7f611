// The figures that were measured, as README and docs/results show them, from docs/results/lab.json and kinds.json, which
// `hitless lab --json` wrote.

import { existsSync, readFileSync } from 'node:fs';
import type { LabResult } from '../src/measurement/lab/result.ts';
import { lossesSvg } from '../src/measurement/report/charts/losses.ts';
import { timelineSvg } from '../src/measurement/report/charts/timeline/timeline.ts';
import { lagPartsMarkdown } from '../src/measurement/report/lag-parts-markdown.ts';
import { boldShare, kindsMarkdown, leavingMarkdown, markdownTable } from '../src/measurement/report/markdown.ts';
import { rollingUpdate } from '../src/rules/rolling-update.ts';

export const folder = new URL('../docs/results/', import.meta.url);

/** What a file of the raw data holds; absent before the first run that writes it. */
export function readResult<Result = LabResult>(name: string): Result | undefined {
  const file = new URL(name, folder);
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Result) : undefined;
}

/** Absent before the first run of the lab. */
export function labResult(): LabResult | undefined {
  return readResult('lab.json');
}

/** By the name of its file. */
export function pictures(result: LabResult): Readonly<Record<string, string>> {
  const { rows, timelines, rate } = result;
  const measured = rows.filter(({ rollouts }) => rollouts.length > 0);
  const times = Math.max(...measured.map(({ rollouts }) => rollouts.length));
  const losses = lossesSvg({
    title: 'Requests lost per rollout',
    subtitle: `${times} rollouts per row, ${rate} requests a second of each kind of traffic; whiskers: 95 % interval of the mean`,
    rows: measured,
  });
  const lines = timelines.map(({ fixes, title, drains, measurement }) => {
    const application = drains ? 'the application drains' : 'the application exits on SIGTERM';
    return [`timeline-${fixes}.svg`, timelineSvg({ title, subtitle: `one rollout; ${application}`, measurement })];
  });
  return { 'losses.svg': losses, ...Object.fromEntries(lines) };
}

/** The README's four rows: without hitless, with its strategy alone, with all of it, and with an application that does its part. */
const summaryRows = [
  { fixes: 'nothing', drains: false, title: 'nothing' },
  { fixes: `only/${rollingUpdate.id}`, drains: false, title: 'only `maxSurge: 1` and `maxUnavailable: 0`' },
  { fixes: 'all', drains: false, title: 'everything hitless writes' },
  { fixes: 'all', drains: true, title: 'the same, and the application drains on SIGTERM' },
] as const;

/** Of kinds other than Deployments; absent before the first run of the lab with them. */
export function kindsResult(): LabResult | undefined {
  return readResult('kinds.json');
}

/** Runs with --data-plane, one or more for each mode of kube-proxy; empty before the first. */
export function dataPlaneResults(): readonly LabResult[] {
  return readResult<readonly LabResult[]>('data-plane.json') ?? [];
}

/** Routes against time, for each mode the first time line that has them. By the name of its file. */
export function routePictures(results: readonly LabResult[]): Readonly<Record<string, string>> {
  const lines = results.flatMap(({ lagParts, timelines }) =>
    timelines.flatMap((line) =>
      lagParts === undefined || line.measurement.routes === undefined ? [] : [{ ...line, mode: lagParts.mode }],
    ),
  );
  const drawn = lines.toReversed().map(({ title, drains, mode, measurement }) => {
    const application = drains ? 'the application drains' : 'the application exits on SIGTERM';
    const subtitle = `one rollout; ${application}; kube-proxy with ${mode}`;
    return [`routes-${mode}.svg`, timelineSvg({ title, subtitle, measurement })];
  });
  return Object.fromEntries(drawn);
}

/** For docs/results. */
export function lagPartsTable(results: readonly LabResult[]): string {
  return results.length === 0 ? 'Not measured yet.' : lagPartsMarkdown(results).trimEnd();
}

/** For docs/results. */
export function kindsTable(result: LabResult | undefined): string {
  return result === undefined ? 'Not measured yet.' : kindsMarkdown(result).trimEnd();
}

/** Of pods that leave in other ways than by a rollout; absent before the first run of the lab with them. */
export function leavingResult(): LabResult | undefined {
  return readResult('leaving.json');
}

/** For docs/results, with the command that measured it. */
export function leavingTable(result: LabResult | undefined): string {
  return result === undefined ? 'Not measured yet.' : `${leavingMarkdown(result)}\nMeasured by \`${result.command}\`.`;
}

/** For the README. */
export function summaryTable(result: LabResult | undefined): string {
  const rows = summaryRows.map(({ fixes, drains, title }) => {
    const row = result?.rows.find((one) => one.fixes === fixes && one.drains === drains);
    return `| ${title} | ${row === undefined ? 'not measured yet' : boldShare(row)} |`;
  });
  return ['| what is set | requests lost in 20 rollouts |', '| --- | ---: |', ...rows].join('\n');
}

/** For docs/results. */
export function resultsTable(result: LabResult | undefined): string {
  return result === undefined ? 'Not measured yet.' : markdownTable(result).trimEnd();
}
