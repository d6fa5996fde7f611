// One file with the edits of its workloads, as `fix` writes it.

import type { JsonObject } from '../workload/json.ts';
import { kindMeant } from '../workload/kinds/kinds.ts';
import type { Problem } from '../yaml/documents.ts';
import { type ChangesByDocument, type DocumentEdit, type Edited, editText } from '../yaml/edit.ts';
import type { InputFile } from './inputs/read-files.ts';
import type { Examined } from './lint.ts';
import { objectTitle } from './object-reference.ts';

export interface EditedFile extends Edited {
  /** The workloads that were edited. */
  readonly done: readonly Examined[];
  /** A problem for each workload that could not be edited. */
  readonly problems: readonly Problem[];
}

/** `inFile`: what was found in the workloads of the file. */
export function editedFile({ text, documents }: InputFile, inFile: readonly Examined[]): EditedFile {
  const waiting = inFile.filter(hasEdits);
  const wanted: ChangesByDocument = new Map(waiting.map((one) => [one.document, editOf(one)]));
  const edited = editText(text, documents, wanted);
  return {
    ...edited,
    done: waiting.filter(({ document }) => edited.edited.has(document)),
    problems: waiting.flatMap((one) => refusal(one, edited)),
  };
}

export function hasEdits({ assessment }: Examined): boolean {
  return assessment !== undefined && assessment.changes.length > 0;
}

function editOf({ document, assessment }: Examined): DocumentEdit {
  const kind = kindMeant(document.value as JsonObject);
  return { changes: assessment?.changes ?? [], order: kind?.order ?? {} };
}

function refusal({ document, object, assessment }: Examined, edited: Edited): Problem[] {
  const reason = edited.refused.get(document);
  if (reason === undefined) return [];
  const fields = assessment?.changes.map(({ path, value }) => `${path} to ${JSON.stringify(value)}`).join(', ');
  const place = document.position(assessment?.changes[0]?.path ?? '');
  return [
    {
      file: document.file,
      ...place,
      message: `${objectTitle(object)} is not edited: ${reason}. Set by hand: ${fields}`,
    },
  ];
}
