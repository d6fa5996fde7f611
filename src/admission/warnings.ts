// Admission warnings: what the person at the client reads. The API server drops a whole warning that holds a control
// character, merges equal ones, and cuts all of them once they exceed 4,096 characters together.

import type { Line } from './verdict.ts';

const totalLimit = 4_000;
const lineLimit = 500;

/** One line each; the same edit in several containers is one line. */
export function warningLines(lines: readonly Line[]): readonly string[] {
  const texts = [...merged(lines)].map(clean);
  let total = 0;
  const kept = texts.filter((text) => {
    total += text.length;
    return total <= totalLimit;
  });
  const cut = texts.length - kept.length;
  return cut === 0 ? kept : [...kept, `hitless: ${cut} more, see the audit log or run hitless check`];
}

function merged(lines: readonly Line[]): Iterable<string> {
  const groups = new Map<string, string[]>();
  for (const line of lines) {
    const text = sentence(line);
    const containers = groups.get(text) ?? [];
    if (line.container !== undefined) containers.push(line.container);
    groups.set(text, containers);
  }
  return Array.from(groups, ([text, containers]) =>
    containers.length === 0 ? text : `${text} in ${containers.join(', ')}`,
  );
}

function sentence({ verb, rule, text }: Line): string {
  if (verb === 'found') return `hitless ${rule}: ${text}`;
  if (verb === 'waits') return `hitless ${rule} waits for the next change of the pod template: ${text}`;
  return rule === '' ? `hitless ${verb} ${text}` : `hitless ${verb} (${rule}): ${text}`;
}

/** Control and direction characters come from names that the API server has not validated yet. */
function clean(text: string): string {
  const printable = /^[ -~]*$/.test(text) ? text : text.replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, '?');
  return printable.length <= lineLimit ? printable : `${printable.slice(0, lineLimit - 1)}…`;
}
