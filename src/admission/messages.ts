// What an answer has to tell, line by line: edits made, delayed or only proposed, past injections kept or withdrawn, errors.

import type { Edit, Finding } from '../rules/finding.ts';
import { probeNumbers, sameOnceDefaulted } from '../workload/api-defaults.ts';
import { equal, type Json } from '../workload/json.ts';
import { type FieldChange, getAt, lastKey, parentPath } from '../workload/path.ts';
import type { Workload } from '../workload/workload.ts';
import type { Recovered } from './author-document.ts';
import { collisions } from './collisions.ts';
import type { Case, Line } from './decision.ts';

export interface Outcome {
  /** What enforce makes of the object. */
  readonly wanted: Workload;
  /** What this answer makes of it. */
  readonly desired: Workload;
}

/** `findings` are those that the object received does not fulfil already. */
export function tell(decided: Case, outcome: Outcome, findings: readonly Finding[]): readonly Line[] {
  const { recovered, mode } = decided;
  const mistakes = [...ignored(decided), ...recovered.mistakes];
  return [
    ...(mode === 'off' ? [] : findings.flatMap((finding) => findingLine(finding, outcome, decided))),
    ...kept(decided, outcome),
    ...withdrawn(decided, outcome),
    ...mistakes.map((text): Line => ({ verb: 'ignored', rule: '', text })),
  ];
}

/** True when every field that the edit writes has its value already. */
export function holds(document: Workload, { changes }: Edit): boolean {
  return changes.every(({ path, value }) => isThere(document, path, value));
}

function isThere(document: Workload, path: string, value: Json | undefined): boolean {
  return sameOnceDefaulted(path, value, getAt(document, path));
}

/** What the layers of the policy say that nobody can read, or that contradicts another. */
function ignored({ selection: { mistakes, ownMistakes }, discreet }: Case): readonly string[] {
  if (!discreet || mistakes.length === ownMistakes.length) return mistakes;
  return [...ownMistakes, 'an annotation or label under hitless.dev/ is ignored: hitless audit says which, and why.'];
}

function findingLine(finding: Finding, outcome: Outcome, { recovered, discreet }: Case): readonly Line[] {
  if (finding.kind === 'edit') return [editLine(finding, outcome, recovered)];
  const isError = finding.kind === 'report' && finding.severity === 'error';
  const text = discreet ? (finding.discreet ?? finding.message) : finding.message;
  return isError ? [{ verb: 'found', rule: finding.rule, text }] : [];
}

function editLine(edit: Edit, { wanted, desired }: Outcome, { kind, frozen }: Recovered): Line {
  const { rule, summary: text, container } = edit;
  const where = container === undefined ? {} : { container };
  if (holds(desired, edit)) return { verb: 'patched', rule, text, ...where };
  if (holds(wanted, edit)) return { verb: 'would patch', rule, text, ...where };
  if (frozen && edit.changes.some(({ path }) => kind.inTemplate(path))) return { verb: 'waits', rule, text, ...where };
  return {
    verb: 'found',
    rule,
    text: `not written, the annotations have no room for a record of it: ${text}`,
    ...where,
  };
}

/** Where a client dropped fields that we wrote earlier, and the pods would have been replaced for it. */
function kept({ recovered: { stored, received, frozen }, planned }: Case, { desired }: Outcome): readonly Line[] {
  if (stored === undefined || !frozen) return [];
  const planning = new Set(planned.changes.map(({ path }) => path));
  const back = stored.ours.filter((path) => {
    const value = stored.record.set[path];
    return (
      !planning.has(path) && !isProbeNumber(path) && isThere(desired, path, value) && !isThere(received, path, value)
    );
  });
  return back.map((path) => ({ verb: 'kept', rule: '', text: path }));
}

/** What was ours and is gone; where another value of ours takes its place, the line about that is enough. */
function withdrawn({ recovered, planned, mode }: Case, { desired }: Outcome): readonly Line[] {
  const { kind, ours, record, received, leftovers } = recovered;
  const strategyPath = kind.strategy?.rollingUpdate;
  const rewritten = new Set(
    planned.changes.filter(({ path, value }) => isThere(desired, path, value)).map(({ path }) => path),
  );
  const gone = ours.filter((path) => !isThere(desired, path, record.set[path]) && !rewritten.has(path));
  const reasons = new Map(collisions(kind, received, gone).map(({ path, reason }) => [path, reason]));
  const usual = mode === 'off' ? 'an annotation says hitless.dev/mode: off' : 'nothing asks for it any more';
  const told = gone.filter((path) => !isProbeNumber(path)).map((path) => `${path}: ${reasons.get(path) ?? usual}`);
  const isTold = strategyPath === undefined || told.some((text) => text.startsWith(strategyPath));
  const all = isTold ? told : [...told, ...stray(strategyPath, received, desired)];
  return [...all, ...membersGone(leftovers, desired)].map((text) => ({ verb: 'withdrew', rule: '', text }));
}

/** Members of ours in a handler that the author wrote over it: one sentence for each handler. */
function membersGone(leftovers: readonly FieldChange[], desired: Workload): readonly string[] {
  const gone = leftovers.filter(({ path, value }) => equal(getAt(desired, path), value));
  const byHandler = Map.groupBy(gone, ({ path }) => parentPath(path));
  return Array.from(byHandler, ([handler, members]) => {
    const names = members.map(({ path }) => lastKey(path)).join(', ');
    return `${names} from ${handler}: they belong to the injected probe, which the author has replaced`;
  });
}

/** The API server's own default that a server-side apply of type Recreate leaves behind. */
function stray(strategyPath: string, received: Workload, desired: Workload): readonly string[] {
  const gone = getAt(received, strategyPath) !== undefined && getAt(desired, strategyPath) === undefined;
  return gone ? [`${strategyPath}: it may not stand beside type Recreate`] : [];
}

/** Beside a probe's handler its numbers need no line of their own. */
function isProbeNumber(path: string): boolean {
  return probeNumbers.some((number) => path.endsWith(`.readinessProbe.${number}`));
}
