// The test application's own log: one JSON line for each thing that happened, with its time.
//
//   {"listening":ms,"port":n,"grpcPort":n,"pod":"name"}   {"connections":[ms, ...]}   {"sigterm":ms}   {"closed":ms}   {"exit":ms}

import { now } from './clock.ts';

export interface EventLog {
  readonly listening: (where: { readonly port: number; readonly grpcPort: number; readonly pod: string }) => void;
  readonly sigterm: () => void;
  /** It stopped listening, and lives on; without this, it listens until its exit. */
  readonly closed: () => void;
  /** A connection that brings load was accepted at `atMs`. Written together with others, at most batchMs later. */
  readonly connection: (atMs: number) => void;
  /** The last line, and before it what was not written yet. */
  readonly exit: () => void;
}

const batchMs = 100;

/** `write` must have written when it returns, since the process may end right after. */
export function openEventLog(write: (line: string) => void): EventLog {
  let connections: number[] = [];
  const tell = (line: object) => write(`${JSON.stringify(line)}\n`);
  const flush = () => {
    if (connections.length > 0) tell({ connections });
    connections = [];
  };
  return {
    listening: (where) => tell({ listening: now(), ...where }),
    sigterm: () => tell({ sigterm: now() }),
    closed: () => tell({ closed: now() }),
    connection: (atMs) => {
      if (connections.push(atMs) === 1) setTimeout(flush, batchMs).unref();
    },
    exit: () => {
      flush();
      tell({ exit: now() });
    },
  };
}
