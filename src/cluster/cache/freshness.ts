// Whether the known state of each kind matches the API server, and if not, for how long.

import { type CachedKind, kinds } from './kinds.ts';
import type { ReflectorState } from './reflector.ts';

export type FreshnessEvent =
  /** Before the first list of a kind, whenever the reason changes. */
  | { readonly kind: 'waiting'; readonly of: CachedKind; readonly reason: string }
  | { readonly kind: 'absent'; readonly of: CachedKind }
  /** The first list of every kind is complete. */
  | { readonly kind: 'synced'; readonly seconds: number }
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
  /** Seconds since the known state of a kind was last sure to be current: 0 while its watch is open. Before the first list: since the start. */
  readonly ages: () => Record<CachedKind, number>;
  /** The kinds that were never listed, with the reason why if there is one. */
  readonly missing: () => readonly string[];
  /** Looks at the clock; call it each second. */
  readonly check: () => void;
}

interface Status {
  listed: boolean;
  absent: boolean;
  /** When it was last sure to be current; undefined: it is. */
  since: number | undefined;
  reason: string;
}

/** Shorter gaps are everyday life: an API server that restarts, a watch that moves to another instance. */
const staleMs = 15_000;
/** How often the log repeats that it is still so. */
const repeatMs = 600_000;

export function createFreshness(report: (report: FreshnessEvent) => void, clock = () => performance.now()): Freshness {
  const began = clock();
  const fresh = (): Status => ({ listed: false, absent: false, since: began, reason: '' });
  const statuses = Object.fromEntries(kinds.map((kind) => [kind, fresh()])) as Record<CachedKind, Status>;
  const ageMs = (kind: CachedKind) => Math.max(0, clock() - (statuses[kind].since ?? clock()));
  const staleness = createStaleness(report, clock);
  let synced = false;
  const checkSynced = () => {
    if (synced || kinds.some((kind) => !statuses[kind].listed)) return;
    synced = true;
    report({ kind: 'synced', seconds: Math.round(clock() - began) / 1000 });
  };
  const note = (of: CachedKind, state: ReflectorState) => {
    const status = statuses[of];
    if (state.kind === 'lost') {
      status.since ??= clock() - state.silentMs;
      if (!status.listed && status.reason !== state.reason) report({ kind: 'waiting', of, reason: state.reason });
      status.reason = state.reason;
      return;
    }
    if (state.kind === 'absent' && !status.absent) report({ kind: 'absent', of });
    status.absent = state.kind === 'absent';
    status.since = undefined;
    status.listed = true;
    checkSynced();
  };
  const check = () => {
    const listed = kinds.filter((kind) => statuses[kind].listed);
    const old = listed.filter((kind) => ageMs(kind) > staleMs);
    const reasons = [...new Set(old.map((kind) => statuses[kind].reason))];
    staleness({ of: old, ageMs: Math.max(0, ...listed.map(ageMs)), reasons });
  };
  return {
    note,
    check,
    ages: () => Object.fromEntries(kinds.map((kind) => [kind, ageMs(kind) / 1000])) as Record<CachedKind, number>,
    missing: () => kinds.filter((kind) => !statuses[kind].listed).map((kind) => told(kind, statuses[kind].reason)),
  };
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
