// What is to be said about each stored policy, by what this process decides by.

import { policyApiVersion } from '../../names.ts';
import { originOf, type PolicyKind } from '../../policy/policy.ts';
import type { PolicyReach } from '../../policy/reach.ts';
import { sentence } from '../../policy/validation/field-error.ts';
import { readPolicy } from '../../policy/validation/validate.ts';
import { equal, type Json, type JsonObject, objectAt, own } from '../../workload/json.ts';
import { readCached } from '../cache/read-cached.ts';
import type { PolicyFinding } from './status.ts';

/** By `ClusterRolloutPolicy web`, `RolloutPolicy shop/web`. */
export type Reaches = ReadonlyMap<string, PolicyReach>;

/** A policy as it is stored. */
export interface StoredPolicy {
  readonly kind: PolicyKind;
  /** As origins name it. */
  readonly id: string;
  readonly namespace: string | undefined;
  readonly name: string;
  readonly uid: string;
  readonly version: string;
  readonly generation: number;
  readonly item: JsonObject;
}

export function storedPolicy(kind: PolicyKind, item: JsonObject): StoredPolicy {
  const meta = objectAt(item, 'metadata');
  const text = (key: string) => String(own(meta, key) ?? '');
  const namespace = kind === 'RolloutPolicy' ? text('namespace') : undefined;
  const name = text('name');
  return {
    kind,
    id: originOf({ kind, name, ...(namespace !== undefined && { namespace }) }),
    namespace,
    name,
    uid: text('uid'),
    version: text('resourceVersion'),
    generation: Number(own(meta, 'generation') ?? 0),
    item,
  };
}

/** What this process found out about the policies. */
export interface FindingContext {
  readonly reaches: Reaches;
  /** Of a RolloutPolicy, when its namespace has too many. */
  readonly leavesOut: (namespace: string, name: string) => boolean;
  /** The policies, by uid, that are valid and not in use. */
  readonly puzzling: Set<string>;
}

/** Undefined where this process has not caught up with it. */
export function policyFinding(
  { kind, id, namespace, name, uid, generation, item }: StoredPolicy,
  { reaches, leavesOut, puzzling }: FindingContext,
): PolicyFinding | undefined {
  const read = readCached(kind, item);
  if ('mistake' in read && read.tooLarge)
    return { generation, rejected: { reason: 'TooLarge', sentences: [read.mistake] } };
  const { metadata, spec = null } = item;
  const { document, mistakes } = readPolicy({ apiVersion: policyApiVersion, kind, metadata, spec } as JsonObject);
  if (document === undefined) return { generation, rejected: { reason: 'Invalid', sentences: mistakes.map(sentence) } };
  const reach = reaches.get(id);
  if (reach !== undefined && equal(reach.document as unknown as Json, document as unknown as Json))
    return { generation, reach };
  puzzling.add(uid);
  // An older version that is in use, or one that a watch has not brought yet, is no reason to say anything.
  if (reach !== undefined || namespace === undefined || !leavesOut(namespace, name)) return undefined;
  const sentences = ['Its namespace has too many policies, or too large ones: the last ones by name are not used.'];
  return { generation, rejected: { reason: 'LeftOut', sentences } };
}
