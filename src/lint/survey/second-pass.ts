// The second pass over the files: the workloads of one file after the other, judged with what the first pass found around them.

import { readSource, type Source } from '../../files/read-source.ts';
import type { OverlaidField } from '../../kustomize/overlays.ts';
import type { Problem, SourceDocument } from '../../yaml/documents.ts';
import type { Acceptance, Accepted } from '../acceptance/acceptance.ts';
import { isWorkload } from '../inputs/not-judged.ts';
import { type InputFile, readManifests } from '../inputs/read-files.ts';
import type { States } from '../inputs/surroundings.ts';
import { examineAll, fileWorkload } from '../lint.ts';
import type { FileWorkload } from '../result.ts';
import type { WithEdits } from '../text-edits.ts';
import type { Noting } from './first-pass.ts';

/** A file in which the first pass found workloads. */
export interface HeldFile {
  readonly source: Source;
  readonly stamp: string;
}

export interface JudgedFiles {
  readonly workloads: readonly FileWorkload[];
  /** Files that are no longer as the first pass read them. */
  readonly problems: readonly Problem[];
  /** The sentences about namespaces that were reported. */
  readonly told: readonly string[];
  readonly accepted: Accepted;
}

export interface Judging extends Noting {
  readonly stateAt: States['stateAt'];
  readonly overlaidFields: (document: SourceDocument) => readonly OverlaidField[];
  /** Absent where no output shows edits. */
  readonly withEdits: WithEdits | undefined;
  readonly acceptance: Acceptance;
}

export function judgeFiles(files: readonly HeldFile[], judging: Judging): JudgedFiles {
  const told = new Set<string>();
  const problems: Problem[] = [];
  const workloads = files.flatMap((file) => {
    const read = readAgain(file);
    if (read === undefined) problems.push({ file: file.source.file, message: changed });
    return read === undefined ? [] : judgeFile(read, judging, told);
  });
  return { workloads, problems, told: [...told], accepted: judging.acceptance.taken() };
}

const changed = 'it was changed or removed while it was read, and is not checked: run again';

function readAgain({ source, stamp }: HeldFile): InputFile | undefined {
  const read = readSource(source);
  if (read.text === undefined || read.stamp !== stamp) return undefined;
  return readManifests({ ...source, text: read.text }).file;
}

function judgeFile(file: InputFile, judging: Judging, told: Set<string>): readonly FileWorkload[] {
  const { namespace, stateAt, overlaidFields, acceptance } = judging;
  const workloads = file.objects.filter(judging.isObject).filter(({ value }) => isWorkload(value));
  const state = ({ file: name }: SourceDocument) => stateAt(name, name);
  const inputs = { workloads, overlaidFields, acceptance, stateAt: state };
  const examined = examineAll(inputs, namespace, told);
  return (judging.withEdits?.(file, examined) ?? examined).map(fileWorkload).map(acceptance.withoutKnown);
}
