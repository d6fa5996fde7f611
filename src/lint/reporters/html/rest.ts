// The page behind its findings: what was accepted, left alone and not judged, and what else is to be known.

import type { Section } from '../../../page/page.ts';
import { htmlTable, meanings } from '../../../page/parts.ts';
import { count, number } from '../../../text/count.ts';
import { html, type Markup } from '../../../text/markup.ts';
import { byKindAndReason } from '../../not-judged.ts';
import { type ObjectReference, shortTitle } from '../../object-reference.ts';
import type { FindingsReport, FoundDiagnostic } from '../../report.ts';
import type { PageContents } from './contents.ts';

export function ignoredSection({ ignored, totals }: PageContents): readonly Section[] {
  if (ignored.length === 0) return [];
  const rest = totals.ignored - ignored.length;
  const caption = `What was found and accepted; it does not count${rest > 0 ? `. ${number(rest)} more are not on this page` : ''}`;
  const columns = ['workload', 'finding', 'reason'].map((title) => ({ title }));
  return [{ id: 'ignored', title: 'Ignored', body: [htmlTable({ caption, columns, rows: ignored.map(ignoredRow) })] }];
}

function ignoredRow({ object, rule, message, ignored, file, line }: FoundDiagnostic) {
  const about = file === undefined ? '' : `${file}${line === undefined ? '' : `:${line}`}`;
  return [
    { text: shortTitle(object), about },
    { text: message, about: rule },
    { text: ignored?.reason ?? 'no reason given', about: ignored?.where ?? '' },
  ];
}

export function leftAloneSection({ leftAlone }: PageContents): readonly Section[] {
  if (leftAlone.length === 0) return [];
  const list = leftAlone.map(({ reason, amount, objects }) => {
    return { name: count(amount, 'workload'), text: `${reason}: ${names(objects, amount)}` };
  });
  return [{ id: 'left-alone', title: 'Left alone', body: [meanings(list)] }];
}

const mostNames = 10;

export function notJudgedSection({ notJudged }: FindingsReport): readonly Section[] {
  if (notJudged.length === 0) return [];
  const list = byKindAndReason(notJudged).map(({ amount, reason, objects }) => {
    const some = objects.slice(0, mostNames).map(({ object }) => object);
    return { name: amount, text: `${reason}: ${names(some, objects.length)}` };
  });
  return [{ id: 'not-judged', title: 'Not judged', body: [meanings(list)] }];
}

function names(objects: readonly ObjectReference[], amount: number): string {
  const rest = amount - objects.length;
  return [
    ...objects.map(({ namespace, name }) => `${namespace}/${name}`),
    ...(rest > 0 ? [`and ${number(rest)} more`] : []),
  ].join(', ');
}

export function remarkSection({ notices }: FindingsReport): readonly Section[] {
  if (notices.length === 0) return [];
  const list: Markup = html`<ul>${notices.map((one) => html`<li>${one}</li>`)}</ul>`;
  return [{ id: 'remarks', title: 'Remarks', body: [list] }];
}

/** For whoever reads such a page for the first time. */
export function meaningSection({ command }: FindingsReport): Section {
  const warning =
    command === 'check'
      ? 'An edit is waiting: hitless fix writes it, and so does the webhook in a namespace that enforces.'
      : 'An edit is waiting: the webhook writes it in a namespace that enforces, and hitless fix writes it into the manifest.';
  const list = [
    {
      name: 'error',
      text: 'The manifest contradicts itself, or loses requests whatever hitless does: its author decides.',
    },
    { name: 'warning', text: warning },
    { name: 'note', text: 'Advice, or an edit for a workload with 0 replicas, which loses nothing yet.' },
  ];
  return { id: 'meaning', title: 'What the words mean', body: [meanings(list)] };
}
