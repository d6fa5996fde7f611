// What a command says, kept: no person, no colours, no width, unless `changes` say so.

import type { Io } from '../../src/terminal/terminal.ts';

export function terminal(changes: Partial<Io> = {}) {
  const said = { out: '', err: '' };
  const io: Io = {
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
