// The AdmissionResponse: patch, warnings for the person at the client, annotations for the audit log.

import type { Finding } from '../rules/finding.ts';
import { type AdmissionResponse, type Case, type DecisionKind, decisionOf, type Verdict } from './decision.ts';
import type { Desired } from './desired.ts';
import { type Line, linesOf, reasonOf } from './messages.ts';
import type { Operation } from './patch.ts';
import { auditAnnotations, gather, warningLines } from './warnings.ts';

export function untouched(uid: string): AdmissionResponse {
  return { uid, allowed: true };
}

export function respond(decided: Case, desired: Desired, operations: readonly Operation[]): Verdict {
  const { request, planned } = decided;
  const there = new Set<Finding>(desired.there);
  const hasPatch = operations.length > 0;
  const decision = decisionOf(desired, hasPatch);
  return {
    response: response(request.uid, operations, linesOf(decided, desired), decision),
    decision,
    reason: reasonOf(decided, desired, hasPatch),
    // What an earlier answer wrote and is still there is no news.
    findings: planned.findings.filter((finding) => !there.has(finding)),
    desired,
  };
}

function response(
  uid: string,
  operations: readonly Operation[],
  lines: readonly Line[],
  decision: DecisionKind,
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
