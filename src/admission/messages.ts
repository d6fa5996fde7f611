// The messages of a decision: lines for the client and one sentence for the log. The wording for each list of Desired is here
// and nowhere else.

import type { Edit, Finding, Fine, Report } from '../rules/finding.ts';
import { probeNumbers } from '../workload/api-defaults.ts';
import { equal } from '../workload/json.ts';
import { getAt, lastKey, parentPath } from '../workload/path.ts';
import { violations } from '../workload/violations.ts';
import type { AuthorDocument } from './author-document.ts';
import type { Judged } from './decision.ts';
import type { Desired } from './desired.ts';
import { editLines } from './edit-lines.ts';
import { replacesPodsWithoutSleep } from './first-rollout.ts';
import type { MessageLine } from './message-line.ts';
import type { Removal } from './removals.ts';
import { optedOutReason } from './skip.ts';

export function messageLines(decided: Judged, desired: Desired): readonly MessageLine[] {
  return [
    ...invalidLines(decided),
    ...findingLines(decided, desired),
    ...(replacesPodsWithoutSleep(decided.recovered, desired) ? [firstRollout] : []),
    ...restoredLines(desired),
    ...withdrawnLines(desired.withdrawn),
    ...ignoredLines(decided),
  ];
}

const firstRollout: MessageLine = {
  verb: 'note',
  rule: 'pre-stop-sleep',
  text: 'this rollout still replaces pods that have no sleep, and can lose requests; later ones have it',
};

/** Everything that happened, in one line of the log. */
export function decisionReason({ recovered, selection, mode }: Judged, desired: Desired, hasPatch: boolean): string {
  const { applied, withdrawn, proposed, postponed, unrecorded, blocked } = desired;
  const enforces = mode === 'enforce';
  const later = enforces
    ? 'postponed until the pod template changes'
    : 'would be patched when the pod template changes';
  const isHeldBack = mode === 'audit' && proposed.length + postponed.length > 0;
  const keeps = restoredLines(desired).length > 0 || (!enforces && applied.length > 0);
  const parts = [
    enforces && applied.length > 0 && `patched by ${rulesOf(applied)}`,
    keeps && 'kept what the client dropped',
    withdrawnLines(withdrawn).length > 0 && 'withdrew what no longer fits',
    proposed.length > 0 && `would be patched by ${rulesOf(proposed)}`,
    postponed.length > 0 && `${later}: ${rulesOf(postponed)}`,
    isHeldBack && selection.onlyReported,
    unrecorded.length > 0 && `no room for a record of ${rulesOf(unrecorded)}`,
    blocked.length > 0 && `holds an earlier edit that cannot be removed, so nothing is written by ${rulesOf(blocked)}`,
  ].filter((part) => typeof part === 'string');
  if (parts.length > 0) return parts.join('; ');
  if (hasPatch) return 'the record of what was injected is corrected';
  return recovered.ours.length > 0 ? 'holds what was injected' : 'nothing to patch';
}

function rulesOf(edits: readonly Edit[]): string {
  return [...new Set(edits.map(({ rule }) => rule))].join(', ');
}

/** In the order of the plan; none after an opt-out. */
function findingLines(decided: Judged, desired: Desired): readonly MessageLine[] {
  const { recovered, planned, mode, discreet } = decided;
  if (mode === 'off') return [];
  const edits = editLines(decided, desired);
  return planned.findings.flatMap((finding) => {
    const line = edits.get(finding);
    if (line !== undefined) return [line];
    if (finding.kind === 'fine') return leftOutLines(finding, decided);
    return isTold(finding, recovered) ? reportLines(finding, discreet) : [];
  });
}

/** Of a custom resource, which no API server validates: its controller would refuse it later, in a status that nobody may read. */
function invalidLines({ recovered: { kind, author }, mode }: Judged): readonly MessageLine[] {
  if (kind.custom !== true || mode === 'off') return [];
  return violations(kind, author).map(({ path, message }) => {
    return { verb: 'found', rule: 'manifest', text: `${path}: ${message}` };
  });
}

/** Only where it is news: a worker has no Service, and never will. */
function leftOutLines({ awaitsService, rule }: Fine, { recovered, mode }: Judged): readonly MessageLine[] {
  if (awaitsService === undefined) return [];
  const { stored, frozen } = recovered;
  if (stored !== undefined && (frozen || awaitsService.onlyNew === true)) return [];
  const { summary, container } = awaitsService;
  return [{ verb: mode === 'enforce' ? 'left out' : 'would leave out', rule, text: summary, container }];
}

/** Errors at every write; a note only where it is news. */
function isTold(finding: Finding, { kind, author, stored, frozen }: AuthorDocument): finding is Report {
  if (finding.kind !== 'report') return false;
  const { severity, newsWith } = finding;
  if (severity === 'error' || newsWith === undefined) return severity === 'error';
  if (stored === undefined) return true;
  const isKept = (path: string) => equal(getAt(author, path), getAt(stored.object, path));
  // The stored template also has what hitless wrote.
  return !newsWith.every((path) => (path === kind.template ? frozen : isKept(path)));
}

function reportLines(finding: Report, discreet: boolean): readonly MessageLine[] {
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
  'of-knative': 'Knative writes the object, and its queue-proxy drains requests',
  'not-wanted': 'nothing asks for it any more',
  frozen: 'the stored pod template, which does not have it, stays as it is',
  'stray-strategy': 'it is not allowed beside type Recreate',
} as const;

function reasonFor(removal: Exclude<Removal, { kind: 'leftover' }>): string {
  return 'detail' in removal ? removal.detail : reasons[removal.kind];
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
function ignoredLines({ selection, discreet, recovered, request }: Judged): readonly MessageLine[] {
  const { mistakes, ownMistakes } = selection;
  const others =
    mistakes.length > ownMistakes.length
      ? [
          `an annotation, label or RolloutPolicy under hitless.dev/ is ignored: hitless audit -n ${request.namespace} says which, and why.`,
        ]
      : [];
  const layers = discreet ? [...ownMistakes, ...others] : mistakes;
  return [...layers, ...recovered.mistakes].map((text) => ({ verb: 'ignored', rule: '', text }));
}

/** A probe's numbers need no line beside that of its handler. */
function isProbeNumber(path: string): boolean {
  return probeNumbers.some((number) => path.endsWith(`.readinessProbe.${number}`));
}
