// The output of `status`: what needs attention, the worst first, then a line for each check; or the same as JSON.
//
// JSON: { version: 1, state, summary: { errors, warnings, notes, unknown, failed },     state: error | warning | note | ok
//         checks: [{ id, title, state, summary?, remarks: [{ severity, message, action? }], unknown: [sentence], failure?, facts? }] }
// state of a check: error | warning | note | unknown | ok

import { countBySeverity, severities, severityStyle } from '../../lint/result.ts';
import type { Severity } from '../../rules/finding.ts';
import { type Paint, paint, type Style, wrap } from '../../terminal/style.ts';
import { widest } from '../../terminal/table.ts';
import type { Terminal } from '../../terminal/terminal.ts';
import { count } from '../../text/count.ts';
import { visible, visibleJson } from '../../text/hidden.ts';
import type { CheckResult } from './check.ts';

type State = Severity | 'unknown' | 'ok';

const styles: Readonly<Record<State, Style>> = { ...severityStyle, unknown: 'magenta', ok: 'green' };

/** The worst of it; something unknown is worse than a note, and never ok. */
function stateOf({ remarks, unknown, failure }: CheckResult): State {
  if (failure !== undefined) return 'error';
  const found = remarks.map(({ severity }) => severity);
  for (const severity of ['error', 'warning'] as const) if (found.includes(severity)) return severity;
  if (unknown.length > 0) return 'unknown';
  return found.length > 0 ? 'note' : 'ok';
}

function countsOf(results: readonly CheckResult[]) {
  const { error, warning, note } = countBySeverity(results.flatMap(({ remarks }) => remarks));
  const unknown = results.reduce((sum, one) => sum + one.unknown.length, 0);
  const failed = results.filter(({ failure }) => failure !== undefined).length;
  return { errors: error, warnings: warning, notes: note, unknown, failed };
}

export function statusJson(results: readonly CheckResult[]): string {
  const summary = countsOf(results);
  const found = results.flatMap(({ remarks }) => remarks.map(({ severity }) => severity));
  const state = summary.failed > 0 ? 'error' : (severities.find((one) => found.includes(one)) ?? 'ok');
  const checks = results.map(({ id, title, ...result }) => ({
    id,
    title,
    state: stateOf({ id, title, ...result }),
    ...result,
  }));
  return `${visibleJson({ version: 1, state, summary, checks })}\n`;
}

interface Row {
  readonly state: State;
  readonly id: string;
  readonly text: string;
}

export function statusText(results: readonly CheckResult[], terminal: Terminal): string {
  const style = paint(terminal.colour.out);
  const width = widest(results.map(({ id }) => id));
  const layout = { style, width, columns: terminal.width };
  const attention = worstFirst(results.flatMap(rowsOf));
  const findings = attention.map((row) => line(row, layout)).join('');
  if (terminal.quiet) return findings;
  const overview = results.map((result) => ({
    state: stateOf(result),
    id: result.id,
    text: result.summary ?? lineOf(result),
  }));
  const blocks = [findings, overview.map((row) => line(row, layout)).join('')].filter((block) => block !== '');
  return `${blocks.join('\n')}\n${style('bold', verdict(results))}\n`;
}

const order: readonly State[] = ['error', 'warning', 'unknown', 'note', 'ok'];

function worstFirst(rows: readonly Row[]): readonly Row[] {
  return order.flatMap((state) => rows.filter((row) => row.state === state));
}

// One cause often has many effects: the first ones say what it is.
const mostRows = 10;

function rowsOf({ id, remarks, unknown, failure }: CheckResult): readonly Row[] {
  const told = remarks.slice(0, mostRows).map(({ severity, message, action }) => ({
    ...{ state: severity, id },
    text: action === undefined ? ended(message) : `${ended(message)} To do: ${action}.`,
  }));
  const rest = remarks.length - told.length;
  return [
    ...(failure === undefined ? [] : [{ state: 'error' as const, id, text: `could not be read: ${failure}` }]),
    ...told,
    ...(rest > 0 ? [{ state: 'note' as const, id, text: `${rest} more, see --output json` }] : []),
    ...unknown.map((text) => ({ state: 'unknown' as const, id, text })),
  ];
}

/** A question has its mark already. */
function ended(clause: string): string {
  return clause.endsWith('?') ? clause : `${clause}.`;
}

function lineOf({ failure, unknown }: CheckResult): string {
  if (failure !== undefined) return 'could not be read';
  return unknown.length > 0 ? 'unknown' : 'none';
}

interface Layout {
  readonly style: Paint;
  readonly width: number;
  readonly columns: number | undefined;
}

const stateWidth = widest(order);

function line({ state, id, text }: Row, { style, width, columns }: Layout): string {
  const indent = stateWidth + width + 4;
  return `${style(styles[state], state.padEnd(stateWidth))}  ${id.padEnd(width)}  ${wrap(visible(text), indent, columns)}\n`;
}

function verdict(results: readonly CheckResult[]): string {
  const { errors, warnings, notes, unknown, failed } = countsOf(results);
  const parts = [
    ...(errors > 0 ? [count(errors, 'error')] : []),
    ...(warnings > 0 ? [count(warnings, 'warning')] : []),
    ...(notes > 0 ? [count(notes, 'note')] : []),
    ...(unknown > 0 ? [`${unknown} unknown`] : []),
    ...(failed > 0 ? [`${count(failed, 'check')} could not be read`] : []),
  ];
  const list = parts.length === 0 ? '' : `: ${parts.join(', ')}`;
  if (errors + warnings > 0) return `hitless needs attention${list}`;
  if (results.every(({ summary }) => summary === undefined)) return `Nothing could be read${list}`;
  if (unknown + failed > 0) return `Nothing wrong was found, but not everything could be read${list}`;
  return `hitless is healthy${list}`;
}
