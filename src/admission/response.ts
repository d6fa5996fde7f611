// The AdmissionResponse: patch, warnings for the person at the client, annotations for the audit log.

import type { AdmissionResponse, Case, Line, Verdict } from './decision.ts';
import { holds, type Outcome, tell } from './messages.ts';
import type { Operation } from './patch.ts';
import { auditAnnotations, gather, warningLines } from './warnings.ts';

export function untouched(uid: string): AdmissionResponse {
  return { uid, allowed: true };
}

export interface Decided extends Outcome {
  readonly operations: readonly Operation[];
}

export function respond(decided: Case, { wanted, desired, operations }: Decided): Verdict {
  const { request, planned, recovered } = decided;
  // What an earlier answer wrote and is still there is no news.
  const findings = planned.findings.filter((finding) => finding.kind !== 'edit' || !holds(recovered.received, finding));
  const lines = tell(decided, { wanted, desired }, findings);
  const decision = decisionOf(operations, lines);
  const reason = reasonOf(decided, operations, lines);
  return { response: response(request.uid, operations, lines, decision), decision, reason, findings };
}

function decisionOf(operations: readonly Operation[], lines: readonly Line[]): Verdict['decision'] {
  if (operations.length > 0) return 'patched';
  if (lines.some(({ verb }) => verb === 'would patch')) return 'audited';
  return lines.some(({ verb }) => verb === 'waits') ? 'waits' : 'complies';
}

/** All that happened, in one line of the log. */
function reasonOf({ recovered }: Case, operations: readonly Operation[], lines: readonly Line[]): string {
  const rulesWith = (wanted: Line['verb']) =>
    [...new Set(lines.filter(({ verb }) => verb === wanted).map(({ rule }) => rule))].join(', ');
  const [patched, would, waits] = [rulesWith('patched'), rulesWith('would patch'), rulesWith('waits')];
  const parts = [
    patched !== '' && `patched by ${patched}`,
    lines.some(({ verb }) => verb === 'kept') && 'kept what the client dropped',
    lines.some(({ verb }) => verb === 'withdrew') && 'withdrew what no longer fits',
    would !== '' && `would be patched by ${would}`,
    waits !== '' && `waits until the pod template changes: ${waits}`,
  ].filter((part) => part !== false);
  if (parts.length > 0) return parts.join('; ');
  if (operations.length > 0) return 'the record of what was injected is put right';
  return recovered.ours.length > 0 ? 'holds what was injected' : 'nothing to patch';
}

function response(
  uid: string,
  operations: readonly Operation[],
  lines: readonly Line[],
  decision: string,
): AdmissionResponse {
  const patch = operations.length === 0 ? {} : { patchType: 'JSONPatch' as const, patch: encode(operations) };
  const gathered = gather(lines);
  const warnings = warningLines(gathered);
  return {
    uid,
    allowed: true,
    ...patch,
    ...(warnings.length > 0 && { warnings }),
    auditAnnotations: auditAnnotations(gathered, decision),
  };
}

function encode(operations: readonly Operation[]): string {
  return Buffer.from(JSON.stringify(operations)).toString('base64');
}
