// The topic of a diagnostic: a rule, or a mistake in the manifest that the API server would drop or refuse.

import { docsUrl } from '../names.ts';
import type { Severity } from '../rules/finding.ts';
import { rules } from '../rules/rules.ts';

export interface Topic {
  readonly id: string;
  readonly title: string;
  readonly help: string;
  /** What it writes, in Markdown; absent for one that only reports. */
  readonly writes?: string;
  /** The usual severity of its diagnostics. */
  readonly severity: Severity;
}

export const manifest: Topic = {
  id: 'manifest',
  title: 'The API server would drop or refuse this',
  help: 'A field at the wrong depth, a misspelt key, a value of the wrong type, a name that is not allowed.',
  severity: 'error',
};

/** Only of an audit, and about objects that are not judged there. */
export const leftovers: Topic = {
  id: 'leftovers',
  title: 'Injections are left behind where the webhook is not called',
  help: 'What hitless wrote stays in the object after its namespace has opted out, and nothing removes it when it conflicts with an edit.',
  severity: 'warning',
};

/** Of every workload that is judged. */
export const topics: readonly Topic[] = [
  ...rules.map(({ id, title, help, writes }): Topic => {
    if (writes === undefined) return { id, title, help, severity: 'note' };
    return { id, title, help, writes, severity: 'warning' };
  }),
  manifest,
];

/** Also of what else an audit reports. */
export const auditTopics: readonly Topic[] = [...topics, leftovers];

/** Its chapter of docs/rules.md. */
export function topicUrl(id: string): string {
  return `${docsUrl}/rules#${id}`;
}
