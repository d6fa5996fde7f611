// The diagnostics of one workload of the input: findings of the rules, and mistakes in the manifest itself.

import { type Assessment, assess } from '../admission/assess.ts';
import type { Finding } from '../rules/finding.ts';
import type { JsonObject } from '../workload/json.ts';
import type { WorkloadKind } from '../workload/kinds/kind.ts';
import { kindMeant } from '../workload/kinds/kinds.ts';
import { getAt } from '../workload/path.ts';
import type { Workload } from '../workload/workload.ts';
import { type DoubledKeyAt, doubledKeySentence, type SourceDocument } from '../yaml/documents.ts';
import { ignoredByRule, withoutReason } from './annotated.ts';
import type { Diagnostic, JudgedWorkload, LocatedDiagnostic } from './diagnostic.ts';
import { hiddenCharacters } from './hidden-characters.ts';
import { hiddenViolations } from './hidden-violations.ts';
import { setAside } from './ignored.ts';
import { type Inputs, objectOf } from './inputs.ts';
import { leaveToOverlays } from './left-to-overlays.ts';
import { type DocumentError, readDocument } from './manifest/document-errors.ts';
import { workloadKindOf } from './manifest/kind-meant.ts';
import { unlessPlaceholder } from './placeholders.ts';
import type { FileWorkload } from './result.ts';
import { isNews, severityOfIgnored } from './told-once.ts';
import { manifest } from './topics.ts';

export interface Examined extends JudgedWorkload<LocatedDiagnostic> {
  readonly document: SourceDocument;
  /** Those of the diagnostics that are left to an overlay. */
  readonly left?: readonly LocatedDiagnostic[];
  /** Absent when the manifest has too many mistakes to plan on, or is not a whole object. */
  readonly assessment?: Assessment;
}

type Judgeable = Pick<Inputs, 'workloads' | 'stateAt' | 'overlaidFields' | 'acceptance'>;

/** All workloads of the input. A sentence about a Namespace is reported once, with the first workload in it; `told`: those so far. */
export function examineAll(
  { workloads, stateAt, overlaidFields, acceptance }: Judgeable,
  namespace: string,
  told = new Set<string>(),
): readonly Examined[] {
  const judged = workloads.map((document): Examined => {
    const object = objectOf(document, namespace);
    const kind = kindFor(document);
    const doubled = document.doubled.map(ofDoubledKey);
    const { errors, workload } = withHidden(kind, document.value as JsonObject);
    if (errors.length > 0)
      return { document, object, diagnostics: [...doubled, ...errorsIn(document, errors)].sort(byPlace) };
    const own = assess(workload, stateAt(document), { namespace, ignores: acceptance.rulesIgnoredIn(object) });
    const { assessment, left } = leaveToOverlays(kind, own, overlaidFields(document));
    const { skipped, findings } = assessment;
    if (skipped !== undefined) return { document, object, diagnostics: [], skipped, assessment };
    const said = [...assessment.mistakes, ...withoutReason(assessment)].filter((one) => isNews(one, told));
    const ofAnnotations = said.map((message) => {
      return remark(document, { keys: ['metadata', 'annotations'], message, severity: severityOfIgnored(message) });
    });
    const hidden = hiddenOf(kind, document, workload);
    const several = hasSeveralContainers(workload);
    const noticed = (list: readonly Finding[]) => list.flatMap((finding) => noticedOf(finding, document, several));
    const all = [...findings, ...assessment.ignored.flatMap((one) => one.findings)];
    const diagnostics = [...doubled, ...ofAnnotations, ...hidden, ...noticed(all)].sort(byPlace);
    const judged = { document, object, assessment, diagnostics, left: noticed([...left]) };
    return setAside(judged, ignoredByRule(assessment));
  });
  return judged.map(acceptance.withoutIgnored);
}

/** What a report needs of it. */
export function fileWorkload({ document, object, diagnostics, ignored, skipped }: Examined): FileWorkload {
  const { file, position } = document;
  return {
    ...{ file, at: position('metadata'), object, diagnostics },
    ...(ignored !== undefined && { ignored }),
    ...(skipped !== undefined && { skipped }),
  };
}

/** The last one counts for the rules as well. */
function ofDoubledKey(key: DoubledKeyAt): LocatedDiagnostic {
  return { ...key.second, rule: manifest.id, severity: 'error', message: doubledKeySentence(key), changes: [] };
}

function hiddenOf(kind: WorkloadKind, document: SourceDocument, workload: JsonObject): readonly LocatedDiagnostic[] {
  return hiddenViolations(kind, workload as Workload).map(({ path, message }) => {
    return { ...document.position(path), rule: manifest.id, severity: 'error' as const, message, changes: [] };
  });
}

function kindFor(document: SourceDocument): WorkloadKind {
  const kind = workloadKindOf(document.value);
  if (kind === undefined) throw new TypeError('the document is not a workload');
  return kind;
}

/** A hidden character is the reason for whatever else is wrong at its place. */
function withHidden(kind: WorkloadKind, value: JsonObject): ReturnType<typeof readDocument> {
  const hidden = hiddenCharacters(kind, value);
  const read = readDocument(kind, value);
  if (hidden.length === 0) return read;
  const places = new Set(hidden.map(({ keys }) => JSON.stringify(keys)));
  return { ...read, errors: [...hidden, ...read.errors.filter(({ keys }) => !places.has(JSON.stringify(keys)))] };
}

function errorsIn(document: SourceDocument, errors: readonly DocumentError[]): readonly LocatedDiagnostic[] {
  return errors.map((one) => remark(document, unlessPlaceholder(document.value, one)));
}

function remark(document: SourceDocument, { keys, message, severity = 'error' }: DocumentError): LocatedDiagnostic {
  return { ...document.positionOf(keys), rule: manifest.id, severity, message, changes: [] };
}

function noticedOf(finding: Finding, document: SourceDocument, several: boolean): LocatedDiagnostic[] {
  return finding.kind === 'fine' ? [] : [{ ...document.position(finding.path), ...diagnosticOf(finding, several) }];
}

/** A finding as a diagnostic without a position; with `several` containers, the phrase names the container. */
export function diagnosticOf(finding: Exclude<Finding, { kind: 'fine' }>, several: boolean): Diagnostic {
  const { rule, severity, message } = finding;
  if (finding.kind === 'report') return { rule, severity, message, changes: [] };
  const { changes, summary, container } = finding;
  const where = several && container !== undefined ? ` in ${container}` : '';
  return { rule, severity, message, changes, summary: `${summary}${where}` };
}

/** Phrases name the container only if there are several. */
export function hasSeveralContainers(workload: JsonObject): boolean {
  const kind = kindMeant(workload);
  const containers = kind && getAt(workload, kind.containers);
  return Array.isArray(containers) && containers.length > 1;
}

export function byPlace(a: LocatedDiagnostic, b: LocatedDiagnostic): number {
  return a.line - b.line || a.column - b.column;
}
