// Mistakes in a manifest that the API server would drop or refuse: fields in the wrong place, misspelt fields, values of the wrong
// type, and values that are not allowed, alone or together.

import { isObject, type Json, type JsonObject, objectAt } from '../../workload/json.ts';
import type { WorkloadKind } from '../../workload/kinds/kind.ts';
import { getAt } from '../../workload/path.ts';
import { decodeWorkload, type Visit } from './decode.ts';
import { isWithin, type ManifestError, mostMistakes } from './mistake.ts';
import { claimErrors } from './rules/claim-rules.ts';
import { containerErrors } from './rules/container-rules.ts';
import { fieldErrors } from './rules/field-rules.ts';
import { labelErrors } from './rules/label-rules.ts';
import { podErrors } from './rules/pod-rules.ts';
import { missingFields } from './rules/required.ts';
import { resourceErrors } from './rules/resource-rules.ts';
import { workloadErrors } from './rules/workload-rules.ts';

type ObjectRule = (visit: Visit, claimed: ReadonlySet<Json>) => readonly ManifestError[];

const objectRules: readonly ObjectRule[] = [
  fieldErrors,
  missingFields,
  containerErrors,
  podErrors,
  claimErrors,
  labelErrors,
  resourceErrors,
];

export interface ReadManifest {
  /** What the API server would hold: without nulls, and without what it drops or refuses. */
  readonly workload: JsonObject;
  readonly errors: readonly ManifestError[];
}

export function readManifest(kind: WorkloadKind, document: JsonObject): ReadManifest {
  const ruled: ManifestError[] = [];
  const claimed = claimNames(kind, document);
  const { value: workload, mistakes } = decodeWorkload(kind, document, (visit) => {
    for (const rule of objectRules) add(ruled, rule(visit, claimed));
  });
  add(ruled, workloadErrors(kind, workload));
  const all = [...mistakes, ...ruled];
  const errors = ruled.filter((one) => !isExplained(one, mistakes) && !isFollowing(one, all));
  return { workload, errors: [...mistakes, ...errors] };
}

function add(all: ManifestError[], more: readonly ManifestError[]): void {
  all.push(...more.slice(0, mostMistakes - all.length));
}

/** The names of the claims that its controller makes for each pod. */
function claimNames({ claimTemplates }: WorkloadKind, document: JsonObject): ReadonlySet<Json> {
  const found = claimTemplates === undefined ? undefined : getAt(document, claimTemplates);
  const templates = Array.isArray(found) ? (found as Json[]).filter(isObject) : [];
  return new Set(templates.map((template) => objectAt(template, 'metadata').name ?? ''));
}

/** True for what is missing only because the field that was meant could not be read. */
function isExplained({ keys, missing = [] }: ManifestError, mistakes: readonly ManifestError[]): boolean {
  return mistakes.some((one) => {
    return (one.meant === undefined && isWithin(keys, one.keys)) || missing.includes(one.meant ?? `${one.keys.at(-1)}`);
  });
}

/** True for what is wrong only as long as another field is. */
function isFollowing(error: ManifestError, all: readonly ManifestError[]): boolean {
  const { follows = [] } = error;
  return follows.length > 0 && all.some((one) => one !== error && follows.some((outer) => isWithin(one.keys, outer)));
}
