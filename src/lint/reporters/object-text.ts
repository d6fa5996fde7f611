// One object with its findings, for people.

import { type TextLayout, wrap } from '../../terminal/style.ts';
import { widest } from '../../terminal/table.ts';
import { visible } from '../../text/hidden.ts';
import type { Diagnostic, IgnoredDiagnostic, JudgedWorkload } from '../diagnostic.ts';
import { ignoredBy } from '../ignored.ts';
import { severityStyle } from '../result.ts';

/** True where there is something to say about the workload. */
export function isShown({ diagnostics, skipped, ignored }: JudgedWorkload): boolean {
  return diagnostics.length > 0 || skipped !== undefined || ignored !== undefined;
}

/** One object and its diagnostics; `ignored`: those that are to be shown. */
interface Block<One extends Diagnostic> extends Omit<JudgedWorkload<One>, 'object'> {
  readonly title: string;
}

/** `placeOf`: absent where diagnostics have no position, as in a cluster. */
export function objectText<One extends Diagnostic>(
  { title, diagnostics, skipped, ignored = [] }: Block<One>,
  layout: TextLayout,
  placeOf: (one: One) => string = () => '',
): string {
  const head = `  ${layout.style('bold', visible(title))}`;
  if (skipped !== undefined) return `${head}: ${layout.style('dim', `left alone, ${visible(skipped)}`)}\n`;
  const all = [...diagnostics, ...ignored];
  const columns = { place: widest(all.map(placeOf)), rule: widest(all.map(({ rule }) => rule)) };
  const found = diagnostics.map((one) => line(one, placeOf(one), columns, layout));
  const set = ignored.map((one) => line(one, placeOf(one), columns, layout));
  return `${head}\n${[...found, ...set].join('')}`;
}

interface Columns {
  /** 0 if there is no such column. */
  readonly place: number;
  readonly rule: number;
}

function line(
  { severity, rule, message, ignored }: Diagnostic & Partial<Pick<IgnoredDiagnostic, 'ignored'>>,
  place: string,
  columns: Columns,
  { style, width }: TextLayout,
): string {
  const before = columns.place === 0 ? '' : `${style('dim', place.padEnd(columns.place))}  `;
  const indent = 4 + (columns.place === 0 ? 0 : columns.place + 2) + 7 + 2 + columns.rule + 2;
  const word = ignored === undefined ? style(severityStyle[severity], severity.padEnd(7)) : style('dim', 'ignored');
  const text = `    ${before}${word}  ${style('cyan', rule.padEnd(columns.rule))}  ${wrap(visible(message), indent, width)}\n`;
  if (ignored === undefined) return text;
  return `${text}${' '.repeat(indent)}${style('dim', wrap(visible(ignoredBy(ignored)), indent, width))}\n`;
}
