// The AdmissionResponse: patch, warnings for the user of the client, annotations for the audit log.

import type { Finding } from '../rules/finding.ts';
import { type AdmissionResponse, type Decision, type DecisionKind, decisionOf, type Judged } from './decision.ts';
import type { Desired } from './desired.ts';
import type { MessageLine } from './message-line.ts';
import { decisionReason, messageLines } from './messages.ts';
import { objectName } from './object-name.ts';
import type { Operation } from './patch.ts';
import { putBack } from './put-back.ts';
import type { AdmissionRequest } from './review.ts';
import { auditAnnotations, groupLines, warningLines } from './warnings.ts';

export function untouched(uid: string): AdmissionResponse {
  return { uid, allowed: true };
}

export function respond(decided: Judged, desired: Desired, operations: readonly Operation[]): Decision {
  const { request, recovered, planned, mode } = decided;
  const hasPatch = operations.length > 0;
  const decision = decisionOf(desired, { hasPatch, mode });
  return {
    response: response(request, operations, messageLines(decided, desired), decision),
    decision,
    reason: decisionReason(decided, desired, hasPatch),
    // Edits already present from an earlier response are not reported again.
    findings: without(planned.findings, desired.there),
    desired,
    putBack: putBack(recovered, desired),
  };
}

function without(findings: readonly Finding[], left: readonly Finding[]): readonly Finding[] {
  if (left.length === 0) return findings;
  const there = new Set(left);
  return findings.filter((finding) => !there.has(finding));
}

function response(
  request: AdmissionRequest,
  operations: readonly Operation[],
  lines: readonly MessageLine[],
  decision: DecisionKind,
): AdmissionResponse {
  const patch = operations.length === 0 ? {} : { patchType: 'JSONPatch' as const, patch: encode(operations) };
  const gathered = groupLines(lines);
  const warnings = warningLines(gathered, objectName(request));
  return {
    uid: request.uid,
    allowed: true,
    ...patch,
    ...(warnings.length > 0 && { warnings }),
    auditAnnotations: auditAnnotations(gathered, decision),
  };
}

function encode(operations: readonly Operation[]): string {
  return Buffer.from(JSON.stringify(operations)).toString('base64');
}
