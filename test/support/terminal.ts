// What a command says, kept: no person, no colours, no width, unless `changes` say so.

import type { Terminal } from '../../src/terminal/terminal.ts';

export function terminal(changes: Partial<Terminal> = {}) {
  const said = { out: '', err: '' };
  const io: Terminal = {
    stdin: async () => new Uint8Array(),
    out: (text) => {
      said.out += text;
    },
    err: (text) => {
      said.err += text;
    },
    colour: { out: false, err: false },
    ...changes,
  };
  return { io, said };
}
