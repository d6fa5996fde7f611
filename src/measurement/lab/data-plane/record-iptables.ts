// Records kube-proxy's rules in iptables: all of them are read whenever the kernel reports a change of any rule, and where it does
// not report them, all the time.

import { pause } from '../../../timing.ts';
import type { FoundRules } from './find-rules.ts';
import { rulesInSaved } from './iptables.ts';
import { follow, output } from './programs.ts';
import { createRuleRecorder, type RecordOptions, subscribedMs } from './recorder.ts';
import type { ServiceRules } from './service-rules.ts';

type IptablesRules = Extract<FoundRules, { kind: 'iptables' }>;

const pollEveryMs = 20;
const trials = 5;
const committed = /^# new generation /;

/** Resolves when nothing can be recorded any more, with why. */
export async function recordIptables(rules: IptablesRules, options: RecordOptions): Promise<string> {
  const { namespace, signal } = options;
  const read = () => readRules(rules.programs, namespace);
  let slowestMs = 0;
  for (let trial = 0; trial < trials; trial++) {
    const sinceMs = performance.now();
    await read();
    slowestMs = Math.max(slowestMs, Math.ceil(performance.now() - sinceMs));
  }
  const reads = rules.programs.join(' and ');
  if (!rules.told) return poll(read, { ...options, reads, resolutionMs: slowestMs + pollEveryMs });
  const failed = readOnChange(read, { ...options, reads: `${reads} after nft monitor`, resolutionMs: slowestMs });
  return Promise.race([failed.why, follow('nft', ['monitor'], { signal, line: failed.line })]);
}

interface Reading extends RecordOptions {
  readonly reads: string;
  readonly resolutionMs: number;
}

type Read = () => Promise<readonly ServiceRules[] | string>;

/** The time of a change is when the kernel reported it; what changes while the rules are read is read again. */
function readOnChange(read: Read, { reads, resolutionMs, write, signal }: Reading) {
  const { begin, record } = createRuleRecorder({ write, signal });
  const why = Promise.withResolvers<string>();
  let changedMs: number | undefined;
  let reading = false;
  const readAll = async () => {
    if (reading) return;
    reading = true;
    while (changedMs !== undefined && !signal.aborted) {
      const atMs = changedMs;
      changedMs = undefined;
      const now = await read();
      if (typeof now === 'string') why.resolve(now);
      else record(atMs, now, true);
    }
    reading = false;
  };
  const changed = () => {
    changedMs ??= Date.now();
    void readAll();
  };
  void pause(subscribedMs, signal).then(() => {
    changed();
    begin({ mode: 'iptables', reads, resolutionMs }, () => !reading);
  });
  return { why: why.promise, line: (text: string) => void (committed.test(text) && changed()) };
}

/** The time of a change is the end of the reading that shows it. */
async function poll(read: Read, { reads, resolutionMs, write, signal }: Reading): Promise<string> {
  const { begin, record } = createRuleRecorder({ write, signal });
  begin({ mode: 'iptables', reads, resolutionMs });
  while (!signal.aborted) {
    const now = await read();
    if (typeof now === 'string') return now;
    record(Date.now(), now, true);
    await pause(pollEveryMs, signal);
  }
  return 'interrupted';
}

/** A sentence where that is not possible. */
async function readRules(programs: readonly string[], namespace: string): Promise<readonly ServiceRules[] | string> {
  const saved = await Promise.all(programs.map((program) => output(program, ['-t', 'nat'])));
  const rules: ServiceRules[] = [];
  for (const one of saved) {
    if (one.kind === 'failed') return one.why;
    rules.push(...rulesInSaved(one.text, namespace));
  }
  return rules;
}
