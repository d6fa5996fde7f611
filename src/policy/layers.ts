// Layers merged field by field, with the origin and the rank of every field.

import { isZero } from '../workload/int-or-percent.ts';
import { defaultKinds, kindsPath } from './kinds-setting.ts';
import {
  type IgnoredSetting,
  ignoredBesideZero,
  ignoredLayer,
  ignoredPolicies,
  type Lock,
  type Locks,
  locksIn,
  locksOf,
  surgeLockedAtZero,
} from './locks.ts';
import {
  builtInOrigin,
  type FieldOrigin,
  originOf,
  type PartialSpec,
  type PolicyDocument,
  type PolicySection,
  type ResolvedPolicy,
} from './policy.ts';
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
  kinds: readonly string[];
  /** By `kinds` or `section.field`. */
  readonly origins: Record<string, FieldOrigin>;
  /** The rank of the layer that set the field; 0 is the built-in default. By `kinds` or `section.field`. */
  readonly ranks: Record<string, number>;
  top: number;
  /** Undefined where no policy locks anything. */
  locks?: Locks;
  /** Present where a policy locks maxSurge at zero, and teams may set maxUnavailable. */
  surgeLock?: Lock;
  /** What is said of each layer of a team whose maxUnavailable of zero does not count beside it, up to the reason. */
  zeros: readonly string[];
  /** One for each layer that a lock keeps from something. */
  ignored: readonly IgnoredSetting[];
}

export function builtInDraft(): Draft {
  const spec = builtInSpec() as unknown as Draft['spec'];
  const fields = sections.flatMap((section) => Object.keys(spec[section]).map((field) => `${section}.${field}`));
  const paths = [kindsPath, ...fields];
  return {
    spec,
    kinds: defaultKinds,
    origins: Object.fromEntries(paths.map((path) => [path, builtInOrigin])),
    ranks: Object.fromEntries(paths.map((path) => [path, 0])),
    top: 0,
    ignored: [],
    zeros: [],
  };
}

export function copyOf({ spec, origins, ranks, ...rest }: Draft): Draft {
  const copy = { ...spec };
  for (const section of sections) copy[section] = { ...spec[section] };
  return { ...rest, spec: copy, origins: { ...origins }, ranks: { ...ranks } };
}

/** Merges `layers` over `draft`, all at the same rank: one document, or the annotations of one object. */
export function overlay(draft: Draft, layers: readonly Layer[]): void {
  draft.top += 1;
  for (const layer of layers) {
    draft.ignored = [...draft.ignored, ...lockedIn(draft, layer.spec).map((lock) => ignoredLayer(layer.origin, lock))];
    for (const section of sections) overlaySection(draft, layer, section);
  }
}

/**
 * Merges `documents`, given lowest first, into a fresh draft. It goes from the highest down until every field is set, because a
 * namespace can have many thousands of documents.
 */
export function underlay(draft: Draft, documents: readonly PolicyDocument[]): void {
  let missing = Object.keys(draft.ranks).length;
  draft.top = documents.length;
  const locks = locksOf(documents);
  if (locks !== undefined) {
    const surgeLock = surgeLockedAtZero(locks, documents);
    Object.assign(draft, { locks, ignored: ignoredPolicies(locks, documents), ...(surgeLock && { surgeLock }) });
  }
  for (let rank = documents.length; rank > 0 && missing > 0; rank -= 1) {
    const document = documents[rank - 1];
    if (document !== undefined) missing -= fill(draft, document, rank);
  }
}

function lockedIn({ locks }: Draft, spec: PartialSpec): readonly Lock[] {
  return locks === undefined ? [] : locksIn(locks, spec);
}

/** Sets what no higher document sets, and returns the number of these settings. */
function fill(draft: Draft, document: PolicyDocument, rank: number): number {
  const locks = document.kind === 'RolloutPolicy' ? draft.locks : undefined;
  const { kinds } = document.spec;
  let filled = 0;
  if (kinds !== undefined && draft.ranks[kindsPath] === 0 && !locks?.has(kindsPath)) {
    draft.kinds = kinds;
    draft.origins[kindsPath] = originOf(document);
    draft.ranks[kindsPath] = rank;
    filled += 1;
  }
  for (const section of sections) {
    const said: Readonly<Record<string, unknown>> | undefined = document.spec[section];
    for (const field in said) {
      const path = `${section}.${field}`;
      if (draft.ranks[path] !== 0 || locks?.has(path)) continue;
      if (locks !== undefined && isBesideLockedZero(draft, path, said[field])) {
        noteZero(draft, `${originOf(document)} is ignored for ${unavailablePath}`);
        continue;
      }
      draft.spec[section][field] = said[field];
      draft.origins[path] = originOf(document);
      draft.ranks[path] = rank;
      filled += 1;
    }
  }
  return filled;
}

function overlaySection(draft: Draft, { origin, spec, activates }: Layer, section: PolicySection): void {
  const said: Readonly<Record<string, unknown>> | undefined = spec[section];
  if (said === undefined) return;
  for (const field of Object.keys(said)) put(draft, `${section}.${field}`, said[field], origin);
  const { action } = draft.spec[section];
  const asleep = action === 'off' || action === 'report';
  if (activates && asleep && !Object.hasOwn(said, 'action')) put(draft, `${section}.action`, 'fill', origin);
}

/** With it, the locked maxSurge would have to give way. */
function isBesideLockedZero({ surgeLock }: Draft, path: string, value: unknown): boolean {
  return surgeLock !== undefined && path === unavailablePath && isZero(value);
}

const unavailablePath = 'rollingUpdate.maxUnavailable';
// A namespace can have a thousand policies: more sentences than this would not be read.
const mostZeros = 20;

function noteZero(draft: Draft, begin: string): void {
  if (draft.zeros.length < mostZeros) draft.zeros = [...draft.zeros, begin];
}

/** Sets a field, unless a policy locks it. */
export function put(draft: Draft, path: string, value: unknown, origin: FieldOrigin): void {
  if (draft.locks?.has(path)) return;
  if (isBesideLockedZero(draft, path, value)) {
    noteZero(draft, `${origin} is ignored`);
    return;
  }
  const [section, field] = path.split('.') as [PolicySection, string];
  draft.spec[section][field] = value;
  draft.origins[path] = origin;
  draft.ranks[path] = draft.top;
}

/** Ranks the locked fields above all others, so that none of these makes them give way. */
export function raiseLocked({ locks, ranks, top }: Draft): void {
  for (const path of locks?.keys() ?? []) {
    const rank = ranks[path];
    if (rank !== undefined) ranks[path] = rank + top + 1;
  }
}

/** The layers whose zero does not count. None where the others come to zero as well: then it is maxSurge that becomes 1. */
export function ignoredZeros({ spec, surgeLock, zeros }: Draft): readonly IgnoredSetting[] {
  if (surgeLock === undefined || isZero(spec.rollingUpdate.maxUnavailable)) return [];
  return zeros.map((begin) => ignoredBesideZero(begin, surgeLock));
}

/** The draft as a policy. Every layer was validated, and the lowest one has every field. */
export function toPolicy({ kinds, spec, origins }: Draft): ResolvedPolicy {
  return { kinds, spec: spec as unknown as ResolvedPolicy['spec'], origins };
}
