// The AdmissionResponse: patch, warnings for the person at the client, annotations for the audit log.

import type { Edit, Finding } from '../rules/finding.ts';
import { probeNumbers, sameOnceDefaulted } from '../workload/api-defaults.ts';
import type { Deployment } from '../workload/deployment.ts';
import { getAt } from '../workload/path.ts';
import type { Operation } from './patch.ts';
import type { AdmissionResponse, Case, Line, Verdict } from './verdict.ts';
import { warningLines } from './warnings.ts';
import { collisions } from './withdraw.ts';

export function untouched(uid: string): AdmissionResponse {
  return { uid, allowed: true };
}

export interface Decided {
  /** What enforce makes of the object. */
  readonly wanted: Deployment;
  /** What this answer makes of it. */
  readonly desired: Deployment;
  readonly operations: readonly Operation[];
}

export function respond(decided: Case, { wanted, desired, operations }: Decided): Verdict {
  const { request, planned, recovered, selection, mode } = decided;
  // What an earlier answer wrote and is still there is no news.
  const findings = planned.findings.filter((finding) => finding.kind !== 'edit' || !holds(recovered.received, finding));
  const lines: Line[] = [];
  if (mode !== 'off') lines.push(...findings.flatMap((finding) => findingLine(finding, { wanted, desired })));
  lines.push(...withdrawals(decided, desired));
  lines.push(
    ...[...selection.mistakes, ...recovered.mistakes].map((text): Line => ({ verb: 'ignored', rule: '', text })),
  );
  const decision = decisionOf(operations, lines);
  const reason = reasonOf(decided, lines);
  return { response: response(request.uid, operations, lines, decision), decision, reason, findings };
}

function findingLine(finding: Finding, { wanted, desired }: Omit<Decided, 'operations'>): readonly Line[] {
  if (finding.kind === 'edit') {
    const verb = holds(desired, finding) ? 'patched' : holds(wanted, finding) ? 'would patch' : 'waits';
    const { rule, summary: text, container } = finding;
    return [{ verb, rule, text, ...(container !== undefined && { container }) }];
  }
  const isError = finding.kind === 'report' && finding.severity === 'error';
  return isError ? [{ verb: 'found', rule: finding.rule, text: finding.message }] : [];
}

function holds(document: Deployment, { changes }: Edit): boolean {
  return changes.every(({ path, value }) => sameOnceDefaulted(path, value, getAt(document, path)));
}

/** What was ours and is gone; where the plan writes another value to the same field, the line about that is enough. */
function withdrawals({ recovered, planned }: Case, desired: Deployment): readonly Line[] {
  const { ours, record, received } = recovered;
  if (ours.length === 0) return [];
  const changes = planned.findings.flatMap((finding) => (finding.kind === 'edit' ? finding.changes : []));
  const rewritten = new Set(changes.map(({ path }) => path));
  const gone = ours.filter(
    (path) => !sameOnceDefaulted(path, record.set[path], getAt(desired, path)) && !rewritten.has(path),
  );
  const reasons = new Map(collisions(received, gone).map(({ path, reason }) => [path, reason]));
  return gone
    .filter((path) => !isProbeNumber(path))
    .map((path) => ({
      verb: 'withdrew',
      rule: '',
      text: `${path}: ${reasons.get(path) ?? 'nothing asks for it any more'}`,
    }));
}

/** Beside a probe's handler its numbers need no line of their own. */
function isProbeNumber(path: string): boolean {
  return probeNumbers.some((number) => path.endsWith(`.readinessProbe.${number}`));
}

function decisionOf(operations: readonly Operation[], lines: readonly Line[]): Verdict['decision'] {
  if (operations.length > 0) return 'patched';
  return lines.some(({ verb }) => verb === 'would patch') ? 'audited' : 'complies';
}

function reasonOf({ recovered }: Case, lines: readonly Line[]): string {
  const rulesWith = (wanted: Line['verb']) =>
    [...new Set(lines.filter(({ verb }) => verb === wanted).map(({ rule }) => rule))].join(', ');
  const [patched, would, waits] = [rulesWith('patched'), rulesWith('would patch'), rulesWith('waits')];
  if (lines.some(({ verb }) => verb === 'withdrew')) return 'past injections withdrawn';
  if (patched !== '') return `patched by ${patched}`;
  if (would !== '') return `would be patched by ${would}`;
  if (waits !== '') return `waits until the pod template changes: ${waits}`;
  return recovered.ours.length > 0 ? 'holds what was injected' : 'nothing to patch';
}

function response(
  uid: string,
  operations: readonly Operation[],
  lines: readonly Line[],
  decision: string,
): AdmissionResponse {
  const patch = operations.length === 0 ? {} : { patchType: 'JSONPatch' as const, patch: encode(operations) };
  const warnings = warningLines(lines);
  return {
    uid,
    allowed: true,
    ...patch,
    ...(warnings.length > 0 && { warnings }),
    auditAnnotations: auditAnnotations(lines, decision),
  };
}

function encode(operations: readonly Operation[]): string {
  return Buffer.from(JSON.stringify(operations)).toString('base64');
}

/** Names must be qualified names: the API server puts the webhook's name before them. Values have no limit but sense. */
function auditAnnotations(lines: readonly Line[], decision: string): Readonly<Record<string, string>> {
  const annotations: Record<string, string> = { decision };
  for (const { verb, rule, text, container } of lines) {
    const key = verb.replace(' ', '-');
    const entry = [rule, container === undefined ? text : `${text} in ${container}`]
      .filter((part) => part !== '')
      .join(': ');
    annotations[key] = annotations[key] === undefined ? entry : `${annotations[key]}; ${entry}`;
  }
  for (const key in annotations) annotations[key] = annotations[key]?.slice(0, auditValueLimit) ?? '';
  return annotations;
}

const auditValueLimit = 2_000;
