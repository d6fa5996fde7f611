// One round over all policies: counts the workloads that they select, and writes the statuses that no longer say what is so.

import { compilePolicies } from '../../policy/policies.ts';
import { originOf, type PolicyDocument } from '../../policy/policy.ts';
import { countReach, type ReachCount } from '../../policy/reach.ts';
import { policyKinds } from '../../policy/validation/validate.ts';
import { createBreaks } from '../../timing.ts';
import { type JsonObject, objectAt, own } from '../../workload/json.ts';
import type { WorkloadKind } from '../../workload/kinds/kind.ts';
import { patchableKinds } from '../../workload/kinds/kinds.ts';
import type { Namespace } from '../../workload/kubernetes.ts';
import { type Api, ApiError } from '../client/api.ts';
import { consistentPagesOf } from '../client/pages.ts';
import { type ApiResource, collectionOf, policyResources } from '../client/resources.ts';
import { labelled, sentKinds } from '../webhook-configuration.ts';
import { policyFinding, type Reaches, storedPolicy } from './findings.ts';
import { createWriter } from './write.ts';

/** What this process knows and decides by. */
export interface KnownPolicies {
  readonly namespaces: () => readonly Namespace[];
  readonly policies: () => readonly PolicyDocument[];
  /** True of a RolloutPolicy that is not used because its namespace has too many, or too large ones. */
  readonly leavesOut: (namespace: string, name: string) => boolean;
}

export interface RoundOptions {
  readonly api: Api;
  readonly known: KnownPolicies;
  /** hitless is never called there: the namespace of its own release. */
  readonly ownNamespace: string;
  /** Workloads of kinds that it does not send are not counted. Absent: of all kinds. */
  readonly webhookConfiguration?: string | undefined;
  readonly cap: 'enforce' | 'audit';
  /** While the process may write. */
  readonly signal: AbortSignal;
  /** Policies that the last round found to be valid and not in use, or whose status it could not find; of this round afterwards. */
  readonly puzzling: Set<string>;
}

/** Answers of the webhook wait no longer than this for a round. */
const longestStretchMs = 10;

/**
 * Returns how many statuses it wrote. @throws ApiError when something is refused, Error when there is no answer, or, after all the
 * others have been written, when some of the statuses could not be.
 */
export async function writeStatuses(options: RoundOptions): Promise<number> {
  const { api, known, signal, puzzling } = options;
  const giveWay = createBreaks(longestStretchMs);
  const reaches = await reachOfAll(options, giveWay);
  const writer = createWriter({ ...options, before: new Set(puzzling) });
  puzzling.clear();
  for (const kind of policyKinds) {
    for await (const items of pagesOf(api, policyResources[kind], signal)) {
      for (const item of items) {
        await giveWay();
        const stored = storedPolicy(kind, item);
        const finding = policyFinding(stored, { reaches, leavesOut: known.leavesOut, puzzling });
        if (finding !== undefined) await writer.write(stored, finding);
      }
    }
  }
  return writer.end();
}

type GiveWay = () => Promise<void>;

async function* pagesOf(api: Api, kind: ApiResource, signal: AbortSignal) {
  const collection = { path: collectionOf(kind), pageSize: 500 };
  try {
    for await (const { items } of consistentPagesOf(api, collection, signal)) yield items;
  } catch (error) {
    // Without the kind there is nothing to write.
    if (!(error instanceof ApiError) || error.code !== 404) throw error;
  }
}

async function reachOfAll(options: RoundOptions, giveWay: GiveWay): Promise<Reaches> {
  const { api, known, ownNamespace, webhookConfiguration: name, signal } = options;
  const namespaces = known.namespaces();
  const modeFor = (namespace: Namespace) => (namespace.name === ownNamespace ? 'never' : labelled(namespace));
  // As it is now: pages come later, and policies may change meanwhile.
  const policies = compilePolicies(known.policies());
  const reach = countReach({ policies, modeFor });
  const optedIn: string[] = [];
  for (const namespace of namespaces) {
    await giveWay();
    reach.addNamespace(namespace);
    if (modeFor(namespace) !== 'never') optedIn.push(namespace.name);
  }
  if (policies.documents.length > 0) {
    const kinds = name === undefined ? patchableKinds() : await sentKinds(api, name);
    await countWorkloads(api, { reach, kinds, optedIn, signal, giveWay });
  }
  return new Map(reach.result().map((one) => [originOf(one.document), one]));
}

/** Above this number one list of the whole cluster costs the API server less. */
const mostLists = 50;

interface Counting {
  readonly reach: ReachCount;
  readonly kinds: readonly WorkloadKind[];
  readonly optedIn: readonly string[];
  readonly signal: AbortSignal;
  readonly giveWay: GiveWay;
}

async function countWorkloads(api: Api, { reach, kinds, optedIn, signal, giveWay }: Counting): Promise<void> {
  const places = optedIn.length > mostLists ? [undefined] : optedIn;
  const [usual] = kinds;
  for (const kind of kinds) {
    for (const place of places) {
      const collection = { path: collectionOf(kind, place), pageSize: 500, metadataOnly: true } as const;
      try {
        for await (const { items } of consistentPagesOf(api, collection, signal)) {
          for (const item of items) {
            await giveWay();
            reach.add(workloadOf(kind.kind, objectAt(item, 'metadata')));
          }
        }
      } catch (error) {
        // A kind that is not installed has no objects, and one that the chart leaves out may not be listed.
        const isUnreadable = error instanceof ApiError && error.code === 403 && kind !== usual;
        if (!(error instanceof ApiError) || (error.code !== 404 && !isUnreadable)) throw error;
      }
    }
  }
}

function workloadOf(kind: string, metadata: JsonObject) {
  // The API server has validated them.
  const texts = (key: string) => objectAt(metadata, key) as Readonly<Record<string, string>>;
  const namespace = String(own(metadata, 'namespace') ?? '');
  return { kind, namespace, labels: texts('labels'), annotations: texts('annotations') };
}
