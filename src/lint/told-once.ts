// Sentences about what is ignored. Those about a namespace come with every workload in it, and are reported with the first one.

import type { Severity } from '../rules/finding.ts';
import { manifest } from './topics.ts';

/** False for one that is in `told`; puts it there otherwise, if it is about a namespace or one of its policies. */
export function isNews(sentence: string, told: Set<string>): boolean {
  const known = told.has(sentence);
  if (isAboutNamespace(manifest.id, sentence)) told.add(sentence);
  return !known;
}

/** True for a diagnostic about a namespace or one of its policies, and not about the workload that it comes with. */
export function isAboutNamespace(rule: string, message: string): boolean {
  return rule === manifest.id && /^(?:Namespace|RolloutPolicy|RolloutPolicies) /.test(message);
}

/** Of a sentence about annotations: what a policy locks is no mistake in the manifest, and a rule that is not ignored speaks for itself. */
export function severityOfIgnored(sentence: string): Severity {
  if (/ annotation ignore\.hitless\.dev\//.test(sentence))
    return / gives no reason: /.test(sentence) ? 'note' : 'warning';
  return /^RolloutPolic(?:y|ies) |: ClusterRolloutPolicy \S+ locks /.test(sentence) ? 'warning' : 'error';
}
