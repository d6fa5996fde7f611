// The output of `audit` for programs.
//
// JSON, the shape of `check` with objects instead of places in files; the same promise about `version`:
// { version: 1,
//   summary:    { namespaces, deployments, errors, warnings, notes, ignored, leftovers,        numbers
//                 notJudged, problems, rules: [{ rule, errors, warnings, notes, workloads, ignored }] },
//   namespaces: [{ name, mode, deployments, errors, warnings, notes, ignored, skipped }],    mode: enforce | audit | never | unknown
//   findings:   [{ object: { kind, namespace, name }, rule, severity, message, summary?, changes: [{ path, value }] }],
//   ignored:    [{ a finding, ignored: { by, where, reason? } }],                            by: annotation | configuration | baseline
//   skipped:    [{ object, reason }],
//   leftovers:  [{ object }],                                                                injections where the webhook is not called
//   notJudged:  [{ object, apiVersion, reason }],                                            workloads that no rule judges
//   owned:      [{ owner: { group, kind }, example: { namespace, name }, counts: { kind: number } }],  objects that operators write
//   copies:     [{ object, target, canary }],                                                copies that Flagger makes
//   problems:   [{ message }] }                                                              exit code 2

import { findingJson, ignoredJson, ruleNumbers, severityNumbers } from '../../lint/reporters/json.ts';
import { visibleJson } from '../../text/hidden.ts';
import { type AuditResult, byNamespace, diagnosticsOf, ignoredCount } from './result.ts';

export function auditJson(result: AuditResult): string {
  const { namespaces, deployments, leftovers, notJudged, owned, copies, problems } = result;
  const summary = {
    namespaces: namespaces.length,
    deployments: deployments.length,
    ...severityNumbers(diagnosticsOf(deployments)),
    ignored: ignoredCount(deployments),
    leftovers: leftovers.length,
    notJudged: notJudged.length,
    problems: problems.length,
    rules: ruleNumbers(deployments),
  };
  const grouped = byNamespace(deployments);
  const counted = namespaces.map(({ name, mode }) => {
    const own = grouped.get(name) ?? [];
    const skipped = own.filter((one) => one.skipped !== undefined).length;
    const numbers = { ...severityNumbers(diagnosticsOf(own)), ignored: ignoredCount(own), skipped };
    return { name, mode, deployments: own.length, ...numbers };
  });
  const findings = deployments.flatMap(({ object, diagnostics }) =>
    diagnostics.map((one) => ({ object, ...findingJson(one) })),
  );
  const ignored = deployments.flatMap(({ object, ignored: own = [] }) =>
    own.map((one) => ({ object, ...ignoredJson(one) })),
  );
  const skipped = deployments.flatMap(({ object, skipped: reason }) =>
    reason === undefined ? [] : [{ object, reason }],
  );
  const left = leftovers.map((object) => ({ object }));
  const told = { summary, namespaces: counted, findings, ignored, skipped, leftovers: left };
  return `${visibleJson({ version: 1, ...told, notJudged, owned, copies, problems })}\n`;
}
