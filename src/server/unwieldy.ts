// Large bodies whose JSON takes long to read, or much memory, whatever is in it: nested deep, in a million pieces, or with another name for every
// field. Looked through before they are parsed, in a few milliseconds; small ones are not, they are read sooner than that.

import { HttpError } from './http-error.ts';

const smallBytes = 128 * 1024;

// A Deployment is nested some 20 deep, its managedFields the same; it has some hundred names, and one more for every label,
// annotation and environment variable.
const deepest = 200;
const mostNames = 30_000;
// The densest that an API server writes are managedFields, of which 3 MiB hold some 250,000.
const mostParts = 400_000;
// 60 to 100 bytes of memory each. An object that fills etcd's 1.5 MiB has at most 600,000, if it is a Deployment.
const mostValues = 1_000_000;

/** Why the body is not read: what there is too much of, or undefined. */
export function unwieldy(body: Buffer): string | undefined {
  if (body.length <= smallBytes) return undefined;
  const names = createCount();
  let [depth, parts, commas] = [0, 0, 0];
  // Of the string that ended last: a name when a colon follows.
  let hash = 0;
  for (let i = 0; i < body.length; i += 1) {
    const byte = body[i];
    if (byte === quote) {
      hash = seed;
      for (i += 1; i < body.length && body[i] !== quote; i += 1) {
        if (body[i] === backslash) i += 1;
        hash = Math.imul(hash ^ (body[i] ?? 0), multiplier);
        // The upper bits choose the slot: without this some multipliers leave them alike for names that differ in few letters.
        hash ^= hash >>> 15;
      }
    } else if (byte === colon) {
      if (names.add(hash) > mostNames) return `more than ${mostNames} different field names`;
    } else if (byte === comma) {
      commas += 1;
      if (commas + parts > mostValues) return `more than ${mostValues} values`;
    } else if (byte === openBrace || byte === openBracket) {
      depth += 1;
      parts += 1;
      if (depth > deepest) return `fields nested more than ${deepest} deep`;
      if (parts > mostParts) return `more than ${mostParts} objects and lists`;
    } else if (byte === closeBrace || byte === closeBracket) {
      depth -= 1;
    }
  }
  return undefined;
}

const [quote, backslash, colon, comma] = [0x22, 0x5c, 0x3a, 0x2c];
const [openBrace, closeBrace, openBracket, closeBracket] = [0x7b, 0x7d, 0x5b, 0x5d];

// Random for each process, so that names that collide cannot be prepared.
const seed = Math.floor(Math.random() * 2 ** 32);
const multiplier = (Math.floor(Math.random() * 2 ** 31) * 2 + 1) | 0;

/** Counts different hashes, a few too low. */
function createCount() {
  const seen = new Uint8Array(2 ** 17);
  let count = 0;
  return {
    add: (hash: number): number => {
      const slot = hash >>> 15;
      count += seen[slot] === 0 ? 1 : 0;
      seen[slot] = 1;
      return count;
    },
  };
}

const beforeObjects = ',"userInfo":';

/**
 * The review without what follows the operation, in the order in which an API server writes it: uid, kind, resource, name,
 * namespace, operation, userInfo, object. Enough to answer that nothing is changed.
 * @throws HttpError when it is in another order.
 */
export function headOf(body: Buffer, reason: string): Buffer {
  const end = body.indexOf(beforeObjects);
  if (end === -1 || end > smallBytes) throw new HttpError(400, `the body has ${reason}`);
  return Buffer.concat([body.subarray(0, end), Buffer.from('}}')]);
}
