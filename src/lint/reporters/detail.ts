// How much of the findings an output for people shows.

/** The flags; at most one of summary and verbose is given. */
export interface DetailFlags {
  readonly summary?: true;
  readonly verbose?: true;
  /** Also the findings that somebody accepted. */
  readonly showIgnored?: true;
}

/** table: numbers alone. grouped: equal findings once. full: every finding. */
export type Detail = 'table' | 'grouped' | 'full';

/** More workloads than these make more lines than anybody reads. */
export const mostInFull = 50;

export function detailOf({ summary, verbose }: DetailFlags, workloads: number): Detail {
  if (summary) return 'table';
  return verbose || workloads <= mostInFull ? 'full' : 'grouped';
}

/** The sentence that says what else there is; empty where everything is shown. */
export function moreLine(detail: Detail, workloads: number): string {
  if (detail === 'full') return '';
  if (detail === 'table' && workloads <= mostInFull) return 'Without --summary every finding is printed.\n';
  return `--verbose prints every finding${detail === 'grouped' ? ', --summary a table' : ''}.\n`;
}
