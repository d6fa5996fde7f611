// Records the rules of the node it runs on: what they are for the Services of one namespace, whenever that changes. It only reads.

import { findRules } from './find-rules.ts';
import { recordIptables } from './record-iptables.ts';
import { recordNftables } from './record-nftables.ts';
import type { RecordOptions } from './recorder.ts';

/** Until `signal`: true. False when nothing can be recorded, or not any more; then the last line says why. */
export async function recordRules({ namespace, write, signal }: RecordOptions): Promise<boolean> {
  const found = await findRules();
  // Whatever ends the recording ends its programs and its signs of life too.
  const ended = new AbortController();
  const options = { namespace, write, signal: AbortSignal.any([signal, ended.signal]) };
  const why = await whyEnded();
  ended.abort();
  if (!signal.aborted) write({ unknown: why });
  return signal.aborted;

  async function whyEnded(): Promise<string> {
    if (found.kind === 'unknown') return found.why;
    return found.kind === 'nftables' ? recordNftables(options) : recordIptables(found, options);
  }
}
