// One line for each kind of thing in the configuration and the baseline that accepts nothing any more.

import { count } from '../../text/count.ts';
import type { BaselineEntry } from '../baseline/format.ts';
import type { IgnoreEntries, IgnoreEntry } from '../configuration/ignore-entries.ts';
import { objectTitle } from '../object-reference.ts';
import type { FileWorkloads } from '../result.ts';
import type { AcceptanceOutcome } from './share-out.ts';

export interface AcceptedInput {
  readonly ignores?: IgnoreEntries | undefined;
  readonly known?: { readonly file: string; readonly entries: readonly BaselineEntry[] } | undefined;
  readonly examined: FileWorkloads;
  /** False where only some of the files were judged: what is not in these may be in others. */
  readonly isWhole?: boolean;
}

export function acceptanceNotices(input: AcceptedInput, outcome: AcceptanceOutcome): readonly string[] {
  const { counting = [], over = [] } = input.ignores ?? {};
  const isMatched = ({ where }: IgnoreEntry) => outcome.entries.has(where);
  return [
    ...over.filter(isMatched).map(overNotice),
    ...(input.isWhole ? idleNotices(counting.filter((one) => !isMatched(one))) : []),
    ...goneNotices(input, outcome),
  ];
}

function overNotice({ where, until }: IgnoreEntry): string {
  return `the entry of ignores at ${where} ended on ${until}: what it accepted counts again`;
}

function idleNotices(idle: readonly IgnoreEntry[]): readonly string[] {
  if (idle.length === 0) return [];
  const named = idle.slice(0, mostNamed).map(({ where }) => where);
  const more = idle.length > named.length ? ` and ${count(idle.length - named.length, 'other')}` : '';
  const what = idle.length === 1 ? 'an entry of ignores matches no finding' : 'entries of ignores match no finding';
  return [`${what}, and can be removed: ${named.join(', ')}${more}`];
}

const mostNamed = 10;

function goneNotices({ known, examined, isWhole }: AcceptedInput, { unused }: AcceptanceOutcome): readonly string[] {
  if (known === undefined || unused.size === 0) return [];
  const judged = isWhole ? undefined : titlesOf(examined);
  let gone = 0;
  for (const { fingerprint, object } of known.entries)
    if (judged === undefined || judged.has(object)) gone += unused.get(fingerprint) ?? 0;
  if (gone === 0) return [];
  const are = gone === 1 ? 'is' : 'are';
  return [
    `${count(gone, 'finding')} of ${known.file} ${are} not there any more: \`hitless baseline --prune\` takes ${gone === 1 ? 'it' : 'them'} out`,
  ];
}

function titlesOf(examined: FileWorkloads): ReadonlySet<string> {
  const titles = new Set<string>();
  for (const { object } of examined) {
    const { kind, namespace, name } = object;
    titles.add(objectTitle({ kind, namespace, name }));
  }
  return titles;
}
