// What of ours an answer takes out of an object, and why.

import { sameOnceDefaulted } from '../workload/api-defaults.ts';
import { getAt } from '../workload/path.ts';
import type { Deployment } from '../workload/workload.ts';
import type { Recovered } from './author-document.ts';
import { collisions, type Withdrawal } from './collisions.ts';

/** A field that we wrote, or that the API server left behind for it. */
export type Removal =
  /** The author wrote something beside which it would be refused: `the author set maxSurge 0`. */
  | { readonly kind: 'collision'; readonly path: string; readonly detail: string }
  /** opted-out: an annotation says so. not-wanted: the plan has nothing for it. leftover: it belongs to a probe of ours that the
   *  author has replaced. stray-strategy: the API's default rollingUpdate beside a type Recreate. */
  | { readonly kind: 'opted-out' | 'not-wanted' | 'leftover' | 'stray-strategy'; readonly path: string };

/** A Removal for each of `paths`; `usual` is the reason where there is no better one. */
export function removalsOf(
  { received, strays }: Recovered,
  paths: readonly string[],
  usual: 'opted-out' | 'not-wanted',
  colliding: readonly Withdrawal[] = collisions(received, paths),
): readonly Removal[] {
  const details = new Map(colliding.map(({ path, reason }) => [path, reason]));
  return paths.map((path) => {
    const detail = details.get(path);
    if (detail !== undefined) return { kind: 'collision', path, detail };
    return { kind: strays.includes(path) ? 'leftover' : usual, path };
  });
}

/** Those that make a difference: a template that is frozen keeps its fields, and the API's default may be the very same value. */
export function effective(
  removals: readonly Removal[],
  received: Deployment,
  object: Deployment,
): readonly Removal[] {
  return removals.filter(({ path }) => !sameOnceDefaulted(path, getAt(received, path), getAt(object, path)));
}
