// What hitless makes of the input of a test, by the plan of `check` and `fix`.

import { join, relative } from 'node:path';
import { editedFile } from '../../lint/edited-file.ts';
import { readInputs } from '../../lint/inputs.ts';
import { examineAll } from '../../lint/lint.ts';
import type { Terminal } from '../../terminal/terminal.ts';
import type { Problem } from '../../yaml/documents.ts';
import type { PolicyTest } from './find-tests.ts';
import { findingsText } from './findings-text.ts';

export interface TestInputs {
  /** The policies for all tests. */
  readonly policy: readonly string[];
  /** The namespace of documents that do not set one. */
  readonly namespace: string;
}

export interface TestOutcome {
  /** The text of each file of the input after the edits, by the path of the file in which it is expected. */
  readonly manifests: ReadonlyMap<string, string>;
  readonly findings: string;
  /** Where there are any, the outcome is worth nothing. */
  readonly problems: readonly Problem[];
  readonly notices: readonly string[];
}

export async function outcomeOf(test: PolicyTest, { policy, namespace }: TestInputs, terminal: Terminal) {
  // Of two policies of one name the last counts.
  const policies = test.policy === undefined ? policy : [...policy, test.policy];
  const inputs = await readInputs([test.input], { policy: policies, namespace }, terminal);
  const examined = examineAll(inputs, namespace);
  const byFile = Map.groupBy(examined, ({ document }) => document.file);
  const edited = inputs.files.map((file) => ({ file, ...editedFile(file, byFile.get(file.file) ?? []) }));
  const nothing = { file: test.input, message: 'there is no workload in it, so nothing is tested' };
  const problems = [...inputs.problems, ...edited.flatMap((one) => one.problems)];
  const outcome: TestOutcome = {
    manifests: new Map(edited.map(({ file: { file }, text }) => [expectedFor(test, file), text])),
    findings: findingsText(examined, inputs.notJudged),
    problems: problems.length === 0 && examined.length === 0 ? [nothing] : problems,
    notices: inputs.notices,
  };
  return outcome;
}

function expectedFor({ input, manifests }: PolicyTest, file: string): string {
  return file === input ? manifests.path : join(manifests.path, relative(input, file));
}
