// What was measured through proxies, as docs/results shows it, from docs/results/gateways.json, which scripts/merge-results.ts put
// together from several runs of `hitless lab --through`.

import type { LabResult, RowResult } from '../src/measurement/lab/result.ts';
import { isPlain } from '../src/measurement/report/by-way.ts';
import { gatewaysSvg } from '../src/measurement/report/charts/gateways.ts';
import { gatewaysMarkdown, retriesMarkdown } from '../src/measurement/report/markdown-ways.ts';
import { readResult } from './results.ts';

/** Absent before the first run of the lab with proxies. */
export function gatewaysResult(): LabResult | undefined {
  return readResult('gateways.json');
}

export function gatewaysTable(result: LabResult | undefined): string {
  return result === undefined ? 'Not measured yet.' : gatewaysMarkdown(result).trimEnd();
}

export function retriesTable(result: LabResult | undefined): string {
  const measured = result === undefined ? '' : retriesMarkdown(result).trimEnd();
  return measured === '' ? 'Not measured yet.' : measured;
}

/** By the name of its file. */
export function gatewayPictures({ rows, rate }: LabResult): Readonly<Record<string, string>> {
  const shown = rows.filter(isDrawn);
  const picture = gatewaysSvg({
    title: 'Requests lost per rollout, by what is in front of the application',
    subtitle: `${rate} requests a second on new connections, and as many on kept ones; whiskers: 95 % interval of the mean`,
    rows: shown,
  });
  return { 'gateways.svg': picture };
}

/** Of all ways the usual ones: one proxy with kept connections, in front of the Service. */
function isDrawn(row: RowResult): boolean {
  const { rollouts, fixes, keepAlive, upstream, proxies, rolls } = row;
  const isUsual = keepAlive !== false && upstream === undefined && proxies === undefined && rolls === undefined;
  return rollouts.length > 0 && isUsual && isPlain(row) && (fixes === 'nothing' || fixes === 'all');
}
