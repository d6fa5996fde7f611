// The topic of a diagnostic: a rule, or a mistake in the manifest that the API server would drop or refuse.

import type { Severity } from '../rules/finding.ts';
import { rules } from '../rules/rules.ts';

export interface Topic {
  readonly id: string;
  readonly title: string;
  readonly help: string;
  /** The usual severity of its diagnostics. */
  readonly severity: Severity;
}

export const manifest: Topic = {
  id: 'manifest',
  title: 'The API server would drop or refuse this',
  help: 'A field at the wrong depth, a misspelt key, a value of the wrong type, a name that is not allowed.',
  severity: 'error',
};

export const topics: readonly Topic[] = [
  ...rules.map(({ id, title, help, writes }): Topic => {
    return { id, title, help, severity: writes === undefined ? 'note' : 'warning' };
  }),
  manifest,
];
