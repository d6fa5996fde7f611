// The outcome of a request, from its error and how far it had come.

import { truncateLine } from '../../text/truncate.ts';
import type { RequestOutcome } from './sample.ts';

/**
 * `connecting`: no connection yet, TLS included. `sent`: bytes of the request were written. `answering`: bytes of the response have
 * arrived.
 */
export type RequestStage = 'connecting' | 'sent' | 'answering';

export interface RequestLoss {
  readonly outcome: Exclude<RequestOutcome, 'ok'>;
  /** A code of the system, or a few words. */
  readonly detail: string;
  readonly status?: number;
}

/** No route, or no socket, address or port left on this side. */
const unreachable: ReadonlySet<string> = new Set([
  'EHOSTUNREACH',
  'EHOSTDOWN',
  'ENETUNREACH',
  'ENETDOWN',
  'ENOTFOUND',
  'EACCES',
  'EPERM',
  'EADDRNOTAVAIL',
  'EADDRINUSE',
  'EMFILE',
  'ENFILE',
  'ENOBUFS',
  'ENOMEM',
]);

const broken = { connecting: 'reset-unsent', sent: 'reset-sent', answering: 'cut' } as const;

export function classify(error: unknown, stage: RequestStage): RequestLoss {
  const { code, message = '', syscall } = error as NodeJS.ErrnoException;
  const detail = detailOf(code, message);
  if (code === 'ECONNREFUSED') return { outcome: 'refused', detail };
  if (code === 'ETIMEDOUT') return { outcome: 'timeout', detail };
  // EAI_...: the name was not resolved.
  if (code !== undefined && (unreachable.has(code) || code.startsWith('EAI_')))
    return { outcome: 'unreachable', detail };
  // The first write failed: the connection was broken before anything of the request was on it.
  if (stage === 'sent' && syscall === 'write') return { outcome: 'reset-unsent', detail };
  return { outcome: broken[stage], detail };
}

/** Node.js gives an orderly close before the answer the code of a reset; it matters to know which it was. */
function detailOf(code: string | undefined, message: string): string {
  if (message === 'socket hang up') return 'closed without an answer';
  if (message === 'aborted') return 'closed during the answer';
  return code ?? shorten(message);
}

/** Short, because samples are kept by the million. */
export function shorten(text: string): string {
  return truncateLine(text, 80);
}

const waitedFor = {
  waiting: 'no free connection',
  connecting: 'no connection',
  sent: 'no answer',
  answering: 'incomplete answer',
} as const;

/** `waiting`: for a connection, because too many are in use. */
export function timedOut(stage: RequestStage | 'waiting'): RequestLoss {
  return { outcome: 'timeout', detail: waitedFor[stage] };
}
