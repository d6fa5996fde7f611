// Who writes what the findings ask for, as a sentence.

import type { Paint } from '../../terminal/style.ts';
import { count, number } from '../../text/count.ts';
import type { Totals } from './totals.ts';

/** With a space before it; empty without edits. `style` marks the command. */
export function editHint({ edits, isRendered }: Pick<Totals, 'edits' | 'isRendered'>, style: Paint): string {
  const { error, warning, note } = edits;
  const all = error + warning + note;
  if (all === 0) return '';
  const warnings = warning === 0 ? [] : [`the ${count(warning, 'warning')}`];
  const askers = [...warnings, ...(note === 0 ? [] : [`${number(note)} of the notes`])];
  const what = `what ${askers.join(' and ')} ask${all === 1 ? 's' : ''} for`;
  return isRendered
    ? ` Write ${what} into the overlay, or into its base.`
    : ` ${style('bold', 'hitless fix')} writes ${what}.`;
}
