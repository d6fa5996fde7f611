// Calls that end: what answers a byte a second would otherwise be waited for without an end, because it is never silent for long.

import { type Api, ApiError, type Call } from './api.ts';

const longestCallMs = 60_000;

/** The same API; each call that has no signal of its own is given up after a minute. */
export function withDeadlines(api: Api): Api {
  const limited = (call: Call) => ({ signal: AbortSignal.timeout(longestCallMs), ...call });
  return { json: (call) => api.json(limited(call)), stream: (call) => api.stream(limited(call)) };
}

/** Why there is no whole answer: a clause. */
export function unreadReason(error: Error): string {
  const { code } = error as NodeJS.ErrnoException;
  if (error instanceof ApiError || code === undefined) return error.message;
  if (code === 'ABORT_ERR') return `the answer was not complete after ${longestCallMs / 1000} s`;
  return code === 'ECONNRESET' ? 'the connection broke off before the answer was complete' : error.message || code;
}
