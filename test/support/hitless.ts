// The command line within this process, for tests.

import { run } from '../../src/commands/program.ts';
import type { Terminal } from '../../src/terminal/terminal.ts';

export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

export async function hitless(args: readonly string[], input: string | Uint8Array = ''): Promise<Ran> {
  const written = { out: '', err: '' };
  const terminal: Terminal = {
    stdin: async () => Buffer.from(input),
    out: (text) => {
      written.out += text;
    },
    err: (text) => {
      written.err += text;
    },
    colour: { out: false, err: false },
  };
  return { code: await run(args, terminal), ...written };
}
