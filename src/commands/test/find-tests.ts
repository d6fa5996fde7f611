// The tests below a folder.

import { realpathSync } from 'node:fs';
import { join } from 'node:path';
import { notFolder } from '../../files/read.ts';
import { reasonOf } from '../../files/reason.ts';
import type { Problem } from '../../yaml/documents.ts';
import { type FolderContents, findingsFile, readTestFolder } from './contents.ts';

/** A folder with an input. Paths begin as the operator named them. */
export interface PolicyTest {
  readonly folder: string;
  /** A file, or a folder of manifests. */
  readonly input: string;
  /** Its own policies: a file or a folder. */
  readonly policy?: string;
  /** What the manifests are expected to become: a file, or a folder where the input is one. */
  readonly manifests: Expectation;
  /** What is expected to be found. */
  readonly findings: Expectation;
}

export interface Expectation {
  readonly path: string;
  readonly exists: boolean;
}

export interface FoundTests {
  readonly tests: readonly PolicyTest[];
  readonly problems: readonly Problem[];
}

interface Search {
  readonly tests: PolicyTest[];
  readonly problems: Problem[];
  /** The real paths of the folders so far: links can form loops, and one folder can be named twice. */
  readonly visited: Set<string>;
}

export function findTests(folders: readonly string[]): FoundTests {
  const search: Search = { tests: [], problems: [], visited: new Set() };
  for (const folder of folders) searchNamed(folder, search);
  return search;
}

function searchNamed(folder: string, search: Search): void {
  const reason = notFolder(folder);
  if (reason !== undefined) {
    search.problems.push({ file: folder === '' ? '""' : folder, message: reason });
    return;
  }
  const before = foundIn(search);
  if (searchFolder(folder, search) && foundIn(search) === before)
    search.problems.push({ file: folder, message: 'there is no test in it: a test is a folder with an input.yaml' });
}

/** False for a folder that was seen before. */
function searchFolder(folder: string, search: Search): boolean {
  const { tests, problems, visited } = search;
  try {
    const real = realpathSync(folder);
    if (visited.has(real)) return false;
    visited.add(real);
    const contents = readTestFolder(folder);
    problems.push(...contents.problems);
    const before = foundIn(search);
    // Without the policy of a misspelt name a test would expect something else.
    const isWhole = contents.problems.length === 0;
    if (isWhole && contents.input !== undefined) tests.push(testIn(folder, contents.input, contents));
    for (const name of contents.folders) searchFolder(join(folder, name), search);
    if (isWhole && contents.isPartial && foundIn(search) === before)
      problems.push({ file: folder, message: 'there is no input.yaml in it, so nothing is tested' });
  } catch (error) {
    problems.push({ file: folder, message: reasonOf(error) });
  }
  return true;
}

function foundIn({ tests, problems }: Search): number {
  return tests.length + problems.length;
}

function testIn(folder: string, input: string, { policy, expected, hasFindings }: FolderContents): PolicyTest {
  const manifests = input.replace('input', 'expected');
  return {
    folder,
    input: join(folder, input),
    ...(policy !== undefined && { policy: join(folder, policy) }),
    manifests: { path: join(folder, manifests), exists: expected === manifests },
    findings: { path: join(folder, findingsFile), exists: hasFindings },
  };
}
