// What a command may do to the outside, so that tests can run it without a process.

export interface Io {
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

/** Names in manifests can hold anything; raw control characters and marks that turn the text around could rewrite a terminal. */
export function visible(text: string): string {
  return text.replace(/[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/gu, (found) => {
    const code = found.codePointAt(0) ?? 0;
    return `\\u${code.toString(16).padStart(4, '0')}`;
  });
}

/** JSON in which those characters are escaped as well: same meaning, harmless on a terminal. */
export function visibleJson(value: unknown): string {
  const text = JSON.stringify(value, null, 2);
  return text.replace(/[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g, visible);
}
