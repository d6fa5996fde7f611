// Policies whose selectors select nothing, as `audit` reports them: often a label is misspelt.

import type { Gap } from '../../cluster/snapshot.ts';
import { type EffectReason, effectOf } from '../../policy/effect.ts';
import { originOf } from '../../policy/policy.ts';
import type { PolicyReach, WorkloadMetadata } from '../../policy/reach.ts';
import { clauseOf } from '../../text/clause.ts';
import type { Workload } from '../../workload/workload.ts';

/** Without a selector it waits for workloads to come, and where nothing is opted in audit says that itself. */
const told: readonly EffectReason[] = ['NothingSelected', 'NoNamespaceSelected', 'SetsNothing'];

const mostTold = 10;

export interface Read {
  readonly gaps: readonly Gap[];
  /** Only what is in it was read. */
  readonly namespace: string | undefined;
}

/** A sentence each; only for policies of which everything that they could select was read. */
export function unusedPolicies(reaches: readonly PolicyReach[], { gaps, namespace }: Read): readonly string[] {
  if (gaps.some(({ kind, of }) => of === 'Namespace' && kind !== 'mistake')) return [];
  const sentences = reaches.flatMap((reach) => {
    const { document } = reach;
    if (namespace !== undefined && document.namespace !== namespace) return [];
    const { reason, message } = effectOf(reach);
    if (!told.includes(reason)) return [];
    if (reason === 'NothingSelected' && document.workloadSelector === undefined) return [];
    return [`${originOf(document)} has no effect: ${clauseOf(message)}`];
  });
  const rest = sentences.length - mostTold;
  return rest <= 0 ? sentences : [...sentences.slice(0, mostTold), `${rest} more policies have no effect`];
}

export function selectableParts({ kind, metadata }: Workload): WorkloadMetadata {
  const { namespace = '', labels = {}, annotations = {} } = metadata;
  return { kind, namespace, labels, annotations };
}
