// What a rollout loses behind each proxy, in bars divided by what clients saw.

import { gatewayTitle } from '../../lab/gateways/ways.ts';
import type { RowResult } from '../../lab/result.ts';
import { added, deliveryIn } from '../by-way.ts';
import { whatIsSet } from '../labels.ts';
import type { ChartOptions } from './echarts.ts';
import { type Losses, lossesSvg } from './losses.ts';
import type { LossPart } from './losses-series.ts';

const sights: readonly (Pick<LossPart, 'name' | 'colour'> & { readonly is: RegExp })[] = [
  { name: '502', colour: 'endpoint-lag', is: /^502$/ },
  { name: '503', colour: 'not-ready', is: /^503$/ },
  { name: '504', colour: 'killed', is: /^504$/ },
  { name: 'no answer in time', colour: 'no-endpoint', is: /^timeout$/ },
  { name: 'refused, reset or closed', colour: 'closed-connection', is: /^(?:refused|unreachable|reset-.*)$/ },
  { name: 'cut in the answer', colour: 'answered-error', is: /^cut$/ },
];

/** The text of an SVG. Rows with retries are left out. */
export function gatewaysSvg(losses: Omit<Losses, 'parts' | 'names'>, look?: ChartOptions): string {
  const parts = sights.map(({ name, colour, is }) => ({ name, colour, of: (row: RowResult) => seen(row, is) }));
  const found = parts.filter(({ of }) => losses.rows.some((row) => of(row) > 0));
  return lossesSvg({ ...losses, parts: found, names }, look);
}

function names(row: RowResult) {
  return { title: gatewayTitle(row), about: whatIsSet(row).replace('application ', '') };
}

function seen(row: RowResult, is: RegExp): number {
  const counts = Object.entries(deliveryIn(row)?.saw ?? outcomesOf(row));
  return counts.filter(([name]) => is.test(name)).reduce((sum, [, n]) => sum + n, 0);
}

/** Without ids of requests. */
function outcomesOf({ rollouts }: RowResult): Readonly<Record<string, number>> {
  return added(rollouts.flatMap(({ lanes }) => lanes.map(({ outcomes }) => outcomes)));
}
