// Errors as a Kubernetes Status: the API server shows its message to the user, and nothing of any other body.

import { BadReview } from '../admission/review.ts';

/** The request cannot be answered with a decision. Thrown anywhere below a route. */
export class HttpError extends Error {
  /** The HTTP status. */
  readonly code: number;
  readonly headers: Readonly<Record<string, string>>;

  constructor(code: number, message: string, headers: Readonly<Record<string, string>> = {}) {
    super(message);
    this.code = code;
    this.headers = headers;
  }
}

/** The answer to the caller for any error; a bug in hitless gets `message` and the status 500. */
export function toHttpError(error: unknown, message: string): HttpError {
  if (error instanceof HttpError) return error;
  if (error instanceof BadReview) return new HttpError(400, error.message);
  // A caller's mistake that the HTTP framework found.
  const found = error as { statusCode?: number; message?: string };
  const { statusCode = 500 } = found;
  if (statusCode === 415) return new HttpError(415, 'the content type must be application/json, but cannot be parsed');
  if (statusCode >= 400 && statusCode < 500) return new HttpError(statusCode, `${found.message}`);
  return new HttpError(500, message);
}

const reasons: Readonly<Record<number, string>> = {
  400: 'BadRequest',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'NotFound',
  405: 'MethodNotAllowed',
  413: 'RequestEntityTooLarge',
  415: 'UnsupportedMediaType',
  503: 'ServiceUnavailable',
};

/** The body of a failed answer. */
export function statusBody(code: number, message: string): string {
  const reason = reasons[code] ?? (code < 500 ? 'BadRequest' : 'InternalError');
  return JSON.stringify({ kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message, reason, code });
}
