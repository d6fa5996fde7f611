// What the API server's answers to the certificate stores mean.

import { ApiError } from '../client/api.ts';

/** Somebody else was quicker: the object exists by now, or is another version. */
export function isConflict(error: unknown): boolean {
  return error instanceof ApiError && error.code === 409;
}

/** The same error in words that say what could not be done. */
export function withContext(error: unknown, what: string): Error {
  return new Error(`${what}: ${(error as Error).message}`, { cause: error });
}
