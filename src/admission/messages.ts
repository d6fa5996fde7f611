// The messages of a decision: lines for the client and one sentence for the log. The wording for each list of Desired is here
// and nowhere else.

import type { Edit, Finding } from '../rules/finding.ts';
import { probeNumbers } from '../workload/api-defaults.ts';
import type { WorkloadKind } from '../workload/kinds/kind.ts';
import { lastKey, parentPath } from '../workload/path.ts';
import type { AuthorDocument } from './author-document.ts';
import type { Judged } from './decision.ts';
import type { Desired } from './desired.ts';
import type { Removal } from './removals.ts';
import { optedOutReason } from './skip.ts';

/** One line for the user: what happens to which field. */
export interface MessageLine {
  readonly verb: 'patched' | 'would patch' | 'postponed' | 'kept' | 'withdrew' | 'found' | 'ignored';
  /** A rule, or empty. */
  readonly rule: string;
  readonly text: string;
  readonly container?: string;
}

export function messageLines(decided: Judged, desired: Desired): readonly MessageLine[] {
  return [
    ...findingLines(decided, desired),
    ...restoredLines(desired),
    ...withdrawnLines(desired.withdrawn),
    ...ignoredLines(decided),
  ];
}

/** Everything that happened, in one line of the log. */
export function decisionReason({ recovered }: Judged, desired: Desired, hasPatch: boolean): string {
  const { applied, withdrawn, proposed, postponed, unrecorded, blocked } = desired;
  const parts = [
    applied.length > 0 && `patched by ${rulesOf(applied)}`,
    restoredLines(desired).length > 0 && 'kept what the client dropped',
    withdrawnLines(withdrawn).length > 0 && 'withdrew what no longer fits',
    proposed.length > 0 && `would be patched by ${rulesOf(proposed)}`,
    postponed.length > 0 && `postponed until the pod template changes: ${rulesOf(postponed)}`,
    unrecorded.length > 0 && `no room for a record of ${rulesOf(unrecorded)}`,
    blocked.length > 0 && `holds an earlier edit that cannot be removed, so nothing is written by ${rulesOf(blocked)}`,
  ].filter((part) => part !== false);
  if (parts.length > 0) return parts.join('; ');
  if (hasPatch) return 'the record of what was injected is corrected';
  return recovered.ours.length > 0 ? 'holds what was injected' : 'nothing to patch';
}

function rulesOf(edits: readonly Edit[]): string {
  return [...new Set(edits.map(({ rule }) => rule))].join(', ');
}

/** In the order of the plan; none after an opt-out. */
function findingLines({ recovered, planned, mode, discreet }: Judged, desired: Desired): readonly MessageLine[] {
  if (mode === 'off') return [];
  const edits = editLines(recovered, desired);
  return planned.findings.flatMap((finding) => edits.get(finding) ?? reportLines(finding, discreet));
}

function editLines({ kind }: AuthorDocument, desired: Desired): ReadonlyMap<Finding, MessageLine> {
  const lines = new Map<Finding, MessageLine>();
  const tell = (edits: readonly Edit[], verb: MessageLine['verb'], textOf = ({ summary }: Edit) => summary) => {
    for (const edit of edits) lines.set(edit, editLine(edit, verb, textOf(edit)));
  };
  tell(desired.applied, 'patched');
  tell(desired.proposed, 'would patch');
  tell(desired.postponed, 'postponed');
  tell(desired.unrecorded, 'found', unrecorded);
  tell(desired.blocked, 'found', (edit) => blocked(kind, edit));
  return lines;
}

function unrecorded({ summary }: Edit): string {
  return `not written, because the annotations have no room for a record of it: ${summary}`;
}

function blocked({ kind }: WorkloadKind, { summary }: Edit): string {
  return `not written, because the API server would refuse this ${kind} without what hitless wrote earlier, so everything stays as it is: ${summary}`;
}

function editLine({ rule, container }: Edit, verb: MessageLine['verb'], text: string): MessageLine {
  return { verb, rule, text, ...(container !== undefined && { container }) };
}

function reportLines(finding: Finding, discreet: boolean): readonly MessageLine[] {
  if (finding.kind !== 'report' || finding.severity !== 'error') return [];
  const text = discreet ? (finding.discreet ?? finding.message) : finding.message;
  return [{ verb: 'found', rule: finding.rule, text }];
}

/** The pods would have been replaced because of the fields that the client dropped. A postponed edit of the same field has its own line. */
function restoredLines({ restored, postponed }: Desired): readonly MessageLine[] {
  if (restored.length === 0) return [];
  const waiting = new Set(postponed.flatMap(({ changes }) => changes.map(({ path }) => path)));
  const spoken = restored.filter((path) => !waiting.has(path) && !isProbeNumber(path));
  return spoken.map((text) => ({ verb: 'kept', rule: '', text }));
}

function withdrawnLines(removals: readonly Removal[]): readonly MessageLine[] {
  if (removals.length === 0) return [];
  const spoken = removals.filter(({ path }) => !isProbeNumber(path));
  const fields = spoken.flatMap((one) => (one.kind === 'leftover' ? [] : [`${one.path}: ${reasonFor(one)}`]));
  return [...fields, ...leftoverTexts(spoken)].map((text) => ({ verb: 'withdrew', rule: '', text }));
}

const reasons = {
  'opted-out': optedOutReason,
  'not-wanted': 'nothing asks for it any more',
  frozen: 'the stored pod template, which does not have it, stays as it is',
  'stray-strategy': 'it is not allowed beside type Recreate',
} as const;

function reasonFor(removal: Exclude<Removal, { kind: 'leftover' }>): string {
  return removal.kind === 'collision' ? removal.detail : reasons[removal.kind];
}

/** One sentence for each handler. */
function leftoverTexts(removals: readonly Removal[]): readonly string[] {
  const members = removals.filter(({ kind }) => kind === 'leftover');
  const byHandler = Map.groupBy(members, ({ path }) => parentPath(path));
  return Array.from(byHandler, ([handler, own]) => {
    const names = own.map(({ path }) => lastKey(path)).join(', ');
    return `${names} from ${handler}: they belong to the injected probe, which the author has replaced`;
  });
}

/** Annotations, labels and records that cannot be read or contradict each other. */
function ignoredLines({ selection: { mistakes, ownMistakes }, discreet, recovered }: Judged): readonly MessageLine[] {
  const layers =
    !discreet || mistakes.length === ownMistakes.length
      ? mistakes
      : [...ownMistakes, 'an annotation or label under hitless.dev/ is ignored: hitless audit says which, and why.'];
  return [...layers, ...recovered.mistakes].map((text) => ({ verb: 'ignored', rule: '', text }));
}

/** A probe's numbers need no line beside that of its handler. */
function isProbeNumber(path: string): boolean {
  return probeNumbers.some((number) => path.endsWith(`.readinessProbe.${number}`));
}
