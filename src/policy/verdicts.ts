// Which policies apply to one workload, what of each counts, and why the others do not apply.

import { locksOf } from './locks.ts';
import { mismatches } from './mismatch.ts';
import type { Policies } from './policies.ts';
import { type FieldOrigin, layerOf, originOf, type PolicyDocument } from './policy.ts';
import { settingsIn } from './sections.ts';
import { type PolicySubject, selectableLabels, selectWithDocuments } from './select.ts';

export interface PolicyVerdict {
  /** `RolloutPolicy shop/web`. */
  readonly policy: FieldOrigin;
  readonly applies: boolean;
  /** Why it does not apply: `workloadSelector requires app=api, found app=web`. */
  readonly reasons: readonly string[];
  /** The fields that it sets and that do not count, each with what overrides or locks it. */
  readonly overridden: readonly { readonly field: string; readonly by: string }[];
  /** How many fields it sets. */
  readonly fields: number;
  /** What it locks. */
  readonly locks: readonly string[];
}

/** Highest first, those that apply before the others. */
export function policyVerdicts(policies: Policies, subject: PolicySubject): readonly PolicyVerdict[] {
  const { documents, selection } = selectWithDocuments(policies, subject);
  const matching = documents.toReversed();
  const others = policies.documents.filter((document) => !matching.includes(document));
  const { origins } = selection.policy;
  const locks = locksOf(documents);
  const applying = matching.map((document) => {
    const fields = settingsIn(document.spec);
    const overridden = fields.flatMap((field) => {
      const origin = origins[field] ?? '';
      const lock = document.kind === 'RolloutPolicy' ? locks?.get(field) : undefined;
      if (lock !== undefined) return [{ field, by: `${lock.by}, which locks ${lock.name}` }];
      return layerOf(origin) === originOf(document) ? [] : [{ field, by: origin }];
    });
    return { ...verdictOf(document), applies: true, overridden, fields: fields.length };
  });
  const left = others.map((document) => ({ ...verdictOf(document), reasons: reasonsFor(document, subject) }));
  return [...applying, ...left];
}

function verdictOf(document: PolicyDocument): PolicyVerdict {
  const fields = settingsIn(document.spec).length;
  const { locked = [] } = document;
  return { policy: originOf(document), applies: false, reasons: [], overridden: [], fields, locks: locked };
}

function reasonsFor(document: PolicyDocument, { namespace, labels }: PolicySubject): readonly string[] {
  const { kind, namespace: home = 'default', namespaceSelector = {}, workloadSelector = {} } = document;
  if (kind === 'RolloutPolicy' && home !== namespace.name) return [`it is in namespace ${home}`];
  const ofNamespace = mismatches(namespaceSelector, selectableLabels(namespace));
  return [
    ...ofNamespace.map((one) => `namespaceSelector ${one}`),
    ...mismatches(workloadSelector, labels).map((one) => `workloadSelector ${one}`),
  ];
}
