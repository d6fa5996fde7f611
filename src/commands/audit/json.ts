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
//   problems:   [{ message }],                                                               exit code 2
//   trial?:     { policies:   [{ policy, fate, numbers }],                                   with --policy; fate: added | replaced | removed
//                 namespaces: [{ name, numbers }],                                           numbers: workloads, newEdits, otherEdits, droppedEdits
//                 workloads:  [{ object, policies, edits: [{ effect, rule, container?, today?, tried? }],   effect: new | other | dropped
//                                today: [{ path, value }], tried: [{ path, value }], diff }] } }
//
// With --contexts also clusters: [{ name, read, namespaces, deployments, errors, warnings, notes, ignored, problems }], where read is false
// of one that could not be audited. Objects, namespaces, owned, problems and the policies of a trial have the context as their `cluster`.

import { homeOf } from '../../lint/object-reference.ts';
import { findingJson, ignoredJson, ruleNumbers, severityNumbers } from '../../lint/reporters/json.ts';
import { countTrialByNamespace, countTrialByPolicy } from '../../lint/trial/counts.ts';
import { trialDiff } from '../../lint/trial/diff.ts';
import type { PolicyTrial } from '../../lint/trial/policy-trial.ts';
import { visibleJson } from '../../text/hidden.ts';
import { type AuditResult, byNamespace, diagnosticsOf, ignoredCount } from './result.ts';

export function auditJson(result: AuditResult): string {
  const { namespaces, deployments, leftovers, notJudged, owned, copies, problems } = result;
  const summary = {
    ...(result.clusters !== undefined && { clusters: result.clusters.length }),
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
  const counted = namespaces.map(({ cluster, name, mode }) => {
    const own = grouped.get(homeOf({ cluster, namespace: name })) ?? [];
    const skipped = own.filter((one) => one.skipped !== undefined).length;
    const numbers = { ...severityNumbers(diagnosticsOf(own)), ignored: ignoredCount(own), skipped };
    return { ...(cluster !== undefined && { cluster }), name, mode, deployments: own.length, ...numbers };
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
  const clusters = result.clusters && { clusters: clustersJson(result) };
  const told = { summary, ...clusters, namespaces: counted, findings, ignored, skipped, leftovers: left };
  const trial = result.trial && { trial: trialJson(result.trial) };
  return `${visibleJson({ version: 1, ...told, notJudged, owned, copies, problems, ...trial })}\n`;
}

/** With what could not be read of each: nothing at all where `read` is false. */
function clustersJson({ clusters = [], namespaces, deployments, problems }: AuditResult) {
  const of = <One>(all: readonly One[], clusterOf: (one: One) => string | undefined) => Map.groupBy(all, clusterOf);
  const ofNamespaces = of(namespaces, ({ cluster }) => cluster);
  const ofDeployments = of(deployments, ({ object }) => object.cluster);
  const ofProblems = of(problems, ({ cluster }) => cluster);
  return clusters.map(({ name, isRead }) => {
    const own = ofDeployments.get(name) ?? [];
    return {
      name,
      read: isRead,
      namespaces: (ofNamespaces.get(name) ?? []).length,
      deployments: own.length,
      ...severityNumbers(diagnosticsOf(own)),
      ignored: ignoredCount(own),
      problems: (ofProblems.get(name) ?? []).length,
    };
  });
}

function trialJson(trial: PolicyTrial) {
  return {
    policies: countTrialByPolicy(trial),
    namespaces: countTrialByNamespace(trial),
    workloads: trial.changed.map((one) => ({ ...one, diff: trialDiff(one) })),
  };
}
