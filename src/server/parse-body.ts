// Bytes to plain JSON, unless what comes of them would be many times as large as they are.

import type { Json } from '../workload/json.ts';
import { Refusal } from './status.ts';

// 60 to 100 bytes of memory each, against 3 of `{},`. An object that fills etcd's 1.5 MiB has at most 600,000, if it is a Deployment.
const mostValues = 1_000_000;
// A shorter one cannot become large.
const harmlessBytes = 1024 * 1024;

/**
 * Plain JSON. A key `__proto__` becomes an own property like any other, because JSON.parse defines and does not assign.
 * @throws Refusal when the body is empty, no JSON, or holds too many values.
 */
export function parseBody(body: Buffer | undefined): Json {
  if (body === undefined || body.length === 0)
    throw new Refusal(400, 'the body is empty, an AdmissionReview is expected');
  if (body.length > harmlessBytes && countValues(body) > mostValues)
    throw new Refusal(413, `the body holds more than ${mostValues} values`);
  try {
    return JSON.parse(body.toString()) as Json;
  } catch {
    throw new Refusal(400, `the body of ${body.length} bytes is no valid JSON, or was cut off on the way`);
  }
}

const [quote, backslash, comma, bracket, brace] = Buffer.from('"\\,[{');

/** What separates and opens, outside of strings: about as many as there are values. */
function countValues(body: Buffer): number {
  let count = 0;
  let inString = false;
  for (let at = 0; at < body.length; at += 1) {
    const byte = body[at];
    if (byte === quote) inString = !inString;
    else if (inString) at += byte === backslash ? 1 : 0;
    else if (byte === comma || byte === bracket || byte === brace) count += 1;
  }
  return count;
}
