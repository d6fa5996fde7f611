// The bearer token that a scrape of /metrics must bring, where one is set.

import { createHash, timingSafeEqual } from 'node:crypto';
import { HttpError } from './http-error.ts';

/** The refusal for a request with this `Authorization` header, or undefined. Its timing reveals nothing about the token. */
export function checkToken(token: string, authorization = ''): HttpError | undefined {
  const [, given] = /^Bearer +(\S+)$/i.exec(authorization) ?? [];
  if (given !== undefined && timingSafeEqual(digest(given), digest(token))) return undefined;
  const message = '/metrics requires the bearer token of --metrics-token-file in the Authorization header';
  return new HttpError(401, message, { 'www-authenticate': 'Bearer' });
}

// Digests have one length, as the comparison requires.
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
