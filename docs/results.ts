// The figures that were measured, as the README shows them, from docs/results/lab.json, which `hitless lab --json` wrote.

import { existsSync, readFileSync } from 'node:fs';
import type { LabResult } from '../src/lab/result.ts';
import { lossesSvg } from '../src/report/losses-chart.ts';
import { markdownTable } from '../src/report/markdown.ts';
import { timelineSvg } from '../src/report/timeline-chart.ts';

export const folder = new URL('results/', import.meta.url);

/** Absent before the first run of the lab. */
export function labResult(): LabResult | undefined {
  const file = new URL('lab.json', folder);
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as LabResult) : undefined;
}

/** By the name of its file. */
export function pictures(result: LabResult): Readonly<Record<string, string>> {
  const { rows, timelines, rate } = result;
  const measured = rows.filter(({ rollouts }) => rollouts.length > 0);
  const times = Math.max(...measured.map(({ rollouts }) => rollouts.length));
  const losses = lossesSvg({
    title: 'Requests lost per rollout',
    subtitle: `${times} rollouts a row, ${rate} requests a second of each kind of traffic; whiskers: 95 % of the mean`,
    rows: measured,
  });
  const lines = timelines.map(({ fixes, title, drains, measurement }) => {
    const application = drains ? 'the application drains' : 'the application ends on SIGTERM';
    return [`timeline-${fixes}.svg`, timelineSvg({ title, subtitle: `one rollout; ${application}`, measurement })];
  });
  return { 'losses.svg': losses, ...Object.fromEntries(lines) };
}

/** For the README. */
export function resultsTable(result: LabResult | undefined): string {
  return result === undefined ? 'Not measured yet.' : markdownTable(result).trimEnd();
}
