// The same decision for a manifest on disk: nothing is defaulted yet, and everything in it was written by the author. An object
// that was read back from an API server is recognised and judged by its own proofs.

import type { ClusterState } from '../cluster-state/cluster-state.ts';
import { modeName } from '../names.ts';
import type { RuleIgnores } from '../policy/ignores.ts';
import { modeMeant } from '../policy/near-misses.ts';
import type { Selection } from '../policy/policies.ts';
import type { ResolvedPolicy } from '../policy/policy.ts';
import { dataPathOf } from '../rules/data-path.ts';
import { type Change, changesOf, type Edit, type Finding, fine } from '../rules/finding.ts';
import type { DataPath } from '../rules/known-paths.ts';
import { plan } from '../rules/plan.ts';
import { manifestEvidence, writtenIn } from '../workload/authorship.ts';
import { fieldTypeErrors, missingParts, typeErrorText } from '../workload/field-types.ts';
import { type JsonObject, withoutNulls } from '../workload/json.ts';
import type { WorkloadKind } from '../workload/kinds/kind.ts';
import { kindMeant } from '../workload/kinds/kinds.ts';
import { knativeReason } from '../workload/owner.ts';
import type { Workload } from '../workload/workload.ts';
import { recoverAuthor } from './author-document.ts';
import { type Authored, namespaceOf, policyOf, subjectOf } from './context.ts';
import { type IgnoredRule, ignoredRules } from './ignored-rules.ts';
import { servicesOf } from './services.ts';
import { clusterNamespaceReason, elsewhereReason, optedOutReason } from './skip.ts';
import { editsOf, fulfils } from './sorted-edits.ts';

export interface Assessment {
  /** The reason why nothing was planned: a sentence. */
  readonly skipped?: string;
  readonly findings: readonly Finding[];
  /** What the edits among the findings write, in order. */
  readonly changes: readonly Change[];
  /** Every edit of the plan: also those that the webhook has written already, which are not among the findings. */
  readonly planned: readonly Edit[];
  /** The rules that are ignored. */
  readonly ignored: readonly IgnoredRule[];
  /** One sentence for each annotation under hitless.dev/ that was ignored. */
  readonly mistakes: readonly string[];
  readonly policy: ResolvedPolicy;
  /** Why the webhook writes nothing to its kind; a manifest is judged and edited all the same. */
  readonly onlyReported?: string;
  /** The slowest way by which traffic reaches the pods; absent where none is known. */
  readonly dataPath?: DataPath;
}

export interface AssessOptions {
  /** That of a document that does not name one. */
  readonly namespace?: string;
  /** What is ignored besides what annotations say. */
  readonly ignores?: RuleIgnores | undefined;
}

/** @throws TypeError when a manifest is not shaped like a workload; call fieldTypeErrors and missingParts first. */
export function assess(
  document: JsonObject,
  state: ClusterState,
  { namespace: defaultNamespace = 'default', ignores }: AssessOptions = {},
): Assessment {
  const workload = withoutNulls(document) as Workload;
  const kind = kindMeant(workload);
  if (kind === undefined) throw new TypeError(`${workload.kind} is not a kind of workload that hitless supports`);
  const { metadata = {} } = workload as Partial<Workload>;
  const elsewhere = elsewhereReason(kind, workload);
  const misshapen = elsewhere === undefined ? shapeMistake(kind, workload) : undefined;
  // What a custom resource holds, no API server has looked at.
  if (misshapen !== undefined && metadata.resourceVersion === undefined) throw new TypeError(misshapen);
  const name = metadata.namespace ?? defaultNamespace;
  const namespace = namespaceOf(state, name);
  const object: Workload = { ...workload, metadata };
  const selection = policyOf(state, namespace, { kind, object, ignores });
  const { policy, mode, mistakes, onlyReported } = selection;
  const skipped = skipReason(name, namespace.labels[modeName], mode) ?? elsewhere ?? misshapen ?? knativeReason(object);
  const nothing = { findings: [], changes: [], planned: [], ignored: [], mistakes, policy };
  if (skipped !== undefined) return { skipped, ...nothing };
  const { services, beyond } = servicesOf(state, namespace, kind.templateOf(object));
  if (beyond !== undefined) return { skipped: beyond, ...nothing };
  const author = authored(kind, object);
  const subjectUnder = (one: Selection) => subjectOf(author, state, { namespace, selection: one, services });
  const subject = subjectUnder(selection);
  const dataPath = dataPathOf(subject);
  const found = settled(plan(subject).findings, object);
  const ignored = ignoredRules(selection, (rule) => {
    const unless = policyOf(state, namespace, { kind, object, ignores, unignored: rule });
    return settled(plan(subjectUnder(unless)).findings, object).findings;
  });
  return {
    ...{ ...found, ignored, mistakes },
    policy,
    ...(onlyReported !== undefined && { onlyReported }),
    ...(dataPath !== undefined && { dataPath }),
  };
}

function shapeMistake(kind: WorkloadKind, workload: Workload): string | undefined {
  const [mistake] = [...fieldTypeErrors(kind, workload), ...missingParts(kind, workload)];
  return mistake && typeErrorText(mistake);
}

/** An object that was read back from an API server already contains what we injected. */
function settled(findings: readonly Finding[], object: Workload): Pick<Assessment, 'findings' | 'changes' | 'planned'> {
  const { there, pending } = editsOf(findings, (edit) => fulfils(object, edit));
  const changes = changesOf(pending);
  const planned = findings.filter((one) => one.kind === 'edit');
  if (there.length === 0) return { findings, changes, planned };
  const injected = new Map<Finding, Finding>(
    there.map((edit) => [
      edit,
      fine(edit.rule, edit.path, `${edit.summary} is already there, injected by the webhook`),
    ]),
  );
  return { findings: findings.map((finding) => injected.get(finding) ?? finding), changes, planned };
}

function skipReason(namespace: string, label: string | undefined, mode: string): string | undefined {
  const cluster = clusterNamespaceReason(namespace);
  if (cluster !== undefined) return cluster;
  if (label !== undefined && label !== 'enforce' && label !== 'audit') {
    const meant = modeMeant(label);
    const question = meant === undefined ? '' : `; did you mean ${meant}?`;
    return `namespace ${namespace} is not opted in: its label hitless.dev/mode is ${JSON.stringify(label)}; enforce and audit opt in${question}`;
  }
  return mode === 'off' ? optedOutReason : undefined;
}

function authored(kind: WorkloadKind, workload: Workload): Authored {
  const { resourceVersion, managedFields } = workload.metadata;
  const stored = resourceVersion !== undefined || managedFields !== undefined;
  if (stored) {
    const recovered = recoverAuthor(workload, { kind });
    return { ...recovered, stored: { object: workload, ours: recovered.ours } };
  }
  return { kind, author: workload, written: writtenIn({ kind, workload }, manifestEvidence) };
}
