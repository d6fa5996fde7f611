// Keeps one kind of object as the API server has it: a list in pages, then a watch from where the list ended, again and again.
//
// One loop, so there are never two watches of one kind. The next watch begins where the last one ended; only when the API
// server no longer knows that place (410), or reports an error in the middle of a watch, is everything listed again.

import { type Backoff, backoffMs, pause } from '../../timing.ts';
import { type Api, ApiError, IdleTimeout, noticedAfterMs } from '../client/api.ts';
import type { Collection } from '../client/page.ts';
import { consistentPagesOf } from '../client/pages.ts';
import type { InTurn } from './turns.ts';
import { applyEvent, type Sink, WatchExpired } from './watch-events.ts';

export type Resource = Collection;

export type ReflectorState =
  /** A complete list is in the sink. */
  | { readonly kind: 'listed' }
  /** The API server does not know this kind; the sink has been emptied. */
  | { readonly kind: 'absent' }
  /** The objects of an optional kind may not be read; the sink has forgotten them. */
  | { readonly kind: 'forbidden'; readonly reason: string }
  /** A watch is open: the sink follows the API server. */
  | { readonly kind: 'open' }
  /** It no longer does, since `silentMs` milliseconds ago. */
  | { readonly kind: 'lost'; readonly reason: string; readonly silentMs: number };

export interface Timings extends Backoff {
  /** How soon to ask again for a kind that is not there. */
  readonly absentMs: number;
  /** And in the long run for an optional one that is not there or may not be read: most clusters never have all of them. */
  readonly optionalMs: number;
  /** A watch is silent for this long only when the peer is gone: the API server sends a bookmark each minute. */
  readonly silenceMs: number;
  /** The API server ends a watch after this time, or up to twice of it: so that replicas spread over its instances again. */
  readonly watchSeconds: number;
  /** A watch that lasted this long was a good one: the next failure is the first again. */
  readonly goodMs: number;
  /** After a list, no other one is made for this time because there is room for what was left out. */
  readonly relistMs: number;
}

export const usualTimings: Timings = {
  firstMs: 250,
  mostMs: 10_000,
  absentMs: 5_000,
  optionalMs: 60_000,
  silenceMs: 100_000,
  watchSeconds: 300,
  goodMs: 5_000,
  relistMs: 60_000,
};

export interface ReflectorOptions {
  readonly api: Api;
  readonly resource: Resource;
  readonly sink: Sink;
  readonly tell: (state: ReflectorState) => void;
  readonly signal: AbortSignal;
  /** May be missing, and need not be readable. */
  readonly optional?: boolean;
  /** Makes a list wait for its turn. */
  readonly inTurn?: InTurn;
  readonly timings?: Timings;
}

/** The place in the API server's history, and the time of its last message, in terms of `performance.now`. */
interface Position {
  version: string | undefined;
  heardAt: number;
  /** When the last list was complete. */
  listedAt: number;
  /** When the last watch began. */
  openedAt: number;
  /** 404s of lists in a row, or 403s of an optional kind. */
  refusals: number;
  refusedWith: number;
}

/** Returns when `signal` aborts; never throws for anything that the API server does. */
export async function reflect(options: ReflectorOptions): Promise<void> {
  const { signal, optional = false, timings = usualTimings } = options;
  const position: Position = { version: undefined, heardAt: 0, listedAt: 0, openedAt: 0, ...notRefused };
  let failures = 0;
  while (!signal.aborted) {
    position.openedAt = Number.POSITIVE_INFINITY;
    const resumed = position.version !== undefined;
    const error = await turn(options, timings, position);
    if (signal.aborted) return;
    const good = performance.now() - position.openedAt >= timings.goodMs;
    if (good) failures = 0;
    if (good && error === undefined) continue;
    // After an outage the place is often no longer known: then the list need not wait as well. A turn that begins with one does.
    if (resumed && isPlaceLost(error)) continue;
    failures += 1;
    await pause(waitMs(error, failures, { timings, position, optional }), signal, { ref: false });
  }
}

const notRefused = { refusals: 0, refusedWith: 0 };

function waitMs(
  error: Error | undefined,
  failures: number,
  { timings, position, optional }: { timings: Timings; position: Position; optional: boolean },
) {
  const { firstMs, absentMs, optionalMs } = timings;
  // It begins with short pauses, in case that it is only an API server that has just started.
  if (position.refusals > 1 && optional) return backoffMs(position.refusals, { firstMs, mostMs: optionalMs });
  if (position.refusals > 1) return backoffMs(1, { firstMs: absentMs, mostMs: absentMs });
  const wanted = error instanceof ApiError ? (error.retryAfterMs ?? 0) : 0;
  return Math.max(backoffMs(failures, timings), Math.min(wanted, timings.mostMs));
}

/** One list, if the place in history is not known, and one watch. Gives why it ended, undefined when the API server ended it in order. */
async function turn(options: ReflectorOptions, timings: Timings, position: Position): Promise<Error | undefined> {
  const { tell, inTurn = (work) => work() } = options;
  try {
    if (position.version === undefined) {
      position.version = await inTurn(() => list(options));
      if (position.refusedWith === 404) Object.assign(position, notRefused);
      position.listedAt = performance.now();
      tell({ kind: 'listed' });
    }
    await watch(options, timings, position);
    tell({ kind: 'lost', reason: 'the watch ended', silentMs: 0 });
    return undefined;
  } catch (error) {
    failed(error as Error, options, position);
    return error as Error;
  }
}

function failed(error: Error, { sink, tell, signal, optional }: ReflectorOptions, position: Position): void {
  if (signal.aborted) return;
  const code = error instanceof ApiError ? error.code : 0;
  const refused = (code === 404 && position.version === undefined) || (code === 403 && optional === true);
  const again = refused && code === position.refusedWith;
  Object.assign(position, refused ? { refusals: again ? position.refusals + 1 : 1, refusedWith: code } : notRefused);
  if (isPlaceLost(error) || code === 404) position.version = undefined;
  // An API server that is starting, or one of several that does not know it yet, may answer so once.
  if (position.refusals === 1 && optional) return;
  if (position.refusals <= 1) {
    tell({ kind: 'lost', reason: error.message, silentMs: silenceBefore(error, position) });
  } else if (code === 404) {
    sink.stage().commit();
    tell({ kind: 'absent' });
  } else {
    position.version = undefined;
    sink.forget?.();
    tell({ kind: 'forbidden', reason: error.message });
  }
}

/** The API server answers 400 for a version from another etcd. */
function isPlaceLost(error: Error | undefined): boolean {
  return error instanceof WatchExpired || (error instanceof ApiError && [400, 410].includes(error.code));
}

/** How long the connection only looked open. */
function silenceBefore(error: Error, { heardAt, openedAt }: Position): number {
  if (openedAt === Number.POSITIVE_INFINITY) return 0;
  const silentMs = performance.now() - heardAt;
  if (error instanceof IdleTimeout) return silentMs;
  return (error as NodeJS.ErrnoException).code === 'ETIMEDOUT' ? Math.min(silentMs, noticedAfterMs) : 0;
}

/** Returns the version at which the watch continues. The pages of a list must be of one moment, or objects would be missed. */
async function list({ api, resource, sink, signal }: ReflectorOptions): Promise<string> {
  const stage = sink.stage();
  let last = '';
  for await (const { items, version } of consistentPagesOf(api, resource, signal)) {
    if (version === '') throw new Error(`${resource.path} did not return a list`);
    for (const item of items) stage.add(item);
    last = version;
  }
  stage.commit();
  return last;
}

async function watch(options: ReflectorOptions, timings: Timings, position: Position): Promise<void> {
  const { api, resource, sink, tell, signal } = options;
  const seconds = Math.round(timings.watchSeconds * (1 + Math.random()));
  const query = {
    ...resource.query,
    watch: 'true',
    allowWatchBookmarks: 'true',
    resourceVersion: position.version ?? '',
    timeoutSeconds: String(seconds),
  };
  const lines = await api.stream({ path: resource.path, query, silenceMs: timings.silenceMs, signal });
  position.openedAt = position.heardAt = performance.now();
  Object.assign(position, notRefused);
  tell({ kind: 'open' });
  for await (const line of lines) {
    position.heardAt = performance.now();
    position.version = applyEvent(line, sink) || position.version;
    if (sink.hasRoom?.() && position.heardAt - position.listedAt > timings.relistMs)
      throw new WatchExpired('there is room for objects that were left out');
  }
}
