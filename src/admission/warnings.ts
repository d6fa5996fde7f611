// The lines of a response as admission warnings, which the user of the client reads, and as audit annotations.
// The API server drops a whole warning that holds a control character, merges equal ones, and cuts all of them once they exceed
// 4,096 characters together. Annotations have no practical limit; their names must be qualified names.

import { withoutHidden } from '../text/hidden.ts';
import { truncate } from '../text/truncate.ts';
import type { MessageLine } from './messages.ts';

const totalLimit = 4_000;
const lineLimit = 500;
const annotationLimit = 2_000;

/** Lines of several containers that say the same, merged into one. */
export interface GroupedLine extends MessageLine {
  /** ` in web, proxy`, or empty. */
  readonly where: string;
}

export function groupLines(lines: readonly MessageLine[]): readonly GroupedLine[] {
  const groups = new Map<string, { readonly line: MessageLine; readonly names: string[] }>();
  for (const line of lines) {
    const key = `${line.verb} ${line.rule} ${line.text}`;
    const group = groups.get(key) ?? { line, names: [] };
    if (line.container !== undefined) group.names.push(line.container);
    groups.set(key, group);
  }
  return Array.from(groups.values(), ({ line, names }) => ({
    ...line,
    where: names.length === 0 ? '' : ` in ${names.join(', ')}`,
  }));
}

/** One line each. */
export function warningLines(lines: readonly GroupedLine[]): readonly string[] {
  let total = 0;
  const kept: string[] = [];
  for (const line of lines) {
    const text = short(`${sentence(line)}${line.where}`, lineLimit);
    total += text.length;
    if (total > totalLimit) break;
    kept.push(text);
  }
  const cut = lines.length - kept.length;
  return cut === 0 ? kept : [...kept, `hitless: ${cut} more, see the audit log or run hitless check`];
}

/** By verb: `patched`, `would-patch`, `postponed`, `kept`, `withdrew`, `found`, `ignored`. */
export function auditAnnotations(lines: readonly GroupedLine[], decision: string): Readonly<Record<string, string>> {
  const annotations: Record<string, string> = { decision };
  for (const { verb, rule, text, where } of lines) {
    const name = verb.replace(' ', '-');
    const before = annotations[name] === undefined ? '' : `${annotations[name]}; `;
    annotations[name] = `${before}${rule === '' ? '' : `${rule}: `}${text}${where}`;
  }
  for (const name of Object.keys(annotations)) annotations[name] = short(annotations[name] ?? '', annotationLimit);
  return annotations;
}

function sentence({ verb, rule, text }: MessageLine): string {
  if (verb === 'found') return `hitless ${rule}: ${text}`;
  if (verb === 'ignored') return `hitless: ${text}`;
  if (verb === 'postponed') return `hitless ${rule} waits for the next change of the pod template: ${text}`;
  if (verb === 'kept') return `hitless kept ${text}, which this client dropped`;
  return rule === '' ? `hitless ${verb} ${text}` : `hitless ${verb} (${rule}): ${text}`;
}

/** Control and direction characters come from names that the API server has not validated yet. */
function short(text: string, limit: number): string {
  return withoutHidden(truncate(text, limit));
}
