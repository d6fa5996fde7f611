// What of ours an answer takes out of an object, and why.

import { sameOnceDefaulted } from '../workload/api-defaults.ts';
import type { WorkloadKind } from '../workload/kinds/kind.ts';
import { getAt } from '../workload/path.ts';
import type { Workload } from '../workload/workload.ts';
import type { AuthorDocument } from './author-document.ts';
import { collisions, type Withdrawal } from './collisions.ts';
import type { DraftObject } from './drafts.ts';
import { isTemplateReset } from './shared-template.ts';

/** A field that we wrote, or that the API server left behind. */
export type Removal =
  /** The author wrote something beside which it would be refused: `the author set maxSurge 0`. */
  | { readonly kind: 'collision'; readonly path: string; readonly detail: string }
  /** It belongs to a probe of ours that the author has replaced. */
  | { readonly kind: 'leftover'; readonly path: string }
  | { readonly kind: Plain; readonly path: string };

/**
 * opted-out: an annotation says so. not-wanted: the plan has nothing for it. frozen: it came back with an older template, and the
 * stored one stays, which is without. stray-strategy: the API's default rollingUpdate beside a type Recreate.
 */
type Plain = 'opted-out' | 'not-wanted' | 'frozen' | 'stray-strategy';

export interface RemovalReasons {
  /** The reason where there is no better one. */
  readonly usual: (path: string) => Plain;
  /** Those of the draft's `taken` that collide, where they are known. */
  readonly colliding?: readonly Withdrawal[];
}

interface Made {
  readonly draft: DraftObject;
  /** What came of the draft. */
  readonly object: Workload;
  /** What came back with another value of ours. */
  readonly restored: readonly string[];
  readonly reasons: RemovalReasons;
}

/** What `object` has lost of ours. */
export function removalsOf(recovered: AuthorDocument, made: Made): readonly Removal[] {
  const { kind, received, leftovers } = recovered;
  const { draft, object, reasons } = made;
  // A template that is reset keeps its fields or loses them, whatever was wanted; and the API's default may be the very same value.
  const isGone = (path: string) => !sameOnceDefaulted(path, getAt(received, path), getAt(object, path));
  const gone = candidates(recovered, made).filter(isGone);
  return [
    ...explained(recovered, gone, reasons),
    ...(draft.droppedStrategy ? strayStrategy(kind, gone) : []),
    ...leftovers.filter(({ path }) => isGone(path)).map(({ path }) => ({ kind: 'leftover', path }) as const),
  ];
}

/** Where a field in it is told already, that is enough. */
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
  const { usual, colliding = collisions(kind, received, gone) } = reasons;
  const details = new Map(colliding.map(({ path, reason }) => [path, reason]));
  const besideAnother = new Set(strays);
  return gone.map((path) => {
    const detail = details.get(path);
    if (detail !== undefined) return { kind: 'collision', path, detail };
    return besideAnother.has(path) ? { kind: 'leftover', path } : { kind: usual(path), path };
  });
}
