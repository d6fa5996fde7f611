// One workload of a cluster, judged as `check` judges a manifest: edits that are already there are not findings.

import { assess } from '../admission/assess.ts';
import type { ClusterState } from '../cluster-state/cluster-state.ts';
import type { Workload } from '../workload/workload.ts';
import type { ObjectReference } from './inputs.ts';
import { type Diagnostic, diagnosticOf, hasSeveralContainers } from './lint.ts';
import { manifest } from './topics.ts';

export interface Audited {
  readonly object: ObjectReference;
  readonly diagnostics: readonly Diagnostic[];
  /** The reason why it is left alone. */
  readonly skipped?: string;
}

/** `told`: the sentences about Namespaces that were already reported, each of which is reported once. */
export function judge(workload: Workload, state: ClusterState, told: Set<string>): Audited {
  const { namespace = 'default', name = '(no name)' } = workload.metadata;
  const object = { kind: workload.kind, namespace, name };
  const { skipped, findings, mistakes } = assess(workload, state);
  if (skipped !== undefined) return { object, diagnostics: [], skipped };
  const several = hasSeveralContainers(workload);
  const found = findings.flatMap((finding) => (finding.kind === 'fine' ? [] : [diagnosticOf(finding, several)]));
  return { object, diagnostics: [...mistakes.filter((one) => isNew(one, told)).map(ignored), ...found] };
}

function isNew(sentence: string, told: Set<string>): boolean {
  const known = told.has(sentence);
  if (sentence.startsWith('Namespace ')) told.add(sentence);
  return !known;
}

function ignored(message: string): Diagnostic {
  return { rule: manifest.id, severity: 'error', message, changes: [] };
}
