// Layers merged field by field, with the origin and the rank of every field.

import type { FieldOrigin, PartialSpec, PolicyDocument, PolicySection, PolicySpec } from './policy.ts';
import { builtInSpec, sections } from './sections.ts';

/** The settings of one document or one annotation. */
export interface Layer {
  readonly origin: FieldOrigin;
  readonly spec: PartialSpec;
  /** True for an annotation: its author wants the value written, so a section that is off or only reports starts to fill. */
  readonly activates?: true;
}

/** An unfinished policy, which may still contradict itself: resolve-conflicts.ts makes it usable. */
export interface Draft {
  readonly spec: { readonly [S in PolicySection]: Record<string, unknown> };
  /** By `section.field`. */
  readonly origins: Record<string, FieldOrigin>;
  /** The rank of the layer that set the field; 0 is the built-in default. By `section.field`. */
  readonly ranks: Record<string, number>;
  top: number;
}

export function builtInDraft(): Draft {
  const spec = builtInSpec() as unknown as Draft['spec'];
  const paths = sections.flatMap((section) => Object.keys(spec[section]).map((field) => `${section}.${field}`));
  return {
    spec,
    origins: Object.fromEntries(paths.map((path) => [path, 'built-in default'])),
    ranks: Object.fromEntries(paths.map((path) => [path, 0])),
    top: 0,
  };
}

export function copyOf({ spec, origins, ranks, top }: Draft): Draft {
  const copy = { ...spec };
  for (const section of sections) copy[section] = { ...spec[section] };
  return { spec: copy, origins: { ...origins }, ranks: { ...ranks }, top };
}

/** Merges `layers` over `draft`, all at the same rank: one document, or the annotations of one object. */
export function overlay(draft: Draft, layers: readonly Layer[]): void {
  draft.top += 1;
  for (const layer of layers) for (const section of sections) overlaySection(draft, layer, section);
}

/**
 * Merges `documents`, given lowest first, into a fresh draft. It goes from the highest down until every field is set, because a
 * namespace can have many thousands of documents.
 */
export function underlay(draft: Draft, documents: readonly PolicyDocument[]): void {
  let missing = Object.keys(draft.ranks).length;
  draft.top = documents.length;
  for (let rank = documents.length; rank > 0 && missing > 0; rank -= 1) {
    const document = documents[rank - 1];
    if (document !== undefined) missing -= fill(draft, document, rank);
  }
}

/** Sets the fields that no higher document sets, and returns their number. */
function fill(draft: Draft, document: PolicyDocument, rank: number): number {
  let filled = 0;
  for (const section of sections) {
    const said: Readonly<Record<string, unknown>> | undefined = document.spec[section];
    for (const field in said) {
      const path = `${section}.${field}`;
      if (draft.ranks[path] !== 0) continue;
      draft.spec[section][field] = said[field];
      draft.origins[path] = originOf(document);
      draft.ranks[path] = rank;
      filled += 1;
    }
  }
  return filled;
}

function originOf({ kind, name, namespace = 'default' }: PolicyDocument): FieldOrigin {
  return kind === 'ClusterRolloutPolicy' ? `${kind} ${name}` : `${kind} ${namespace}/${name}`;
}

function overlaySection(draft: Draft, { origin, spec, activates }: Layer, section: PolicySection): void {
  const said: Readonly<Record<string, unknown>> | undefined = spec[section];
  if (said === undefined) return;
  for (const field of Object.keys(said)) put(draft, `${section}.${field}`, said[field], origin);
  const { action } = draft.spec[section];
  const asleep = action === 'off' || action === 'report';
  if (activates && asleep && !Object.hasOwn(said, 'action')) put(draft, `${section}.action`, 'fill', origin);
}

function put(draft: Draft, path: string, value: unknown, origin: FieldOrigin): void {
  const [section, field] = path.split('.') as [PolicySection, string];
  draft.spec[section][field] = value;
  draft.origins[path] = origin;
  draft.ranks[path] = draft.top;
}

/** The draft as a policy. Every layer was validated, and the lowest one has every field. */
export function toPolicy({ spec, origins }: Draft): { readonly spec: PolicySpec; readonly origins: Draft['origins'] } {
  return { spec: spec as unknown as PolicySpec, origins };
}
