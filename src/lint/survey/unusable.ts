// What a survey could not use, in the order in which it is reported: by what it keeps from being checked, then by file.

import type { ReadObjects } from '../../cluster-state/readers.ts';
import { inListedOrder, type SourceList } from '../../files/read.ts';
import type { Problem } from '../../yaml/documents.ts';
import { leftOutNotices } from '../inputs/notices.ts';
import { optInProblems } from '../inputs/opt-ins.ts';
import type { GivenFiles } from '../inputs/read-files.ts';
import type { Notes } from './first-pass.ts';

interface Given {
  readonly given: GivenFiles;
  readonly forAll: ReadObjects;
}

export function problemsOf(list: SourceList, notes: Notes, { given, forAll }: Given): readonly Problem[] {
  const unread = notes.flatMap(({ unreadable }, at) => (unreadable === undefined ? [] : [{ at, problem: unreadable }]));
  return [
    ...inListedOrder(list.problems, unread),
    ...notes.flatMap(({ problems = [] }) => problems),
    ...given.problems,
    ...notes.flatMap(({ objectProblems = [] }) => objectProblems),
    ...forAll.problems,
    ...notes.flatMap((one) => one.optInProblems ?? []),
    ...optInProblems(given.documents),
  ];
}

export function templateNotices({ sources, hidden, ignored }: SourceList, notes: Notes): readonly string[] {
  return leftOutNotices({
    templates: sources.flatMap(({ file }, i) => (notes[i]?.isTemplate === true ? [file] : [])),
    broken: notes.flatMap(({ broken = [] }) => broken),
    hidden,
    ignored,
  });
}
