// The edit of each finding by itself, as `fix` would write it if it were the only one.

import type { JsonObject } from '../workload/json.ts';
import { kindMeant } from '../workload/kinds/kinds.ts';
import { type SourceDocument, withoutMark } from '../yaml/documents.ts';
import { type DocumentEdit, editText } from '../yaml/edit.ts';
import { positions } from '../yaml/position.ts';
import { type TextEdit, textEdit } from '../yaml/text-edit.ts';
import type { LocatedDiagnostic } from './diagnostic.ts';
import type { InputFile } from './inputs/read-files.ts';
import type { Examined } from './lint.ts';

export type WithEdits = typeof withEdits;

/**
 * The workloads of `file` with the edits of their findings. All first edits are made together, then all second ones and so on: each time the
 * result is read again, and a file can hold thousands of workloads.
 */
export function withEdits(
  file: Pick<InputFile, 'text' | 'documents'>,
  examined: readonly Examined[],
): readonly Examined[] {
  const body = withoutMark(file.text);
  const at = positions(body);
  const edits = new Map<LocatedDiagnostic, TextEdit>();
  for (let turn = 0; ; turn += 1) {
    const asked = new Map(examined.flatMap((one) => editInTurn(one, turn)));
    if (asked.size === 0) break;
    const wanted = new Map(Array.from(asked, ([document, { edit }]) => [document, edit]));
    for (const [document, splices] of editText(file.text, file.documents, wanted).edited) {
      const finding = asked.get(document)?.finding;
      if (finding !== undefined && splices.length > 0) edits.set(finding, textEdit(body, splices, at));
    }
  }
  const edited = (one: LocatedDiagnostic) => ({ ...one, ...withEdit(edits.get(one)) });
  return examined.map((one) => ({ ...one, diagnostics: one.diagnostics.map(edited) }));
}

function withEdit(edit: TextEdit | undefined): { readonly edit?: TextEdit } {
  return edit === undefined ? {} : { edit };
}

interface Asked {
  readonly finding: LocatedDiagnostic;
  readonly edit: DocumentEdit;
}

function editInTurn({ document, diagnostics }: Examined, turn: number): [SourceDocument, Asked][] {
  const finding = diagnostics.filter(({ changes }) => changes.length > 0)[turn];
  if (finding === undefined) return [];
  const { order = {} } = kindMeant(document.value as JsonObject) ?? {};
  return [[document, { finding, edit: { changes: finding.changes, order } }]];
}
