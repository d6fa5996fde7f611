// The findings of many workloads: by what has to be done, by rule, and each sentence once, with some of its places.

import type { Severity } from '../../rules/finding.ts';
import { type TextLayout, wrap, wrapParts } from '../../terminal/style.ts';
import { widest } from '../../terminal/table.ts';
import { count, number } from '../../text/count.ts';
import { visible } from '../../text/hidden.ts';
import type { Diagnostic } from '../diagnostic.ts';
import { severities, severityStyle } from '../result.ts';
import { topics } from '../topics.ts';
import { type MessageGroup, type MessageGroups, messageGroups } from './message-groups.ts';
import type { ToDo } from './rule-table.ts';

/** A finding, or the reason why a workload is left alone, with its place. */
interface Placed {
  readonly message: string;
  readonly place: string;
}

interface PlacedDiagnostic extends Diagnostic, Placed {}

export interface GroupedFindings {
  readonly found: Iterable<PlacedDiagnostic>;
  readonly leftAlone: Iterable<Placed>;
  /** What was accepted and is to be shown. */
  readonly ignored: Iterable<Placed>;
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

/** One block for each severity, errors first, one for what is left alone, and one for what is ignored. */
export function groupedBlocks(
  { found, leftAlone, ignored }: GroupedFindings,
  toDo: ToDo,
  layout: TextLayout,
): readonly string[] {
  const bySeverity = collect(found);
  const blocks = severities.map((severity) => {
    const own = bySeverity[severity];
    const size = sum(own.values());
    const head = layout.style('bold', layout.style(severityStyle[severity], count(size, severity)));
    return size === 0 ? '' : `${head}: ${toDo[severity]}\n${rulesText(own, boundsOf[severity], layout)}`;
  });
  return [...blocks, placedBlock('left alone', leftAlone, layout), placedBlock('ignored', ignored, layout)];
}

/** Empty for none. */
function placedBlock(title: string, all: Iterable<Placed>, layout: TextLayout): string {
  const groups = messageGroups<Placed>(usual.places);
  for (const one of all) groups.add(one);
  if (groups.size() === 0) return '';
  const head = layout.style('bold', `${number(groups.size())} ${title}`);
  return `${head}\n${sentences(groups, usual, layout)}`;
}

type ByRule = Map<string, MessageGroups<Placed>>;

function collect(found: Iterable<PlacedDiagnostic>): Readonly<Record<Severity, ByRule>> {
  const all: Readonly<Record<Severity, ByRule>> = { error: new Map(), warning: new Map(), note: new Map() };
  for (const { severity, rule, message, place } of found) {
    const byRule = all[severity];
    const groups = byRule.get(rule) ?? messageGroups<Placed>(boundsOf[severity].places);
    byRule.set(rule, groups);
    groups.add({ message, place });
  }
  return all;
}

function sum(all: Iterable<MessageGroups<Placed>>): number {
  return Array.from(all, ({ size }) => size()).reduce((total, size) => total + size, 0);
}

/** The rule with the most findings first. */
function rulesText(rules: ByRule, bounds: Bounds, layout: TextLayout): string {
  const byRule = [...rules].sort(([a, ofA], [b, ofB]) => {
    return ofB.size() - ofA.size() || (a < b ? -1 : 1);
  });
  const blocks = byRule.map(([rule, own]) => {
    const title = topics.find(({ id }) => id === rule)?.title ?? '';
    const head = `  ${layout.style('cyan', rule)}  ${number(own.size())}  ${layout.style('dim', title)}\n`;
    return `${head}${sentences(own, bounds, layout)}`;
  });
  return blocks.join('');
}

function sentences(all: MessageGroups<Placed>, { sentences: most, places }: Bounds, layout: TextLayout): string {
  const groups = all.groups();
  const shown = groups.slice(0, most);
  const column = widest(shown.map(({ size }) => number(size)));
  const lines = shown.map((group) => sentenceText(group, { column, places }, layout));
  const hidden = groups.slice(most);
  if (hidden.length === 0) return lines.join('');
  const findings = hidden.reduce((total, { size }) => total + size, 0);
  const more = `and ${number(findings)} more with ${count(hidden.length, 'other message')}`;
  return `${lines.join('')}    ${layout.style('dim', more)}\n`;
}

function sentenceText(
  { sentence, size, members }: MessageGroup<Placed>,
  { column, places: most }: { readonly column: number; readonly places: number },
  { style, width }: TextLayout,
): string {
  const indent = 4 + column + 2;
  const amount = number(size).padStart(column);
  const more = size > most ? [`and ${number(size - most)} more`] : [];
  const named = members.slice(0, most).map(({ place }) => visible(place));
  const places = [...named.map((place, at) => (at < named.length - 1 ? `${place},` : place)), ...more];
  const where = style('dim', wrapParts(places, indent, width));
  return `    ${style('bold', amount)}  ${wrap(visible(sentence), indent, width)}\n${' '.repeat(indent)}${where}\n`;
}
