// The second pass over the files: the workloads of one file after the other, judged with what the first pass found around them.

import { readSource, type Source } from '../../files/read-source.ts';
import type { OverlaidField } from '../../kustomize/overlays.ts';
import type { Problem, SourceDocument } from '../../yaml/documents.ts';
import { isWorkload } from '../inputs/not-judged.ts';
import { readManifests } from '../inputs/read-files.ts';
import type { States } from '../inputs/surroundings.ts';
import { examineAll, fileWorkload } from '../lint.ts';
import type { FileWorkload } from '../result.ts';
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
}

export interface Judging extends Noting {
  readonly stateAt: States['stateAt'];
  readonly overlaidFields: (document: SourceDocument) => readonly OverlaidField[];
}

export function judgeFiles(files: readonly HeldFile[], judging: Judging): JudgedFiles {
  const told = new Set<string>();
  const problems: Problem[] = [];
  const workloads = files.flatMap((file) => {
    const documents = documentsAgain(file, judging);
    if (documents === undefined) problems.push({ file: file.source.file, message: changed });
    return documents === undefined ? [] : judgeDocuments(documents, judging, told);
  });
  return { workloads, problems, told: [...told] };
}

const changed = 'it was changed or removed while it was read, and is not checked: run again';

function documentsAgain({ source, stamp }: HeldFile, { isObject }: Judging): readonly SourceDocument[] | undefined {
  const read = readSource(source);
  if (read.text === undefined || read.stamp !== stamp) return undefined;
  return readManifests({ ...source, text: read.text }).file.objects.filter(isObject);
}

function judgeDocuments(documents: readonly SourceDocument[], judging: Judging, told: Set<string>) {
  const { namespace, stateAt, overlaidFields } = judging;
  const workloads = documents.filter(({ value }) => isWorkload(value));
  const inputs = { workloads, overlaidFields, stateAt: ({ file }: SourceDocument) => stateAt(file, file) };
  return examineAll(inputs, namespace, told).map(fileWorkload);
}
