// An outcome beside what is expected.

import { relative } from 'node:path';
import { listFiles } from '../../files/list.ts';
import { readSource } from '../../files/read-source.ts';
import type { Problem } from '../../yaml/documents.ts';
import { unifiedDiff } from '../../yaml/unified-diff.ts';
import type { PolicyTest } from './find-tests.ts';
import type { TestOutcome } from './outcome.ts';

/** One file in which something else is expected than what came out. */
export interface UnexpectedFile {
  readonly file: string;
  /** What is the matter with it: the rest of a sentence. */
  readonly message: string;
  /** Unified, from what is expected to what came out; absent where nothing is expected. */
  readonly diff?: string;
}

export interface TestVerdict {
  readonly differences: readonly UnexpectedFile[];
  /** What cannot be read. */
  readonly problems: readonly Problem[];
}

/** One file of an expectation: what it holds, and what it should. */
export interface ExpectedFile {
  readonly file: string;
  /** Absent where there is no such file. */
  readonly before?: string;
  /** Absent where nothing comes out for it. */
  readonly after?: string;
}

export interface Expected {
  readonly files: readonly ExpectedFile[];
  readonly problems: readonly Problem[];
}

/** The files of those expectations that exist; with `all`, of both where neither does. */
export function readExpected(test: PolicyTest, outcome: TestOutcome, all = false): Expected {
  const { manifests, findings } = test;
  const isNew = all && !manifests.exists && !findings.exists;
  const wanted = new Map([
    ...(manifests.exists || isNew ? outcome.manifests : []),
    ...(findings.exists || isNew ? [[findings.path, outcome.findings] as const] : []),
  ]);
  const there: string[] = [];
  const listed = [manifests, findings]
    .filter(({ exists }) => exists)
    .map(({ path }) => listFiles(path, (file) => void there.push(file)));
  const texts = new Map(there.map((file) => [file, readSource({ file, onDisk: true, named: true })]));
  const names = [...new Set([...wanted.keys(), ...there])];
  const files = names.map((file) => {
    const [before, after] = [texts.get(file)?.text, wanted.get(file)];
    return { file, ...(before !== undefined && { before }), ...(after !== undefined && { after }) };
  });
  const unread = [...texts.values()].flatMap(({ problem }) => problem ?? []);
  return { files, problems: [...listed.flatMap(({ problems }) => problems), ...unread] };
}

export function compareTest(test: PolicyTest, outcome: TestOutcome): TestVerdict {
  const { files, problems } = readExpected(test, outcome);
  if (!test.manifests.exists && !test.findings.exists) return { differences: [nothingExpected(test)], problems };
  return { differences: problems.length > 0 ? [] : files.flatMap(differenceIn), problems };
}

function nothingExpected({ folder, manifests, findings }: PolicyTest): UnexpectedFile {
  const [edited, found] = [manifests.path, findings.path].map((path) => relative(folder, path));
  return { file: folder, message: `nothing is expected, in neither ${edited} nor ${found}: --update writes both` };
}

function differenceIn({ file, before, after }: ExpectedFile): readonly UnexpectedFile[] {
  if (after === undefined) return [{ file, message: 'is expected of a file that is not in the input: remove it' }];
  if (before === undefined)
    return [{ file, message: 'is not there, but its file is in the input: --update writes it' }];
  if (sameText(before, after)) return [];
  return [{ file, message: 'differs', diff: unifiedDiff(file, [{ before, after }]) }];
}

/** Git may have checked out one of the two with other line ends. */
function sameText(before: string, after: string): boolean {
  return before === after || before.replaceAll('\r\n', '\n') === after.replaceAll('\r\n', '\n');
}
