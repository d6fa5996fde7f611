// The lines of a diff on the page, each with what it is.

import { html, type Markup } from '../../../text/markup.ts';

const lineClasses: Readonly<Record<string, string>> = { '+': 'added', '-': 'removed', '@': 'hunk' };

export function diffLines(diff: string): readonly Markup[] {
  return diff
    .replace(/\n$/, '')
    .split('\n')
    .map(
      (line) => html`<span class="${lineClasses[line.charAt(0)] ?? 'same'}">${line}
</span>`,
    );
}
