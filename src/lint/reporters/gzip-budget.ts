// How much text fits into a file that is compressed before it is sent.

import { gzipSync } from 'node:zlib';

/** Texts are compressed together from this size on: alone, a short one would seem to take more than it does. */
const block = 2 ** 18;

/**
 * Counts one text after the other. False as soon as all of them, compressed, may take more than `most` bytes; nothing is compressed while
 * they fit as they are.
 */
export function gzipBudget(most: number): (text: string) => boolean {
  let waiting: string[] = [];
  let [plain, waitingBytes, packed] = [0, 0, 0];
  return (text) => {
    const bytes = Buffer.byteLength(text);
    plain += bytes;
    waitingBytes += bytes;
    waiting.push(text);
    if (plain <= most) return true;
    if (waitingBytes >= block) {
      packed += gzipSync(waiting.join('')).length;
      [waiting, waitingBytes] = [[], 0];
    }
    return packed + waitingBytes <= most;
  };
}
