// What every way of recording shares: where its lines go, and the sign of life.

import type { RuleLine, RuleRecording } from './rule-log.ts';
import { createDifference, type ServiceRules } from './service-rules.ts';

export interface RecordOptions {
  readonly namespace: string;
  readonly write: (line: RuleLine) => void;
  readonly signal: AbortSignal;
}

export interface RuleRecorder {
  /** From now on every change is recorded. `isIdle`: whether nothing is being read that could be one. */
  readonly begin: (recording: RuleRecording, isIdle?: () => boolean) => void;
  /** Writes what is new. `isAll`: Services that are not in `now` have no rules. */
  readonly record: (atMs: number, now: readonly ServiceRules[], isAll: boolean) => void;
}

const aliveEveryMs = 1000;
// nft subscribes to the kernel's events and reads all rules before it reports the first; it does not say when it is done.
export const subscribedMs = 1000;

/** Times are Date.now(): the processes of a node agree on it, however long each of them has been running. */
export function createRuleRecorder({ write, signal }: Pick<RecordOptions, 'write' | 'signal'>): RuleRecorder {
  const difference = createDifference();
  return {
    begin: (recording, isIdle = () => true) => {
      if (signal.aborted) return;
      write({ recording: Date.now(), ...recording });
      const timer = setInterval(() => isIdle() && write({ alive: Date.now() }), aliveEveryMs);
      signal.addEventListener('abort', () => clearInterval(timer), { once: true });
    },
    record: (atMs, now, isAll) => {
      for (const one of difference(now, isAll)) write({ rules: atMs, ...one });
    },
  };
}
