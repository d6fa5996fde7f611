// The diagnostics of one workload of the input: findings of the rules, and mistakes in the manifest itself.

import { type Assessment, assess } from '../admission/assess.ts';
import type { Change, Finding, Severity } from '../rules/finding.ts';
import { isObject, type JsonObject, own } from '../workload/json.ts';
import type { WorkloadKind } from '../workload/kinds/kind.ts';
import { kindMeant } from '../workload/kinds/kinds.ts';
import { getAt } from '../workload/path.ts';
import type { SourceDocument } from '../yaml/documents.ts';
import type { Position } from '../yaml/position.ts';
import { type Inputs, type ObjectReference, objectOf } from './inputs.ts';
import { manifestErrors } from './manifest-errors.ts';
import { manifest } from './topics.ts';

/** A finding or a mistake to report. */
export interface Diagnostic {
  /** The id of a topic. */
  readonly rule: string;
  readonly severity: Severity;
  readonly message: string;
  /** The changes that `fix` would write; empty if the author has to decide. */
  readonly changes: readonly Change[];
  /** The changes as a phrase, with the container if there are several. */
  readonly summary?: string;
}

/** A diagnostic with its position. */
export interface LocatedDiagnostic extends Position, Diagnostic {}

export interface Examined {
  readonly document: SourceDocument;
  readonly object: ObjectReference;
  readonly diagnostics: readonly LocatedDiagnostic[];
  /** The reason why it is left alone. */
  readonly skipped?: string;
  /** Absent when the manifest has too many mistakes to plan on, or is not a whole object. */
  readonly assessment?: Assessment;
}

/** All workloads of the input. A sentence about a Namespace is reported once, with the first workload in it. */
export function examineAll({ workloads, state }: Inputs, namespace: string): readonly Examined[] {
  const told = new Set<string>();
  const isNew = (sentence: string) => {
    const known = told.has(sentence);
    if (sentence.startsWith('Namespace ')) told.add(sentence);
    return !known;
  };
  return workloads.map((document) => {
    const object = objectOf(document, namespace);
    const mistakes = manifestMistakes(document);
    if (mistakes.length > 0) return { document, object, diagnostics: mistakes };
    const assessment = assess(document.value as JsonObject, state, namespace);
    const { skipped, findings } = assessment;
    if (skipped !== undefined) return { document, object, diagnostics: [], skipped, assessment };
    const ignored = assessment.mistakes.filter(isNew).map((message) => {
      return remark(document, { keys: ['metadata', 'annotations'], message });
    });
    const several = hasSeveralContainers(document.value as JsonObject);
    const found = findings.flatMap((finding) => noticedOf(finding, document, several));
    return { document, object, assessment, diagnostics: [...ignored, ...found].sort(byPlace) };
  });
}

/** Mistakes that would make the rules judge something that the author did not mean: the rules wait until they are fixed. */
function manifestMistakes(document: SourceDocument): readonly LocatedDiagnostic[] {
  const value = document.value as JsonObject;
  const kind = kindMeant(value);
  if (kind === undefined) return [];
  const early = unsuitable(kind, value);
  const remarks = early === undefined ? manifestErrors(kind, value) : [early];
  return remarks.map((one) => remark(document, one)).sort(byPlace);
}

interface UnlocatedDiagnostic {
  readonly keys: readonly (string | number)[];
  readonly message: string;
  readonly severity?: Severity;
}

function remark(
  document: SourceDocument,
  { keys, message, severity = 'error' }: UnlocatedDiagnostic,
): LocatedDiagnostic {
  return { ...document.positionOf(keys), rule: manifest.id, severity, message, changes: [] };
}

/** The reason why the API server would not accept the object as one of this kind. */
function unsuitable(
  { kind, apiVersion, former, whole }: WorkloadKind,
  value: JsonObject,
): UnlocatedDiagnostic | undefined {
  const found = own(value, 'apiVersion');
  if (former?.apiVersions.includes(`${found}`))
    return {
      keys: ['apiVersion'],
      message: `${found} was removed in Kubernetes ${former.removedIn}: write ${apiVersion}, which requires spec.selector`,
    };
  if (!whole.every((path) => isObject(getAt(value, path)))) {
    const parts = whole.join(' and ');
    return {
      keys: ['spec'],
      severity: 'note',
      message: `left alone because it looks like a patch: a complete ${kind} has ${parts}. Check the output of \`kustomize build\``,
    };
  }
  if (found === apiVersion) return undefined;
  const what = found === undefined ? 'apiVersion is missing' : `apiVersion ${JSON.stringify(found)} has no ${kind}`;
  return { keys: ['apiVersion'], message: `${what}: write ${apiVersion}` };
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

function byPlace(a: LocatedDiagnostic, b: LocatedDiagnostic): number {
  return a.line - b.line || a.column - b.column;
}
