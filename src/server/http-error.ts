// Refusals as a Kubernetes Status: the API server shows its message to the user, and nothing of any other body.

/** The request cannot be answered with a decision. Thrown anywhere below a route. */
export class Refusal extends Error {
  /** The HTTP status. */
  readonly code: number;
  readonly headers: Readonly<Record<string, string>>;

  constructor(code: number, message: string, headers: Readonly<Record<string, string>> = {}) {
    super(message);
    this.code = code;
    this.headers = headers;
  }
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
