// The tables of proxies and retries in Markdown, for docs/results.

import { tableLines } from '../../text/markdown.ts';
import type { LabResult } from '../lab/result.ts';
import { gatewayTables, retriesTable, sightTable, type TextTable } from './way-tables.ts';

/** Each table under its caption. Ends with a line break. */
export function gatewaysMarkdown({ rows }: Pick<LabResult, 'rows'>): string {
  return [...gatewayTables(rows), sightTable(rows)].map(markdown).join('\n');
}

export function retriesMarkdown({ rows }: Pick<LabResult, 'rows'>): string {
  return markdown(retriesTable(rows));
}

function markdown(table: TextTable | undefined): string {
  if (table === undefined) return '';
  const { caption, columns, rows } = table;
  const head = columns.map(({ title }) => title);
  const rule = columns.map(({ figures }) => (figures ? '---:' : '---'));
  return `${caption}.\n\n${tableLines([head, rule, ...rows.map((cells) => cells.map(bold))])}`;
}

function bold(cell: string): string {
  const safe = cell.replaceAll('|', '\\|');
  return /^0 of /.test(cell) ? `**${safe}**` : safe;
}
