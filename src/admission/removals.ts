// The injections that a response removes from an object, and why.

import { sameOnceDefaulted } from '../workload/api-defaults.ts';
import type { WorkloadKind } from '../workload/kinds/kind.ts';
import { getAt } from '../workload/path.ts';
import type { Workload } from '../workload/workload.ts';
import type { AuthorDocument } from './author-document.ts';
import { collisions, type Withdrawal } from './collisions.ts';
import type { DraftObject } from './drafts.ts';
import { isTemplateReset } from './shared-template.ts';

/** A removed field that we wrote, or that the API server left behind. */
export type Removal =
  /** The author wrote something beside which it would be refused: `the author set maxSurge 0`. */
  | { readonly kind: 'collision'; readonly path: string; readonly detail: string }
  /** A rule takes it back. */
  | { readonly kind: 'taken-back'; readonly path: string; readonly detail: string }
  /** It belongs to an injected probe that the author has replaced. */
  | { readonly kind: 'leftover'; readonly path: string }
  | { readonly kind: Plain; readonly path: string };

/**
 * opted-out: an annotation says so. of-knative: Knative writes the object. not-wanted: it is not in the plan. frozen: it came back
 * with an older template, and the stored one, which does not have it, stays. stray-strategy: the API's default rollingUpdate
 * beside a type Recreate.
 */
type Plain = 'opted-out' | 'of-knative' | 'not-wanted' | 'frozen' | 'stray-strategy';

export interface RemovalReasons {
  /** The reason if there is no better one. */
  readonly usual: (path: string) => Plain;
  /** The paths of the draft's `taken` that collide, if known. */
  readonly colliding?: readonly Withdrawal[];
  /** Those that a rule takes back. */
  readonly takenBack: readonly Withdrawal[];
}

interface Made {
  readonly draft: DraftObject;
  /** The result of the draft. */
  readonly object: Workload;
  /** The paths that came back with another injected value. */
  readonly restored: readonly string[];
  readonly reasons: RemovalReasons;
}

/** The injections that `object` has lost. */
export function removalsOf(recovered: AuthorDocument, made: Made): readonly Removal[] {
  const { kind, received, leftovers } = recovered;
  const { draft, object, reasons } = made;
  // A template that is reset keeps or loses its fields, whatever was planned; and the API's default may be the same value.
  const isGone = (path: string) => !sameOnceDefaulted(path, getAt(received, path), getAt(object, path));
  const gone = candidates(recovered, made).filter(isGone);
  return [
    ...explained(recovered, gone, reasons),
    ...(draft.droppedStrategy ? strayStrategy(kind, gone) : []),
    ...leftovers.filter(({ path }) => isGone(path)).map(({ path }) => ({ kind: 'leftover', path }) as const),
  ];
}

/** Only where none of its fields is reported already. */
function strayStrategy({ strategy }: WorkloadKind, gone: readonly string[]): readonly Removal[] {
  const path = strategy?.rollingUpdate;
  return path === undefined || gone.some((one) => one.startsWith(path)) ? [] : [{ kind: 'stray-strategy', path }];
}

function candidates(recovered: AuthorDocument, { draft: { taken }, restored }: Made): readonly string[] {
  if (!isTemplateReset(recovered)) return taken;
  const { kind, ours } = recovered;
  const [outside, back] = [new Set(taken), new Set(restored)];
  return ours.filter((path) => (kind.inTemplate(path) ? !back.has(path) : outside.has(path)));
}

function explained(
  { kind, received, strays }: AuthorDocument,
  gone: readonly string[],
  reasons: RemovalReasons,
): readonly Removal[] {
  if (gone.length === 0) return [];
  const { usual, takenBack, colliding = collisions(kind, received, gone) } = reasons;
  const details = new Map(colliding.map(({ path, reason }) => [path, reason]));
  const taken = new Map(takenBack.map(({ path, reason }) => [path, reason]));
  const besideAnother = new Set(strays);
  return gone.map((path) => {
    const detail = details.get(path);
    if (detail !== undefined) return { kind: 'collision', path, detail };
    const reason = taken.get(path);
    if (reason !== undefined) return { kind: 'taken-back', path, detail: reason };
    return besideAnother.has(path) ? { kind: 'leftover', path } : { kind: usual(path), path };
  });
}
