// The meaning of the API server's answers to the certificate stores.

import { ApiError } from '../client/api.ts';

/** Another writer was first: the object exists by now, or has another version. */
export function isConflict(error: unknown): boolean {
  return error instanceof ApiError && error.code === 409;
}

/** The same error, with what could not be done. */
export function withContext(error: unknown, what: string): Error {
  return new Error(`${what}: ${(error as Error).message}`, { cause: error });
}
