// The text of a baseline: one line for each finding, sorted, so that a change to it is easy to read and to merge.

import { baselineFormat } from '../../names.ts';
import { visibleLines } from '../../text/hidden.ts';
import { isObject, type Json, type JsonObject } from '../../workload/json.ts';
import { withoutMark } from '../../yaml/documents.ts';

/** A finding that is accepted. What is neither the fingerprint nor the count is for people. */
export interface BaselineEntry {
  readonly fingerprint: string;
  /** How often: an object can be in several files. */
  readonly count: number;
  /** `Deployment shop/web`; empty for a sentence about a Namespace. */
  readonly object: string;
  readonly rule: string;
  readonly message: string;
}

export type ReadBaseline =
  | { readonly entries: readonly BaselineEntry[] }
  /** A clause about the file. */
  | { readonly mistake: string };

export function baselineText(entries: readonly BaselineEntry[]): string {
  const lines = entries.toSorted(byObject).map((one) => `\n    ${lineOf(one)}`);
  const findings = lines.length === 0 ? '[]' : `[${lines.join(',')}\n  ]`;
  return `{\n  "format": ${JSON.stringify(baselineFormat)},\n  "findings": ${findings}\n}\n`;
}

function lineOf({ object, rule, message, count, fingerprint }: BaselineEntry): string {
  const entry = { ...(object !== '' && { object }), rule, message, ...(count > 1 && { count }), fingerprint };
  return visibleLines(JSON.stringify(entry));
}

/** By code points: the same on every machine. */
function byObject(a: BaselineEntry, b: BaselineEntry): number {
  const [one, other] = [a, b].map(({ object, rule, message, fingerprint }) => [object, rule, message, fingerprint]);
  const at = one?.findIndex((part, index) => part !== other?.[index]) ?? -1;
  return at === -1 ? 0 : (one?.[at] ?? '') < (other?.[at] ?? '') ? -1 : 1;
}

/** An entry that is there twice, as after a merge, counts once, as often as the larger one says. */
export function readBaselineText(text: string): ReadBaseline {
  if (/^(?:<{7}|>{7}) /m.test(text))
    return { mistake: 'it holds the marks of a merge conflict: keep the lines of both sides, or write it again' };
  const value = parsed(text);
  if (!isObject(value) || typeof value.format !== 'string')
    return { mistake: 'it is not a baseline: hitless baseline writes one' };
  if (value.format !== baselineFormat) return { mistake: otherFormat(value.format) };
  if (!Array.isArray(value.findings)) return { mistake: 'it has no list of findings: write it again' };
  return entriesIn(value.findings as readonly Json[]);
}

function parsed(text: string): Json {
  try {
    return JSON.parse(withoutMark(text)) as Json;
  } catch {
    return null;
  }
}

function otherFormat(found: string): string {
  const start = baselineFormat.slice(0, baselineFormat.lastIndexOf('v') + 1);
  const newest = baselineFormat.slice(start.length);
  const version = found.startsWith(start) ? Number(found.slice(start.length)) : Number.NaN;
  if (version > Number(newest))
    return `it is of a newer version (${found}; this hitless knows ${baselineFormat}): use a newer hitless, or write it again`;
  return `its format is ${found.slice(0, 80)}, and must be ${baselineFormat}: write it again`;
}

function entriesIn(findings: readonly Json[]): ReadBaseline {
  const entries = new Map<string, BaselineEntry>();
  for (const [at, one] of findings.entries()) {
    const entry = entryOf(one);
    if (entry === undefined)
      return {
        mistake: `findings[${at}] must be an object with a fingerprint of 32 hexadecimal digits, and with a count above 0 or none`,
      };
    const { fingerprint, count } = entry;
    if ((entries.get(fingerprint)?.count ?? 0) < count) entries.set(fingerprint, entry);
  }
  return { entries: [...entries.values()] };
}

function entryOf(value: Json): BaselineEntry | undefined {
  if (!isObject(value)) return undefined;
  const { fingerprint, count = 1 } = value;
  if (typeof fingerprint !== 'string' || !/^[0-9a-f]{32}$/.test(fingerprint)) return undefined;
  if (typeof count !== 'number' || !Number.isSafeInteger(count) || count < 1) return undefined;
  const [object, rule, message] = ['object', 'rule', 'message'].map((key) => textAt(value, key));
  return { fingerprint, count, object: object ?? '', rule: rule ?? '', message: message ?? '' };
}

function textAt(value: JsonObject, key: string): string {
  const text = value[key];
  return typeof text === 'string' ? text : '';
}
