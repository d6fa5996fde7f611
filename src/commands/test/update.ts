// Writes what is expected of a test: what came out.

import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { reasonOf } from '../../files/reason.ts';
import { replaceFile } from '../../files/replace.ts';
import type { Problem } from '../../yaml/documents.ts';
import { type ExpectedFile, readExpected } from './compare.ts';
import type { PolicyTest } from './find-tests.ts';
import type { TestOutcome } from './outcome.ts';

export interface Updated {
  readonly written: readonly string[];
  readonly problems: readonly Problem[];
}

/** The expectations that are there, or both where there is none. A file that nothing comes out for stays. */
export function update(test: PolicyTest, outcome: TestOutcome): Updated {
  const { files, problems } = readExpected(test, outcome, true);
  if (problems.length > 0) return { written: [], problems };
  const written: string[] = [];
  const failed: Problem[] = [];
  for (const one of files) {
    try {
      if (write(one)) written.push(one.file);
    } catch (error) {
      failed.push({ file: one.file, message: `not written: ${reasonOf(error)}` });
    }
  }
  return { written, problems: failed };
}

/** The test with the expectations that it then has. */
export function updated(test: PolicyTest): PolicyTest {
  const { manifests, findings } = test;
  if (manifests.exists || findings.exists) return test;
  return { ...test, manifests: { ...manifests, exists: true }, findings: { ...findings, exists: true } };
}

/** False where there is nothing to write. */
function write({ file, before, after }: ExpectedFile): boolean {
  if (after === undefined || before === after) return false;
  if (before !== undefined) replaceFile(file, before, after);
  else {
    mkdirSync(dirname(file), { recursive: true });
    // Another run may have written it by now.
    writeFileSync(file, after, { flag: 'wx' });
  }
  return true;
}
