// The status of a policy: what it selects, and the conditions Accepted and Effective.

import { longestMessage } from '../../policy/crd/status.ts';
import { effectOf } from '../../policy/effect.ts';
import type { PolicyReach } from '../../policy/reach.ts';
import { truncate } from '../../text/truncate.ts';
import { equal, isObject, type Json, type JsonObject, objectsAt, own } from '../../workload/json.ts';

/** What is to be said about one stored policy. */
export interface PolicyFinding {
  readonly generation: number;
  /** Every mistake in it, one sentence each; or why it is not used although it has none. */
  readonly rejected?: { readonly reason: 'Invalid' | 'TooLarge' | 'LeftOut'; readonly sentences: readonly string[] };
  /** Absent for one that is not used. */
  readonly reach?: PolicyReach;
}

export interface Moment {
  readonly now: Date;
  /** What the installation does at most. */
  readonly cap: 'enforce' | 'audit';
}

/** The members of the status that are ours. */
const members = ['observedGeneration', 'matchedNamespaces', 'matchedWorkloads', 'matched', 'conditions'] as const;

/** A merge patch for `status` that makes it say `finding`; undefined where it says that already. */
export function statusPatch(before: Json | undefined, finding: PolicyFinding, moment: Moment): JsonObject | undefined {
  const known = isObject(before) ? before : {};
  const wanted = statusOf(known, finding, moment);
  const changed = members.filter((member) => !equal(own(known, member) ?? null, own(wanted, member) ?? null));
  if (changed.length === 0) return undefined;
  return Object.fromEntries(changed.map((member) => [member, own(wanted, member) ?? null]));
}

function statusOf(
  before: JsonObject,
  { generation, rejected, reach }: PolicyFinding,
  { now, cap }: Moment,
): JsonObject {
  const accepted: Verdict =
    rejected === undefined
      ? { status: 'True', reason: 'Valid', message: 'The policy is valid and in use.' }
      : { status: 'False', reason: rejected.reason, message: listed(rejected.sentences) };
  const known = objectsAt(before, 'conditions');
  const condition = (type: string, { status, reason, message }: Verdict): JsonObject => {
    const old = known.find((one) => one.type === type);
    const since = old?.status === status ? old.lastTransitionTime : undefined;
    return {
      type,
      status,
      observedGeneration: generation,
      lastTransitionTime: since ?? `${now.toISOString().slice(0, 19)}Z`,
      reason,
      message,
    };
  };
  const ours = [condition('Accepted', accepted), condition('Effective', effective(reach, cap))];
  const others = known.filter(({ type }) => ours.every((one) => one.type !== type));
  return {
    observedGeneration: generation,
    ...(reach !== undefined && {
      matchedNamespaces: reach.optedIn,
      matchedWorkloads: reach.matched,
      matched: Object.entries(reach.workloads)
        .map(([kind, count]) => ({ kind, count }))
        .toSorted((a, b) => (a.kind < b.kind ? -1 : 1)),
    }),
    conditions: [...ours, ...others],
  };
}

interface Verdict {
  readonly status: 'True' | 'False';
  readonly reason: string;
  readonly message: string;
}

function effective(reach: PolicyReach | undefined, cap: Moment['cap']): Verdict {
  if (reach === undefined) {
    const message =
      'This version of the policy is not used. An earlier valid one, if there was one, stays in use until the pods of hitless restart.';
    return { status: 'False', reason: 'NotAccepted', message };
  }
  const { effective: works, reason, message } = effectOf(reach, cap);
  return { status: works ? 'True' : 'False', reason, message };
}

const mostMistakes = 20;

function listed(sentences: readonly string[]): string {
  const rest = sentences.length - mostMistakes;
  const more = rest > 0 ? [`and ${rest} more`] : [];
  return truncate([...sentences.slice(0, mostMistakes), ...more].join('; '), longestMessage / 4);
}
