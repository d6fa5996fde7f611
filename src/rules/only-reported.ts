// What a rule may not write into a kind is reported instead, with the reason.

import type { PolicySection, PolicySpec } from '../policy/policy.ts';
import type { WorkloadKind } from '../workload/kinds/kind.ts';
import type { Finding } from './finding.ts';

/** undefined where the rules of the section may write. */
export function whyOnlyReported(
  { kind, support, reportsOnly }: WorkloadKind,
  section: PolicySection,
): string | undefined {
  if (support === 'checked') return `hitless checks a ${kind} and does not change it`;
  const reason = reportsOnly?.[section];
  return reason && `hitless does not write it: ${reason}`;
}

export function reported(finding: Finding, reason: string): Finding {
  if (finding.kind !== 'edit') return finding;
  const { rule, path, message } = finding;
  return { kind: 'report', severity: 'note', rule, path, message: `${message}. ${reason}` };
}

const filling = new WeakMap<PolicySpec, PolicySpec>();

/** The policy as it holds for a kind. The same object for the same policy. */
export function policyFor({ fillsOnly }: WorkloadKind, policy: PolicySpec): PolicySpec {
  if (fillsOnly !== true) return policy;
  const known = filling.get(policy);
  if (known !== undefined) return known;
  const entries = Object.entries(policy).map(([section, fields]) => {
    return [section, fields.action === 'enforce' ? { ...fields, action: 'fill' } : fields];
  });
  const made = Object.fromEntries(entries) as PolicySpec;
  filling.set(policy, made);
  return made;
}
