// The tables of proxies and retries, as cells of text: for HTML and for Markdown.

import { number } from '../../text/count.ts';
import { gatewayTitle } from '../lab/gateways/ways.ts';
import type { LabResult, RowResult } from '../lab/result.ts';
import { byWay, countsText, deliveryIn, whoRetries, withRetries } from './by-way.ts';
import { drainLabels, share, whatIsSet } from './labels.ts';

export interface TextTable {
  readonly caption: string;
  readonly columns: readonly { readonly title: string; readonly figures?: boolean }[];
  readonly rows: readonly (readonly string[])[];
}

type Rows = Pick<LabResult, 'rows'>['rows'];

const measured = (rows: Rows) => rows.filter(({ rollouts }) => rollouts.length > 0);

/** Proxies against fixes; a second table where the proxies themselves were rolled. */
export function gatewayTables(rows: Rows): readonly TextTable[] {
  const titles = {
    application: 'Lost requests by what is in front of the application, while the application rolls',
    gateway: 'Lost requests while the proxy itself rolls',
  };
  return (['application', 'gateway'] as const).flatMap((rolls) => {
    const table = byWay(measured(rows), rolls === 'gateway' ? rolls : undefined);
    if (table === undefined) return [];
    const columns = [{ title: 'in front' }, ...table.columns.map((title) => ({ title, figures: true }))];
    return [
      {
        caption: titles[rolls],
        columns,
        rows: table.rows.map(({ title, cells }) => [
          title,
          ...cells.map((row) => (row === undefined ? '' : share(row))),
        ]),
      },
    ];
  });
}

/** What clients saw of their losses, and what the proxy logged of the same requests. */
export function sightTable(rows: Rows): TextTable | undefined {
  const lost = measured(rows).filter((row) => row.through !== undefined && row.lost > 0);
  if (lost.length === 0) return undefined;
  return {
    caption: 'The lost requests: what clients saw, and what the proxy logged of the same requests',
    columns: [
      { title: 'row' },
      { title: 'lost', figures: true },
      { title: 'clients saw' },
      { title: 'the proxy logged' },
    ],
    rows: lost.map((row) => {
      const { saw = {}, gateway } = deliveryIn(row) ?? {};
      return [`${row.title}, ${drainLabels(row)}`, share(row), countsText(saw), countsText(gateway?.why ?? {})];
    }),
  };
}

export function retriesTable(rows: Rows): TextTable | undefined {
  const own = withRetries(measured(rows));
  if (own.length === 0) return undefined;
  const figures = true;
  return {
    caption: 'Retries: what they hide, and what they cost',
    columns: [
      { title: 'in front' },
      { title: 'what is set' },
      { title: 'retries' },
      { title: 'lost', figures },
      { title: 'answered only by a retry', figures },
      { title: 'tries of clients per request', figures },
      { title: 'tries of the proxy per request', figures },
      { title: 'arrived per request', figures },
      { title: 'arrived more than once', figures },
    ],
    rows: own.map(retriesRow),
  };
}

function retriesRow(row: RowResult): readonly string[] {
  const delivery = deliveryIn(row);
  const { asked = 0, sent = 0, hidden = 0, arrived = 0, repeated = 0, gateway } = delivery ?? {};
  const per = (n: number | undefined) => (n === undefined ? 'not logged' : (n / Math.max(1, asked)).toFixed(3));
  const byProxy = gateway?.hidden === undefined ? '' : `${number(gateway.hidden)} by the proxy`;
  const byClients = row.retries === undefined ? '' : `${number(hidden)} by clients`;
  return [
    gatewayTitle(row),
    whatIsSet(row),
    whoRetries(row),
    share(row),
    [byClients, byProxy].filter((part) => part !== '').join(', '),
    per(sent),
    gateway === undefined ? '' : per(gateway.tries),
    per(arrived),
    number(repeated),
  ];
}
