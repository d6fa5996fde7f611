// Parts of a report in Markdown: tables, collapsed lists of findings that end where the room does.

import { count, number } from '../../text/count.ts';
import { escapedMarkdown, tableLines } from '../../text/markdown.ts';
import { truncateLine } from '../../text/truncate.ts';
import { byKindAndReason, type NotJudged } from '../not-judged.ts';
import { objectTitle } from '../object-reference.ts';
import type { FilePlace, FoundDiagnostic } from '../report.ts';
import { topicUrl } from '../topics.ts';
import { filePath } from './location.ts';

/** Findings under one heading. */
export interface Shown {
  /** `error`. */
  readonly noun: string;
  /** How many there are. */
  readonly all: number;
  /** The first of them. */
  readonly found: readonly FoundDiagnostic[];
}

const mostInLine = 800;
/** The end of a list that is cut. */
const ending = 400;

/** One line, in which nothing is Markdown and nobody is mentioned. */
export function escapedLine(text: string): string {
  return escapedMarkdown(truncateLine(text, mostInLine)).replace(/@(?=\w)/g, '@<!-- -->');
}

/** The first column is text, the others are numbers. */
export function numberTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return tableLines([head, head.map((_, at) => (at === 0 ? '---' : '---:')), ...rows]);
}

/** `deploy/web.yaml:12: `; empty where no file holds it. */
export function placeText({ file, line }: FilePlace): string {
  if (file === undefined) return '';
  return `${escapedLine(filePath(file))}${line === undefined ? '' : `:${line}`}: `;
}

/** In at most so many characters; what does not fit is counted. */
export function findingBlocks(blocks: Iterable<Shown>, room: number): string {
  let text = '';
  let left = 0;
  for (const { noun, all, found } of blocks) {
    if (all === 0) continue;
    const head = `\n<details><summary>${count(all, noun)}</summary>\n`;
    const { items, shown } = itemsWithin(found, room - text.length - head.length - ending);
    if (shown > 0) text += `${head}${items}\n</details>\n`;
    left += all - shown;
  }
  const are = left === 1 ? 'is' : 'are';
  const cut = `\n${count(left, 'finding')} ${are} not shown here, because a comment holds at most 65,536 characters: the least severe.\n`;
  return left === 0 ? text : `${text}${cut}`;
}

/** By rule, the largest first. */
function itemsWithin(found: readonly FoundDiagnostic[], room: number) {
  let items = '';
  let shown = 0;
  const byRule = [...Map.groupBy(found, ({ rule }) => rule)].sort(([, a], [, b]) => b.length - a.length);
  for (const [rule, own] of byRule) {
    let head = `\n**[${rule}](${topicUrl(rule)})**\n\n`;
    for (const one of own) {
      const item = `${head}${itemText(one)}`;
      if (items.length + item.length > room) return { items, shown };
      items += item;
      shown += 1;
      head = '';
    }
  }
  return { items, shown };
}

function itemText(found: FoundDiagnostic): string {
  const { object, message, ignored } = found;
  const accepted = ignored === undefined ? '' : ` (ignored: ${escapedLine(ignored.reason ?? ignored.where)})`;
  return `- ${placeText(found)}${escapedLine(objectTitle(object))}: ${escapedLine(message)}${accepted}\n`;
}

const mostOfNotJudged = 10_000;

/** Empty for none. */
export function notJudgedBlock(all: readonly NotJudged[]): string {
  if (all.length === 0) return '';
  const lines = byKindAndReason(all).map(({ amount, reason }) => `- ${escapedLine(`${amount}: ${reason}`)}\n`);
  const list = linesWithin(lines, mostOfNotJudged);
  return `\n<details><summary>${count(all.length, 'workload')} not judged</summary>\n\n${list}\n</details>\n`;
}

/** The first of them that fit into so many characters, and how many do not. */
export function linesWithin(lines: readonly string[], room: number): string {
  let text = '';
  for (const [at, line] of lines.entries()) {
    if (text.length + line.length > room) return `${text}- and ${number(lines.length - at)} more\n`;
    text += line;
  }
  return text;
}
