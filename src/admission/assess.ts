// The same decision for a manifest on disk: nothing is defaulted yet, and everything in it was written by the author. An object
// that was read back from an API server is recognised and judged by its own proofs.

import type { ClusterState } from '../cluster-state/cluster-state.ts';
import { modeName } from '../names.ts';
import type { ResolvedPolicy } from '../policy/policy.ts';
import { type Change, changesOf, type Edit, type Finding, fine } from '../rules/finding.ts';
import { manifestEvidence, writtenIn } from '../workload/authorship.ts';
import { fieldTypeErrors, missingParts } from '../workload/field-types.ts';
import { type JsonObject, withoutNulls } from '../workload/json.ts';
import type { WorkloadKind } from '../workload/kinds/kind.ts';
import { kindMeant, kindNames } from '../workload/kinds/kinds.ts';
import type { Workload } from '../workload/workload.ts';
import { recoverAuthor } from './author-document.ts';
import { type Authored, namespaceOf, planFor, policyOf } from './context.ts';
import { servicesOf } from './services.ts';
import { clusterNamespaceReason, optedOutReason } from './skip.ts';
import { editsOf, fulfils } from './sorted-edits.ts';

export interface Assessment {
  /** The reason why nothing was planned: a sentence. */
  readonly skipped?: string;
  readonly findings: readonly Finding[];
  /** What the edits among the findings write, in order. */
  readonly changes: readonly Change[];
  /** One sentence for each annotation under hitless.dev/ that was ignored. */
  readonly mistakes: readonly string[];
  readonly policy: ResolvedPolicy;
}

/** @throws TypeError when `document` is not shaped like a workload; call fieldTypeErrors and missingParts first. */
export function assess(document: JsonObject, state: ClusterState, defaultNamespace = 'default'): Assessment {
  const workload = withoutNulls(document) as Workload;
  const kind = kindMeant(workload);
  if (kind === undefined) throw new TypeError(`kind must be ${kindNames()}, found ${workload.kind}`);
  const [mistake] = [...fieldTypeErrors(kind, workload), ...missingParts(kind, workload)];
  if (mistake !== undefined) throw new TypeError(`${mistake.path} must be ${mistake.allowed}, found ${mistake.found}`);
  const { metadata = {} } = workload as Partial<Workload>;
  const name = metadata.namespace ?? defaultNamespace;
  const namespace = namespaceOf(state, name);
  const object: Workload = { ...workload, metadata };
  const selection = policyOf(state, namespace, { kind, object });
  const { policy, mode, mistakes } = selection;
  const skipped = skipReason(name, namespace.labels[modeName], mode);
  if (skipped !== undefined) return { skipped, findings: [], changes: [], mistakes, policy };
  const { services, beyond } = servicesOf(state, namespace, kind.templateOf(object));
  if (beyond !== undefined) return { skipped: beyond, findings: [], changes: [], mistakes, policy };
  const planned = planFor(authored(kind, object), state, { namespace, selection, services });
  const { there, pending } = editsOf(planned.findings, (edit) => fulfils(object, edit));
  return { findings: settled(planned.findings, there), changes: changesOf(pending), mistakes, policy };
}

/** An object that was read back from an API server already contains what we injected. */
function settled(findings: readonly Finding[], there: readonly Edit[]): readonly Finding[] {
  if (there.length === 0) return findings;
  const injected = new Map<Finding, Finding>(
    there.map((edit) => [
      edit,
      fine(edit.rule, edit.path, `${edit.summary} is already there, injected by the webhook`),
    ]),
  );
  return findings.map((finding) => injected.get(finding) ?? finding);
}

function skipReason(namespace: string, label: string | undefined, mode: string): string | undefined {
  const cluster = clusterNamespaceReason(namespace);
  if (cluster !== undefined) return cluster;
  if (label !== undefined && label !== 'enforce' && label !== 'audit') {
    return `namespace ${namespace} is not opted in: its label hitless.dev/mode is ${JSON.stringify(label)}; enforce and audit opt in`;
  }
  return mode === 'off' ? optedOutReason : undefined;
}

function authored(kind: WorkloadKind, workload: Workload): Authored {
  const { resourceVersion, managedFields } = workload.metadata;
  const stored = resourceVersion !== undefined || managedFields !== undefined;
  if (stored) return recoverAuthor(workload, { kind });
  return { kind, author: workload, written: writtenIn({ kind, workload }, manifestEvidence) };
}
