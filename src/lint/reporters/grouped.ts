// The findings of many workloads: by what has to be done, by rule, and each sentence once, with some of its places.

import type { Severity } from '../../rules/finding.ts';
import { type TextLayout, wrap, wrapParts } from '../../terminal/style.ts';
import { widest } from '../../terminal/table.ts';
import { count, number } from '../../text/count.ts';
import { visible } from '../../text/hidden.ts';
import type { Diagnostic } from '../diagnostic.ts';
import { severities, severityStyle } from '../result.ts';
import { topics } from '../topics.ts';
import { groupMessages, type MessageGroup } from './message-groups.ts';
import type { ToDo } from './rule-table.ts';

/** A finding, or the reason why a workload is left alone, with its place. */
interface Placed {
  readonly message: string;
  readonly place: string;
}

interface PlacedDiagnostic extends Diagnostic, Placed {}

export interface GroupedFindings {
  readonly found: readonly PlacedDiagnostic[];
  readonly leftAlone: readonly Placed[];
}

interface Bounds {
  /** Sentences of one rule. */
  readonly sentences: number;
  /** Places of one sentence. */
  readonly places: number;
}

const usual: Bounds = { sentences: 5, places: 3 };
// Only their author can mend them, one by one.
const ofErrors: Bounds = { sentences: 20, places: 10 };
const boundsOf: Readonly<Record<Severity, Bounds>> = { error: ofErrors, warning: usual, note: usual };

/** One block for each severity, errors first, and one for what is left alone. */
export function groupedBlocks(
  { found, leftAlone }: GroupedFindings,
  toDo: ToDo,
  layout: TextLayout,
): readonly string[] {
  const bySeverity = Map.groupBy(found, ({ severity }) => severity);
  const blocks = severities.map((severity) => {
    const own = bySeverity.get(severity) ?? [];
    const head = layout.style('bold', layout.style(severityStyle[severity], count(own.length, severity)));
    return own.length === 0 ? '' : `${head}: ${toDo[severity]}\n${rulesText(own, boundsOf[severity], layout)}`;
  });
  const left = `${layout.style('bold', `${number(leftAlone.length)} left alone`)}\n`;
  return [...blocks, leftAlone.length === 0 ? '' : `${left}${sentences(leftAlone, usual, layout)}`];
}

/** The rule with the most findings first. */
function rulesText(found: readonly PlacedDiagnostic[], bounds: Bounds, layout: TextLayout): string {
  const byRule = [...Map.groupBy(found, ({ rule }) => rule)].sort(([a, ofA], [b, ofB]) => {
    return ofB.length - ofA.length || (a < b ? -1 : 1);
  });
  const blocks = byRule.map(([rule, own]) => {
    const title = topics.find(({ id }) => id === rule)?.title ?? '';
    const head = `  ${layout.style('cyan', rule)}  ${number(own.length)}  ${layout.style('dim', title)}\n`;
    return `${head}${sentences(own, bounds, layout)}`;
  });
  return blocks.join('');
}

function sentences(all: readonly Placed[], { sentences: most, places }: Bounds, layout: TextLayout): string {
  const groups = groupMessages(all);
  const shown = groups.slice(0, most);
  const column = widest(shown.map(({ members }) => number(members.length)));
  const lines = shown.map((group) => sentenceText(group, { column, places }, layout));
  const hidden = groups.slice(most);
  if (hidden.length === 0) return lines.join('');
  const findings = hidden.reduce((sum, { members }) => sum + members.length, 0);
  const more = `and ${number(findings)} more with ${count(hidden.length, 'other message')}`;
  return `${lines.join('')}    ${layout.style('dim', more)}\n`;
}

function sentenceText(
  { sentence, members }: MessageGroup<Placed>,
  { column, places: most }: { readonly column: number; readonly places: number },
  { style, width }: TextLayout,
): string {
  const indent = 4 + column + 2;
  const amount = number(members.length).padStart(column);
  const more = members.length > most ? [`and ${number(members.length - most)} more`] : [];
  const named = members.slice(0, most).map(({ place }) => visible(place));
  const places = [...named.map((place, at) => (at < named.length - 1 ? `${place},` : place)), ...more];
  const where = style('dim', wrapParts(places, indent, width));
  return `    ${style('bold', amount)}  ${wrap(visible(sentence), indent, width)}\n${' '.repeat(indent)}${where}\n`;
}
