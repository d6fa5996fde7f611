// The lines of an answer as admission warnings, which the person at the client reads, and as audit annotations.
// The API server drops a whole warning that holds a control character, merges equal ones, and cuts all of them once they exceed
// 4,096 characters together. Annotations have no limit but sense; their names must be qualified names.

import type { Line } from './verdict.ts';

const totalLimit = 4_000;
const lineLimit = 500;
const annotationLimit = 2_000;

/** One line each; the same edit in several containers is one line. */
export function warningLines(lines: readonly Line[]): readonly string[] {
  const texts = merged(lines, sentence).map((text) => short(text, lineLimit));
  let total = 0;
  const kept = texts.filter((text) => {
    total += text.length;
    return total <= totalLimit;
  });
  const cut = texts.length - kept.length;
  return cut === 0 ? kept : [...kept, `hitless: ${cut} more, see the audit log or run hitless check`];
}

/** By verb: `patched`, `would-patch`, `waits`, `kept`, `withdrew`, `found`, `ignored`. */
export function auditAnnotations(lines: readonly Line[], decision: string): Readonly<Record<string, string>> {
  const annotations: Record<string, string> = { decision };
  for (const [verb, ofVerb] of Map.groupBy(lines, (line) => line.verb)) {
    const texts = merged(ofVerb, ({ rule, text }) => (rule === '' ? text : `${rule}: ${text}`));
    annotations[verb.replace(' ', '-')] = short(texts.join('; '), annotationLimit);
  }
  return annotations;
}

/** The sentences of `lines`, equal ones of several containers in one. */
function merged(lines: readonly Line[], wording: (line: Line) => string): readonly string[] {
  const containers = new Map<string, string[]>();
  for (const line of lines) {
    const text = wording(line);
    const names = containers.get(text) ?? [];
    if (line.container !== undefined) names.push(line.container);
    containers.set(text, names);
  }
  return Array.from(containers, ([text, names]) => (names.length === 0 ? text : `${text} in ${names.join(', ')}`));
}

function sentence({ verb, rule, text }: Line): string {
  if (verb === 'found') return `hitless ${rule}: ${text}`;
  if (verb === 'ignored') return `hitless: ${text}`;
  if (verb === 'waits') return `hitless ${rule} waits for the next change of the pod template: ${text}`;
  if (verb === 'kept') return `hitless kept ${text}, which this client dropped`;
  return rule === '' ? `hitless ${verb} ${text}` : `hitless ${verb} (${rule}): ${text}`;
}

/** Control and direction characters come from names that the API server has not validated yet. */
function short(text: string, limit: number): string {
  const printable = /^[ -~]*$/.test(text) ? text : text.replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, '?');
  return printable.length <= limit ? printable : `${printable.slice(0, limit - 1)}…`;
}
