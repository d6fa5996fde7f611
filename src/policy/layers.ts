// Layers laid over each other, field by field, with the origin and the rank of every field kept.

import { builtInSpec, sections } from './fields.ts';
import type { Origin, PartialSpec, PolicySection, PolicySpec } from './policy.ts';

/** What one document or one annotation says. */
export interface Layer {
  readonly origin: Origin;
  readonly spec: PartialSpec;
  /** The writer of an annotation with a value wants it written, so a section that is off or only reports begins to fill. */
  readonly wakes?: true;
}

/** A policy in the making. It may still contradict itself: settle.ts makes it usable. */
export interface Draft {
  readonly spec: { readonly [S in PolicySection]: Record<string, unknown> };
  /** By `section.field`. */
  readonly origins: Record<string, Origin>;
  /** How high the layer is that set the field; 0 is the built-in default. By `section.field`. */
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
  return {
    spec: {
      readinessProbe: { ...spec.readinessProbe },
      preStopSleep: { ...spec.preStopSleep },
      terminationGracePeriod: { ...spec.terminationGracePeriod },
      rollingUpdate: { ...spec.rollingUpdate },
      minReadySeconds: { ...spec.minReadySeconds },
    },
    origins: { ...origins },
    ranks: { ...ranks },
    top,
  };
}

/** Lays `layers` over `draft`, all of them at the same rank: one document, or the annotations of one object. */
export function overlay(draft: Draft, layers: readonly Layer[]): void {
  draft.top += 1;
  for (const layer of layers) for (const section of sections) overlaySection(draft, layer, section);
}

function overlaySection(draft: Draft, { origin, spec, wakes }: Layer, section: PolicySection): void {
  const said: Readonly<Record<string, unknown>> | undefined = spec[section];
  if (said === undefined) return;
  for (const field of Object.keys(said)) put(draft, `${section}.${field}`, said[field], origin);
  const { action } = draft.spec[section];
  const asleep = action === 'off' || action === 'report';
  if (wakes && asleep && !Object.hasOwn(said, 'action')) put(draft, `${section}.action`, 'fill', origin);
}

function put(draft: Draft, path: string, value: unknown, origin: Origin): void {
  const [section, field] = path.split('.') as [PolicySection, string];
  draft.spec[section][field] = value;
  draft.origins[path] = origin;
  draft.ranks[path] = draft.top;
}

/** The draft as a policy. Every layer was validated, and the lowest one has every field. */
export function toPolicy({ spec, origins }: Draft): { readonly spec: PolicySpec; readonly origins: Draft['origins'] } {
  return { spec: spec as unknown as PolicySpec, origins };
}
