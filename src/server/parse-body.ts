// Bytes to plain JSON. unwieldy.ts has checked before that they may be parsed at all.

import type { Json } from '../workload/json.ts';
import { HttpError } from './http-error.ts';

/**
 * Plain JSON. A key `__proto__` becomes an own property like any other, because JSON.parse defines and does not assign.
 * @throws HttpError when the body is empty or not JSON.
 */
export function parseBody(body: Buffer | undefined): Json {
  if (body === undefined || body.length === 0) throw new HttpError(400, 'the body is empty: send an AdmissionReview');
  try {
    return JSON.parse(body.toString()) as Json;
  } catch {
    throw new HttpError(400, `the body of ${body.length} bytes is not valid JSON, or was truncated on the way`);
  }
}
