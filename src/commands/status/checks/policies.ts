// The policies: those that cannot be used, and what the others reach, as the webhook writes it into their status.

import { readCached } from '../../../cluster/cache/read-cached.ts';
import type { Api } from '../../../cluster/client/api.ts';
import { pagesOf } from '../../../cluster/client/pages.ts';
import { collectionOf, policyResources } from '../../../cluster/client/resources.ts';
import { ifAllowed, ifPresent, type Known, known, knownValue, unknownOf } from '../../../cluster/known.ts';
import type { PolicyKind } from '../../../policy/policy.ts';
import { policyKinds } from '../../../policy/validation/validate.ts';
import { clauseOf } from '../../../text/clause.ts';
import { count } from '../../../text/count.ts';
import { type JsonObject, objectAt, objectsAt, own } from '../../../workload/json.ts';
import { defineCheck, type Remark } from '../check.ts';

/** What counts of one policy. */
export interface PolicyFacts {
  /** `RolloutPolicy shop/web`. */
  readonly title: string;
  /** Why it cannot be used. */
  readonly mistake?: string;
  /** Why nothing takes anything from it. */
  readonly idle?: { readonly reason: string; readonly why: string };
  /** How many workloads it selects, where the webhook has said so. */
  readonly matched?: number;
}

interface Facts {
  /** undefined: the cluster does not know the kinds. */
  readonly policies: Known<readonly PolicyFacts[] | undefined>;
  /** false: no hitless is there that writes their status. */
  readonly isKept: boolean;
}

export const policiesCheck = defineCheck<Facts>({
  id: 'policies',
  title: 'policies',
  read: async ({ api, releases }) => ({ policies: await readPolicies(api), isKept: releases.length > 0 }),
  judge: ({ policies: found, isKept }) => {
    if (found.kind === 'unknown') return { remarks: [], unknown: unknownOf(found) };
    if (found.value === undefined) return { summary: 'the built-in policy', remarks: [notInstalled], unknown: [] };
    const policies = isKept ? found.value : found.value.map(withoutStatus);
    const invalid = policies.filter(({ mistake }) => mistake !== undefined);
    const reach = policies.flatMap(({ title, matched }) => (matched === undefined ? [] : [`${title} ${matched}`]));
    return {
      summary: `${policies.length === 0 ? 'none, the built-in policy applies' : countOf(policies.length)}${reach.length === 0 ? '' : `; workloads selected: ${shortened(reach)}`}`,
      remarks: policies.flatMap(remarksOn),
      unknown: isKept || policies.length === 0 ? [] : [outdated],
      facts: { policies: policies.length, invalid: invalid.length, list: policies as unknown as readonly JsonObject[] },
    };
  },
});

async function readPolicies(api: Api): Promise<Facts['policies']> {
  const found = await Promise.all(
    policyKinds.map((kind) =>
      ifAllowed(`list ${policyResources[kind].resource}.hitless.dev`, () => ifPresent(() => policiesOf(api, kind))),
    ),
  );
  const missing = found.find((one) => one.kind === 'unknown');
  if (missing !== undefined) return missing;
  const lists = found.map(knownValue);
  return known(lists.every((list) => list === undefined) ? undefined : lists.flatMap((list) => list ?? []));
}

const outdated = 'what the policies select: no release was found that would keep their status';

function withoutStatus({ title, mistake }: PolicyFacts): PolicyFacts {
  return { title, ...(mistake !== undefined && { mistake }) };
}

function countOf(policies: number): string {
  return policies === 1 ? '1 policy' : count(policies, 'policies').replace(/s$/, '');
}

const mostListed = 5;

function shortened(reach: readonly string[]): string {
  const rest = reach.length - mostListed;
  return `${reach.slice(0, mostListed).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
}

const notInstalled: Remark = {
  severity: 'note',
  message:
    'the cluster does not know the kinds ClusterRolloutPolicy and RolloutPolicy: only the built-in policy applies',
  action: 'crds.install in the values of the chart installs them',
};

function remarksOn({ title, mistake, idle }: PolicyFacts): readonly Remark[] {
  if (mistake !== undefined)
    return [
      { severity: 'warning', message: `${title} cannot be used: ${mistake}`, action: `correct it (kubectl edit)` },
    ];
  if (idle === undefined) return [];
  const { reason, why } = idle;
  return [{ severity: 'note', message: `${title} has no effect: ${why}`, action: remedies[reason] ?? compare }];
}

const compare = 'compare its selectors with the labels of namespaces and workloads';
/** By the reason of the condition; a newer webhook may have more. */
const remedies: Readonly<Record<string, string>> = {
  SetsNothing: 'set a field in it, or delete it',
  NoNamespaceOptedIn: 'opt a namespace in, or delete the policy',
  Overridden: 'hitless explain shows which layer sets each field; delete the policy if it is not needed',
};

async function policiesOf(api: Api, kind: PolicyKind): Promise<readonly PolicyFacts[]> {
  const found: PolicyFacts[] = [];
  for await (const items of pagesOf(api, { path: collectionOf(policyResources[kind]), pageSize: 200 }))
    found.push(...items.map((item) => factsOf(kind, item)));
  return found;
}

export function factsOf(kind: PolicyKind, policy: JsonObject): PolicyFacts {
  const { namespace, name } = objectAt(policy, 'metadata');
  const title = `${kind} ${namespace === undefined ? '' : `${namespace}/`}${name}`;
  const read = readCached(kind, policy);
  // A newer webhook may know more mistakes than this program.
  const mistake = 'mistake' in read ? read.mistake : falseCondition(policy, 'Accepted')?.why;
  if (mistake !== undefined) return { title, mistake };
  const idle = falseCondition(policy, 'Effective');
  const matched = own(objectAt(policy, 'status'), 'matchedWorkloads');
  return { title, ...(idle !== undefined && { idle }), ...(typeof matched === 'number' && { matched }) };
}

/** false: its status is about an earlier version of it. */
function isCurrent(policy: JsonObject): boolean {
  return own(objectAt(policy, 'status'), 'observedGeneration') === own(objectAt(policy, 'metadata'), 'generation');
}

/** undefined: not false, or about an earlier version of the policy. */
function falseCondition(policy: JsonObject, type: string): PolicyFacts['idle'] {
  if (!isCurrent(policy)) return undefined;
  const condition = objectsAt(objectAt(policy, 'status'), 'conditions').find((one) => one.type === type);
  return condition?.status === 'False'
    ? { reason: `${condition.reason}`, why: clauseOf(`${condition.message}`) }
    : undefined;
}
