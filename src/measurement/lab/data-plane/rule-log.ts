// The log of the pod that records the rules of a node: one JSON object a line, times in milliseconds since 1970 by the node's clock.
//
//   {"recording":ms,"mode":"nftables"|"iptables","reads":"nft monitor","resolutionMs":n}   once, when every later change is recorded
//   {"rules":ms,"service":"name","port":"name","addresses":["10.244.0.5", ...]}   since then, new connections go to these
//   {"alive":ms}    every second: until then, nothing else changed
//   {"unknown":"sentence"}    nothing can be recorded from here on, and why

import { isObject, type JsonObject } from '../../../workload/json.ts';
import type { DataPlaneMode, RuleChange } from '../../analysis/pod-routes.ts';

export interface RuleRecording {
  readonly mode: DataPlaneMode;
  /** The program that reads the rules, for people. */
  readonly reads: string;
  /** A change is recorded at most this much too early or too late, not counting the delays of a busy node. */
  readonly resolutionMs: number;
}

export interface RuleLog {
  readonly recording?: RuleRecording;
  readonly changes: readonly RuleChange[];
  readonly aliveMs: number;
  readonly unknown?: string;
}

export type RuleLine =
  | ({ readonly recording: number } & RuleRecording)
  | ({ readonly rules: number } & Omit<RuleChange, 'atMs'>)
  | { readonly alive: number }
  | { readonly unknown: string };

/** What a line means is checked, because the image may hold another version of this program. */
export function readRuleLog(lines: readonly JsonObject[]): RuleLog {
  const changes = lines.flatMap(changeOf);
  const recording = lines.map(recordingOf).find((one) => one !== undefined);
  const unknown = lines.map((line) => line.unknown).find((one) => typeof one === 'string');
  const alive = lines.map((line) => line.alive).findLast((one) => typeof one === 'number');
  return {
    ...(recording && { recording }),
    changes,
    aliveMs: alive ?? Number.NEGATIVE_INFINITY,
    ...(unknown !== undefined && { unknown }),
  };
}

function recordingOf({ recording, mode, reads, resolutionMs }: JsonObject): RuleRecording | undefined {
  if (typeof recording !== 'number' || (mode !== 'nftables' && mode !== 'iptables')) return undefined;
  return { mode, reads: `${reads}`, resolutionMs: Number(resolutionMs) };
}

function changeOf(line: JsonObject): readonly RuleChange[] {
  if (!isObject(line) || typeof line.rules !== 'number' || !Array.isArray(line.addresses)) return [];
  const { rules, service, port, addresses } = line;
  return [{ atMs: rules, service: `${service}`, port: `${port}`, addresses: addresses.map(String) }];
}
