// What `hitless explain` says about one workload, from a file or from a cluster; and its JSON.

import type { Assessment } from '../../admission/assess.ts';
import { namespaceOf } from '../../admission/context.ts';
import type { ClusterState } from '../../cluster-state/cluster-state.ts';
import type { Examined } from '../../lint/lint.ts';
import type { ObjectReference } from '../../lint/object-reference.ts';
import { kindsPath } from '../../policy/kinds-setting.ts';
import { builtInOrigin, type ResolvedPolicy } from '../../policy/policy.ts';
import { type PolicyVerdict, policyVerdicts } from '../../policy/verdicts.ts';
import { type Json, type JsonObject, objectAt } from '../../workload/json.ts';
import type { Position } from '../../yaml/position.ts';
import { pathAsJson } from './data-path.ts';
import { ownerSentence } from './owner.ts';

export interface Explained {
  readonly object: ObjectReference;
  /** In a file; absent for one that was read from a cluster. */
  readonly place?: Position & { readonly file: string };
  /** What hitless does in its namespace, as a sentence; absent for a file. */
  readonly mode?: string;
  /** Who else writes it, as a sentence; absent where nobody is known to. */
  readonly owner?: string;
  /** The reason why it is left alone. */
  readonly skipped?: string;
  /** Absent when the manifest has too many mistakes to plan on. */
  readonly assessment?: Assessment;
  readonly policies: readonly PolicyVerdict[];
  /** Mistakes in the manifest itself, with their places in a file. */
  readonly manifest: readonly (Partial<Position> & { readonly message: string })[];
}

export function explainedFile(examined: Examined, state: ClusterState): Explained {
  const { document, object, diagnostics, skipped, assessment } = examined;
  const told = assessment === undefined ? diagnostics : diagnostics.filter(({ rule }) => rule === 'manifest');
  return {
    object,
    place: { file: document.file, ...document.position('metadata') },
    ...ownerPart(document.value as JsonObject),
    ...(skipped !== undefined && { skipped }),
    ...(assessment !== undefined && { assessment }),
    policies: assessment === undefined ? [] : verdictsOn(object, document.value as JsonObject, state),
    manifest: told.map(({ line, column, message }) => ({ line, column, message })),
  };
}

/** Who else writes it, where somebody does. */
export function ownerPart(workload: JsonObject): Pick<Explained, 'owner'> {
  const owner = ownerSentence(workload);
  return owner === undefined ? {} : { owner };
}

/** `workload`: one whose labels and annotations are maps. */
export function verdictsOn(
  object: ObjectReference,
  workload: JsonObject,
  state: ClusterState,
): readonly PolicyVerdict[] {
  const metadata = objectAt(workload, 'metadata');
  const texts = (key: string) => objectAt(metadata, key) as Readonly<Record<string, string>>;
  const namespace = namespaceOf(state, object.namespace);
  const subject = { kind: object.kind, namespace, labels: texts('labels'), annotations: texts('annotations') };
  return policyVerdicts(state.policies, subject);
}

export interface ExplainedField {
  readonly field: string;
  readonly value: Json;
  readonly origin: string;
}

export function explainedFields({ kinds, spec, origins }: ResolvedPolicy): readonly ExplainedField[] {
  const explained = (field: string, value: Json) => ({ field, value, origin: origins[field] ?? builtInOrigin });
  const fields = Object.entries(spec).flatMap(([section, values]) =>
    Object.entries(values).map(([name, value]) => explained(`${section}.${name}`, value as Json)),
  );
  return [explained(kindsPath, [...kinds]), ...fields];
}

/** What consumers of the JSON may rely on. */
export function explainedJson({ object, place, mode, owner, skipped, assessment, policies, manifest }: Explained) {
  return {
    ...place,
    object,
    ...(mode !== undefined && { mode }),
    ...(assessment?.onlyReported !== undefined && { onlyReported: assessment.onlyReported }),
    ...(owner !== undefined && { owner }),
    ...(skipped !== undefined && { skipped }),
    policy: assessment === undefined ? [] : explainedFields(assessment.policy),
    policies,
    ...(assessment?.dataPath !== undefined && { dataPath: pathAsJson(assessment.dataPath) }),
    ignored: assessment?.mistakes ?? [],
    rules: assessment?.findings ?? [],
    ignoredRules: assessment?.ignored ?? [],
    manifest,
  };
}
