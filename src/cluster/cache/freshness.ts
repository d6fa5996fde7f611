// Whether the known state of each kind matches the API server, and if not, for how long.

import { createNews, type KindEvent, type KindStatus } from './kind-news.ts';
import { awaited, type CachedKind, watchedKinds } from './kinds.ts';
import type { ReflectorState } from './reflector.ts';

export type FreshnessEvent =
  | KindEvent
  /** The first list of every kind is complete, but of some that are not required. */
  | { readonly kind: 'synced'; readonly seconds: number; readonly without?: readonly CachedKind[] }
  | {
      readonly kind: 'stale';
      readonly of: readonly CachedKind[];
      readonly seconds: number;
      readonly reasons: readonly string[];
    }
  /** After a stale one. */
  | { readonly kind: 'fresh'; readonly seconds: number };

export interface Freshness {
  readonly note: (of: CachedKind, state: ReflectorState) => void;
  /**
   * Seconds since the known state of a kind was last sure to be current: 0 while its watch is open, or when it does not exist. Before the
   * first list: since the start. Without those that may not be read.
   */
  readonly ages: () => Readonly<Partial<Record<CachedKind, number>>>;
  /** The kinds that a decision waits for, with the reason why if there is one. */
  readonly missing: () => readonly string[];
  /** Looks at the clock; call it each second. */
  readonly check: () => void;
}

export interface FreshnessOptions {
  readonly watched?: readonly CachedKind[];
  readonly clock?: () => number;
}

/** Shorter gaps are everyday life: an API server that restarts, a watch that moves to another instance. */
const staleMs = 15_000;
/** How often the log repeats that it is still so. */
const repeatMs = 600_000;
/** How long kinds that are not required hold up a start, once all others are known: one that never answers must not stop the webhook. */
const patienceMs = 15_000;

export function createFreshness(
  report: (report: FreshnessEvent) => void,
  { watched = watchedKinds, clock = () => performance.now() }: FreshnessOptions = {},
): Freshness {
  const began = clock();
  const fresh = (): KindStatus => ({ phase: 'unlisted', since: began, reason: '' });
  const statuses = new Map(watched.map((kind) => [kind, fresh()]));
  const inPhase = (...phases: readonly KindStatus['phase'][]) =>
    [...statuses].filter(([, { phase }]) => phases.includes(phase)).map(([kind]) => kind);
  const ageMs = (kind: CachedKind) => Math.max(0, clock() - (statuses.get(kind)?.since ?? clock()));
  const staleness = createStaleness(report, clock);
  const start = createStart({ report, clock, inPhase });
  const news = createNews(report, watched);
  const note = (of: CachedKind, state: ReflectorState) => {
    const status = statuses.get(of);
    if (status === undefined) return;
    const before = { ...status };
    apply(status, state, clock());
    news.note(of, before, status);
    start.check();
  };
  const check = () => {
    start.check();
    news.check();
    const listed = inPhase('listed', 'absent');
    const old = listed.filter((kind) => ageMs(kind) > staleMs);
    const reasons = [...new Set(old.map((kind) => statuses.get(kind)?.reason ?? ''))];
    staleness({ of: old, ageMs: Math.max(0, ...listed.map(ageMs)), reasons });
  };
  return {
    note,
    check,
    ages: () => Object.fromEntries(inPhase('unlisted', 'listed', 'absent').map((kind) => [kind, ageMs(kind) / 1000])),
    missing: () => start.missing().map((kind) => told(kind, statuses.get(kind)?.reason ?? '')),
  };
}

function apply(status: KindStatus, state: ReflectorState, now: number): void {
  if (state.kind === 'lost') {
    status.since ??= now - state.silentMs;
    status.reason = state.reason;
    return;
  }
  // A kind that may be listed but not watched is forbidden.
  if (state.kind === 'listed' && status.phase === 'forbidden') return;
  status.phase = state.kind === 'open' ? 'listed' : state.kind;
  status.since = undefined;
  if (state.kind === 'forbidden') status.reason = state.reason;
}

interface StartOptions {
  readonly report: (report: FreshnessEvent) => void;
  readonly clock: () => number;
  readonly inPhase: (...phases: readonly KindStatus['phase'][]) => readonly CachedKind[];
}

/** What the first decision waits for. */
function createStart({ report, clock, inPhase }: StartOptions) {
  const began = clock();
  let requiredAt: number | undefined;
  let synced = false;
  const missing = () => {
    const unlisted = inPhase('unlisted');
    const required = unlisted.filter((kind) => awaited(kind) === 'always');
    if (required.length === 0) requiredAt ??= clock();
    const impatient = synced || (requiredAt !== undefined && clock() - requiredAt > patienceMs);
    return impatient ? required : unlisted.filter((kind) => awaited(kind) !== 'never');
  };
  const check = () => {
    if (synced || missing().length > 0) return;
    synced = true;
    const without = inPhase('unlisted', 'forbidden').filter((kind) => awaited(kind) === 'briefly');
    const seconds = Math.round(clock() - began) / 1000;
    report({ kind: 'synced', seconds, ...(without.length > 0 && { without }) });
  };
  return { missing, check };
}

interface Stale {
  /** Empty: nothing is stale. */
  readonly of: readonly CachedKind[];
  /** The greatest, also of what is cut but not stale yet. */
  readonly ageMs: number;
  readonly reasons: readonly string[];
}

/** Reports the beginning and the end, and now and then that it lasts. */
function createStaleness(report: (report: FreshnessEvent) => void, clock: () => number): (now: Stale) => void {
  let lasting: { readonly since: number; readonly saidAt: number } | undefined;
  return ({ of, ageMs, reasons }) => {
    const now = clock();
    if (of.length === 0) {
      // While the watches come back one is often cut once more: that is not the end.
      if (lasting !== undefined && ageMs > 0) return;
      if (lasting !== undefined) report({ kind: 'fresh', seconds: Math.round((now - lasting.since) / 1000) });
      lasting = undefined;
      return;
    }
    if (lasting !== undefined && now - lasting.saidAt < repeatMs) return;
    lasting = { since: lasting?.since ?? now - ageMs, saidAt: now };
    report({ kind: 'stale', of, seconds: Math.round(ageMs / 1000), reasons });
  };
}

function told(kind: CachedKind, reason: string): string {
  return `the first list of ${kind} is not complete yet${reason === '' ? '' : ` (${reason})`}`;
}
