// What a command may do to the outside, so that tests can run it without a process.

export interface Terminal {
  readonly stdin: () => Promise<Uint8Array>;
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  /** One line of the person at the terminal; absent: nobody is there to be asked. */
  readonly ask?: (question: string) => Promise<string>;
  readonly colour: { readonly out: boolean; readonly err: boolean };
  /** Columns of the terminal that `out` writes to; absent: no terminal. */
  readonly width?: number;
  /** The same of `err`. */
  readonly errWidth?: number;
}

/** 0: nothing to complain about. 1: findings. 2: input or usage that cannot be used. */
export type ExitCode = 0 | 1 | 2;
