// The interface of a command to the outside, so that tests can run it without a process.

export interface Terminal {
  readonly stdin: () => Promise<Uint8Array>;
  readonly out: (text: string) => void;
  /** For what is not text, and ends a command; absent when `out` goes to a terminal. */
  readonly outBytes?: (bytes: Uint8Array) => void;
  readonly err: (text: string) => void;
  /** Asks for one line at the terminal; absent when there is none. */
  readonly ask?: (question: string) => Promise<string>;
  readonly colour: { readonly out: boolean; readonly err: boolean };
  /** Columns of the terminal that `out` writes to; absent when it is not a terminal. */
  readonly width?: number;
  /** The same for `err`. */
  readonly errWidth?: number;
  /** Shows a line that the next output replaces; absent when `err` is not a terminal. */
  readonly progress?: (text: string) => void;
  /** Nothing but results and what went wrong. */
  readonly quiet?: true;
}

/** 0: nothing to complain about. 1: findings. 2: invalid input or usage. */
export type ExitCode = 0 | 1 | 2;

/** For what must say nothing. */
export const silentTerminal: Terminal = {
  stdin: async () => new Uint8Array(),
  out: () => undefined,
  err: () => undefined,
  colour: { out: false, err: false },
};
