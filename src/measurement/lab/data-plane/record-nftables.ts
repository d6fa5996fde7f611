// Records kube-proxy's rules in nftables, as the kernel reports each change.

import { pause } from '../../../timing.ts';
import { followNftables, lostLine } from './nftables.ts';
import { follow } from './programs.ts';
import { createRuleRecorder, type RecordOptions, subscribedMs } from './recorder.ts';

/** Resolves when nothing can be recorded any more, with why. */
export async function recordNftables({ namespace, write, signal }: RecordOptions): Promise<string> {
  const { begin, record } = createRuleRecorder({ write, signal });
  const changes = followNftables(namespace);
  const lost = Promise.withResolvers<string>();
  const ended = follow('nft', ['-a', 'monitor'], {
    signal,
    line: (text) => {
      if (lostLine.test(text)) lost.resolve('the rules of the node changed faster than nft could report');
      record(Date.now(), changes(text), false);
    },
  });
  void pause(subscribedMs, signal).then(() => begin({ mode: 'nftables', reads: 'nft monitor', resolutionMs: 1 }));
  return Promise.race([ended, lost.promise]);
}
