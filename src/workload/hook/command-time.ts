// How long a command takes, as far as its words tell, and what else is known of it.

export interface CommandTime {
  /** Seconds that it takes at the least. */
  readonly atLeast: number;
  /** True when it takes no longer. */
  readonly exact: boolean;
  readonly outcome: 'succeeds' | 'fails' | 'unknown';
  /** False for a program that is not known: it may be what ends the application, so nothing behind it is waiting. */
  readonly calm: boolean;
  /** True when nothing behind it runs: `exec`, `exit`. */
  readonly last?: boolean;
  /** `sleep infinity`. */
  readonly endless?: boolean;
  /** Why it fails: a clause. */
  readonly why?: string;
}

/** It ends at once. */
export const done: CommandTime = { atLeast: 0, exact: true, outcome: 'succeeds', calm: true };
/** It may take any time and do anything. */
export const unknown: CommandTime = { atLeast: 0, exact: false, outcome: 'unknown', calm: false };
/** It may take any time, and leaves the application alone. */
export const unknownCalm: CommandTime = { ...unknown, calm: true };

export function failing(why: string): CommandTime {
  return { ...done, outcome: 'fails', why };
}
