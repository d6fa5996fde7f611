// One call of the webhook: bytes in, AdmissionReview out, and what log and metrics say about it.

import type { Decision } from '../admission/decision.ts';
import { BadReview, readReview } from '../admission/review.ts';
import { type Screened, screen } from '../admission/skip.ts';
import { callReporter, cut } from './call-report.ts';
import { HttpError, toHttpError } from './http-error.ts';
import type { Log } from './log.ts';
import type { DecisionLabel, EntryMode } from './metric-rows.ts';
import type { Metrics } from './metrics.ts';
import { parseReview } from './parse-review.ts';
import { headOf, unwieldy } from './unwieldy.ts';

export interface MutateOptions {
  /** Throws BadReview for a malformed object; any other error is a bug in hitless. */
  readonly admit: (request: Screened, mode: EntryMode) => Decision;
  /** Something to wait for before a decision about this namespace. Must not reject; usually nothing. */
  readonly prepare?: ((namespace: string, caller: string) => Promise<void> | undefined) | undefined;
  /** The parts of the cluster state that are not known yet, one phrase each; not called again once all is known. Absent: all is known. */
  readonly unknown?: (() => readonly string[]) | undefined;
  /** The most that any request may get. */
  readonly cap: EntryMode;
  readonly metrics: Metrics;
  readonly log: Log;
}

export interface Mutate {
  /** The JSON of the answer, at once unless there is something to wait for. `caller` is an address. Throws HttpError, or what `admit` threw. */
  readonly answer: (body: Buffer | undefined, path: EntryMode, caller?: string) => string | Promise<string>;
  /** Counts and logs a call that got no decision, and returns its refusal; a bug in hitless becomes a 500. */
  readonly refusalFor: (error: unknown, path: EntryMode) => HttpError;
}

export function createMutate({ admit, prepare, unknown = () => [], cap, metrics, log }: MutateOptions): Mutate {
  const checkKnown = untilKnown(unknown);
  const report = callReporter({ metrics, log });
  const effective = (path: EntryMode): EntryMode => (cap === 'audit' ? 'audit' : path);
  const judge = (request: Screened, mode: EntryMode, started: number): string => {
    const verdict = decide(admit, request, mode);
    const answer = `{"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","response":${JSON.stringify(verdict.response)}}`;
    const milliseconds = performance.now() - started;
    // Once the answer is on its way: the API server does not wait for the log.
    process.nextTick(report, { request, mode, verdict, milliseconds });
    return answer;
  };
  return {
    answer: (body, path, caller = '') => {
      const started = performance.now();
      const mode = effective(path);
      checkKnown();
      const request = read(body);
      const prepared = request.skipped === undefined ? prepare?.(request.namespace, caller) : undefined;
      if (prepared === undefined) return judge(request, mode, started);
      // Parsed again: a waiting call holds its bytes, which are counted, and not the parsed value, which may be many times as large.
      return prepared.then(() => judge(read(body), mode, started));
    },
    refusalFor: (error, path) => {
      const mode = effective(path);
      const message = 'hitless failed on this request and made no decision: see its log';
      const refusal = toHttpError(error, message);
      metrics.request(mode, refusal instanceof NotReady ? 'not_ready' : (outcomes[refusal.code] ?? 'bad_request'));
      if (refusal.code === 500)
        log.error({ mode, ...errorContext(error) }, 'admission review failed, this is a bug in hitless');
      else log.warn({ mode, code: refusal.code, reason: refusal.message }, 'admission review refused');
      return refusal;
    },
  };
}

/** @throws BadReview, or HttpError for a body that is not JSON. */
function read(body: Buffer | undefined): Screened {
  const beyond = body && unwieldy(body);
  if (body === undefined || beyond === undefined) return screen(readReview(parseReview(body)));
  return screen({
    ...readReview(parseReview(headOf(body, beyond))),
    beyond: `the review has ${beyond}, so it is not examined`,
  });
}

const outcomes: Readonly<Record<number, DecisionLabel>> = { 500: 'error', 503: 'overloaded' };

/** Nothing is decided without the policies: the built-in one may say the opposite of what the cluster's say. */
class NotReady extends HttpError {}

/** Throws NotReady until the cluster state is known; it does not become unknown again. */
function untilKnown(unknown: () => readonly string[]): () => void {
  let known = false;
  return () => {
    if (known) return;
    const missing = unknown();
    known = missing.length === 0;
    if (known) return;
    // The API server calls again after that second, and a new connection may lead to another instance.
    const headers = { 'retry-after': '1', connection: 'close' };
    throw new NotReady(503, `hitless has just started and cannot decide yet: ${missing.join(', ')}`, headers);
  };
}

/** Keeps the request with the error, for the log. */
class Failed extends Error {
  readonly request: Screened;
  constructor(request: Screened, cause: unknown) {
    super('admit threw', { cause });
    this.request = request;
  }
}

function decide(admit: MutateOptions['admit'], request: Screened, mode: EntryMode): Decision {
  try {
    return admit(request, mode);
  } catch (error) {
    throw error instanceof BadReview ? error : new Failed(request, error);
  }
}

function errorContext(error: unknown) {
  if (!(error instanceof Failed)) return { err: error };
  const { uid, namespace, name, operation } = error.request;
  return { uid, namespace: cut(namespace), name: cut(name), operation, err: error.cause };
}
