// The sections of the report of `hitless lab` on proxies and retries.

import type { Section } from '../../../page/page.ts';
import { type Cell, htmlTable } from '../../../page/parts.ts';
import type { Markup } from '../../../text/markup.ts';
import type { RowResult } from '../../lab/result.ts';
import { byWay } from '../by-way.ts';
import { gatewaysSvg } from '../charts/gateways.ts';
import { gatewayTables, retriesTable, sightTable, type TextTable } from '../way-tables.ts';
import { figure } from './figure.ts';

/** Where proxies or retries were measured. */
export function waySections(rows: readonly RowResult[]): readonly Section[] {
  const gateways = gatewayTables(rows);
  const retries = retriesTable(rows);
  return [
    ...(gateways.length === 0
      ? []
      : [
          {
            id: 'gateways',
            title: 'Through a proxy',
            body: [chart(rows), ...[...gateways, sightTable(rows)].flatMap(html)],
          },
        ]),
    ...(retries === undefined ? [] : [{ id: 'retries', title: 'Retries', body: html(retries) }]),
  ];
}

function chart(rows: readonly RowResult[]): Markup {
  const title = 'Losses per rollout behind a proxy';
  const caption = 'Each bar is the mean over the rollouts of a row, coloured by what clients saw.';
  const shown = (['application', 'gateway'] as const).flatMap((rolls) =>
    (byWay(rows, rolls === 'gateway' ? rolls : undefined)?.rows ?? []).flatMap(({ cells }) =>
      cells.filter((row) => row !== undefined),
    ),
  );
  return figure(caption, (look) => gatewaysSvg({ title, rows: shown }, look));
}

function html(table: TextTable | undefined): readonly Markup[] {
  return table === undefined ? [] : [htmlTable({ ...table, rows: table.rows.map((cells) => cells.map(cellOf)) })];
}

function cellOf(text: string): Cell {
  return /^[\d,]+ of /.test(text) ? { text, tone: text.startsWith('0 ') ? 'good' : 'bad' } : text;
}
