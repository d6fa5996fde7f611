// What is said about a kind when it is listed, missing or forbidden: once, and of kinds that most clusters lack in one line for all.

import { awaited, type CachedKind } from './kinds.ts';

export type KindEvent =
  /** Before the first list of a kind, whenever the reason changes; unlisted: of one that is not required. */
  | { readonly kind: 'waiting' | 'unlisted'; readonly of: CachedKind; readonly reason: string }
  | { readonly kind: 'absent'; readonly of: CachedKind }
  /** Kinds that most clusters never have. */
  | { readonly kind: 'not-installed'; readonly of: readonly CachedKind[] }
  | { readonly kind: 'forbidden'; readonly of: CachedKind; readonly reason: string }
  /** A kind that was absent or forbidden is watched. */
  | { readonly kind: 'found'; readonly of: CachedKind };

export interface KindStatus {
  phase: 'unlisted' | 'listed' | 'absent' | 'forbidden';
  /** When it was last sure to be current; undefined: it is. */
  since: number | undefined;
  reason: string;
}

export interface News {
  readonly note: (of: CachedKind, before: KindStatus, after: KindStatus) => void;
  /** Call it each second. */
  readonly check: () => void;
}

export function createNews(report: (report: KindEvent) => void, watched: readonly CachedKind[]): News {
  // These are told together, once no more come; if a kind is there by then, neither is said.
  const notInstalled = new Set<CachedKind>();
  let before = 0;
  return {
    note: (of, ...change) => {
      const news = newsOf(of, ...change);
      if (news === undefined) return;
      const pending = notInstalled.delete(of);
      if (news.kind === 'not-installed') notInstalled.add(of);
      else if (!pending || news.kind !== 'found') report(news);
    },
    check: () => {
      const isAll = notInstalled.size === before;
      before = notInstalled.size;
      if (!isAll || notInstalled.size === 0) return;
      report({ kind: 'not-installed', of: watched.filter((kind) => notInstalled.has(kind)) });
      notInstalled.clear();
    },
  };
}

function newsOf(of: CachedKind, before: KindStatus, { phase, reason }: KindStatus): KindEvent | undefined {
  const required = awaited(of) === 'always';
  if (phase === 'unlisted')
    return reason === before.reason ? undefined : { kind: required ? 'waiting' : 'unlisted', of, reason };
  if (phase === before.phase) return undefined;
  if (phase === 'forbidden') return { kind: 'forbidden', of, reason };
  if (phase === 'absent') return required ? { kind: 'absent', of } : { kind: 'not-installed', of: [of] };
  return before.phase === 'unlisted' ? undefined : { kind: 'found', of };
}
