// One line for the user of the client, before it is worded.

/** left out: a Service that comes later would bring it. note: what else the user should know of an edit. */
export const verbs = [
  ...['patched', 'would patch', 'postponed', 'would patch later', 'kept', 'withdrew'],
  ...['left out', 'would leave out', 'found', 'note', 'ignored'],
] as const;
export type Verb = (typeof verbs)[number];

/** One line for the user: what happens to which field. */
export interface MessageLine {
  readonly verb: Verb;
  /** A rule, or empty. */
  readonly rule: string;
  readonly text: string;
  readonly container?: string;
}
